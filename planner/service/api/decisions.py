"""What people decide on a run: sign it, end it, have an order otherwise; and the ledger of it all."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from planner.response.ledger.entry import Kind
from planner.service.api.answers import Limit, Page, RunName, answer, told
from planner.service.api.identity import Owner, Services, Viewer, identity_of, require_signer
from planner.service.api.problems import document_of
from planner.service.api.requests import Approve, Asked, Override, Reject
from planner.service.api.runs import opened, with_plan
from planner.service.service import Service
from planner.service.store.tokens import Identity
from planner.verbs.runs import ledger as ledger_of

router = APIRouter(prefix="/v1", tags=["decisions"])
Caller = Annotated[Identity, Depends(identity_of)]
PROBLEMS = told(400, 404, 409, 413, 429, 504)
NUMBER = Query(ge=1, lt=2**31, description="`next` of the page before.")


class DecisionModel(BaseModel):
    """What came of it, as the command line says it; `nothing to do` where it was decided like that before, with `message`."""

    model_config = ConfigDict(extra="allow")

    status: Literal["approved", "published", "rejected", "nothing to do"]
    run_id: str
    by: str = Field("", examples=["Ann"])
    missing: list[str] = Field([], examples=[["distribution"]], description="Roles that haven't signed.")


class OverrideModel(BaseModel):
    """The proposal with the override, its base, and its price; `nothing to do` where there is one like that, with `message`."""

    model_config = ConfigDict(extra="allow")

    status: Literal["proposed", "nothing to do"]
    run_id: str
    base: str = ""
    price: float | None = Field(None, examples=[12.5])


class EntryModel(BaseModel):
    """A line of the ledger."""

    number: int
    at: str = Field(examples=["2026-03-02T08:00:00.000Z"])
    kind: Kind
    actor: str = Field(examples=["Ann"])
    run_id: str
    facts: dict[str, Any]
    previous: str
    hash: str


@router.post("/runs/{run}/approve", summary="Sign a run", response_model=DecisionModel, responses=PROBLEMS)
def approve(request: Request, service: Services, identity: Caller, run: RunName, asked: Approve) -> Response:
    """As `planner approve`. Needs the role that signs, or admin; the ledger keeps the name of the token.

    The run is published with the last signature that is needed. It is refused (409) where it was rejected, where a newer one is
    published, and where the check refutes it.
    """
    return answer(request, sign(service, identity, "approve", run, asked))


@router.post("/runs/{run}/reject", summary="End a proposal", response_model=DecisionModel, responses=PROBLEMS)
def reject(request: Request, service: Services, identity: Caller, run: RunName, asked: Reject) -> Response:
    """As `planner reject`. Needs the role for which it is rejected, or admin. What is published can't be rejected (409)."""
    return answer(request, sign(service, identity, "reject", run, asked))


@router.post(
    "/runs/{run}/override", summary="Override an order", response_model=OverrideModel, responses=PROBLEMS
)
def override(request: Request, service: Services, identity: Owner, run: RunName, asked: Override) -> Response:
    """As `planner override`: a new proposal with one order as you say, and its price. What breaks limits is refused (409)."""
    return answer(request, decided(service, identity, "override", run, asked))


@router.get("/ledger", summary="Read the ledger", response_model=Page[EntryModel], responses=told(409))
def ledger(
    request: Request,
    service: Services,
    _: Viewer,
    limit: Limit = 50,
    before: Annotated[int | None, NUMBER] = None,
) -> Response:
    """As `planner runs ledger`: who decided what, when and why; the newest first."""
    return answer(request, _entries(service, None, limit, before))


@router.get(
    "/runs/{run}/ledger",
    summary="What was decided on a run",
    response_model=Page[EntryModel],
    responses=told(404, 409),
)
def ledger_of_run(
    request: Request,
    service: Services,
    _: Viewer,
    run: RunName,
    limit: Limit = 50,
    before: Annotated[int | None, NUMBER] = None,
) -> Response:
    """As `planner runs ledger RUN`; the newest first."""
    return answer(request, _entries(service, run, limit, before))


def sign(
    service: Service, identity: Identity, verb: str, run: str, asked: Approve | Reject
) -> dict[str, Any]:
    """Approve or reject for a role; ends the request with 403 unless it is one of the caller's."""
    require_signer(identity, asked.role)
    return decided(service, identity, verb, run, asked)


def decided(service: Service, identity: Identity, verb: str, run: str, asked: Asked) -> dict[str, Any]:
    """What a verb has decided on a run, in the name of the caller."""
    names = (with_plan(service, run).record.run_id,)
    task = service.task(verb, names=names, options=asked.options(), actor=identity.name)
    return document_of(service.answer(task))


def _entries(service: Service, run: str | None, limit: int, before: int | None) -> dict[str, Any]:
    found = ledger_of(service.runs, opened(service, run) if run else None)
    lines = [vars(one) for one in reversed(found) if before is None or one.number < before]
    then = str(lines[limit - 1]["number"]) if len(lines) > limit else None
    return {"items": lines[:limit], "next": then}

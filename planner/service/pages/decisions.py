"""What people decide on a run, from a page."""

from typing import Literal

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from planner.service.api import decisions
from planner.service.api.identity import OWNERS, Services, require_any
from planner.service.api.requests import Approve, Override, Reject
from planner.service.pages.forms import Answer, checked
from planner.service.pages.visitor import Visitor
from planner.service.service import Service
from planner.service.store.tokens import Identity

router = APIRouter()


@router.post("/runs/{run}/approve")
def approve(service: Services, identity: Visitor, run: str, role: Answer, note: Answer = "") -> Response:
    """Sign a run."""
    return _decided(service, identity, "approve", run, role, note)


@router.post("/runs/{run}/reject")
def reject(service: Services, identity: Visitor, run: str, role: Answer, note: Answer = "") -> Response:
    """End a proposal."""
    return _decided(service, identity, "reject", run, role, note)


def _decided(
    service: Service, identity: Identity, verb: Literal["approve", "reject"], run: str, role: str, note: str
) -> Response:
    model: type[Approve] | type[Reject] = Approve if verb == "approve" else Reject
    asked = checked(model, role=role, note=" ".join(note.split()))
    decisions.sign(service, identity, verb, run, asked)
    return RedirectResponse(f"/runs/{run}", 303)


@router.post("/runs/{run}/override")
def override(
    service: Services,
    identity: Visitor,
    run: str,
    order: Answer,
    reason: Answer = "",
    quantity: Answer = "",
    mode: Answer = "",
    date: Answer = "",
) -> Response:
    """A run with one order as it was asked for."""
    require_any(identity, OWNERS)
    given = {"order": order, "reason": reason, "quantity": quantity, "mode": mode, "date": date}
    asked = checked(Override, **{name: text.strip() for name, text in given.items() if text.strip()})
    made = decisions.decided(service, identity, "override", run, asked)
    return RedirectResponse(f"/runs/{made['run_id']}", 303)

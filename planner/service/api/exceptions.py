"""Where fresh tables leave the bands of operation, and how fast what happened was answered."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from planner.service.api import datasets
from planner.service.api.answers import ID, answer, told
from planner.service.api.identity import Services, Viewer
from planner.service.api.problems import document_of
from planner.service.api.runs import with_plan
from planner.service.service import Service
from planner.verbs.response import document, response

router = APIRouter(prefix="/v1", tags=["exceptions"])


class ExceptionsModel(BaseModel):
    """As `planner exceptions --json`: money in `currency`, ranked by what the best response recovers."""

    model_config = ConfigDict(extra="allow")

    status: str = Field(examples=["found"], description="`found`, or `nothing to do` where none is listed.")
    run_id: str | None = Field(description="The run whose plan they are held against.")
    currency: str = Field(examples=["EUR"])
    exceptions: list[dict[str, Any]]


class ResponseModel(BaseModel):
    """As `planner response --json`: hours since the event, by type and category, and event by event."""

    model_config = ConfigDict(extra="allow")

    now: str
    groups: list[dict[str, Any]]
    events: list[dict[str, Any]]
    overdue: list[str]


@router.get(
    "/exceptions",
    summary="List exceptions",
    response_model=ExceptionsModel,
    responses=told(404, 409, 413, 429, 504),
)
def exceptions(
    request: Request,
    service: Services,
    _: Viewer,
    dataset: Annotated[str, Query(pattern=ID, description="The tables of today.")],
    run: Annotated[
        str | None, Query(pattern=ID, description="The plan; by default the newest of these tables.")
    ] = None,
    rows: Annotated[int, Query(ge=1, le=1000, description="How many to list.")] = 20,
) -> Response:
    """As `planner exceptions`. The hours in which one is to be answered count from this look."""
    return answer(request, found(service, dataset, run, rows))


@router.get("/response", summary="Response times", response_model=ResponseModel, responses=told(409))
def times(request: Request, service: Services, _: Viewer) -> Response:
    """As `planner response`: hours from an event to the published plan, against the targets; and what is overdue."""
    return answer(request, document(response(service.runs)))


def found(service: Service, dataset: str, run: str | None, rows: int) -> dict[str, Any]:
    """The exceptions of a data set; ends the request with 404 or 409 if it or the run isn't there, or has no plan."""
    source = datasets.find(service, dataset)
    names = () if run is None else (with_plan(service, run).record.run_id,)
    task = service.task("exceptions", source=source.folder, names=names, options={"rows": rows})
    return document_of(service.answer(task))

"""Runs and their plans, for reading: what is proven, the tables in several formats, and the verbs that look at a run."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from planner.errors import UsageError
from planner.plan.frames import records
from planner.plan.run import Run
from planner.service.api.answers import ID, Limit, Page, RunName, answer, told
from planner.service.api.identity import Services, Viewer
from planner.service.api.problems import Problem, document_of
from planner.service.service import Service
from planner.service.tables import MEDIA_TYPES, Format, Name, rows, written
from planner.verbs.runs import document, listing

router = APIRouter(prefix="/v1", tags=["runs"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Word = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Day = Annotated[date | None, Query(description="A day, 2026-03-31.")]
RunId = Annotated[str, Query(pattern=ID)]


class RunModel(BaseModel):
    """A run, in the words of `planner runs show --json`; money in `currency`."""

    model_config = ConfigDict(extra="allow")

    run_id: str = Field(examples=["20261122T153000.123Z-k7m2x"])
    alias: str = Field(examples=["k7m2x"])
    status: str = Field(examples=["completed"])
    state: str | None = Field(examples=["published"], description="What was decided on it, in the ledger.")
    cost: float | None = Field(examples=[9210.4])
    bound: float | None = Field(examples=[9190.0])
    gap: float | None = Field(examples=[0.0022])
    currency: str = Field(examples=["EUR"])
    scenario: str = Field(examples=[""])
    policy: str = Field(examples=["joint"])
    input_hash: str
    stamps: dict[str, str]


class Table(BaseModel):
    """Rows of a table. `next` is the `start` of the next part, null after the last."""

    items: list[dict[str, Any]]
    total: int
    next: int | None


@router.get("/runs", summary="List runs", response_model=Page[RunModel], responses=told())
def list_(
    request: Request,
    service: Services,
    _: Viewer,
    limit: Limit = 50,
    before: Annotated[str | None, Query(pattern=ID, description="`next` of the page before.")] = None,
) -> Response:
    """The newest first, also those that are being worked on and those that were made on the command line."""
    found = [entry for entry in listing(service.runs).entries if before is None or entry["run_id"] < before]
    then = found[limit - 1]["run_id"] if len(found) > limit else None
    return answer(request, {"items": found[:limit], "next": then})


@router.get("/runs/{run}", summary="Show a run", response_model=RunModel, responses=told(404))
def show(request: Request, service: Services, _: Viewer, run: RunName) -> Response:
    """Record and key figures."""
    return answer(request, document(opened(service, run)))


@router.get("/runs/{run}/certificate", summary="What is proven", responses=told(404, 409))
def certificate(request: Request, service: Services, _: Viewer, run: RunName) -> Response:
    """`certificate.json`: cost, bound, gap, and how the bound was proven."""
    return answer(request, with_plan(service, run).plan.certificate)


@router.get(
    "/runs/{run}/log",
    summary="What the engine said",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **told(404)},
    response_class=Response,
)
def log(request: Request, service: Services, _: Viewer, run: RunName) -> Response:
    """`log.txt`."""
    return answer(request, opened(service, run).log, media_type="text/plain; charset=utf-8")


@router.get(
    "/runs/{run}/tables/{table}",
    summary="Read a table of the plan",
    response_model=Table,
    responses={
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
            }
        },
        **told(404, 409),
    },
)
def table(
    request: Request,
    service: Services,
    _: Viewer,
    run: RunName,
    table: Name,
    form: Annotated[Format, Query(alias="format", description="CSV and Parquet have all rows.")] = "json",
    item: Word = None,
    location: Word = None,
    origin: Word = None,
    destination: Word = None,
    mode: Word = None,
    day: Day = None,
    start: Annotated[int, Query(ge=0, lt=2**31, description="`next` of the part before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=5000)] = 200,
) -> Response:
    """Rows by item, location (from or to), lane, mode and day. Columns are those of the run's files."""
    wanted = {
        "item": item,
        "location": location,
        "origin": origin,
        "destination": destination,
        "mode": mode,
        "day": day,
    }
    found = rows(with_plan(service, run), table, wanted)
    if form != "json":
        name = {"Content-Disposition": f'attachment; filename="{table}.{form}"'}
        return answer(request, written(found, form), media_type=MEDIA_TYPES[form], headers=name)
    end = start + limit
    content = {
        "items": records(found.iloc[start:end]),
        "total": len(found),
        "next": end if end < len(found) else None,
    }
    return answer(request, content)


@router.get(
    "/runs/{run}/export",
    summary="The plan as a workbook",
    responses={
        200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}},
        **told(404, 409, 413, 429, 504),
    },
    response_class=Response,
)
def export(request: Request, service: Services, _: Viewer, run: RunName) -> Response:
    """As `planner export`."""
    found = with_plan(service, run)
    body = _file(service, "export", found, "plan.xlsx")
    name = {"Content-Disposition": f'attachment; filename="{found.record.run_id}.xlsx"'}
    return answer(request, body, media_type=XLSX, headers=name)


@router.get(
    "/runs/{run}/report",
    summary="The report",
    responses={
        200: {"content": {"text/html": {"schema": {"type": "string"}}}},
        **told(404, 409, 413, 429, 504),
    },
    response_class=Response,
)
def report(request: Request, service: Services, _: Viewer, run: RunName) -> Response:
    """As `planner report`: a page that needs nothing else."""
    body = _file(service, "report", with_plan(service, run), "report.html")
    return answer(request, body, media_type="text/html; charset=utf-8")


@router.get("/runs/{run}/check", summary="Check a run", responses=told(404, 409, 413, 429, 504))
def check(request: Request, service: Services, _: Viewer, run: RunName) -> Response:
    """As `planner check`: recomputed from the tables and the orders, without a solver. `status` is confirmed or refuted."""
    found = with_plan(service, run)
    return answer(request, document_of(service.answer(service.task("check", names=(found.record.run_id,)))))


@router.get("/runs/{run}/explain", summary="Explain an order", responses=told(404, 409, 413, 429, 504))
def explain(
    request: Request,
    service: Services,
    _: Viewer,
    run: RunName,
    order: Annotated[str | None, Query(max_length=200, examples=["O000001"])] = None,
    item: Word = None,
    location: Word = None,
    day: Day = None,
) -> Response:
    """As `planner explain`: by the order's id, or by item, location and the day of arrival."""
    wanted = {"order": order, "item": item, "location": location, "day": day.isoformat() if day else None}
    found = with_plan(service, run)
    task = service.task("explain", names=(found.record.run_id,), options=wanted)
    return answer(request, document_of(service.answer(task)))


@router.get("/compare", summary="Compare runs", responses=told(404, 409, 413, 429, 504))
def compare(
    request: Request,
    service: Services,
    _: Viewer,
    run: Annotated[
        list[RunId],
        Query(min_length=2, max_length=20, description="The base, and one run or more to compare with it."),
    ],
    require: Annotated[
        list[Annotated[str, Query(max_length=200)]],
        Query(max_length=50, description="Limits such as cost.total<=+1%.", examples=[[]]),
    ] = [],  # noqa: B006 (FastAPI copies it)
) -> Response:
    """As `planner compare`; `status` is failed where a requirement is not met."""
    names = tuple(with_plan(service, name).record.run_id for name in run)
    task = service.task("compare", names=names, options={"require": require})
    return answer(request, document_of(service.answer(task)))


def opened(service: Service, name: str) -> Run:
    """The run; ends the request with 404 if there is none."""
    return _found(service.runs.opened, name)


def with_plan(service: Service, name: str) -> Run:
    """The run, which has a plan; ends the request with 404 or 409."""
    run = opened(service, name)
    if not run.has_plan:
        raise Problem(409, f"The run {run.record.run_id} is {run.record.status}: it has no plan.", "no plan")
    return run


def _found(find: Callable[[str], Run], name: str) -> Run:
    try:
        return find(name)
    except UsageError as fault:
        raise Problem(404, str(fault), "not found", exit_code=fault.exit_code) from None


def _file(service: Service, verb: str, run: Run, name: str) -> bytes:
    """What a verb writes."""
    with tempfile.TemporaryDirectory(dir=service.settings.folder, prefix=".answer-") as folder:
        path = Path(folder) / name
        document_of(service.answer(service.task(verb, names=(run.record.run_id,), options={"to": str(path)})))
        return path.read_bytes()

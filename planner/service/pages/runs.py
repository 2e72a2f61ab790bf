"""A run: its figures, its plan, its network."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from planner.report.write import chart_data
from planner.service.api.identity import OWNERS, Services
from planner.service.api.problems import Problem, document_of
from planner.service.api.runs import opened, with_plan
from planner.service.pages import answers, views
from planner.service.pages.forms import Word
from planner.service.pages.render import page
from planner.service.pages.visitor import Visitor
from planner.service.tables import Name

router = APIRouter()


@router.get("/runs/{run}")
def run_page(request: Request, service: Services, identity: Visitor, run: str) -> Response:
    """A run: its figures and what is proven; of one without a plan, why."""
    found = opened(service, run)
    made = views.sections(found) if found.has_plan else []
    return page(
        request,
        "run.html.j2",
        identity,
        run=found,
        record=found.record,
        sections=made,
        data=chart_data(made),
        **answers.decision(service.runs, found, identity),
    )


@router.get("/runs/{run}/plan")
def plan_page(
    request: Request,
    service: Services,
    identity: Visitor,
    run: str,
    table: Name = "orders",
    item: Word = "",
    location: Word = "",
    origin: Word = "",
    destination: Word = "",
    mode: Word = "",
    day: Word = "",
    start: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> Response:
    """Orders, loads or inventory, by item, location, lane and day. Only the table where htmx asks for it."""
    found = with_plan(service, run)
    asked = {"item": item, "location": location, "origin": origin, "destination": destination, "mode": mode}
    wanted = {what: value or None for what, value in asked.items()} | {"day": _day(day)}
    rows, total = views.plan(found, table, wanted, start)
    asked["day"] = day
    content: dict[str, Any] = {
        "run": found,
        "record": found.record,
        "rows": rows,
        "total": total,
        "start": start,
        "step": views.ON_A_PAGE,
        "name": table,
        "asked": asked,
        "may_override": any(identity.may(role) for role in OWNERS),
    }
    if request.headers.get("hx-request"):
        return page(request, "rows.html.j2", identity, **content)
    return page(request, "plan.html.j2", identity, choices=views.choices(found), **content)


@router.get("/runs/{run}/network")
def network_page(
    request: Request, service: Services, identity: Visitor, run: str, day: Word = "", mode: Word = ""
) -> Response:
    """What goes where, of all days and modes or of those that are chosen."""
    found = with_plan(service, run)
    run_id = found.record.run_id
    ask: Callable[[], dict[str, Any]] = lambda: document_of(  # noqa: E731
        service.answer(service.task("network", names=(run_id,)))
    )
    told = service.runs.remembered(run_id, ask)
    section = views.network(told, str(_day(day) or ""), mode)
    return page(
        request,
        "network.html.j2",
        identity,
        record=found.record,
        section=section,
        data=chart_data([section]),
        choices={name: sorted({one[name] for one in told["flows"]}) for name in ("day", "mode")},
        asked={"day": day, "mode": mode},
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Problem(422, f"{text!r} is not a day; write 2026-03-31.", exit_code=2) from None

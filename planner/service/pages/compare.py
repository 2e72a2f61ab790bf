"""Runs side by side."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from planner.report.write import chart_data
from planner.service.api.answers import ID
from planner.service.api.identity import Services
from planner.service.api.problems import Problem, document_of
from planner.service.api.runs import with_plan
from planner.service.pages import comparison
from planner.service.pages.render import page
from planner.service.pages.visitor import Visitor

router = APIRouter()
MOST = 20


@router.get("/compare")
def compare_page(
    request: Request,
    service: Services,
    identity: Visitor,
    run: Annotated[list[Annotated[str, Query(pattern=ID)]], Query()] = [],  # noqa: B006 (FastAPI copies it)
    oldest_first: bool = False,
) -> Response:
    """The runs, the first of which is the base: with `oldest_first` the one that was made first."""
    runs = list({found.record.run_id: found for found in (with_plan(service, one) for one in run)}.values())
    if not 2 <= len(runs) <= MOST:
        raise Problem(422, f"Choose 2 to {MOST} runs that have a plan.", exit_code=2)
    if oldest_first:
        runs.sort(key=lambda one: one.record.run_id)
    names = tuple(one.record.run_id for one in runs)
    task = service.task("compare", names=names, options={"require": []})
    found = document_of(service.answer(task))
    sections = comparison.sections(found, runs)
    return page(
        request,
        "compare.html.j2",
        identity,
        runs=list(zip(found["runs"], (one.record for one in runs), strict=True)),
        sections=sections,
        data=chart_data(sections),
        currency=found["currency"],
    )

"""What leaves its band, with its remedy; and how fast events were answered."""

from fastapi import APIRouter, Request, Response

from planner.plan.files import to_json
from planner.service.api import datasets
from planner.service.api import exceptions as looks
from planner.service.api.identity import Services
from planner.service.api.runs import opened
from planner.service.pages import answers
from planner.service.pages.forms import Word
from planner.service.pages.home import SHOWN
from planner.service.pages.render import page
from planner.service.pages.visitor import Visitor
from planner.verbs.response import document, response

router = APIRouter()
MOST = 50  # exceptions on a page


@router.get("/exceptions")
def exceptions_page(
    request: Request, service: Services, identity: Visitor, dataset: Word = "", run: Word = ""
) -> Response:
    """What leaves its band in a data set that is chosen, against the plan that is chosen, or the newest of these tables."""
    rows, _ = service.datasets.page(SHOWN)
    plans = answers.plans(service.runs)
    content = looks.found(service, dataset, run or None, MOST) if dataset else None
    held = opened(service, content["run_id"]) if content and content["run_id"] else None
    return page(
        request,
        "exceptions.html.j2",
        identity,
        datasets=rows,
        runs=plans,
        asked={"dataset": dataset, "run": run if dataset else answers.in_force(plans)},
        source=datasets.find(service, dataset) if dataset else None,
        section=answers.exceptions(content) if content else None,
        found=answers.remedies(content) if content else [],
        events=to_json(content["events"]) if content and content["events"] else "",
        currency=content["currency"] if content else "",
        record=held.record if held else None,
        **(answers.decision(service.runs, held, identity) if held else {"standing": None, "roles": []}),
    )


@router.get("/response")
def response_page(request: Request, service: Services, identity: Visitor) -> Response:
    """How fast events were answered."""
    section = answers.times(document(response(service.runs)))
    return page(request, "response.html.j2", identity, section=section)

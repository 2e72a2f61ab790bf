"""Begin jobs, follow them live, stop them."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from planner.service.api import jobs
from planner.service.api.identity import Services, require_any
from planner.service.api.problems import Problem
from planner.service.api.requests import Asked, Replan, Scenarios, Solve
from planner.service.pages import views
from planner.service.pages.forms import Answer, Dataset, Percent, Seconds, checked
from planner.service.pages.render import page
from planner.service.pages.visitor import Visitor
from planner.service.service import Service
from planner.service.store.tokens import Identity

router = APIRouter()
Events = Annotated[str, Form(max_length=1_000_000)]


@router.post("/solve")
def solve(
    service: Services,
    identity: Visitor,
    dataset: Dataset,
    gap: Percent = 1.0,
    time_limit: Seconds = 600,
) -> Response:
    """Begin a solve; `gap` is in percent."""
    asked = checked(Solve, dataset=dataset, gap=gap / 100, time_limit=time_limit)
    return _begun(service, identity, "solve", asked, dataset)


@router.post("/scenarios")
def scenarios(
    service: Services,
    identity: Visitor,
    dataset: Dataset,
    only: Annotated[list[str] | None, Form(max_length=100)] = None,
    gap: Percent = 1.0,
    time_limit: Seconds = 600,
) -> Response:
    """Begin a batch of the scenarios that are ticked; `gap` is in percent."""
    chosen = [name for name in only or [] if name]
    if not chosen:
        raise Problem(422, "Choose a scenario, or several.", exit_code=2)
    asked = checked(Scenarios, dataset=dataset, only=",".join(chosen), gap=gap / 100, time_limit=time_limit)
    return _begun(service, identity, "scenarios", asked, dataset)


@router.post("/replan")
def replan(
    service: Services, identity: Visitor, dataset: Dataset, run: Answer, events: Events = ""
) -> Response:
    """Begin to plan again for events, in JSON; without them for those of the tables."""
    try:
        rows: Any = json.loads(events) if events else None
    except ValueError:
        raise Problem(422, "events: this is not JSON.", exit_code=2) from None
    asked = checked(Replan, run=run, dataset=dataset, events=rows)
    return _begun(service, identity, "replan", asked, dataset, run)


def _begun(
    service: Service, identity: Identity, verb: str, asked: Asked, dataset: str, run: str | None = None
) -> Response:
    """The page of a new job, for who may begin one."""
    require_any(identity, ["planner"])
    job, _ = jobs.submit(service, identity, verb, asked, dataset, None, run)
    return RedirectResponse(f"/jobs/{job.id}", 303)


@router.get("/jobs/{job}")
def job_page(request: Request, service: Services, identity: Visitor, job: str) -> Response:
    """A job, live."""
    return _shown(request, service, identity, job, "job.html.j2")


@router.get("/parts/jobs/{job}")
def job_part(request: Request, service: Services, identity: Visitor, job: str) -> Response:
    """How far a job is, for a page that is open."""
    return _shown(request, service, identity, job, "progress.html.j2")


def _shown(request: Request, service: Service, identity: Identity, job: str, template: str) -> Response:
    found = jobs.find(service, job)
    return page(
        request,
        template,
        identity,
        job=found,
        progress=views.progress(found),
        findings=views.findings((found.error or {}).get("findings") or []),
    )


@router.post("/jobs/{job}/cancel")
def cancel(service: Services, identity: Visitor, job: str) -> Response:
    """Ask a job to stop."""
    require_any(identity, ["planner"])
    jobs.find(service, job)
    service.jobs.ask_to_stop(job)
    return RedirectResponse(f"/jobs/{job}", 303)

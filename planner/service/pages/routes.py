"""The addresses of the workbench. What it does, it does as the API does: `submit`, `find`, the same roles."""

from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from planner.service.api import decisions, jobs
from planner.service.api import exceptions as looks
from planner.service.api.answers import ID
from planner.service.api.identity import COOKIE, OWNERS, Services, identity_of, require_any
from planner.service.api.problems import Problem
from planner.service.api.requests import Approve, Asked, Override, Reject, Solve
from planner.service.api.runs import opened, with_plan
from planner.service.pages import views
from planner.service.pages.render import page, static
from planner.service.store.jobs import FINAL
from planner.service.store.tables import Job
from planner.service.store.tokens import Identity
from planner.service.tables import Name
from planner.verbs.response import document, response
from planner.verbs.runs import listing, standing_of

router = APIRouter(include_in_schema=False)
Request_ = TypeVar("Request_", bound=Asked)
SHOWN = 50
EXCEPTIONS = 50  # on a page
Word = Annotated[str, Query(max_length=200)]
Answer = Annotated[str, Form(max_length=1000)]


class SignIn(Exception):  # noqa: N818
    """Somebody without a valid token wants to see a page."""


def visitor(request: Request) -> Identity:
    """Who looks at the page; who is nobody is sent to sign in."""
    try:
        return identity_of(request, None)
    except Problem as problem:
        if problem.status == 401:
            raise SignIn from None
        raise


def problem_page(request: Request, problem: Problem) -> Response | None:
    """The problem as a page, for who looks at pages."""
    if request.url.path.startswith("/v1") or "text/html" not in request.headers.get("accept", ""):
        return None
    return page(request, "problem.html.j2", None, status=problem.status, problem=problem.document())


Visitor = Annotated[Identity, Depends(visitor)]


@router.get("/static/{name}")
def static_file(name: str) -> Response:
    """Styles and scripts."""
    found = static(name)
    if found is None:
        raise Problem(404, f"There is no file {name!r}.", "not found")
    body, media_type = found
    return Response(
        body,
        headers={"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"},
        media_type=media_type,
    )


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """Where a token is entered."""
    return page(request, "sign_in.html.j2", None, wrong=False)


@router.post("/sign-in")
def sign_in(
    request: Request, service: Services, token: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Keep the token in a cookie that scripts can't read and other sites can't use."""
    identity = service.tokens.identify(token.strip())
    if identity is None:
        return page(request, "sign_in.html.j2", None, status=401, wrong=True)
    answer = RedirectResponse("/", 303)
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    answer.set_cookie(COOKIE, token.strip(), httponly=True, samesite="strict", secure=secure, path="/")
    return answer


@router.post("/sign-out")
def sign_out(_: Visitor) -> Response:
    """Forget the token in this browser."""
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/")
def home(request: Request, service: Services, identity: Visitor) -> Response:
    """Runs, jobs and data sets."""
    datasets, _ = service.datasets.page(SHOWN)
    return page(
        request,
        "home.html.j2",
        identity,
        runs=listing(service.runs).entries[:SHOWN],
        datasets=datasets,
        jobs=_jobs(service),
    )


@router.get("/parts/jobs")
def jobs_part(request: Request, service: Services, identity: Visitor) -> Response:
    """The jobs that are not done, for a page that is open."""
    return page(request, "jobs.html.j2", identity, jobs=_jobs(service))


def _jobs(service: Services) -> list[tuple[Job, list[tuple[str, str]]]]:
    """The jobs that have not ended, the newest first, with how far they are."""
    found, _ = service.jobs.page(200)
    return [(job, views.progress(job)) for job in found if job.status not in FINAL]


@router.post("/solve")
def solve(
    service: Services,
    identity: Visitor,
    dataset: Annotated[str, Form(pattern=ID)],
    gap: Annotated[float, Form(ge=0, le=100)] = 1.0,
    time_limit: Annotated[float, Form(gt=0, le=1e6)] = 600,
) -> Response:
    """Begin a solve; `gap` is in percent."""
    if not identity.may("planner"):
        raise Problem(403, "This needs the role planner.", "not allowed")
    asked = _checked(Solve, dataset=dataset, gap=gap / 100, time_limit=time_limit)
    job, _ = jobs.submit(service, identity, "solve", asked, dataset, None)
    return RedirectResponse(f"/jobs/{job.id}", 303)


@router.get("/jobs/{job}")
def job_page(request: Request, service: Services, identity: Visitor, job: str) -> Response:
    """A job, live."""
    found = jobs.find(service, job)
    return page(request, "job.html.j2", identity, job=found, progress=views.progress(found))


@router.get("/parts/jobs/{job}")
def job_part(request: Request, service: Services, identity: Visitor, job: str) -> Response:
    """How far a job is, for a page that is open."""
    found = jobs.find(service, job)
    return page(request, "progress.html.j2", identity, job=found, progress=views.progress(found))


@router.post("/jobs/{job}/cancel")
def cancel(service: Services, identity: Visitor, job: str) -> Response:
    """Ask a job to stop."""
    if not identity.may("planner"):
        raise Problem(403, "This needs the role planner.", "not allowed")
    jobs.find(service, job)
    service.jobs.ask_to_stop(job)
    return RedirectResponse(f"/jobs/{job}", 303)


@router.get("/runs/{run}")
def run_page(request: Request, service: Services, identity: Visitor, run: str) -> Response:
    """A run: its figures and what is proven; of one without a plan, why."""
    from planner.report.write import chart_data

    found = opened(service, run)
    made = views.sections(found) if found.has_plan else []
    standing = standing_of(found)
    return page(
        request,
        "run.html.j2",
        identity,
        run=found,
        record=found.record,
        sections=made,
        data=chart_data(made),
        standing=standing,
        decided=views.decisions(service.runs, found) if standing else None,
        roles=views.roles(found, identity) if standing and standing.state == "proposed" else [],
    )


@router.post("/runs/{run}/approve")
def approve(service: Services, identity: Visitor, run: str, role: Answer, note: Answer = "") -> Response:
    """Sign a run."""
    return _decided(service, identity, "approve", run, role, note)


@router.post("/runs/{run}/reject")
def reject(service: Services, identity: Visitor, run: str, role: Answer, note: Answer = "") -> Response:
    """End a proposal."""
    return _decided(service, identity, "reject", run, role, note)


def _decided(
    service: Services, identity: Identity, verb: Literal["approve", "reject"], run: str, role: str, note: str
) -> Response:
    model: type[Approve] | type[Reject] = Approve if verb == "approve" else Reject
    asked = _checked(model, role=role, note=" ".join(note.split()))
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
    asked = _checked(Override, **{name: text.strip() for name, text in given.items() if text.strip()})
    made = decisions.decided(service, identity, "override", run, asked)
    return RedirectResponse(f"/runs/{made['run_id']}", 303)


def _checked(model: type[Request_], **given: Any) -> Request_:
    """The request; ends this one with 422 if it is not valid."""
    try:
        return model(**given)
    except ValidationError as fault:
        told = "; ".join(f"{error['loc'][0]}: {error['msg']}" for error in fault.errors())
        raise Problem(422, told, exit_code=2) from None


@router.get("/exceptions")
def exceptions_page(
    request: Request, service: Services, identity: Visitor, dataset: Word = "", run: Word = ""
) -> Response:
    """What leaves its band in a data set that is chosen, against the plan that is chosen, or the newest of these tables."""
    datasets, _ = service.datasets.page(SHOWN)
    content = looks.found(service, dataset, run or None, EXCEPTIONS) if dataset else None
    return page(
        request,
        "exceptions.html.j2",
        identity,
        datasets=datasets,
        runs=[one for one in listing(service.runs).entries[:SHOWN] if one["state"]],
        asked={"dataset": dataset, "run": run},
        section=views.exceptions(content) if content else None,
        run_id=content["run_id"] if content else None,
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
    mode: Word = "",
    day: Word = "",
    start: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> Response:
    """Orders, loads or inventory, by item, location, mode and day. Only the table where htmx asks for it."""
    found = with_plan(service, run)
    wanted = {"item": item or None, "location": location or None, "mode": mode or None, "day": _day(day)}
    rows, total = views.plan(found, table, wanted, start)
    asked = {"item": item, "location": location, "mode": mode, "day": day}
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


@router.get("/response")
def response_page(request: Request, service: Services, identity: Visitor) -> Response:
    """How fast events were answered."""
    section = views.times(document(response(service.runs)))
    return page(request, "response.html.j2", identity, section=section)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Problem(422, f"{text!r} is not a day; write 2026-03-31.", exit_code=2) from None

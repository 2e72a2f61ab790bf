"""Jobs: what is accepted will be done, once, whatever happens to the server in between."""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from planner.plan.files import to_json
from planner.plan.record import new_id
from planner.service.api import datasets
from planner.service.api.answers import Before, Id, Limit, Page, answer, told
from planner.service.api.datasets import Key
from planner.service.api.identity import Planner, Services, Viewer
from planner.service.api.problems import Problem, ProblemModel, missing, of_fault
from planner.service.api.requests import Asked, Replan, Scenarios, Simulate, Solve
from planner.service.api.runs import with_plan
from planner.service.service import Service
from planner.service.store.jobs import FINAL, Status
from planner.service.store.tables import Event, Job
from planner.service.store.tokens import Identity

router = APIRouter(prefix="/v1", tags=["jobs"])
LOOK = 0.2  # seconds between two looks for news, in memory
ASK = 3.0  # seconds after which the store is asked in any case
HEARTBEAT = 15.0  # seconds of silence after which a stream says that it is still there
LONGEST_WAIT = 60


class Progress(BaseModel):
    """How far a job is; of a solve: money, and what is proven."""

    phase: str | None = Field(None, examples=["improving"])
    elapsed: float | None = Field(None, examples=[12.5])
    cost: float | None = Field(None, examples=[9210.4])
    bound: float | None = Field(None, examples=[9100.0])
    gap: float | None = Field(None, examples=[0.012])
    done: int | None = None
    blocks: int | None = None
    cells: int | None = None
    left: float | None = None
    sentence: str | None = None


class JobModel(BaseModel):
    """A job: queued → running → done, failed or cancelled. `result` is the JSON document of the verb on the command line,
    `error` the problem document; a job that was cancelled may have the best plan so far as its result."""

    id: str = Field(examples=["20261122T153000.123Z-k7m2x"])
    verb: Literal["solve", "scenarios", "simulate", "replan"]
    status: Status
    actor: str = Field(examples=["night run"])
    dataset: str | None = Field(examples=["20261122T152900.001Z-b4c9d"])
    options: dict[str, Any] = Field(
        examples=[{"gap": 0.01}], description="What was asked for; without the events, which are in the run."
    )
    created: datetime
    started: datetime | None
    finished: datetime | None
    attempts: int = Field(description="How often its process died.")
    cancel: bool = Field(description="Whether somebody has asked for its end.")
    run_id: str | None = Field(description="The run with the plan, or with the reason why there is none.")
    progress: Progress | None
    result: dict[str, Any] | None
    error: ProblemModel | None


def shown(job: Job) -> dict[str, Any]:
    """A job as the API tells of it."""
    return {
        "id": job.id,
        "verb": job.verb,
        "status": job.status,
        "actor": job.actor,
        "dataset": job.dataset_id,
        "options": _options(job.request),
        "created": job.created.isoformat(),
        "started": job.started and job.started.isoformat(),
        "finished": job.finished and job.finished.isoformat(),
        "attempts": job.attempts,
        "cancel": job.cancel,
        "run_id": job.run_id,
        "progress": job.progress,
        "result": job.result,
        "error": of_fault(job.error).document() if job.error else None,
    }


def _options(task: dict[str, Any]) -> dict[str, Any]:
    run = {"run": task["names"][0]} if task["names"] else {}
    return run | {name: value for name, value in task["options"].items() if name != "events"}


def submit(
    service: Service,
    identity: Identity,
    verb: str,
    asked: Asked,
    dataset: str | None,
    key: str | None,
    run: str | None = None,
) -> tuple[Job, bool]:
    """Accept a job and put it in the queue, or find the one with the key; whether it is new.

    Its tables are those of the data set, without one those of the run.
    """
    source = datasets.find(service, dataset).folder if dataset else ""
    names = () if run is None else (with_plan(service, run).record.run_id,)
    options = asked.options()
    limit = options.get("time_limit")
    if limit is not None and limit > service.settings.limits.seconds:
        raise Problem(
            422, f"time_limit may be up to {service.settings.limits.seconds:,} s here.", exit_code=2
        )
    task = service.task(verb, source=source, names=names, options=options, actor=identity.name)
    content = json.dumps([verb, dataset, options, *([run] if run else [])], sort_keys=True)
    job = Job(
        id=new_id(),
        verb=verb,
        actor=identity.name,
        dataset_id=dataset,
        request=task.as_dict(),
        idempotency_key=key,
        request_hash=hashlib.sha256(content.encode()).hexdigest(),
    )
    job, new = service.jobs.accept(job, service.settings.limits.queued)
    if job.status not in FINAL:
        service.queue.submit(job.id)
    return job, new


def _accepted(request: Request, job: Job, new: bool) -> Response:
    headers = {"Location": f"/v1/jobs/{job.id}"}
    return answer(request, shown(job), status=202 if new else 200, headers=headers)


ACCEPTED: Any = {
    "status_code": 202,
    "response_model": JobModel,
    "responses": {
        200: {"model": JobModel, "description": "Accepted before, with this key"},
        **told(400, 404, 429),
    },
}


@router.post("/solve", summary="Make a plan", **ACCEPTED)
def solve(request: Request, service: Services, identity: Planner, asked: Solve, key: Key = None) -> Response:
    """As `planner solve`: one plan from the tables, with a proven gap. The same question is answered once, unless `force` is set.

    The run gets the id of the job; where it was answered before, `result.run_id` is that of the earlier run.
    """
    return _accepted(request, *submit(service, identity, "solve", asked, asked.dataset, key))


@router.post("/scenarios", summary="Solve scenarios", **ACCEPTED)
def scenarios(
    request: Request, service: Services, identity: Planner, asked: Scenarios, key: Key = None
) -> Response:
    """As `planner scenarios`: the scenarios in the data set's `scenarios.toml`, compared with `base`."""
    return _accepted(request, *submit(service, identity, "scenarios", asked, asked.dataset, key))


@router.post("/simulate", summary="Play policies", **ACCEPTED)
def simulate(
    request: Request, service: Services, identity: Planner, asked: Simulate, key: Key = None
) -> Response:
    """As `planner simulate`: policies through weeks of demand that they don't know."""
    return _accepted(request, *submit(service, identity, "simulate", asked, asked.dataset, key))


@router.post(
    "/replan",
    summary="Answer events",
    **{**ACCEPTED, "responses": {**ACCEPTED["responses"], **told(400, 404, 409, 429)}},
)
def replan(
    request: Request, service: Services, identity: Planner, asked: Replan, key: Key = None
) -> Response:
    """As `planner replan`: plans again what the events touch, leaves the rest of the run's plan as it stands.

    A job whose events are all in the run already is done with `result.status` = `nothing to do`, and makes no run. Events that are
    not valid end it as failed, with findings: row n is the n-th event of the list.
    """
    return _accepted(request, *submit(service, identity, "replan", asked, asked.dataset, key, asked.run))


@router.get("/jobs", summary="List jobs", response_model=Page[JobModel], responses=told())
def list_(
    request: Request,
    service: Services,
    _: Viewer,
    limit: Limit = 50,
    before: Before = None,
    status: Annotated[Status | None, Query(description="Only these.")] = None,
) -> Response:
    """The newest first."""
    rows, then = service.jobs.page(limit, before, status)
    return answer(request, {"items": [shown(row) for row in rows], "next": then})


@router.get("/jobs/{job}", summary="Show a job", response_model=JobModel, responses=told(404))
async def show(
    request: Request,
    service: Services,
    _: Viewer,
    job: Id,
    wait: Annotated[
        float, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for the job's end.", examples=[0])
    ] = 0,
) -> Response:
    """Status, cost, bound and gap so far, and the result when it has ended."""
    known = service.jobs.news(job)
    found = await run_in_threadpool(find, service, job)
    until = time.monotonic() + wait
    while found.status not in FINAL and time.monotonic() < until and not service.stopping.is_set():
        await _news(service, job, known, min(ASK, until - time.monotonic()))
        known = service.jobs.news(job)
        found = await run_in_threadpool(find, service, job)
    return answer(request, shown(found))


@router.post(
    "/jobs/{job}/cancel",
    status_code=202,
    summary="Cancel a job",
    response_model=JobModel,
    responses=told(404),
)
def cancel(request: Request, service: Services, _: Planner, job: Id) -> Response:
    """One that waits ends at once; one that runs keeps the best plan so far. One that has ended stays as it is."""
    found = service.jobs.ask_to_stop(job)
    if found is None:
        raise missing("job", job)
    return answer(request, shown(found), status=202)


EVENT = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "event": {"type": "string"}, "data": {"type": "string"}},
}


@router.get(
    "/jobs/{job}/events",
    summary="Follow a job",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events until the job has ended: queued, running, progress, died, done, failed, cancelled",
            "content": {
                "text/event-stream": {
                    "schema": EVENT,
                    "example": 'id: 17\nevent: progress\ndata: {"phase": "improving", "cost": 9210.4, "gap": 0.012}\n\n',
                }
            },
        },
        **told(404),
    },
)
async def events(
    service: Services,
    _: Viewer,
    job: Id,
    after: Annotated[int, Query(ge=0, lt=2**31, description="Only events after this one.")] = 0,
    last_event_id: Annotated[
        int | None, Header(ge=0, lt=2**31, description="As `after`; browsers send it by themselves.")
    ] = None,
) -> Response:
    """What happens to the job, from its beginning, as it happens. Who comes back says which event was the last."""
    await run_in_threadpool(find, service, job)
    stream = _stream(service, job, last_event_id if last_event_id is not None else after)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _stream(service: Service, job: str, last: int) -> AsyncIterator[str]:
    said = time.monotonic()
    while not service.stopping.is_set():
        known = service.jobs.news(job)
        found = await run_in_threadpool(service.jobs.events, job, last)
        for event in found:
            yield _written(event)
            last, said = event.number, time.monotonic()
            if event.kind in FINAL:
                return
        if not found:
            ended = await run_in_threadpool(find, service, job)
            if ended.status in FINAL:  # the caller has its last event
                return
            if time.monotonic() - said > HEARTBEAT:
                yield ": still there\n\n"
                said = time.monotonic()
            await _news(service, job, known, ASK)


async def _news(service: Service, job: str, known: int, seconds: float) -> None:
    """Wait until there are other news of the job than those that are known, or the seconds have passed."""
    until = time.monotonic() + seconds
    while service.jobs.news(job) == known and time.monotonic() < until and not service.stopping.is_set():
        await asyncio.sleep(LOOK)


def _written(event: Event) -> str:
    return f"id: {event.number}\nevent: {event.kind}\ndata: {to_json({'at': event.at.isoformat(), **event.data})}\n\n"


def find(service: Service, job: str) -> Job:
    """The job; ends the request with 404 if there is none."""
    found = service.jobs.find(job)
    if found is None:
        raise missing("job", job)
    return found

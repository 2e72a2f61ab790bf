"""What happens when a schedule ticks: the tables of its folder become a data set, and a job is submitted. Safe to repeat."""

import hashlib
import time
from datetime import datetime, timedelta

import structlog

from planner.plan.record import new_id
from planner.service.api.datasets import taken
from planner.service.api.jobs import submit
from planner.service.api.problems import problem_of
from planner.service.api.requests import Replan
from planner.service.schedules import calendar
from planner.service.schedules.entry import asked_for
from planner.service.service import Busy, Service
from planner.service.store.jobs import QueueFull
from planner.service.store.tables import Job, Schedule, now
from planner.service.store.tokens import Identity
from planner.service.uploads import Refused, allowed_folder

log = structlog.get_logger("planner.schedules")
PAUSE = 5.0  # seconds until a server that is busy is asked again


def tick(name: str, at: datetime, service: Service) -> None:
    """Do what the schedule says for this tick (in UTC), once, and note how it went.

    Left out: what was dealt with, what a newer tick has overtaken, and the second time of an hour that comes twice.
    """
    schedule = service.schedules.find(name)
    if schedule is None or schedule.paused or at <= schedule.considered:
        return
    # the schedule is another one by now, or the hour comes twice
    if calendar.latest(schedule.cron, schedule.timezone, at) != at:
        return
    with structlog.contextvars.bound_contextvars(schedule=name, tick=at.isoformat()):
        while now() - at <= timedelta(minutes=schedule.grace_minutes):
            if calendar.latest(schedule.cron, schedule.timezone, now()) > at:
                log.warning("a tick was overtaken by the next one")
                return
            try:
                job = _submitted(schedule, at, service)
            except (Busy, QueueFull):
                time.sleep(PAUSE)
                continue
            except Exception as fault:
                problem = problem_of(fault)
                log.error("a schedule failed", problem=problem.document(), exc_info=problem.status >= 500)
                service.schedules.ticked(name, at, "failed", problem.detail)
                return
            log.info("a schedule has submitted a job", job_id=job.id)
            service.schedules.ticked(name, at, "submitted", job_id=job.id)
            return
        log.warning("a tick was missed")
        service.schedules.ticked(name, at, "missed", f"more than {schedule.grace_minutes} minutes late")


def _submitted(schedule: Schedule, at: datetime, service: Service) -> Job:
    """The job of the tick: its name and its time are the key, so that it is one however often this is done."""
    actor = Identity("schedule", f"schedule {schedule.name}", frozenset({"planner"}))
    key = at.isoformat()
    place = allowed_folder(schedule.folder, service.settings.allowed)
    if place is None:
        raise Refused(f"{schedule.folder} is not a folder that the server allows any more (--allow).")
    strict = bool(schedule.options.get("strict"))
    request_hash = hashlib.sha256(f"{place}|{schedule.name}|{strict}".encode()).hexdigest()
    dataset, _ = taken(service, actor.name, new_id(), place, schedule.name, strict, key, request_hash)
    asked = asked_for(schedule.verb, schedule.options, dataset.id)
    run = asked.run if isinstance(asked, Replan) else None
    return submit(service, actor, schedule.verb, asked, dataset.id, key, run)[0]

"""What happens to a job from when it is taken from the queue until it has ended. Safe to repeat after a crash."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from planner.plan.registry import Registry
from planner.service.jobs.process import Ended, run
from planner.service.jobs.task import Task
from planner.service.settings import Settings
from planner.service.store.jobs import Jobs, Status
from planner.service.store.tables import Job
from planner.verbs.faults import FAULT, INTERRUPTED

log = structlog.get_logger("planner.jobs")
PACE = 0.5  # seconds between two reports that are kept


def work(job_id: str, jobs: Jobs, settings: Settings) -> None:
    """Do the job, again if its process dies, and keep how it ended."""
    job = jobs.begin(job_id)
    if job is None:
        return
    with structlog.contextvars.bound_contextvars(job_id=job_id, verb=job.verb, actor=job.actor):
        log.info("job begins", attempt=job.attempts + 1)
        try:
            status, result, error = _until_it_ends(job, jobs, settings)
        except Exception as fault:
            log.exception("job failed by a fault of the service")
            status, result, error = "failed", None, _error("fault", f"{type(fault).__name__}: {fault}")
        if jobs.finish(job_id, status, result=result, error=error):
            log.info("job ends", status=status, run_id=(result or error or {}).get("run_id"))


def _until_it_ends(
    job: Job, jobs: Jobs, settings: Settings
) -> tuple[Status, dict[str, Any] | None, dict[str, Any] | None]:
    limits = settings.limits
    task = replace(Task.of(job.request), run_id=job.id)
    reports = _Reports(job.id, jobs)
    while True:
        Registry(Path(task.runs)).discard(job.id)
        ended = run(
            task,
            seconds=limits.seconds,
            memory_mb=limits.memory_mb,
            grace=limits.grace,
            progress=reports,
            stop=lambda: jobs.is_to_stop(job.id),
        )
        reports.keep()
        if ended.document is not None or ended.fault is not None:
            return _outcome(ended, cancelled=jobs.is_to_stop(job.id))
        log.warning("the process of a job died", reason=ended.reason)
        attempts = jobs.died(job.id, ended.reason)
        if jobs.is_to_stop(job.id):
            return "cancelled", None, _error("interrupted", f"Cancelled: {ended.reason}.", INTERRUPTED)
        if ended.final or attempts >= limits.attempts:
            tried = "" if ended.final else f" It was tried {attempts} times."
            return "failed", None, _error("fault", f"The job was given up: {ended.reason}.{tried}")


def _outcome(ended: Ended, *, cancelled: bool) -> tuple[Status, dict[str, Any] | None, dict[str, Any] | None]:
    if ended.fault is not None:
        interrupted = ended.fault.get("exit_code") == INTERRUPTED
        return ("cancelled" if cancelled and interrupted else "failed"), None, ended.fault
    partial = ended.stopped and cancelled
    return ("cancelled" if partial else "done"), ended.document, None


def _error(kind: str, message: str, code: int = FAULT) -> dict[str, Any]:
    return {"status": kind, "exit_code": code, "message": message}


class _Reports:
    """Keeps what a job reports, though not more often than anybody could read, and the last report in any case."""

    def __init__(self, job_id: str, jobs: Jobs) -> None:
        self._job_id, self._jobs, self._kept = job_id, jobs, float("-inf")
        self._waiting: dict[str, Any] | None = None

    def __call__(self, progress: dict[str, Any]) -> None:
        self._waiting = progress
        if time.monotonic() - self._kept >= PACE:
            self.keep()

    def keep(self) -> None:
        """Keep the last report, if it isn't kept yet."""
        if self._waiting is not None:
            self._jobs.report(self._job_id, self._waiting)
            self._waiting, self._kept = None, time.monotonic()

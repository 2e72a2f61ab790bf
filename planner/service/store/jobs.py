"""Jobs: what was accepted, how far it is, and how it ended. Every change of a job's status is in here."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, get_args

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from planner.service.store.database import Database
from planner.service.store.hooks import announce
from planner.service.store.once import add_once
from planner.service.store.pages import newest
from planner.service.store.tables import Event, Job, now

Status = Literal["queued", "running", "done", "failed", "cancelled"]
STATUSES: tuple[Status, ...] = get_args(Status)
FINAL = ("done", "failed", "cancelled")


class QueueFull(Exception):  # noqa: N818
    """As many jobs wait as the operator allows."""


class Jobs:
    """The jobs in a store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._news: dict[str, int] = {}

    def news(self, job_id: str) -> int:
        """A number that grows whenever this process changes a job that has not ended; cheap to ask for."""
        return self._news.get(job_id, 0)

    @contextmanager
    def _changing(self, job_id: str) -> Iterator[Session]:
        with self._database.session() as session:
            yield session
        self._news[job_id] = self._news.get(job_id, 0) + 1

    def accept(self, job: Job, queued: int) -> tuple[Job, bool]:
        """Keep the job, or find the one that was kept under its key; whether it is new.

        Raises QueueFull if `queued` jobs wait already, KeyReused.
        """
        job, new = add_once(self._database, job, lambda session: _require_room(session, queued))
        if new:
            self.tell(job.id, "queued", {})
        return job, new

    def find(self, job_id: str) -> Job | None:
        """The job, if there is one of that id."""
        with self._database.reading() as session:
            return session.get(Job, job_id)

    def page(
        self, limit: int, before: str | None = None, status: str | None = None
    ) -> tuple[list[Job], str | None]:
        """Jobs, the newest first, and where the next page begins."""
        where = [] if status is None else [Job.status == status]
        return newest(self._database, Job, limit, before, *where)

    def unfinished(self) -> list[str]:
        """The ids of all jobs that are still to be done, the oldest first."""
        with self._database.reading() as session:
            return list(session.scalars(select(Job.id).where(Job.status.not_in(FINAL)).order_by(Job.id)))

    def counts(self) -> dict[str, int]:
        """How many jobs there are per status."""
        with self._database.reading() as session:
            found = session.execute(select(Job.status, func.count()).group_by(Job.status)).all()
        return dict.fromkeys(STATUSES, 0) | {row[0]: row[1] for row in found}

    def begin(self, job_id: str) -> Job | None:
        """The job, which is now running; None if it is done, or was cancelled before it began."""
        with self._changing(job_id) as session:
            job = session.get(Job, job_id, with_for_update=True)
            if job is None or job.status in FINAL:
                return None
            job.status, job.started = "running", job.started or now()
            session.add(Event(job_id=job_id, kind="running", data={"attempt": job.attempts + 1}))
            return job

    def died(self, job_id: str, reason: str) -> int:
        """Note that an attempt ended without a result; returns how many have."""
        with self._changing(job_id) as session:
            job = session.get_one(Job, job_id, with_for_update=True)
            job.attempts += 1
            session.add(Event(job_id=job_id, kind="died", data={"attempt": job.attempts, "reason": reason}))
            return job.attempts

    def report(self, job_id: str, progress: dict[str, Any]) -> None:
        """Note how far the job is."""
        with self._changing(job_id) as session:
            session.execute(update(Job).where(Job.id == job_id).values(progress=progress))
            session.add(Event(job_id=job_id, kind="progress", data=progress))

    def finish(
        self,
        job_id: str,
        status: Status,
        *,
        result: dict[str, Any] | None = None,
        error: dict[str, Any] | None = None,
    ) -> bool:
        """End the job, once: whether this was the first end."""
        with self._changing(job_id) as session:
            job = session.get_one(Job, job_id, with_for_update=True)
            if job.status in FINAL:
                return False
            job.result, job.error, job.run_id = result, error, (result or error or {}).get("run_id")
            _end(session, job, status)
        self._news.pop(job_id, None)
        return True

    def ask_to_stop(self, job_id: str) -> Job | None:
        """Cancel a job that waits, ask one that runs to stop; None if there is no such job. One that has ended stays so."""
        with self._changing(job_id) as session:
            job = session.get(Job, job_id, with_for_update=True)
            if job is None or job.status in FINAL or job.cancel:
                return job
            job.cancel = True
            if job.status == "queued":
                _end(session, job, "cancelled")
            return job

    def is_to_stop(self, job_id: str) -> bool:
        """Whether somebody has asked for the end of the job."""
        with self._database.reading() as session:
            return bool(session.scalar(select(Job.cancel).where(Job.id == job_id)))

    def tell(self, job_id: str, kind: str, data: dict[str, Any]) -> None:
        """Add an event."""
        with self._changing(job_id) as session:
            session.add(Event(job_id=job_id, kind=kind, data=data))

    def events(self, job_id: str, after: int = 0, limit: int = 500) -> Sequence[Event]:
        """What has happened to the job after the event of that number, in order."""
        query = select(Event).where(Event.job_id == job_id, Event.number > after).order_by(Event.number)
        with self._database.reading() as session:
            return list(session.scalars(query.limit(limit)))


def _end(session: Session, job: Job, status: Status) -> None:
    """The one way in which a job ends: what is told of it is kept in the same transaction."""
    job.status, job.finished = status, now()
    session.add(Event(job_id=job.id, kind=status, data={"run_id": job.run_id}))
    announce(session, job)


def _require_room(session: Session, queued: int) -> None:
    waiting = session.scalar(select(func.count()).select_from(Job).where(Job.status == "queued")) or 0
    if waiting >= queued:
        raise QueueFull

"""Schedules: what is made again and again, and how it went the last time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from planner.errors import UsageError
from planner.service.store.database import Database
from planner.service.store.tables import AllowedFolder, Job, Schedule, now

Outcome = Literal["submitted", "failed", "missed"]
LONGEST = 2000  # characters of a message that are kept


class Schedules:
    """The schedules in a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, schedule: Schedule) -> None:
        """Keep a new one; raises UsageError if there is one of that name."""
        with self._database.session() as session:
            if session.get(Schedule, schedule.name) is not None:
                raise UsageError(
                    f"there is a schedule {schedule.name!r} already. `planner schedule remove {schedule.name}` ends it."
                )
            session.add(schedule)

    def find(self, name: str) -> Schedule | None:
        """The schedule, if there is one of that name."""
        with self._database.reading() as session:
            return session.get(Schedule, name)

    def list(self) -> list[tuple[Schedule, Job | None]]:
        """Every schedule by name, with its last job."""
        query = select(Schedule, Job).outerjoin(Job, Schedule.last_job == Job.id).order_by(Schedule.name)
        with self._database.reading() as session:
            return [(row[0], row[1]) for row in session.execute(query)]

    def active(self) -> Sequence[Schedule]:
        """Those that tick."""
        with self._database.reading() as session:
            return session.scalars(select(Schedule).where(Schedule.paused.is_(False))).all()

    def remove(self, name: str) -> Schedule:
        """End a schedule; its jobs stay. Raises UsageError if there is none of that name."""
        with self._database.session() as session:
            schedule = _found(session, name)
            session.delete(schedule)
        return schedule

    def pause(self, name: str, *, paused: bool) -> Schedule:
        """Let a schedule pause, or go on: what it missed in between is not made up for. Raises UsageError."""
        with self._database.session() as session:
            schedule = _found(session, name)
            if schedule.paused != paused:
                schedule.paused, schedule.considered = paused, now()
            return schedule

    def ticked(
        self, name: str, tick: datetime, outcome: Outcome, message: str = "", job_id: str | None = None
    ) -> None:
        """Note how a tick went."""
        with self._database.session() as session:
            schedule = session.get(Schedule, name, with_for_update=True)
            if schedule is not None and tick > schedule.considered:
                schedule.considered = schedule.last_tick = tick
                schedule.last_status, schedule.last_job = outcome, job_id
                schedule.last_message = message[:LONGEST] or None

    def allow(self, folders: Iterable[Path]) -> None:
        """Note which folders the server allows from now on."""
        with self._database.session() as session:
            session.execute(delete(AllowedFolder))
            session.add_all(
                AllowedFolder(path=path) for path in sorted({str(one.resolve()) for one in folders})
            )

    def allowed(self) -> tuple[Path, ...]:
        """Which folders the server has allowed the last time that it began."""
        with self._database.reading() as session:
            return tuple(map(Path, session.scalars(select(AllowedFolder.path))))


def _found(session: Session, name: str) -> Schedule:
    schedule = session.get(Schedule, name, with_for_update=True)
    if schedule is None:
        raise UsageError(
            f"there is no schedule {name!r}. `planner schedule list` shows those that are there."
        )
    return schedule

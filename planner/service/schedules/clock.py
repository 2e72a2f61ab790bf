"""What lets schedules tick: those of DBOS, kept as those in the store are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dbos import DBOS, ScheduleInput

from planner.service.jobs.queue import DBOSQueue
from planner.service.schedules.calendar import latest
from planner.service.store.schedules import Schedules
from planner.service.store.tables import now

LATE = timedelta(seconds=15)  # DBOS ticks up to ten seconds late; what is later has been missed


class Clock:
    """Calls `work` with name and time (in UTC) of ticks, one after the other; for the same tick perhaps more than once.

    The store says which schedules there are: the queue's own tables may be lost. A tick that was missed, because no server
    was there or it was busy, is made up for at the next look, if no newer one has come.
    """

    def __init__(self, work: Callable[[str, datetime], None], schedules: Schedules) -> None:
        self._schedules = schedules
        self._served: dict[str, tuple[str, str] | None] = {}
        self._ticks = DBOSQueue("tick", lambda entry: work(*_told(*entry.rsplit("/", 1))), at_once=1)

        @DBOS.workflow(name="on time", max_recovery_attempts=None)
        def on_time(at: datetime | str, name: str) -> None:
            work(*_told(name, at))

        self._on_time = on_time

    def start(self) -> None:
        """Begin, with what is left of the last time."""
        self._ticks.start()
        self._served = dict.fromkeys(one["schedule_name"] for one in DBOS.list_schedules())

    def look(self) -> None:
        """Take over what has changed in the store, and find what was missed."""
        active = self._schedules.active()
        wanted = {one.name: (one.cron, one.timezone) for one in active}
        for name in self._served.keys() - wanted.keys():
            DBOS.delete_schedule(name)
        changed = [name for name, times in wanted.items() if self._served.get(name) != times]
        if changed:
            DBOS.apply_schedules([self._input(name, *wanted[name]) for name in changed])
        self._served = {**wanted}
        for one in active:
            tick = latest(one.cron, one.timezone, now() - LATE)
            if tick > one.considered:
                self._ticks.submit(f"{one.name}/{tick.isoformat()}")

    def _input(self, name: str, cron: str, timezone: str) -> ScheduleInput:
        return {
            "schedule_name": name,
            "workflow_fn": self._on_time,
            "schedule": cron,
            "cron_timezone": timezone,
            "context": name,
            "queue_name": self._ticks.name,
        }


def _told(name: str, at: datetime | str) -> tuple[str, datetime]:
    """Name and time; a time that was kept as JSON is a text."""
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    return name, moment.astimezone(UTC)

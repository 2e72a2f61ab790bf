"""What lets schedules tick: those of DBOS, kept as those in the store are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dbos import DBOS, ScheduleInput

from planner.service.jobs.queue import LOOK
from planner.service.schedules.calendar import latest
from planner.service.store.schedules import Schedules
from planner.service.store.tables import now

TICKS = "ticks"
LATE = timedelta(seconds=15)  # DBOS ticks up to ten seconds late; what is later has been missed
MOMENT = timedelta(seconds=1)


class Clock:
    """Calls `work` with name and time (in UTC) of every tick, once; after a crash it may be called again.

    The store says which schedules there are: the queue's own tables may be lost. A tick that was missed, because no server
    was there or the schedule is new, is made up for at the next look, if no newer one has come.
    """

    def __init__(self, work: Callable[[str, datetime], None], schedules: Schedules) -> None:
        self._schedules = schedules
        self._served: dict[str, tuple[str, str] | None] = {}

        @DBOS.workflow(name="tick", max_recovery_attempts=None)
        def entry(at: datetime | str, name: str) -> None:
            told = at if isinstance(at, datetime) else datetime.fromisoformat(at)  # a text, out of JSON
            work(name, told.astimezone(UTC))

        self._entry = entry

    def start(self) -> None:
        """Begin, with what is left of the last time."""
        DBOS.register_queue(
            TICKS, worker_concurrency=1, polling_interval_sec=LOOK, on_conflict="always_update"
        )
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
                DBOS.backfill_schedule(one.name, tick - MOMENT, tick + MOMENT / 2)

    def _input(self, name: str, cron: str, timezone: str) -> ScheduleInput:
        return {
            "schedule_name": name,
            "workflow_fn": self._entry,
            "schedule": cron,
            "cron_timezone": timezone,
            "context": name,
            "queue_name": TICKS,
        }

"""When a schedule ticks: cron expressions in a time zone, by croniter.

When clocks go forward, a time that is skipped ticks as soon as the clock goes on. When they go back, a time that comes twice
ticks the first time only; an expression whose hours have a `*` ticks through both.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from croniter import CroniterError, croniter

from planner.errors import UsageError
from planner.tables.findings import nearest

FIELDS = (5, 6)  # six begin with seconds
PLAIN = re.compile(r"[0-9a-zA-Z*/,#-]+")
CHANCE = re.compile(
    r"(^|,)[rRhH](\(|$|/)"
)  # croniter draws a time for these: another one whenever it is asked


def require_calendar(cron: str, timezone: str, at: datetime) -> None:
    """Raise UsageError unless there is a next tick after `at`."""
    if timezone not in available_timezones():
        hint = nearest(timezone, available_timezones()) or "Names are such as Europe/Berlin."
        raise UsageError(f"--timezone: {timezone!r} is no time zone. {hint}")
    fields = cron.split()
    if len(fields) not in FIELDS or not all(
        PLAIN.fullmatch(one) and not CHANCE.search(one) for one in fields
    ):
        raise UsageError(
            f"--cron: {cron!r} has to have five fields: minute, hour, day of month, month, day of week, as in '30 5 * * 1-5'."
        )
    try:
        following(cron, timezone, at)
    except (CroniterError, ValueError, KeyError) as fault:
        raise UsageError(f"--cron: {cron!r} is no time that comes ({fault}).") from None


def following(cron: str, timezone: str, at: datetime) -> datetime:
    """The first tick after `at`, in UTC."""
    ticks = _ticks(cron, timezone, at)
    found: datetime = ticks.get_next(datetime)
    while is_repeat(cron, found):
        found = ticks.get_next(datetime)
    return found.astimezone(UTC)


def latest(cron: str, timezone: str, at: datetime) -> datetime:
    """The last tick not after `at`, in UTC."""
    # what is added to a time in a zone is added to what its clocks show, so it is done in UTC
    ticks = _ticks(cron, timezone, at.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1))
    found: datetime = ticks.get_prev(datetime)
    while is_repeat(cron, found):
        found = ticks.get_prev(datetime)
    return found.astimezone(UTC)


def is_repeat(cron: str, tick: datetime) -> bool:
    """Whether the clock shows this time of day for the second time, and the schedule names its hours.

    `tick` is in the zone of the schedule.
    """
    hours = cron.split()[-4]
    if "*" in hours:
        return False
    first = tick.replace(fold=0)
    return first.utcoffset() != tick.utcoffset() and first.astimezone(UTC) < tick.astimezone(UTC)


def _ticks(cron: str, timezone: str, at: datetime) -> croniter:
    return croniter(cron, at.astimezone(ZoneInfo(timezone)), second_at_beginning=True)

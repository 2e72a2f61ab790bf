"""A schedule as it is asked for, and as it is told of."""

import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from planner.errors import UsageError
from planner.service.api.requests import Asked, Replan, Scenarios, Solve
from planner.service.schedules.calendar import following, require_calendar
from planner.service.store.tables import Job, Schedule, now
from planner.service.uploads import allowed_folder

REQUESTS: dict[str, type[Asked]] = {"solve": Solve, "scenarios": Scenarios, "replan": Replan}
DEFAULTS: dict[str, dict[str, Any]] = {"replan": {"run": "published"}}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


def schedule_of(
    name: str,
    verb: str,
    cron: str,
    timezone: str,
    folder: Path,
    options: dict[str, Any],
    grace_minutes: int,
    allowed: tuple[Path, ...],
) -> Schedule:
    """A new schedule; raises UsageError for whatever would let each of its ticks fail."""
    if not NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name: up to 60 letters, digits, dots, underscores and hyphens.")
    if verb not in REQUESTS:
        raise UsageError(f"{verb!r} can't be done on a schedule; {', '.join(REQUESTS)} can.")
    require_calendar(cron, timezone, now())
    place = allowed_folder(str(folder.absolute()), allowed)
    if place is None:
        known = ", ".join(map(str, allowed)) or "none yet: begin `planner serve --allow DIR` once"
        raise UsageError(f"--folder: {folder} is not inside of a folder that the server allows ({known}).")
    if not place.is_dir():
        raise UsageError(f"--folder: {folder} is not there.")
    asked_for(verb, options, "none")
    return Schedule(
        name=name,
        cron=" ".join(cron.split()),
        timezone=timezone,
        folder=str(place),
        verb=verb,
        options=options,
        grace_minutes=grace_minutes,
    )


def asked_for(verb: str, options: dict[str, Any], dataset: str) -> Asked:
    """The request of a tick, in the words of the API. Raises UsageError for options that it can't have."""
    try:
        return REQUESTS[verb].model_validate({**DEFAULTS.get(verb, {}), **options, "dataset": dataset})
    except ValidationError as fault:
        told = []
        for error in fault.errors():
            flag = "--" + str(error["loc"][0]).replace("_", "-")
            unknown = error["type"] == "extra_forbidden"
            told.append(f"{flag} is no option of {verb}" if unknown else f"{flag}: {error['msg']}")
        raise UsageError("; ".join(told)) from None


def shown(schedule: Schedule, job: Job | None) -> dict[str, Any]:
    """A schedule as the command line and the API tell of it."""
    zone = ZoneInfo(schedule.timezone)
    last = schedule.last_tick and {
        "at": schedule.last_tick.astimezone(zone).isoformat(),
        "status": schedule.last_status,
        "message": schedule.last_message,
        "job": job and {"id": job.id, "status": job.status, "run_id": job.run_id},
    }
    coming = None if schedule.paused else following(schedule.cron, schedule.timezone, now())
    return {
        "name": schedule.name,
        "state": "paused" if schedule.paused else "active",
        "cron": schedule.cron,
        "timezone": schedule.timezone,
        "folder": schedule.folder,
        "verb": schedule.verb,
        "options": schedule.options,
        "grace_minutes": schedule.grace_minutes,
        "next": coming and coming.astimezone(zone).isoformat(),
        "last": last,
    }

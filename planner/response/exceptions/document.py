"""Exceptions for programs and spreadsheets, and since when each of them is known."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from planner.errors import UsageError
from planner.plan.files import write_atomically, write_csv, write_json
from planner.response.exceptions.issue import Issue, Proposal
from planner.response.exceptions.look import Look

KIND = "exceptions"
SCHEMA_VERSION = 1
FORMATS = (".json", ".csv", ".xlsx")


@dataclass(frozen=True)
class Clock:
    """Now, and since when exceptions of earlier looks are known; the others are known since now."""

    now: datetime
    since: dict[str, datetime]

    @classmethod
    def read(cls, path: Path | None, now: datetime | None = None) -> "Clock":
        """From the file that an earlier look has written; raises UsageError if it is another file."""
        now = now or datetime.now(UTC)
        if path is None or path.suffix != ".json" or not path.exists():
            return cls(now, {})
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            entries: list[dict[str, Any]] = content[KIND] if content["kind"] == KIND else content[""]
            return cls(now, {one["exception_id"]: datetime.fromisoformat(one["since"]) for one in entries})
        except (OSError, ValueError, KeyError, TypeError):
            raise UsageError(
                f"{path} exists already and has no exceptions; nothing was written. Maybe choose another name with --to."
            ) from None

    def first_seen(self, issue: Issue) -> datetime:
        """When the exception was seen first."""
        return self.since.get(issue.id, self.now)

    def hours_left(self, issue: Issue) -> float:
        """What is left of the time in which it is to be answered [h]; negative = it is overdue."""
        due = self.first_seen(issue) + timedelta(hours=issue.hours)
        return (due - self.now) / timedelta(hours=1)


def document(look: Look, clock: Clock) -> dict[str, Any]:
    """Everything that was found; money in the currency of the data."""
    return {
        "kind": KIND,
        "at": _stamp(clock.now),
        "exceptions": [entry(issue, rank, clock) for rank, issue in enumerate(look.listed, 1)],
        "below": {"count": len(look.below), "stake": sum(one.stake for one in look.below)},
        "unpriced": {"count": len(look.unpriced), "stake": sum(one.stake for one in look.unpriced)},
        "impossible_orders": look.impossible,
        "signs": [{"sign": one.name, "holds": one.holds, "says": one.says} for one in look.signs],
    }


def entry(issue: Issue, rank: int, clock: Clock) -> dict[str, Any]:
    """One exception."""
    return {
        "rank": rank,
        "exception_id": issue.id,
        "type": issue.kind,
        "says": issue.says,
        "recoverable": issue.recoverable,
        "stake": issue.stake,
        "cost_before": issue.cost_before,
        "cost_after": issue.cost_after,
        "measures": [vars(one) for one in issue.measures],
        "items": issue.items,
        "categories": issue.categories,
        "locations": issue.locations,
        "lanes": issue.lanes,
        "orders": issue.orders,
        "first_day": str(issue.first),
        "last_day": str(issue.last),
        "deadline": None if issue.deadline is None else str(issue.deadline),
        "deadline_way": issue.deadline_way,
        "owners": issue.owners,
        "since": _stamp(clock.first_seen(issue)),
        "response_hours": issue.hours,
        "hours_left": round(clock.hours_left(issue), 2),
        "actions": [_action(one) for one in issue.actions],
    }


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _action(one: Proposal) -> dict[str, Any]:
    return vars(one) | {"dispatch": str(one.dispatch), "arrival": str(one.arrival)}


def write(content: dict[str, Any], to: Path) -> None:
    """Write the document (.json), or a table with a row per exception (.csv; .xlsx has another sheet with the actions)."""
    if to.suffix == ".json":
        write_json(to, {"schema_version": SCHEMA_VERSION, **content})
        return
    import pandas as pd

    from planner.plan.export import harmless
    from planner.plan.workbook import write_workbook

    entries = content["exceptions"]
    rows = pd.DataFrame([{name: _cell(value) for name, value in one.items()} for one in entries])
    if to.suffix == ".csv":
        write_csv(to, harmless(rows))
        return
    todo = [{"exception_id": one["exception_id"], **action} for one in entries for action in one["actions"]]
    sheets = {"Exceptions": rows, "Actions": pd.DataFrame(todo)}
    write_atomically(to, lambda target: write_workbook(target, sheets))


def _cell(value: Any) -> Any:
    """Names as one text, records as their number."""
    if isinstance(value, list):
        return len(value)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def require_writable(to: Path) -> None:
    """Raise UsageError where exceptions can't be written: another format, a file that is something else, no folder."""
    if to.suffix not in FORMATS:
        raise UsageError(f"{to}: exceptions are written as {', '.join(FORMATS)}")
    if to.suffix != ".json" and to.exists():
        raise UsageError(f"{to} exists already; nothing was written. Maybe choose another name with --to.")
    if not to.parent.exists():
        raise UsageError(f"the folder {to.parent} doesn't exist; nothing was written")

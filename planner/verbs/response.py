"""How fast events were answered, and which ones wait."""

from dataclasses import asdict, dataclass
from typing import Any

from planner.plan.record import stamp
from planner.plan.registry import Registry
from planner.response.ledger import Ledger
from planner.response.times import STAGES, Group, Timeline, groups, timelines


@dataclass(frozen=True)
class Answer:
    """All events of a folder of runs at the stamp `now`, and the same by type and category."""

    now: str
    timelines: tuple[Timeline, ...]
    groups: tuple[Group, ...]

    @property
    def overdue(self) -> list[Timeline]:
        """Those that nobody has decided on in time, the longest overdue first."""
        late = [one for one in self.timelines if one.outcome == "open" and one.overdue(self.now) > 0]
        return sorted(late, key=lambda one: -one.overdue(self.now))


def response(registry: Registry, now: str | None = None) -> Answer:
    """Read the ledger. Raises LedgerDamaged."""
    sources = {run.record.run_id: run.record.source for run in registry.runs()}
    found = timelines(Ledger(registry.folder).entries(), sources)
    return Answer(now or stamp(), tuple(found), tuple(groups(found)))


def document(answer: Answer) -> dict[str, Any]:
    """The answer for programs; times in hours since the event."""
    return {
        "status": "done",
        "now": answer.now,
        "groups": [_group(one, answer.now) for one in answer.groups],
        "events": [_event(one, answer.now) for one in answer.timelines],
        "overdue": [one.event.event_id for one in answer.overdue],
    }


def _group(one: Group, now: str) -> dict[str, Any]:
    return {
        "type": one.type,
        "category": one.category,
        "events": len(one.timelines),
        "published": one.count("published"),
        "rejected": one.count("rejected"),
        "superseded": one.count("superseded"),
        "open": one.count("open"),
        "overdue": sum(line.outcome == "open" and line.overdue(now) > 0 for line in one.timelines),
        "target_hours": one.target,
        "in_time": one.in_time,
        "hours": {stage: one.percentiles(stage) for stage in STAGES},
    }


def _event(one: Timeline, now: str) -> dict[str, Any]:
    return {
        **asdict(one.event),
        "target_hours": one.target,
        "outcome": one.outcome,
        "run_id": one.run_id,
        "stamps": dict(one.stamps),
        "hours": {stage: one.hours(stage) for stage in STAGES},
        "overdue_hours": one.overdue(now),
    }

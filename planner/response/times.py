"""How long it took from an event to the plan that answers it, read from the ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from planner.response.ledger import Entry, EventFact, events_of
from planner.response.targets import target_of

Stage = Literal["detected", "proposed", "approved", "published"]
STAGES: tuple[Stage, ...] = ("detected", "proposed", "approved", "published")
Outcome = Literal["open", "published", "rejected", "superseded"]
PERCENTILES = (50, 95, 99)


@dataclass(frozen=True)
class Timeline:
    """What became of an event, and when. `stamps` are UTC; `run_id` is the last run that carries it."""

    event: EventFact
    stamps: Mapping[Stage, str]
    outcome: Outcome
    run_id: str = ""

    @property
    def target(self) -> float:
        """Within how many hours it is to be published."""
        return target_of(self.event)

    def hours(self, stage: Stage) -> float | None:
        """From the event to the stage [h]; None if it wasn't reached."""
        return hours_between(self.event.at, self.stamps[stage]) if stage in self.stamps else None

    def overdue(self, now: str) -> float:
        """By how many hours it is beyond its target while nobody has decided, or was when it was published; 0 = it isn't."""
        until = {"open": now, "published": self.stamps.get("published", now)}.get(self.outcome)
        return 0.0 if until is None else max(0.0, hours_between(self.event.at, until) - self.target)


@dataclass(frozen=True)
class Group:
    """The events of a type in a category. An event of several categories counts in each; "" = of none."""

    type: str
    category: str
    timelines: tuple[Timeline, ...]

    def count(self, outcome: Outcome) -> int:
        """How many ended so."""
        return sum(one.outcome == outcome for one in self.timelines)

    @property
    def target(self) -> float:
        """The shortest target [h]."""
        return min(one.target for one in self.timelines)

    @property
    def in_time(self) -> float | None:
        """The share of the published ones that met their target; None if there are none."""
        published = [one for one in self.timelines if one.outcome == "published"]
        return sum(not one.overdue("") for one in published) / len(published) if published else None

    def percentiles(self, stage: Stage) -> dict[str, float] | None:
        """p50, p95 and p99 of the hours to a stage, between neighbours in proportion; None if none has reached it."""
        import numpy as np

        hours = [found for one in self.timelines if (found := one.hours(stage)) is not None]
        if not hours:
            return None
        values = np.percentile(hours, PERCENTILES)
        return {f"p{share}": float(value) for share, value in zip(PERCENTILES, values, strict=True)}


def hours_between(first: str, then: str) -> float:
    """Hours between two stamps; an event that is stamped after it was seen counts as seen at once."""
    return max(0.0, (_moment(then) - _moment(first)).total_seconds() / 3600.0)


def _moment(stamp: str) -> datetime:
    moment = datetime.fromisoformat(stamp)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def timelines(entries: Sequence[Entry], sources: Mapping[str, str]) -> list[Timeline]:
    """Every event that the ledger names, the oldest first; `sources` are the tables of runs, by id, as far as they are there.

    An event is published with the first run that carries it; a run that changes another carries what that carries. Where a newer
    plan that doesn't carry it was published, it is superseded: that plan was made from fresh tables.
    """
    facts: dict[str, EventFact] = {}
    stamps: dict[str, dict[Stage, str]] = {}
    carried: dict[str, list[str]] = {}  # events of a run
    seen_in: dict[
        str, tuple[str, str]
    ] = {}  # tables in which an event was detected, and when, as in the ids of runs
    for entry in entries:
        for event in events_of(entry):
            facts[event.event_id] = event
            seen_in.setdefault(event.event_id, (entry.facts.get("source", ""), _as_id(entry.at)))
            seen = stamps.setdefault(event.event_id, {})
            seen.setdefault("detected", entry.at)
            if entry.kind == "proposed":
                seen.setdefault("proposed", entry.at)
                carried.setdefault(entry.run_id, []).append(event.event_id)
        if entry.kind == "overridden":
            carried[entry.run_id] = list(carried.get(entry.facts["base"], ()))
    found = []
    for name, event in facts.items():
        runs = [run for run, events in carried.items() if name in events]
        last = (sources.get(runs[-1], ""), runs[-1]) if runs else seen_in[name]
        outcome, more = _outcome(entries, runs, *last)
        found.append(Timeline(event, stamps[name] | more, outcome, runs[-1] if runs else ""))
    return sorted(found, key=lambda one: one.event.at)


def _outcome(
    entries: Sequence[Entry], runs: Sequence[str], source: str, since: str
) -> tuple[Outcome, dict[Stage, str]]:
    """What became of an event that these runs carry, and when it was approved and published.

    `source` and `since` are the tables and the id of the last of them; a plan of these tables with a later id supersedes it.
    """
    signed = ""
    for entry in entries:
        if entry.run_id in runs and entry.kind == "approved":
            signed = entry.at
        if entry.run_id in runs and entry.kind == "published":
            return "published", {"approved": signed or entry.at, "published": entry.at}
    for entry in entries:
        if runs and entry.run_id == runs[-1] and entry.kind in ("rejected", "superseded"):
            return ("rejected" if entry.kind == "rejected" else "superseded"), {}
        if entry.kind == "published" and entry.run_id > since and entry.facts["source"] == source:
            return "superseded", {}
    return "open", {}


def _as_id(stamp: str) -> str:
    """A stamp as it stands at the beginning of the ids of runs."""
    return stamp.replace("-", "").replace(":", "")


def groups(found: Iterable[Timeline]) -> Iterator[Group]:
    """By type and category."""
    parts: dict[tuple[str, str], list[Timeline]] = {}
    for one in found:
        for category in one.event.categories or ("",):
            parts.setdefault((one.event.type, category), []).append(one)
    for type_, category in sorted(parts):
        yield Group(type_, category, tuple(parts[type_, category]))

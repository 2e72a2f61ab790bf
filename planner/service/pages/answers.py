"""What the pages show of exceptions, events and decisions."""

from collections.abc import Mapping, Sequence
from typing import Any

from planner.errors import InvalidData, UsageError
from planner.plan.files import to_json
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.report.page import Column, Section, Table
from planner.report.sections.exceptions import action_words
from planner.report.sections.exceptions import told as exceptions_section
from planner.report.words import counted
from planner.service.store.tokens import Identity
from planner.verbs.approve import policy_of
from planner.verbs.runs import ledger, listing, standing_of

OPEN = ("proposed", "published")  # plans that fresh tables may be held against
SHOWN = 50  # plans to choose from
ACTIONS = 3  # of an exception


def plans(runs: Registry) -> list[dict[str, Any]]:
    """The plans that fresh tables may be held against, the newest first."""
    return [one for one in listing(runs).entries if one["state"] in OPEN][:SHOWN]


def in_force(plans: Sequence[Mapping[str, Any]]) -> str:
    """The plan that fresh tables are held against if nobody chooses: the newest that is published, else proposed."""
    usual = [one for one in plans if not one["scenario"]]
    published = [one for one in usual if one["state"] == "published"]
    return str((published or usual or [{"run_id": ""}])[0]["run_id"])


def remedies(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Exceptions with their first actions in words, and in JSON the events by which each is answered."""
    return [
        one
        | {
            "does": [action_words(action) for action in one["actions"][:ACTIONS]],
            "more": max(0, len(one["actions"]) - ACTIONS),
            "answer": to_json(mine) if (mine := _events(one, content["events"])) else "",
        }
        for one in content["exceptions"]
    ]


def _events(exception: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The events that have its id; of a shift of demand without such ones those of its items and locations."""
    named = [one for one in events if one["event_id"].startswith(exception["exception_id"] + "-")]
    if named or exception["type"] != "demand_shift":
        return named
    return [one for one in events if _is_part(one, exception)]


def _is_part(event: Mapping[str, Any], exception: Mapping[str, Any]) -> bool:
    item = event.get("item_id") in exception["items"] or event.get("category") in exception["categories"]
    return item and event.get("location_id", exception["locations"][0]) in exception["locations"]


def decision(registry: Registry, run: Run, identity: Identity) -> dict[str, Any]:
    """How a run stands, what was decided on it, and for which roles who looks may decide; nothing without a plan."""
    standing = standing_of(run)
    return {
        "standing": standing,
        "decided": decisions(registry, run) if standing else None,
        "roles": roles(run, identity) if standing and standing.state == "proposed" else [],
    }


def exceptions(content: Mapping[str, Any]) -> Section:
    """What leaves its band of operation, as in the report."""
    return exceptions_section(dict(content), str(content["currency"]), content["run_id"])


def times(content: Mapping[str, Any]) -> Section:
    """How fast events were answered, and which ones wait: the document of `planner response`."""
    title = "From an event to the published plan"
    if not content["events"]:
        return Section("times", title, ("No event yet.",))
    hours = Column("median hours to publish", "number")
    groups = Table(
        "By type and category",
        (
            Column("type"),
            Column("category"),
            Column("events", "whole"),
            Column("published", "whole"),
            Column("open", "whole"),
            Column("overdue", "whole"),
            hours,
            Column("target hours", "number"),
            Column("in time", "percent"),
        ),
        tuple(
            (
                one["type"],
                one["category"] or None,
                *(one[name] for name in ("events", "published", "open", "overdue")),
                (one["hours"]["published"] or {}).get("p50"),
                one["target_hours"],
                one["in_time"],
            )
            for one in content["groups"]
        ),
    )
    names = ("event_id", "type", "at", "outcome", "run_id")
    events = Table(
        "Events",
        (*(Column(name.replace("_", " ")) for name in names), Column("hours late", "number")),
        tuple(
            (*(one[name] or None for name in names), one["overdue_hours"] or None)
            for one in content["events"]
        ),
        "Hours count from when an event became known. Times are UTC.",
    )
    late = len(content["overdue"])
    says = f"{counted(len(content['events']), 'event')}, {late} overdue."
    return Section("times", title, (says,), tables=(groups, events))


def decisions(runs: Registry, run: Run) -> Table:
    """What the ledger says of the run, the oldest first."""
    columns = tuple(map(Column, ("when", "what", "who", "for", "why")))
    rows = [
        (one.at[:16].replace("T", " "), one.kind, one.actor, one.facts.get("role"), _why(one.facts))
        for one in ledger(runs, run)
    ]
    return Table("What was decided", columns, tuple(rows), "Times are UTC.")


def _why(facts: Mapping[str, Any]) -> str | None:
    return facts.get("note") or facts.get("reason") or None


def roles(run: Run, identity: Identity) -> list[str]:
    """For which roles who looks at the page may decide on the run; none where its rules can't be read any more."""
    try:
        wanted = policy_of(run).roles
    except (UsageError, InvalidData):
        return []
    return [role for role in wanted if identity.signs_for(role)]

"""What the pages show, as the report's own tables and sections."""

from collections.abc import Mapping, Sequence
from typing import Any

from planner.errors import InvalidData, UsageError
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.report.material import Material
from planner.report.page import Column, Kind, Section, Table
from planner.report.sections.certificate import certificate
from planner.report.sections.costs import costs
from planner.report.sections.exceptions import told as exceptions_section
from planner.report.sections.headline import headline
from planner.report.sections.loads import loads
from planner.report.words import counted
from planner.service.store.tables import Job
from planner.service.store.tokens import Identity
from planner.service.tables import Name, records, rows
from planner.verbs.approve import policy_of
from planner.verbs.runs import ledger

ON_A_PAGE = 100  # rows of a plan
KINDS: dict[str, Kind] = {"cost": "money", "fill": "percent"}  # other numbers are numbers
SHOWN = (headline, costs, loads, certificate)  # what the run alone can tell, without its tables


def sections(run: Run) -> list[Section]:
    """The plan in short: figures, costs, loads, what is proven."""
    material = Material((run,), looked=False)
    return [section for make in SHOWN if (section := make(material)) is not None]


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


def plan(run: Run, name: Name, wanted: Mapping[str, Any], start: int) -> tuple[Table, int]:
    """Rows of the plan that are asked for, from `start`, and how many there are in all."""
    found = rows(run, name, wanted)
    part = records(found.iloc[start : start + ON_A_PAGE])
    numbers = set(found.select_dtypes("number").columns)
    columns = tuple(_column(str(column), column in numbers) for column in found.columns)
    return Table(name.capitalize(), columns, tuple(tuple(row.values()) for row in part)), len(found)


def choices(run: Run) -> dict[str, list[str]]:
    """What there is to filter by."""
    orders, inventory = run.plan.orders, run.plan.inventory
    return {
        "item": sorted(set(inventory["item_id"])),
        "location": sorted(set(inventory["location_id"]) | set(orders["origin"])),
        "mode": sorted(set(orders["mode"])),
        "day": sorted({day.strftime("%Y-%m-%d") for day in inventory["date"]}),
    }


def progress(job: Job) -> list[tuple[str, str]]:
    """How far a job is, in words."""
    told = job.progress or {}
    words: Sequence[tuple[str, str, str]] = (
        ("phase", "phase", "{}"),
        ("cost", "cost", "{:,.2f}"),
        ("bound", "no plan can cost less than", "{:,.2f}"),
        ("gap", "gap in %", "{:.2f}"),
        ("elapsed", "seconds", "{:.0f}"),
    )
    known = told | ({"gap": 100 * told["gap"]} if told.get("gap") is not None else {})
    return [(label, form.format(known[name])) for name, label, form in words if known.get(name) is not None]


def _column(name: str, number: bool) -> Column:
    return Column(name.replace("_", " "), KINDS.get(name, "number" if number else "text"))

"""What the pages show of data sets, jobs and plans, as the report's own tables and sections."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from planner.errors import InvalidData
from planner.plan.frames import records
from planner.plan.run import Run
from planner.report.material import Material
from planner.report.page import Column, Kind, Section, Table
from planner.report.sections.certificate import certificate
from planner.report.sections.costs import costs
from planner.report.sections.headline import headline
from planner.report.sections.loads import loads
from planner.report.sections.network import FLOW, MEASURES, PLACE, drawn, together
from planner.service.store.tables import Job
from planner.service.tables import Name, rows

ON_A_PAGE = 100  # rows of a plan
KINDS: dict[str, Kind] = {"cost": "money", "fill": "percent"}  # other numbers are numbers
FLOWS = ["day", *FLOW, *MEASURES]
SHOWN = (headline, costs, loads, certificate)  # what the run alone can tell, without its tables


def sections(run: Run) -> list[Section]:
    """The plan in short: figures, costs, loads, what is proven."""
    material = Material((run,), looked=False)
    return [section for make in SHOWN if (section := make(material)) is not None]


def network(content: Mapping[str, Any], day: str, mode: str) -> Section:
    """What goes where on the day and by the mode that are chosen; "" = all."""
    flows = every = pd.DataFrame(content["flows"], columns=FLOWS)
    for name, wanted in (("day", day), ("mode", mode)):
        flows = flows[flows[name] == wanted] if wanted else flows
    locations = pd.DataFrame(content["locations"], columns=PLACE)
    return drawn(together(flows), locations, str(content["currency"]), together(every))


def rows_of(tables: Mapping[str, int]) -> Table:
    """How many rows the tables of a data set have."""
    columns = (Column("table"), Column("rows", "whole"))
    return Table("Tables", columns, tuple((name.replace("_", " "), count) for name, count in tables.items()))


def findings(found: Sequence[Mapping[str, Any]]) -> Table | None:
    """What is wrong with tables, where, and what to do about it."""
    columns = tuple(map(Column, ("file", "row", "column", "value", "what is wrong", "advice")))
    lines = tuple(
        (
            " ".join(filter(None, (one["file"], one.get("sheet")))),
            *(one.get(name) for name in ("row", "column", "value")),
            one["rule"],
            one.get("hint") or None,
        )
        for one in found
    )
    return Table("What was found in the tables", columns, lines) if lines else None


def scenarios(folder: Path) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """The scenarios of a data set with what they are, and what is wrong with their file; nothing where there is none."""
    from planner.value.scenarios.file import file_of, read_scenarios

    path = file_of(folder)
    if not path.is_file():
        return {}, []
    try:
        known = read_scenarios(path)
    except InvalidData as fault:
        return {}, [one.as_dict() for one in fault.findings]
    return {name: one.description for name, one in known.items() if not one.changes_nothing}, []


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
        "origin": sorted(set(orders["origin"])),
        "destination": sorted(set(orders["destination"])),
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

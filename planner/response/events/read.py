"""A file, standard input or the table `events` → events that can be applied; every problem is found at once."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from planner.errors import InvalidData, UsageError
from planner.response.events.apply import outcome
from planner.response.events.event import OF_AN_ORDER, Fault, in_order
from planner.response.events.firm import released
from planner.response.events.json_file import is_json, parsed
from planner.response.events.lanes import LANE
from planner.response.events.rules import RULES, orders_that_do_not_exist
from planner.response.events.store import together
from planner.tables import csv_files
from planner.tables.dataset import DataSet, conform
from planner.tables.findings import Finding
from planner.tables.grid import Grid, Unreadable
from planner.tables.load import absent, sheet_of
from planner.tables.rules import events as table_rules
from planner.tables.rules.book import Book
from planner.tables.rules.keys import duplicate_keys, unknown_references
from planner.tables.schema import TABLES
from planner.tables.sheet import Sheet
from planner.tables.sources import Source
from planner.tables.write import as_text

TABLE = TABLES["events"]
STDIN = "-"
FIRST_ROW = 2


@dataclass(frozen=True)
class Events:
    """New events in the order of time, as rows of the table `events`; ids that were passed over because the plan has them.

    An event that names an order of the plan knows what it needs of it: item, lane, quantity and dates.
    """

    frame: pd.DataFrame
    repeated: tuple[str, ...] = ()
    warnings: tuple[Finding, ...] = ()
    after: DataSet | None = field(default=None, repr=False)  # the tables after them, if they are known

    def __len__(self) -> int:
        return len(self.frame)


def read(
    source: Path | str | None,
    data: DataSet,
    orders: pd.DataFrame | None = None,
    past: pd.DataFrame | None = None,
) -> Events:
    """The events of a file (CSV, JSON, JSON lines, Parquet, a workbook), of standard input ("-"), or, for None, of `data`.

    `orders` are those of the plan, with the columns of orders.csv; `past` are the events that are in it already: these are
    passed over, and tables hold before them. Raises UsageError if there is no such file, InvalidData with every problem.
    """
    sheet, findings = _sheet(source, data)
    past = conform(TABLE) if past is None else past
    findings += [finding for finding in _problems(sheet, data, orders, past) if finding not in findings]
    bad = {finding.row for finding in findings if finding.severity == "error"}
    sound = sheet.frame[~sheet.frame.index.isin(bad)].drop_duplicates("event_id")
    repeated = sound["event_id"].isin(past["event_id"])
    new = _completed(in_order(sound[~repeated & (sound["event_id"] != "")]), data, orders, past)
    after = None
    if None not in bad:
        after, faults = outcome(data, together(past, new))
        findings += _when_applied(sheet, new, faults)
        findings += _no_longer_possible(sheet, new, released(data, after))
    if any(finding.severity == "error" for finding in findings):
        raise InvalidData(sorted(findings, key=lambda finding: finding.severity != "error"))
    return Events(conform(TABLE, new), tuple(sound.loc[repeated, "event_id"]), tuple(findings), after)


def _sheet(source: Path | str | None, data: DataSet) -> tuple[Sheet, list[Finding]]:
    """The events as text and as values."""
    if source is None:
        frame = data["events"].set_axis(pd.RangeIndex(FIRST_ROW, FIRST_ROW + len(data["events"])))
        return Sheet(TABLE, TABLE.name, None, as_text(TABLE, frame), frame), []
    try:
        grid, found = _grid(source, data)
    except Unreadable as fault:
        name = "stdin" if source == STDIN else Path(source).name
        raise InvalidData([fault.finding(name)]) from None
    return sheet_of(grid, TABLE, found=found)


def _grid(source: Path | str, data: DataSet) -> tuple[Grid, list[Finding]]:
    options = data.settings.csv
    if source == STDIN:
        name, content = "stdin", sys.stdin.buffer.read()
    else:
        path = Path(source)
        if path.suffix.lower() in (".parquet", ".xlsx"):
            return Source(TABLE.name, path).read(options)
        try:
            name, content = path.name, path.read_bytes()
        except OSError as fault:
            raise UsageError(f"{path} can't be read ({fault.strerror or fault}).") from fault
    if is_json(content):
        return parsed(content, name)
    return csv_files.parsed(content, name, TABLE.names, options)


def _problems(
    sheet: Sheet, data: DataSet, orders: pd.DataFrame | None, past: pd.DataFrame
) -> Iterator[Finding]:
    """What the rules of the tables and those of events say."""
    if sheet.frame.empty:
        return
    sheets = {name: replace(absent(TABLES[name]), frame=data[name], read=True) for name in TABLES}
    book = Book(sheets | {TABLE.name: sheet}, data.settings)
    yield from unknown_references(book)
    yield from duplicate_keys(Book({TABLE.name: sheet}, None))
    for table_rule in table_rules.RULES:
        yield from table_rule(book)
    for rule in (*RULES, orders_that_do_not_exist(orders)):
        yield from rule(sheet, data)
    yield from _changed_since(sheet, past)


def _changed_since(sheet: Sheet, past: pd.DataFrame) -> Iterator[Finding]:
    """An event that the plan has by this name is the same."""
    known = past.drop_duplicates("event_id").set_index("event_id")
    again = sheet.frame[sheet.frame["event_id"].isin(known.index)]
    before = known.loc[again["event_id"]].set_axis(again.index)
    for name in TABLE.names[1:]:
        given = again[name].notna() & (again[name] != "")
        other = again.index[given & (again[name] != before[name])]
        rule = "the plan has an event of this name in which it is something else"
        yield from sheet.find(other, name, "event_changed", rule, "Give a new event a new event_id.")


def _completed(
    events: pd.DataFrame, data: DataSet, orders: pd.DataFrame | None, past: pd.DataFrame
) -> pd.DataFrame:
    """The first event that names an order which only the plan has knows what it needs of it."""
    named = events["type"].isin(OF_AN_ORDER)
    if orders is None or not len(orders) or not named.any():
        return events
    orders = orders[orders["order_id"].isin(events["order_id"])]  # few of very many
    lines = data["open_orders"]["order_id"]
    known = pd.concat([lines[lines.isin(events["order_id"])], past.loc[past["origin"] != "", "order_id"]])
    planned = named & events["order_id"].isin(orders["order_id"].astype("str"))
    planned &= ~events["order_id"].isin(known) & ~events["order_id"].where(planned).duplicated()
    if not planned.any():
        return events
    facts = orders.astype({"order_id": "str"}).drop_duplicates("order_id").set_index("order_id")
    facts = facts.loc[events.loc[planned, "order_id"]].set_axis(events.index[planned])
    columns: dict[str, Any] = {name: facts[name].astype("str") for name in ("item_id", *LANE)}
    columns |= {
        "date_from": facts["dispatch_date"],
        "date_to": facts["arrival_date"],
        "quantity": facts["quantity"],
    }
    for name, values in columns.items():
        empty = planned & (events[name].isna() | (events[name] == ""))
        events = events.assign(**{name: events[name].mask(empty, values)})
    return events


def _when_applied(sheet: Sheet, new: pd.DataFrame, faults: Sequence[Fault]) -> Iterator[Finding]:
    """What is wrong with new events after those before them."""
    row = pd.Series(new.index, index=new["event_id"])
    for fault in faults:
        if fault.event.event_id in row.index:
            where = [row[fault.event.event_id]]
            yield from sheet.find(where, fault.column, fault.code, fault.rule, fault.hint, fault.severity)


def _no_longer_possible(sheet: Sheet, new: pd.DataFrame, gone: Sequence[str]) -> Iterator[Finding]:
    """Fixed orders that new events make impossible."""
    if gone and len(new):
        several = f"{', '.join(gone[:5])}{' …' if len(gone) > 5 else ''}"
        rule = f"{len(gone):,} fixed order{'' if len(gone) == 1 else 's'} can't be carried out after all: {several}"
        hint = "They no longer hold; the new plan orders what is still needed."
        yield sheet.about("order_released", rule, hint, "warning")

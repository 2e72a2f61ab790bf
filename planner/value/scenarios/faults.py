"""What is wrong with a change whatever the data are: names, types, and what can't go together."""

from collections.abc import Iterator, Mapping
from typing import Any

from planner.tables.findings import Finding, nearest
from planner.tables.schema import TABLES, Table
from planner.value.scenarios.cells import fault, read_values
from planner.value.scenarios.scenario import Change, Step
from planner.value.scenarios.select import column_of, conditions_of


def faults(step: Step) -> Iterator[Finding]:
    """Everything that is wrong with it."""
    change, at = step.change, step.at
    if change.table not in TABLES:
        hint = nearest(change.table, TABLES) or f"Known are {', '.join(TABLES)}."
        yield fault(f"{at} table", "there is no such table", change.table, hint)
        return
    table = TABLES[change.table]
    yield from _faults_of_actions(change, at)
    yield from (
        found for found in conditions_of(table, change.where, f"{at} where") if isinstance(found, Finding)
    )
    yield from _faults_of_cells(table, change.set, f"{at} set")
    for action, values in (("multiply", change.multiply), ("add", change.add)):
        for name, value in values.items():
            yield from _faults_of_number(table, action, name, value, f"{at} {action}.{name}")
    for number, row in enumerate(change.rows, start=1):
        yield from _faults_of_cells(table, row, f"{at} rows {number}")


def _faults_of_actions(change: Change, at: str) -> Iterator[Finding]:
    changing = [*change.set, *change.multiply, *change.add]
    kinds = (bool(changing), change.drop, bool(change.rows))
    if not any(kinds):
        yield fault(at, "it changes nothing", hint="Say set, multiply, add, drop or rows.")
    if sum(kinds) > 1:
        rule = "drop, rows and changes of cells (set, multiply, add) can't be one change"
        yield fault(at, rule, hint="Make them several.")
    if change.rows and change.where:
        yield fault(f"{at} where", "it selects rows that are there, and rows adds others")
    for name in dict.fromkeys(name for name in changing if changing.count(name) > 1):
        yield fault(
            at, f"{name} is changed twice", hint="Make it two changes: they are done one after the other."
        )


def _faults_of_cells(table: Table, cells: Mapping[str, Any], at: str) -> Iterator[Finding]:
    for name, value in cells.items():
        column = column_of(table, name, f"{at}.{name}")
        yield from (
            [column] if isinstance(column, Finding) else read_values(column, [value], f"{at}.{name}")[1]
        )


def _faults_of_number(table: Table, action: str, name: str, value: float, at: str) -> Iterator[Finding]:
    column = column_of(table, name, at)
    if isinstance(column, Finding):
        yield column
    elif action == "add" and column.kind in ("date", "timestamp"):
        if value % 1:
            yield fault(at, "days that are added to a date are whole", value)
    elif column.kind not in ("number", "whole"):
        rule = f"{name} is a {column.kind}; only numbers can be changed by {action}"
        yield fault(at, rule, value, "Maybe set is meant.")

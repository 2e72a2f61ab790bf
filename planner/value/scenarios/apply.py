"""Data set + scenario → data set: every step over whole columns, then the rules of the tables over all of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from planner.errors import InvalidData
from planner.tables.dataset import DataSet, filled
from planner.tables.findings import Finding
from planner.tables.report import Report
from planner.tables.revise import FIRST_ROW, revise
from planner.tables.schema import TABLES, Table
from planner.value.scenarios.cells import fault, read_values
from planner.value.scenarios.scenario import FILE, Change, Scenario, Step
from planner.value.scenarios.select import all_hold, conditions_of


def applied(
    scenario: Scenario, data: DataSet, *, strict: bool = False
) -> tuple[DataSet, tuple[Finding, ...]]:
    """The data set of the scenario, and the warnings; raises InvalidData with every problem."""
    report = apply(scenario, data, strict=strict)
    if report.data is None:
        raise InvalidData(report.findings)
    return report.data, report.warnings


def apply(scenario: Scenario, data: DataSet, *, strict: bool = False) -> Report:
    """What becomes of the data set, which itself stays as it is; every problem by scenario, table, row and column."""
    if scenario.changes_nothing:
        return Report((), data, 0.0)
    findings: list[Finding] = []
    frames: dict[str, pd.DataFrame] = {}
    for step in scenario.steps:
        name = step.change.table
        frame = frames[name] if name in frames else _numbered(data[name])
        frames[name], found = _changed(step, frame, data.replace(**frames))
        findings += found
    if findings:
        return Report(tuple(findings), None, 0.0)
    report = revise(data, frames, scenario.settings, strict=strict)
    located = tuple(_located(finding, scenario, frames, data) for finding in report.findings)
    return replace(report, findings=located)


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_axis(pd.RangeIndex(FIRST_ROW, FIRST_ROW + len(frame)))


def _changed(step: Step, frame: pd.DataFrame, data: DataSet) -> tuple[pd.DataFrame, list[Finding]]:
    """The table after a step. `data` are the tables before it, which `where` may look into."""
    change, table = step.change, TABLES[step.change.table]
    if change.rows:
        return _with_rows(table, frame, change.rows), []
    found = conditions_of(table, change.where, "")
    conditions = tuple(condition for condition in found if not isinstance(condition, Finding))
    selected = all_hold(conditions, frame, data)
    if not selected.any():
        return frame, [] if change.allow_empty else [_selects_nothing(step, frame, data, conditions)]
    if change.drop:
        return frame[~selected], []
    idle = [] if change.allow_empty else list(_idle(step, frame[selected]))
    return filled(table, _with_cells(table, frame, selected, change)), idle


def _idle(step: Step, rows: pd.DataFrame) -> Iterator[Finding]:
    """Factors and amounts that have no number to work on in any of the rows."""
    for action, names in (("multiply", step.change.multiply), ("add", step.change.add)):
        for name in names:
            nothing = rows[name].isna()
            if action == "multiply":
                nothing |= rows[name] == 0
            if nothing.all():
                what = "empty or 0" if action == "multiply" else "empty"
                rule = (
                    f"the cell is {what} in all rows of {step.change.table} that it selects ({len(rows):,})"
                )
                yield fault(f"{step.at} {action}.{name}", rule, hint="Maybe set is meant.")


def _with_cells(
    table: Table, frame: pd.DataFrame, selected: "pd.Series[bool]", change: Change
) -> pd.DataFrame:
    """The frame with other values in the selected rows."""
    columns: dict[str, Any] = {}
    for name, value in change.set.items():
        typed, _ = read_values(table[name], [value], "")
        columns[name] = _free(frame[name]).mask(selected, typed.iloc[0])
    for name, factor in change.multiply.items():
        columns[name] = frame[name].mask(selected, frame[name] * factor)
    for name, amount in change.add.items():
        more = pd.Timedelta(days=int(amount)) if table[name].kind in ("date", "timestamp") else amount
        columns[name] = frame[name].mask(selected, frame[name] + more)
    return frame.assign(**columns)


def _free(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Flags as numbers, among which one can be missing."""
    return values.astype("float64") if values.dtype == bool else values


def _with_rows(table: Table, frame: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The frame and more rows, in which a column that isn't given is an empty cell."""
    given = dict.fromkeys(name for row in rows for name in row)
    columns = {
        name: replace(table[name], required=False) for name in given
    }  # empty cells are found by the rules
    cells = {
        name: read_values(column, [row.get(name, "") for row in rows], "")[0]
        for name, column in columns.items()
    }
    first = int(frame.index.max()) + 1 if len(frame) else FIRST_ROW
    more = filled(table, pd.DataFrame(cells).set_axis(pd.RangeIndex(first, first + len(rows))))
    return pd.concat([frame, more]) if len(frame) else more


def _selects_nothing(step: Step, frame: pd.DataFrame, data: DataSet, conditions: tuple[Any, ...]) -> Finding:
    """Which condition no row fulfils, or that none fulfils all of them."""
    table, advice = step.change.table, "Write allow_empty = true if that is meant."
    if frame.empty:
        return fault(f"{step.at} where", f"{table} has no rows", hint=advice)
    for condition in conditions:
        if not condition.holds(frame, data).any():
            rule = f"no row of {table} is like that"
            return fault(
                f"{step.at} where.{condition.column}", rule, condition.shown, condition.hint(frame) or advice
            )
    return fault(f"{step.at} where", f"no row of {table} fulfils all of it together", hint=advice)


def _located(
    finding: Finding, scenario: Scenario, frames: Mapping[str, pd.DataFrame], data: DataSet
) -> Finding:
    """A finding of the rules, by what the reader knows: the scenario, the table and the key of the row."""
    if finding.file not in TABLES:
        return replace(finding, file=FILE, column=f"{scenario.name} settings.{finding.column}")
    table = TABLES[finding.file]
    where, row = f"scenario {scenario.name}, {table.name}", finding.row
    if row is not None:
        frame = frames[table.name] if table.name in frames else _numbered(data[table.name])
        cells = frame.loc[row, list(table.key or table.names[:4])]
        name = ", ".join(f"{key} {_text(cell)}" for key, cell in cells.items() if cell == cell and cell != "")
        where, row = (f"{where} {name}", None) if name else (where, row)
    return replace(finding, file=where, row=row)


def _text(cell: Any) -> str:
    if isinstance(cell, pd.Timestamp):
        return f"{cell:%Y-%m-%d}"
    return f"{cell:g}" if isinstance(cell, float) else str(cell)

"""A data set with other rows and settings, judged by the same rules as one from files."""

import time
from collections.abc import Mapping
from typing import Any

import pandas as pd

from planner.tables.dataset import DataSet
from planner.tables.findings import Finding
from planner.tables.grid import Grid
from planner.tables.load import absent, judged, sheet_of
from planner.tables.report import Report
from planner.tables.schema import TABLES
from planner.tables.settings_file import parse
from planner.tables.sheet import Sheet
from planner.tables.write import as_text

FIRST_ROW = 2  # of a table, as a spreadsheet counts


def revise(
    data: DataSet, frames: Mapping[str, pd.DataFrame], settings: Mapping[str, Any], *, strict: bool = False
) -> Report:
    """The data set with `frames` in the place of its tables and with `settings` over its own.

    The index of a frame are the rows that findings name; a finding in a table has the table's name as file. A key of
    `settings` may hold a group of keys, such as `defaults`: those that aren't in it stay. The start and the number of days
    stay unless they are given. `strict` turns warnings into errors. Nothing is raised, and `data` stays as it is.
    """
    started = time.perf_counter()
    findings: list[Finding] = []
    sheets = {name: _unchanged(name, frame) for name, frame in data.tables.items()}
    for name, frame in frames.items():
        sheets[name], found = _changed(name, frame)
        findings += found
    given, found = parse(merged(data.settings.model_dump(exclude_none=True), settings))
    return judged(sheets, given, findings + found, data.source, strict=strict, started=started)


def _unchanged(name: str, frame: pd.DataFrame) -> Sheet:
    if frame.empty:
        return absent(TABLES[name])
    numbered = frame.set_axis(pd.RangeIndex(FIRST_ROW, FIRST_ROW + len(frame)))
    return Sheet(TABLES[name], name, None, as_text(TABLES[name], numbered), numbered)


def _changed(name: str, frame: pd.DataFrame) -> tuple[Sheet, list[Finding]]:
    """The frame as cells of text, read again: so that every rule for cells and columns holds for it."""
    table = TABLES[name]
    cells = as_text(table, frame).set_axis(range(len(table.names)), axis=1)
    return sheet_of(Grid(name, None, table.names, cells), table)


def merged(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Nested tables with some of their values replaced."""
    return dict(values) | {
        key: merged(values[key], change)
        if isinstance(change, Mapping) and isinstance(values.get(key), Mapping)
        else change
        for key, change in changes.items()
    }

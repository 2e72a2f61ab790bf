"""Values of a scenario as cells of a column: read, and refused, as cells of a file are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from planner.tables.cells import read_column
from planner.tables.findings import Finding
from planner.tables.grid import Grid
from planner.tables.schema import Column
from planner.value.scenarios.scenario import FILE

_NOWHERE = Grid(FILE, None, (), pd.DataFrame())


def fault(at: str, rule: str, value: object = None, hint: str = "") -> Finding:
    """A problem at a place in the file, such as `fuel_up change 1 where.mode`."""
    return Finding(
        "invalid_scenario",
        "error",
        FILE,
        None,
        None,
        at,
        None if value is None else _shown(value),
        rule,
        hint,
    )


def read_values(column: Column, values: Sequence[object], at: str) -> tuple["pd.Series[Any]", list[Finding]]:
    """The values as the column holds them (missing where empty), and what is wrong with them."""
    wrong = [
        fault(at, "it must be a text, a number, true, false or a date", value)
        for value in values
        if not _plain(value)
    ]
    if wrong:
        return pd.Series(dtype="float64"), wrong
    texts = pd.Series([_shown(value) for value in values], dtype="str")
    typed, found = read_column(_NOWHERE, column, texts, ".")
    return typed, [replace(finding, row=None, column=at) for finding in found if finding.severity == "error"]


def _plain(value: object) -> bool:
    return isinstance(value, str | bool | int | float | date)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

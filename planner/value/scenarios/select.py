"""`where`: the rows of a table whose columns are as it says.

    where = { mode = ["truck", "van"], distance_km = ">= 50", destination.region = "south" }

All conditions hold together. A value stands for itself and "" for an empty cell, a list for any of its values; numbers and dates
can be compared by `>=`, `<=`, `>` and `<`, everything by `!=`. A group of conditions under a column that names a row of another
table, such as `destination`, is about that row.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import ge, gt, le, lt
from typing import Any

import pandas as pd

from planner.tables.dataset import DataSet
from planner.tables.findings import Finding, nearest
from planner.tables.schema import TABLES, Column, Table
from planner.value.scenarios.cells import fault, read_values

COMPARED = re.compile(r"(>=|<=|>|<|!=)\s*(.*)", re.DOTALL)
ORDERS: dict[str, Callable[[Any, Any], Any]] = {">=": ge, "<=": le, ">": gt, "<": lt}
ORDERED = ("number", "whole", "date", "timestamp")


@dataclass(frozen=True)
class Condition:
    """What a column has to be: one of the values, none of them (`!=`), or above or below one."""

    column: str
    shown: object
    operator: str
    values: "pd.Series[Any]"

    def holds(self, frame: pd.DataFrame, _: DataSet) -> "pd.Series[bool]":
        """For each row whether it does."""
        cells = frame[self.column]
        if self.operator in ORDERS:
            return ORDERS[self.operator](cells, self.values.iloc[0])  # type: ignore[no-any-return]
        among = cells.isin(self.values.dropna())
        if self.values.isna().any():
            among |= cells.isna()
        return ~among if self.operator == "!=" else among

    def hint(self, frame: pd.DataFrame) -> str:
        """The nearest value that there is."""
        known = frame[self.column]
        return nearest(str(self.shown), known.unique()) if pd.api.types.is_string_dtype(known) else ""


@dataclass(frozen=True)
class Through:
    """What the row of another table has to be that a column names."""

    column: str
    table: str
    key: str
    conditions: "tuple[Condition | Through, ...]"
    shown: object

    def holds(self, frame: pd.DataFrame, data: DataSet) -> "pd.Series[bool]":
        """For each row whether it does."""
        other = data[self.table]
        return frame[self.column].isin(other.loc[all_hold(self.conditions, other, data), self.key])

    def hint(self, _: pd.DataFrame) -> str:
        """Nothing: the value is in another table."""
        return ""


def all_hold(
    conditions: "tuple[Condition | Through, ...]", frame: pd.DataFrame, data: DataSet
) -> "pd.Series[bool]":
    """For each row whether all conditions hold."""
    selected = pd.Series(True, index=frame.index)
    for condition in conditions:
        selected &= condition.holds(frame, data)
    return selected


def column_of(table: Table, name: str, at: str) -> Column | Finding:
    """The column, or that there is none."""
    if name in table.names:
        return table[name]
    rule = f"{table.name} has no column {name}"
    return fault(at, rule, hint=nearest(name, table.names) or f"Known are {', '.join(table.names)}.")


def conditions_of(table: Table, where: Mapping[str, Any], at: str) -> Iterator[Condition | Through | Finding]:
    """The conditions, and what is wrong with those that can't be read."""
    for name, value in where.items():
        place = f"{at}.{name}"
        column = column_of(table, name, place)
        if isinstance(column, Finding):
            yield column
        elif isinstance(value, Mapping):
            yield from _through(column, value, place)
        else:
            yield from _condition(column, value, place)


def _through(column: Column, value: Mapping[str, Any], at: str) -> Iterator[Through | Finding]:
    if column.refers is None:
        yield fault(
            at, "it doesn't name a row of another table, so it has no columns of its own", dict(value)
        )
        return
    table, key = column.refers
    inner = list(conditions_of(TABLES[table], value, at))
    yield from (finding for finding in inner if isinstance(finding, Finding))
    conditions = tuple(condition for condition in inner if not isinstance(condition, Finding))
    yield Through(column.name, table, key, conditions, dict(value))


def _condition(column: Column, value: Any, at: str) -> Iterator[Condition | Finding]:
    operator, values = "", value if isinstance(value, list) else [value]
    compared = COMPARED.fullmatch(value.strip()) if isinstance(value, str) else None
    if compared and (column.kind in ORDERED or compared[1] == "!="):
        operator, values = compared[1], [compared[2]]
    anything = replace(column, minimum=None, maximum=None, required=False)
    typed, found = read_values(anything, values, at)
    yield from found
    if operator in ORDERS and not found and typed.isna().any():
        yield fault(at, f"nothing stands after {operator}", value)
    if not values:
        yield fault(at, "the list is empty", value)
    if not found:
        yield Condition(column.name, value, operator, typed)

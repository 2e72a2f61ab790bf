"""Frames of a certificate, which may hold anything, as numbers and places in the network."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.audit.bound.convex import Flags, Floats
from planner.audit.calendar import Horizon
from planner.audit.numbering import Days, numbered


class Unreadable(ValueError):  # noqa: N818
    """A table of a certificate from which nothing can be computed; says in which `file`, where, and which value."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(problem)
        self.file = file


def with_columns(
    frame: pd.DataFrame, table: str, texts: Sequence[str], others: Sequence[str]
) -> pd.DataFrame:
    """The columns that are needed; what is no text where there should be one is an empty text."""
    for name in (*texts, *others):
        if list(frame.columns).count(name) != 1:
            raise Unreadable(table, f"there is not one column {name}")
    found = frame[[*texts, *others]].reset_index(drop=True)
    for name in texts:
        values = found[name]
        if isinstance(values.dtype, pd.StringDtype):
            found[name] = values.fillna("").astype(object)
        else:
            found[name] = pd.Series([v if isinstance(v, str) else "" for v in values], dtype=object)
    return found


def finite(frame: pd.DataFrame, table: str, column: str) -> Floats:
    """Finite numbers."""
    values = frame[column]
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        found = values.to_numpy(dtype=float, na_value=np.nan)
    else:
        found = np.full(len(values), np.nan)
    refuse(~np.isfinite(found), frame, table, column, "is not a finite number")
    return np.asarray(found)


def days(frame: pd.DataFrame, table: str, column: str, horizon: Horizon) -> Days:
    """Days of the horizon."""
    values: pd.Series[Any] = frame[column]
    if not pd.api.types.is_datetime64_any_dtype(values) or isinstance(values.dtype, pd.DatetimeTZDtype):
        try:
            values = pd.to_datetime(values.astype(str), format="ISO8601", errors="coerce")
        except (ValueError, TypeError):  # mixed time zones
            values = pd.Series(np.full(len(values), np.datetime64("NaT", "us")))
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            values = pd.Series(np.full(len(values), np.datetime64("NaT", "us")))
    day = horizon.day(values)
    refuse((day < 0) | (day >= horizon.days), frame, table, column, "is no day of the horizon")
    return day


def places(frame: pd.DataFrame, table: str, column: str, names: pd.Index) -> Days:
    """Numbers of names that must be known."""
    found = numbered(names, frame[column])
    refuse(found < 0, frame, table, column, "is unknown")
    return found


def refuse(rows: Flags, frame: pd.DataFrame, table: str, column: str, problem: str) -> None:
    """Raise for the first of the rows."""
    if rows.any():
        row = int(np.argmax(rows))
        raise Unreadable(table, f"row {row + 1}: {column} {frame[column].iloc[row]!r} {problem}")

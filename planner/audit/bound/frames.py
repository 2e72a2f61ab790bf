"""Frames of a certificate, which may hold anything, as numbers and places in the network."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.audit.bound.convex import Flags, Floats
from planner.audit.calendar import Horizon
from planner.audit.numbering import Days, numbered


class Unreadable(ValueError):
    """A table of a certificate from which nothing can be computed; says what, where, which value."""


def with_columns(frame: pd.DataFrame, table: str, columns: Sequence[str]) -> pd.DataFrame:
    """The columns that are needed."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise Unreadable(f"{table} has no column {missing[0]}")
    return frame[list(columns)].reset_index(drop=True)


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
    found = numbered(names, frame[column].astype(object))
    refuse(found < 0, frame, table, column, "is unknown")
    return found


def refuse(rows: Flags, frame: pd.DataFrame, table: str, column: str, problem: str) -> None:
    """Raise for the first of the rows."""
    if rows.any():
        row = int(np.argmax(rows))
        raise Unreadable(f"{table} row {row + 1}: {column} {frame[column].iloc[row]!r} {problem}")

"""The data set: all tables with all columns, typed, plus the settings. Immutable."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from planner.tables.schema import TABLES, Column, Table
from planner.tables.settings import GivenSettings, Settings

READING_OPTIONS = {"csv", "extra_columns"}
PLANNING_OPTIONS = {"buckets"}  # a certificate says which were chosen
SIGNING_OPTIONS = {"approval"}  # who signs a plan, not what it is
REPORTING_OPTIONS = {"exceptions"}  # what is said about a plan
NOT_CONTENT = READING_OPTIONS | PLANNING_OPTIONS | SIGNING_OPTIONS | REPORTING_OPTIONS
DATE_TYPE: Final = "datetime64[us]"


@dataclass(frozen=True)
class DataSet:
    """Every table of the schema (perhaps with 0 rows) and the settings.

    Text that is missing is "", a number NaN, a date NaT.
    """

    tables: Mapping[str, pd.DataFrame]
    settings: Settings
    source: Path | None = None

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    @staticmethod
    def of(tables: Mapping[str, Any], source: Path | None = None, **settings: Any) -> "DataSet":
        """A data set from frames (or what `DataFrame` takes); defaults are filled in, nothing is checked.

        `settings` are keys of `planner.toml`. Raises ValueError if values don't fit the types.
        """
        frames = {name: conform(table, tables.get(name)) for name, table in TABLES.items()}
        unknown = set(tables) - set(frames)
        if unknown:
            raise ValueError(f"no such table: {', '.join(sorted(unknown))}")
        return DataSet(frames, complete(GivenSettings(**settings), frames), source)

    def replace(self, **changes: Any) -> "DataSet":
        """The same data set with other tables (by name), `settings` or `source`; nothing is checked."""
        settings = changes.pop("settings", self.settings)
        source = changes.pop("source", self.source)
        unknown = set(changes) - set(self.tables)
        if unknown:
            raise ValueError(f"no such table: {', '.join(sorted(unknown))}")
        changed = {name: conform(TABLES[name], frame) for name, frame in changes.items()}
        made = DataSet({**self.tables, **changed}, settings, source)
        made._digests.update({name: known for name, known in self._digests.items() if name not in changed})
        return made

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the parsed content: independent of row order, file format, and of how files are read.

        Rows of `events` don't count: they change other tables when they are applied, and nothing before.
        """
        digest = hashlib.sha256(self.settings.model_dump_json(exclude=NOT_CONTENT).encode())
        for name in sorted(self.tables):
            if name not in self._digests:
                rows = self.tables[name]
                self._digests[name] = _digest(TABLES[name], rows.iloc[:0] if name == "events" else rows)
            digest.update(self._digests[name])
        return digest.hexdigest()

    @cached_property
    def _digests(self) -> dict[str, bytes]:
        """Of the tables that were hashed so far; `replace` hands on those of tables that stay."""
        return {}


def conform(table: Table, rows: Any = None) -> pd.DataFrame:
    """A frame with exactly the table's columns, typed, with defaults filled in and a RangeIndex."""
    return _empty(table).copy(deep=False) if rows is None else filled(table, rows).reset_index(drop=True)


def filled(table: Table, rows: Any = None) -> pd.DataFrame:
    """As `conform`, and the index stays. Raises ValueError if values don't fit the types."""
    given = pd.DataFrame(rows)
    unknown = set(given.columns) - set(table.names)
    if unknown:
        raise ValueError(f"table {table.name} has no column {', '.join(sorted(map(str, unknown)))}")
    columns = {
        column.name: _typed(column, given[column.name])
        if column.name in given
        else _missing(column).take(np.zeros(len(given), np.int64)).set_axis(given.index)
        for column in table.columns
    }
    return pd.DataFrame(columns)


@cache
def _empty(table: Table) -> pd.DataFrame:
    """The table without rows; most tables of most data sets are that."""
    return filled(table, {}).reset_index(drop=True)


@cache
def _missing(column: Column) -> "pd.Series[Any]":
    """One value that is missing, or its default."""
    return _typed(column, pd.Series([None], dtype=object))


def complete(given: GivenSettings, frames: Mapping[str, pd.DataFrame]) -> Settings:
    """The settings with start date and horizon; raises Incomplete if nothing says when the horizon starts."""
    demand, sales = frames["demand"]["date"], frames["sales"]["date"]
    return given.completed(_day(demand.min()), _day(demand.max()), _day(sales.max()))


def _day(stamp: Any) -> date | None:
    return None if pd.isna(stamp) else pd.Timestamp(stamp).date()


def _typed(column: Column, values: "pd.Series[Any]") -> "pd.Series[Any]":
    if column.kind in ("text", "choice", "weekdays"):
        texts = values.astype(str)
        return texts.where(values.notna(), "").astype(str) if values.isna().any() else texts
    if column.kind in ("date", "timestamp"):
        return pd.to_datetime(values).astype(DATE_TYPE)
    numbers = values if values.dtype == "float64" else pd.to_numeric(values).astype("float64")
    if column.default is not None:
        numbers = numbers.fillna(float(column.default))
        return numbers.astype(bool) if column.kind == "flag" else numbers
    return numbers


def _digest(table: Table, frame: pd.DataFrame) -> bytes:
    """Of a table: each column as codes into its sorted distinct values, rows in the order of the key."""
    parts = {name: _coded(frame[name]) for name in table.names}
    sort_by = table.key or table.names
    order = np.lexsort([parts[name][0] for name in reversed(sort_by)])
    digest = hashlib.sha256(f"{table.name} {len(frame)}".encode())
    for name, (codes, values) in parts.items():
        digest.update(f" {name} {len(values)} ".encode())
        digest.update(values)
        digest.update(codes[order].astype("<i4").tobytes())
    return digest.digest()


def _coded(values: "pd.Series[Any]") -> tuple["np.ndarray[Any, Any]", bytes]:
    """Codes into the sorted distinct values (-1 = missing), and these values as bytes."""
    codes, distinct = pd.factorize(values, sort=True)
    if pd.api.types.is_datetime64_any_dtype(distinct):
        return codes, np.asarray(distinct).astype("datetime64[us]").astype("<i8").tobytes()
    if pd.api.types.is_string_dtype(distinct):
        return codes, "".join(f"{len(text)}:{text}" for text in distinct).encode()
    return codes, (np.asarray(distinct, dtype="<f8") + 0.0).tobytes()

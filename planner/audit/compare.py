"""Claimed against recomputed, cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

COLUMNS = ("file", "row", "column", "claimed", "recomputed")
# How far a claim may be off: money; everything else (absolute below 1, relative above).
MONEY, OTHER = 0.005, 1e-6


def differences(rows: Sequence[tuple[str, str, str, object, object]]) -> pd.DataFrame:
    """A table of differences; values are kept as text, because a claim may be anything."""
    texts = [
        (file, row, column, shown(claimed), shown(recomputed))
        for file, row, column, claimed, recomputed in rows
    ]
    return pd.DataFrame(texts, columns=list(COLUMNS), dtype="str")


def shown(value: object) -> str:
    """A value as text; numbers so that they read back as the same number."""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float | np.floating):
        return repr(float(value))
    return "missing" if value is None else str(value)


def differs(claimed: Any, recomputed: Any, tolerance: float) -> bool:
    """Whether two plain values differ: numbers by more than the tolerance, others at all."""
    if _is_number(claimed) and _is_number(recomputed):
        return bool(_far(np.array([float(claimed)]), np.array([float(recomputed)]), tolerance)[0])
    return type(claimed) is not type(recomputed) or claimed != recomputed


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _far(
    claimed: npt.NDArray[np.float64], recomputed: npt.NDArray[np.float64], tolerance: float
) -> npt.NDArray[np.bool_]:
    scale = 1.0 if tolerance == MONEY else np.maximum(1.0, np.abs(recomputed))
    with np.errstate(invalid="ignore"):
        near = np.abs(claimed - recomputed) <= tolerance * scale
    return np.asarray(~(near | (np.isnan(claimed) & np.isnan(recomputed))))


@dataclass(frozen=True)
class TableKind:
    """How a file is compared: the columns that name a row, those that hold money, and other numbers."""

    file: str
    key: tuple[str, ...]
    money: tuple[str, ...]
    numbers: tuple[str, ...]


def compare_tables(kind: TableKind, claimed: pd.DataFrame, recomputed: pd.DataFrame) -> pd.DataFrame:
    """Every missing, repeated or additional row, and every cell that differs."""
    missing = [name for name in recomputed.columns if name not in claimed.columns]
    if missing:
        return differences([(kind.file, "", name, "no such column", "") for name in missing])
    claimed = claimed[list(recomputed.columns)].reset_index(drop=True)
    left, right = _keys(claimed, kind), _keys(recomputed, kind)
    repeated = left.duplicated()
    found = right.get_indexer(left)
    extra = np.flatnonzero((found < 0) | repeated)
    absent = np.flatnonzero(~right.isin(left))
    rows: list[tuple[str, str, str, object, object]] = [
        (kind.file, str(left[int(row)]), "", "a row", "no second row" if repeated[row] else "no such row")
        for row in extra
    ]
    rows += [(kind.file, str(right[int(row)]), "", "no such row", "a row") for row in absent]
    both = np.flatnonzero((found >= 0) & ~repeated)
    for name in recomputed.columns:
        if name not in kind.key:
            mine, theirs = recomputed[name].iloc[found[both]], claimed[name].iloc[both]
            at = np.flatnonzero(_cells_differ(theirs, mine, name, kind))
            values = zip(left[both[at]], theirs.iloc[at], mine.iloc[at], strict=True)
            rows += [(kind.file, key, name, claim, value) for key, claim, value in values]
    return differences(rows)


def _cells_differ(
    claimed: "pd.Series[Any]", recomputed: "pd.Series[Any]", name: str, kind: TableKind
) -> npt.NDArray[np.bool_]:
    if name in kind.money or name in kind.numbers:
        values = numbers(claimed)
        unreadable = np.isnan(values) & (_texts(claimed) != "")
        tolerance = MONEY if name in kind.money else OTHER
        return np.asarray(unreadable | _far(values, recomputed.to_numpy(dtype=float), tolerance))
    return np.asarray(_texts(claimed) != _texts(recomputed))


def numbers(values: "pd.Series[Any]") -> npt.NDArray[np.float64]:
    """Numbers of a column that may hold anything; NaN where there is none."""
    return np.asarray(pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan))


def _texts(values: "pd.Series[Any]") -> npt.NDArray[np.object_]:
    if pd.api.types.is_datetime64_any_dtype(values):
        # A date that is not midnight must not pass as the date.
        midnight = values == values.dt.normalize()
        format_ = "%Y-%m-%d" if bool(midnight.all()) else "%Y-%m-%dT%H:%M:%S.%f"
        codes, distinct = pd.factorize(values)
        texts = np.append(np.asarray(pd.DatetimeIndex(distinct).strftime(format_), dtype=object), "")
        return np.asarray(texts[codes], dtype=object)
    return values.astype(object).where(values.notna(), "").astype(str).to_numpy(dtype=object)


def _keys(frame: pd.DataFrame, kind: TableKind) -> pd.Index:
    parts = [_texts(frame[name]) for name in kind.key]
    text = parts[0]
    for part in parts[1:]:
        text = text + " / " + part
    return pd.Index(text, dtype=object)

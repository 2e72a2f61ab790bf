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
    found, repeated = _matched(claimed, recomputed, kind)
    extra, both = np.flatnonzero((found < 0) | repeated), np.flatnonzero((found >= 0) & ~repeated)
    absent = np.setdiff1d(np.arange(len(recomputed)), found)
    rows: list[tuple[str, str, str, object, object]] = [
        (kind.file, key, "", "a row", "no second row" if again else "no such row")
        for key, again in zip(_keys(claimed.iloc[extra], kind), repeated[extra], strict=True)
    ]
    rows += [(kind.file, key, "", "no such row", "a row") for key in _keys(recomputed.iloc[absent], kind)]
    for name in recomputed.columns:
        if name not in kind.key:
            mine, theirs = recomputed[name].iloc[found[both]], claimed[name].iloc[both]
            at = np.flatnonzero(_cells_differ(theirs, mine, name, kind))
            values = zip(_keys(claimed.iloc[both[at]], kind), theirs.iloc[at], mine.iloc[at], strict=True)
            rows += [(kind.file, key, name, claim, value) for key, claim, value in values]
    return differences(rows)


def _matched(
    claimed: pd.DataFrame, recomputed: pd.DataFrame, kind: TableKind
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """For each claimed row the recomputed one (−1 = none), and whether it repeats an earlier row."""
    pairs = [(_texts(claimed[name]), _texts(recomputed[name])) for name in kind.key]
    if len(claimed) == len(recomputed) and all(bool((left == right).all()) for left, right in pairs):
        return np.arange(len(claimed)), np.zeros(len(claimed), dtype=bool)
    left = pd.MultiIndex.from_arrays([values for values, _ in pairs])
    right = pd.MultiIndex.from_arrays([values for _, values in pairs])
    return np.asarray(right.get_indexer(left), dtype=np.int64), np.asarray(left.duplicated())


def _cells_differ(
    claimed: "pd.Series[Any]", recomputed: "pd.Series[Any]", name: str, kind: TableKind
) -> npt.NDArray[np.bool_]:
    if name in kind.money or name in kind.numbers:
        values = numbers(claimed)
        unreadable = np.isnan(values)
        if pd.api.types.is_numeric_dtype(claimed.dtype):
            unreadable[:] = False
        elif unreadable.any():
            unreadable &= _texts(claimed) != ""
        tolerance = MONEY if name in kind.money else OTHER
        return np.asarray(unreadable | _far(values, recomputed.to_numpy(dtype=float), tolerance))
    return np.asarray(_texts(claimed) != _texts(recomputed))


def numbers(values: "pd.Series[Any]") -> npt.NDArray[np.float64]:
    """Numbers of a column that may hold anything; NaN where there is none."""
    try:
        converted = pd.to_numeric(values, errors="coerce")
    except TypeError:  # lists and the like
        return np.full(len(values), np.nan)
    return np.asarray(converted.to_numpy(dtype=float, na_value=np.nan))


def _texts(values: "pd.Series[Any]") -> npt.NDArray[np.object_]:
    if isinstance(values.dtype, pd.StringDtype):
        return np.asarray(values.fillna("").to_numpy(dtype=object))
    if pd.api.types.is_datetime64_any_dtype(values):
        # A date that is not midnight must not pass as the date.
        midnight = values == values.dt.normalize()
        format_ = "%Y-%m-%d" if bool(midnight.all()) else "%Y-%m-%dT%H:%M:%S.%f"
        codes, distinct = pd.factorize(values)
        texts = np.append(np.asarray(pd.DatetimeIndex(distinct).strftime(format_), dtype=object), "")
        return np.asarray(texts[codes], dtype=object)
    return values.astype(object).where(values.notna(), "").astype(str).to_numpy(dtype=object)


def _keys(frame: pd.DataFrame, kind: TableKind) -> list[str]:
    """What people call the rows: the key columns."""
    parts = [_texts(frame[name]).tolist() for name in kind.key]
    return [" / ".join(part) for part in zip(*parts, strict=True)]

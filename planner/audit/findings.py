"""Rows of the violations table: which limit, where, when, how much, how much is allowed, and a sentence."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

COLUMNS = ("limit", "item_id", "location_id", "date", "lane", "amount", "allowed", "message")
TEXTS = ("limit", "item_id", "location_id", "lane", "message")
# How far a quantity may be off before it counts: absolute [units], and relative for sums of large numbers.
QUANTITY, RELATIVE = 1e-6, 1e-9

Values = Sequence[Any] | npt.NDArray[Any] | pd.Index


def above(amount: npt.NDArray[np.float64], allowed: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Where an amount exceeds what is allowed by more than rounding; no limit (NaN) is never exceeded."""
    return np.asarray(amount > allowed + QUANTITY + RELATIVE * np.abs(allowed))


def violated(
    limit: str,
    message: Iterable[str],
    *,
    item: Values | None = None,
    location: Values | None = None,
    date: Values | None = None,
    lane: Values | None = None,
    amount: Values | None = None,
    allowed: Values | None = None,
) -> pd.DataFrame:
    """One row per message; what is not given is empty."""
    messages = list(message)
    count = len(messages)
    if not count:
        return EMPTY
    columns = {
        "limit": [limit] * count,
        "item_id": [""] * count if item is None else list(item),
        "location_id": [""] * count if location is None else list(location),
        "date": np.full(count, "NaT", dtype="datetime64[us]") if date is None else date,
        "lane": [""] * count if lane is None else list(lane),
        "amount": np.full(count, np.nan) if amount is None else np.asarray(amount, dtype=float),
        "allowed": np.full(count, np.nan) if allowed is None else np.asarray(allowed, dtype=float),
        "message": messages,
    }
    return pd.DataFrame(columns, columns=list(COLUMNS)).astype(dict.fromkeys(TEXTS, "str"))


def _empty() -> pd.DataFrame:
    types = dict.fromkeys(TEXTS, "str") | {
        "date": "datetime64[us]",
        "amount": "float64",
        "allowed": "float64",
    }
    return pd.DataFrame({name: pd.Series(dtype=types[name]) for name in COLUMNS})


# Most limits are kept: no need to build their empty tables again and again.
EMPTY = _empty()


def together(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All rows, in the order of the limits."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else EMPTY.copy()


def number(value: float) -> str:
    """A number for people: at most six digits, no exponent for everyday sizes."""
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"

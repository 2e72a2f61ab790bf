"""Numbers and names as people read them."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from planner.report.page import Kind

POLICIES = {"joint": "joint planning", "sequential": "planning in sequence", "reorder": "reorder levels"}
NOTHING = "–"


def missing(value: Any) -> bool:
    """Whether there is no value."""
    return value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NaT


def number(value: float | None, places: int | None = None) -> str:
    """With thousands separated; two places below a hundred, none above, unless `places` says so."""
    if missing(value):
        return NOTHING
    assert value is not None
    if places is None:
        places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:,.{places}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")


def percent(value: float | None, places: int = 1) -> str:
    """A share as per cent."""
    return NOTHING if missing(value) else f"{number(100 * (value or 0.0), places)}\u00a0%"


def signed(text: str) -> str:
    """With a plus where there is no minus and it isn't nothing."""
    return text if text.startswith("−") or not any(digit in text for digit in "123456789") else f"+{text}"


def day(value: Any) -> str:
    """Mon 7 Sep."""
    if missing(value):
        return NOTHING
    stamp = pd.Timestamp(value)
    return f"{stamp:%a}\u00a0{stamp.day}\u00a0{stamp:%b}"


def span(first: Any, last: Any) -> str:
    """7 to 20 September 2026."""
    first, last = pd.Timestamp(first), pd.Timestamp(last)
    end = f"{last.day} {last:%B %Y}"
    if first == last:
        return end
    same_month, same_year = first.month == last.month, first.year == last.year
    if same_year and same_month:
        return f"{first.day} to {end}"
    return f"{first.day} {first:%B}{'' if same_year else f' {first.year}'} to {end}"


def listed(words: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def some(words: Sequence[str], most: int = 4) -> str:
    """As `listed`; of many only the first, and how many more there are."""
    rest = len(words) - most
    return listed(words) if rest <= 1 else f"{', '.join(words[:most])} and {rest} more"


def part_of(drawn: int, there: int) -> str:
    """What to say where a chart has less than its table."""
    return "" if drawn == there else f"{drawn:,} of {there:,}; the numbers have all of them."


def counted(count: int, noun: str) -> str:
    """1 store, 2 stores."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def shown(value: Any, kind: Kind) -> str:
    """A cell of a table."""
    if missing(value):
        return NOTHING
    if isinstance(value, str):
        return value
    if kind == "percent":
        return percent(value)
    if kind == "date":
        return day(value)
    if kind == "whole":
        return number(value, 0)
    return number(value) if kind in ("money", "number") else str(value)

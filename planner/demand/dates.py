"""Dates as day numbers, and the calendar as a table of days × locations."""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.tables.dataset import DataSet

Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]


def day_numbers(dates: "pd.Series[pd.Timestamp]", first: date) -> Codes:
    """Days since `first`, negative before it."""
    days = dates.to_numpy().astype("datetime64[D]") - np.datetime64(first, "D")
    return np.asarray(days.astype(np.intp))


def weekdays(first: date, days: int) -> Codes:
    """Weekday of each of some days, Monday = 0."""
    return np.asarray((first.weekday() + np.arange(days)) % 7, dtype=np.intp)


def positions(names: "pd.Series[str]", known: "pd.Series[str] | pd.Index") -> Codes:
    """The row of each name in a table that has it once; −1 where it isn't there."""
    code, distinct = pd.factorize(names)  # few different ones as a rule: each is looked up once
    return np.append(pd.Index(known).get_indexer(pd.Index(distinct)), -1)[code].astype(np.intp)


def closed(data: DataSet, first: date, days: int) -> Flags:
    """Days × locations: closed by the calendar."""
    calendar = data["calendar"][data["calendar"]["closed"]]
    day = day_numbers(calendar["date"], first)
    location = positions(calendar["location_id"], data["locations"]["location_id"])
    inside = (day >= 0) & (day < days)
    result = np.zeros((days, len(data["locations"])), dtype=bool)
    result[day[inside], location[inside]] = True
    return result

"""Names to positions, dates to day numbers: what every part of the compilation shares."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.demand.dates import positions
from planner.tables.dataset import DataSet
from planner_models.problem import Flags, Floats, Ints


@dataclass(frozen=True)
class Index:
    """Positions of items and locations, and the calendar of the horizon."""

    items: pd.Index
    locations: pd.Index
    kinds: tuple[str, ...]
    start: pd.Timestamp
    days: int
    closed: Flags  # L × (2·T + 60): also days after the horizon, for arrivals

    def item(self, names: "pd.Series[str]") -> Ints:
        """Positions of items; -1 = unknown or not given."""
        return positions(names, self.items).astype(np.int64)

    def location(self, names: "pd.Series[str]") -> Ints:
        """Positions of locations; -1 = unknown or not given."""
        return positions(names, self.locations).astype(np.int64)

    def day(self, dates: "pd.Series[pd.Timestamp]") -> Floats:
        """Day numbers (0 = first day of the horizon); NaN = not given."""
        return np.asarray((dates - self.start) / pd.Timedelta(days=1), float)

    def date(self, days: Ints) -> pd.DatetimeIndex:
        """The dates of day numbers."""
        return pd.DatetimeIndex(self.start + pd.to_timedelta(days, unit="D"))

    @property
    def weekday(self) -> Ints:
        """Weekday of every day of the horizon, Monday = 0."""
        return (self.start.weekday() + np.arange(self.days)) % 7


def index_of(data: DataSet) -> Index:
    """The index of a data set."""
    locations = data["locations"]
    start, days = pd.Timestamp(data.settings.start_date), int(data.settings.horizon_days)
    names = pd.Index(locations["location_id"])
    calendar = data["calendar"]
    ahead = 2 * days + 60
    closed = np.zeros((len(names), ahead), bool)
    day = np.asarray((calendar["date"] - start) / pd.Timedelta(days=1), float)
    row = positions(calendar["location_id"], names)
    hit = np.asarray(calendar["closed"], bool) & (day >= 0) & (day < ahead) & (row >= 0)
    closed[row[hit], day[hit].astype(int)] = True
    return Index(pd.Index(data["items"]["item_id"]), names, tuple(locations["kind"]), start, days, closed)


def filled(values: "pd.Series[float]", default: float) -> Floats:
    """A column as floats, with `default` where nothing is given."""
    return np.asarray(values.fillna(default), float)

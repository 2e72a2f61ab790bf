"""Days of the horizon, and the days on which locations are closed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.audit.numbering import Days, numbered
from planner.tables.dataset import DataSet

NO_DAY = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Horizon:
    """Days 0 … days−1 from `start`."""

    start: pd.Timestamp
    days: int

    def day(self, dates: "pd.Series[Any]") -> Days:
        """Day numbers of dates; missing dates are `NO_DAY`."""
        stamps = dates.to_numpy(dtype="datetime64[D]")
        numbers = (stamps - np.datetime64(self.start, "D")).astype(np.int64)
        return np.asarray(np.where(np.isnat(stamps), NO_DAY, numbers))

    def date(self, day: Any) -> Any:
        """Dates of day numbers, as datetime64[us]."""
        return (np.datetime64(self.start, "D") + np.asarray(day, dtype="timedelta64[D]")).astype(
            "datetime64[us]"
        )

    def text(self, day: int) -> str:
        """The ISO date of a day."""
        return (self.start + pd.Timedelta(days=int(day))).date().isoformat()

    @property
    def weekdays(self) -> Days:
        """0 = Monday … 6 = Sunday for each day of the horizon."""
        return np.asarray((self.start.weekday() + np.arange(self.days)) % 7)


@dataclass(frozen=True)
class Calendar:
    """`closed[location, day]` for the days that any closure or lead time can touch; later days are open."""

    closed: npt.NDArray[np.bool_]

    def is_closed(self, location: Days, day: Days) -> npt.NDArray[np.bool_]:
        """Whether locations are closed on days."""
        inside = (day >= 0) & (day < self.closed.shape[1])
        return np.asarray(inside & self.closed[location, np.where(inside, day, 0)])

    def next_open(self, location: Days, day: Days) -> Days:
        """The first day from `day` on on which the location is open."""
        day = np.array(day, dtype=np.int64)
        closed = self.is_closed(location, day)
        while closed.any():
            day[closed] += 1
            closed = self.is_closed(location, day)
        return day


def read_horizon(data: DataSet) -> Horizon:
    """The horizon of the settings."""
    return Horizon(pd.Timestamp(data.settings.start_date), data.settings.horizon_days)


def read_calendar(data: DataSet, horizon: Horizon, locations: pd.Index) -> Calendar:
    """Closures of the table `calendar`; those before the horizon touch nothing."""
    rows = data["calendar"]
    rows = rows[rows["closed"]]
    day, location = horizon.day(rows["date"]), numbered(locations, rows["location_id"])
    used = (day >= 0) & (location >= 0)
    length = max(horizon.days, int(day[used].max(initial=0)) + 1)
    closed = np.zeros((len(locations), length), dtype=bool)
    closed[location[used], day[used]] = True
    return Calendar(closed)

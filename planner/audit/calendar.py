"""Days and periods of the horizon, and the days on which locations are closed."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.audit.numbering import Days, numbered
from planner.tables.buckets import periods
from planner.tables.dataset import DataSet

NO_DAY = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Horizon:
    """Days 0 … days−1 from `start`; or as many periods of `lengths` days, which then stand wherever a day would."""

    start: pd.Timestamp
    days: int
    lengths: tuple[int, ...] = ()

    @cached_property
    def length(self) -> Days:
        """Days of each period."""
        return np.array(self.lengths or (1,) * self.days, dtype=np.int64)

    @cached_property
    def ends(self) -> Days:
        """The day after each period."""
        return np.cumsum(self.length)

    @cached_property
    def first(self) -> Days:
        """The first day of each period."""
        return np.asarray(self.ends - self.length)

    def period(self, day: Days) -> Days:
        """The periods of day numbers; what is outside the horizon stays as far outside."""
        total = int(self.ends[-1])
        inside = np.searchsorted(self.ends, np.clip(day, 0, total - 1), side="right")
        return np.asarray(np.where(day < 0, day, np.where(day < total, inside, day - total + self.days)))

    def day(self, dates: "pd.Series[Any]") -> Days:
        """Day (or period) numbers of dates; missing dates are `NO_DAY`."""
        stamps = dates.to_numpy(dtype="datetime64[D]")
        numbers = (stamps - np.datetime64(self.start, "D")).astype(np.int64)
        return self.period(np.asarray(np.where(np.isnat(stamps), NO_DAY, numbers)))

    def date(self, day: Any) -> Any:
        """Dates of day numbers, or of the first days of periods, as datetime64[us]."""
        number = np.asarray(day, dtype=np.int64)
        if self.lengths:
            number = self.first[number]
        return (np.datetime64(self.start, "D") + number.astype("timedelta64[D]")).astype("datetime64[us]")

    def text(self, day: int) -> str:
        """The ISO date of a day; of a period its first day."""
        return str(self.date(day).astype("datetime64[D]"))

    def counted(self, values: Any, days: "npt.NDArray[np.bool_]") -> "npt.NDArray[np.float64]":
        """`… × days` → `… × periods`: sums over the days that count, over all of a period in which none does."""
        some = np.logical_or.reduceat(days, self.first, axis=-1)
        days = days | np.repeat(~some, self.length, axis=-1)
        return np.asarray(np.add.reduceat(np.where(days, values, 0.0), self.first, axis=-1))

    def earliest(self, days: "npt.NDArray[np.bool_]") -> Days:
        """`… × days` → `… × periods`: the first day that counts; −1 where there is none."""
        number = np.arange(int(self.ends[-1]))
        found = np.minimum.reduceat(np.where(days, number, len(number)), self.first, axis=-1)
        return np.asarray(np.where(found < len(number), found, -1))

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
    """The days of the horizon of the settings."""
    return Horizon(pd.Timestamp(data.settings.start_date), data.settings.horizon_days)


def read_periods(data: DataSet, buckets: str | None) -> Horizon:
    """The same horizon in periods such as `7d,3w`; None = those of the settings. Raises BadBuckets."""
    days = data.settings.horizon_days
    lengths = periods((data.settings.buckets if buckets is None else buckets) or "", days)
    return Horizon(
        pd.Timestamp(data.settings.start_date), len(lengths), lengths if len(lengths) < days else ()
    )


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

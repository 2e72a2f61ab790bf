"""The `sales` table as arrays of days × series."""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.tables.dataset import DataSet

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.intp]
T = TypeVar("T", bound=np.generic)

LONGEST_DAYS = 730  # older sales say little about the level, and two years show a weekday pattern well enough
CLOSED_WEEKDAY_AFTER = 4  # a location that never sold anything on so many Sundays is closed on Sundays


@dataclass(frozen=True)
class History:
    """Sales of every item and location that ever sold. Arrays are days × series unless said otherwise.

    `known`: the day tells something about demand. It doesn't before the first row of a series, on a closed day, or
    if the shelf was empty all day. `censored`: it sold out, so demand was at least `units`.
    """

    units: Floats
    known: Flags
    censored: Flags
    promoted: Flags
    weekday: Codes  # per day; Monday = 0
    item: Codes  # per series, row in `items`
    location: Codes  # per series, row in `locations`
    category: Codes  # per series
    open_weekday: Flags  # 7 × series

    @property
    def series(self) -> int:
        return len(self.item)

    @property
    def days_known(self) -> Codes:
        """Days per series that tell something."""
        return self.known.sum(axis=0)

    def columns(self, chosen: Flags) -> "History":
        """The same history of some series only."""
        across = ("units", "known", "censored", "promoted", "open_weekday")
        along = ("item", "location", "category")
        parts = {name: getattr(self, name)[:, chosen] for name in across}
        return replace(self, **parts, **{name: getattr(self, name)[chosen] for name in along})


def history(data: DataSet) -> History:
    """All sales before the start of the horizon; later rows are ignored, so that no plan can see its future.

    A day without a row is a zero from the first row of a series until the last day of the location's sales: an export
    of sold units ends on the same day for all items, and an item that stopped selling fades instead of living on.
    """
    start = np.datetime64(data.settings.start_date, "D")
    sales = data["sales"]
    dates = sales["date"].to_numpy().astype("datetime64[D]")
    recent = (dates < start) & (dates >= start - LONGEST_DAYS)
    sales, dates = sales[recent], dates[recent]
    items, locations = data["items"], data["locations"]
    item = pd.Index(items["item_id"]).get_indexer(pd.Index(sales["item_id"]))
    location = pd.Index(locations["location_id"]).get_indexer(pd.Index(sales["location_id"]))
    first = dates.min() if len(dates) else start
    day = (dates - first).astype(np.intp)
    days = int(day.max(initial=-1)) + 1
    series, keys = pd.factorize(item.astype(np.int64) * len(locations) + location, sort=True)
    shape = (days, len(keys))
    units = _placed(shape, day, series, sales["units"].to_numpy(np.float64))
    censored = _placed(shape, day, series, sales["stocked_out"].to_numpy(bool))
    promoted = _promoted(
        shape, day, series, sales["promotion"].to_numpy(bool), keys // max(1, len(locations))
    )
    place = keys % max(1, len(locations))
    category = pd.factorize(items["category"])[0][keys // max(1, len(locations))]
    weekday = (
        np.datetime64(first, "D").astype(int) + np.arange(days) + 3
    ) % 7  # day 0 of the epoch was a Thursday
    known = _told(shape, day, series, place, location) & ~_closed(data, first, days)[:, place]
    open_weekday = _open_weekdays(units, known, weekday, place, len(locations))[:, place]
    known &= open_weekday[weekday] & ~(censored & (units == 0))
    return History(
        units,
        known,
        censored & known,
        promoted,
        weekday,
        keys // max(1, len(locations)),
        place,
        category,
        open_weekday,
    )


def _placed(shape: tuple[int, int], day: Codes, series: Codes, values: NDArray[T]) -> NDArray[T]:
    placed = np.zeros(shape, dtype=values.dtype)
    placed[day, series] = values
    return placed


def _promoted(shape: tuple[int, int], day: Codes, series: Codes, flag: Flags, item: Codes) -> Flags:
    """As flagged; where there is no row because nothing was sold, as at most of the item's other locations that day."""
    items = int(item.max(initial=-1)) + 1
    votes = np.zeros((shape[0], items))
    np.add.at(votes, (day, item[series]), np.where(flag, 1.0, -1.0))
    promoted = (votes > 0)[:, item]
    promoted[day, series] = flag
    return promoted


def _told(shape: tuple[int, int], day: Codes, series: Codes, place: Codes, location: Codes) -> Flags:
    """From the first row of a series until the last day on which anything was reported at its location."""
    first = np.full(shape[1], shape[0])
    np.minimum.at(first, series, day)
    last = np.full(int(location.max(initial=-1)) + 1, -1)
    np.maximum.at(last, location, day)
    when = np.arange(shape[0])[:, None]
    return np.asarray((when >= first) & (when <= last[place]))


def _closed(data: DataSet, first: np.datetime64, days: int) -> Flags:
    """Days × locations: closed by the calendar."""
    calendar = data["calendar"][data["calendar"]["closed"]]
    closed = np.zeros((days, len(data["locations"])), dtype=bool)
    day = (calendar["date"].to_numpy().astype("datetime64[D]") - first).astype(int)
    location = pd.Index(data["locations"]["location_id"]).get_indexer(pd.Index(calendar["location_id"]))
    inside = (day >= 0) & (day < days)
    closed[day[inside], location[inside]] = True
    return closed


def _open_weekdays(units: Floats, known: Flags, weekday: Codes, place: Codes, locations: int) -> Flags:
    """Weekdays × locations: not open on a weekday on which nothing was ever sold, seen often enough."""
    sold = np.zeros((7, locations))
    seen = np.zeros((7, locations))
    for day in range(7):
        of_day = weekday == day
        np.add.at(sold[day], place, units[of_day].sum(axis=0))
        np.maximum.at(seen[day], place, known[of_day].sum(axis=0))
    other_days_sell = sold.sum(axis=0) > 0
    return np.asarray((sold > 0) | (seen < CLOSED_WEEKDAY_AFTER) | ~other_days_sell)

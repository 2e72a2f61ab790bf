"""The `sales` table as arrays of days × series."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.demand.dates import Codes, Flags, closed, day_numbers, positions, weekdays
from planner.tables.dataset import DataSet

Floats = NDArray[np.float64]
T = TypeVar("T", bound=np.generic)

LONGEST_DAYS = 730  # older sales say little about the level, and two years show a weekday pattern well enough
CLOSED_WEEKDAY_AFTER = 4  # a location that never sold anything on so many Sundays is closed on Sundays


@dataclass(frozen=True)
class History:
    """Sales of every item and location that ever sold. Arrays are days × series unless said otherwise.

    `known`: the day tells something about demand. It doesn't before the first row of a series, on a closed
    day, or if the shelf was empty all day. `censored`: it sold out, so demand was at least `units`.
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
    def days_known(self) -> Codes:
        """Days per series that tell something."""
        return np.asarray(self.known.sum(axis=0), dtype=np.intp)


def history(data: DataSet) -> History:
    """All sales before the start of the horizon; later rows are ignored, so no plan can see its future.

    A day without a row is a zero from the first row of a series until the last day of its location's sales:
    an export of sold units ends on the same day for all items, and an item that stopped selling fades.
    """
    sales, day, first = _before(data["sales"], data.settings.start_date)
    item = positions(sales["item_id"], data["items"]["item_id"])
    location = positions(sales["location_id"], data["locations"]["location_id"])
    places = max(1, len(data["locations"]))
    series, keys = pd.factorize(item * places + location, sort=True)
    of_item, of_place = np.divmod(np.asarray(keys, dtype=np.intp), places)
    shape = (int(day.max(initial=-1)) + 1, len(keys))
    units = _placed(shape, day, series, sales["units"].to_numpy(np.float64))
    censored = _placed(shape, day, series, sales["stocked_out"].to_numpy(bool))
    promoted = _promoted(shape, day, series, sales["promotion"].to_numpy(bool), of_item)
    weekday = weekdays(first, shape[0])
    known = _told(shape, day, series, of_place, location) & ~closed(data, first, shape[0])[:, of_place]
    open_weekday = _open_weekdays(units, known, weekday, of_place, places)[:, of_place]
    known &= open_weekday[weekday] & ~(censored & (units == 0))
    category = pd.factorize(data["items"]["category"])[0][of_item]
    return History(
        units, known, censored & known, promoted, weekday, of_item, of_place, category, open_weekday
    )


def _before(sales: pd.DataFrame, start: date) -> tuple[pd.DataFrame, Codes, date]:
    """The sales that count, the day of each row, and the date of day 0."""
    day = day_numbers(sales["date"], start)
    recent = (day < 0) & (day >= -LONGEST_DAYS)
    earliest = int(day[recent].min(initial=0))
    return sales[recent], day[recent] - earliest, start + timedelta(days=earliest)


def _placed(shape: tuple[int, int], day: Codes, series: Codes, values: NDArray[T]) -> NDArray[T]:
    placed = np.zeros(shape, dtype=values.dtype)
    placed[day, series] = values
    return placed


def _promoted(shape: tuple[int, int], day: Codes, series: Codes, flag: Flags, item: Codes) -> Flags:
    """As flagged; a day without a row, because nothing was sold, as most of the item's other locations."""
    votes = np.zeros((shape[0], int(item.max(initial=-1)) + 1))
    np.add.at(votes, (day, item[series]), np.where(flag, 1.0, -1.0))
    promoted = np.asarray((votes > 0)[:, item])
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


def _open_weekdays(units: Floats, known: Flags, weekday: Codes, place: Codes, places: int) -> Flags:
    """Weekdays × locations: not open on a weekday on which nothing was ever sold, seen often enough."""
    sold = np.zeros((7, places))
    seen = np.zeros((7, places))
    for number in range(7):
        of_day = weekday == number
        np.add.at(sold[number], place, units[of_day].sum(axis=0))
        np.maximum.at(seen[number], place, known[of_day].sum(axis=0))
    sells = sold.sum(axis=0) > 0
    return np.asarray((sold > 0) | (seen < CLOSED_WEEKDAY_AFTER) | ~sells)

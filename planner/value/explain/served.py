"""Which demand an order serves: first in, first out through the expected stock of the plan."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner_models.problem import Floats, Ints

NOTHING = 1e-9  # units
OUTFLOWS = ("dispatched", "expected_sales", "waste")  # in the order of a day


@dataclass(frozen=True)
class Served:
    """Where the units of an order go; all amounts together are its quantity.

    `sales` has location_id, date and units, in the order of days.
    """

    sales: pd.DataFrame
    waste: float
    left: float  # in stock at the end of the horizon
    under_way: float  # not there before the end of the horizon


def served(orders: pd.DataFrame, inventory: pd.DataFrame, order: int, end: pd.Timestamp) -> Served:
    """Follow the units of row `order` of a plan through its inventory; `end` is the day after the horizon.

    What came first leaves first: of what arrives on one day what isn't among the orders, then the orders in
    their order. A dispatch is followed to where it arrives; those of one day leave in their order, before
    sales. Amounts are expected values.
    """
    own = orders["item_id"] == orders["item_id"].iloc[order]
    item = inventory["item_id"] == orders["item_id"].iloc[order]
    trail = _Trail(orders[own], inventory[item], end)
    row = int(own.to_numpy()[:order].sum())
    trail.follow(row, 0.0, float(trail.units[row]), (row,))
    sold = sorted((day, place, units) for (place, day), units in trail.sold.items() if units > NOTHING)
    sales = pd.DataFrame(
        {
            "location_id": pd.Series([place for _, place, _ in sold], dtype="str"),
            "date": pd.DatetimeIndex([trail.dates[day] for day, _, _ in sold]),
            "units": pd.Series([units for _, _, units in sold], dtype="float64"),
        }
    )
    return Served(sales, trail.waste, trail.left, trail.under_way)


class _Trail:
    """One item's orders and stock, and where the units that were followed have gone."""

    def __init__(self, orders: pd.DataFrame, inventory: pd.DataFrame, end: pd.Timestamp) -> None:
        self.dates = np.sort(inventory["date"].unique())
        self.units = orders["quantity"].to_numpy(float)
        self.origin, self.destination = (orders[name].to_numpy(object) for name in ("origin", "destination"))
        self.leaves, lands = (
            np.searchsorted(self.dates, orders[name].to_numpy(), side="right") - 1
            for name in ("dispatch_date", "arrival_date")
        )
        self.lands = np.where(orders["arrival_date"] >= end, len(self.dates), lands)
        self.stock = {
            str(place): rows.sort_values("date") for place, rows in inventory.groupby("location_id")
        }
        self.sold: dict[tuple[str, int], float] = defaultdict(float)
        self.waste = self.left = self.under_way = 0.0

    def follow(self, row: int, low: float, high: float, chain: tuple[int, ...]) -> None:
        """Follow the units from `low` to `high` of an order; `chain` are the orders by which they came, itself last."""
        if self.lands[row] >= len(self.dates):
            self.under_way += high - low
            return
        place = str(self.destination[row])
        rest = high - low
        for step, first, last in self._outflows(place, self._position(row), low, high):
            day, kind = divmod(step, len(OUTFLOWS))
            rest -= last - first
            if OUTFLOWS[kind] == "expected_sales":
                self.sold[place, day] += last - first
            elif OUTFLOWS[kind] == "waste":
                self.waste += last - first
            else:
                self._onward(place, day, first, last, chain)
        self.left += max(0.0, rest)

    def _position(self, row: int) -> float:
        """How many units there leave before the first one of the order."""
        rows, day = self.stock[str(self.destination[row])], int(self.lands[row])
        arrivals = rows["arrivals"].to_numpy()
        same = np.flatnonzero((self.destination == self.destination[row]) & (self.lands == day))
        before = float(self.units[same[same < row]].sum())
        others = max(0.0, float(arrivals[day] - self.units[same].sum()))
        return float(rows["opening"].iloc[0] + arrivals[:day].sum()) + others + before

    def _outflows(
        self, place: str, position: float, low: float, high: float
    ) -> Iterator[tuple[int, float, float]]:
        """The outflows, numbered through the days, that take units `low` to `high` of what begins at `position`.

        The second and third number count from the beginning of the outflow.
        """
        ends = np.cumsum(self.stock[place][list(OUTFLOWS)].to_numpy(float).ravel())
        begins: Floats = np.concatenate([[0.0], ends[:-1]])
        first = np.clip(position + low, begins, ends) - begins
        last = np.clip(position + high, begins, ends) - begins
        for step in np.flatnonzero(last - first > NOTHING).tolist():
            yield step, float(first[step]), float(last[step])

    def _onward(self, place: str, day: int, low: float, high: float, chain: tuple[int, ...]) -> None:
        """What leaves the place on a day, by the orders that take it."""
        leaving: Ints = np.flatnonzero((self.origin == place) & (self.leaves == day))
        begin = 0.0
        for row in leaving.tolist():
            end = begin + float(self.units[row])
            first, last = max(low, begin), min(high, end)
            if last - first > NOTHING:
                if row in chain:  # goods that go in a circle within a day
                    self.left += last - first
                else:
                    self.follow(row, first - begin, last - begin, (*chain, row))
            begin = end

"""Goods on the way: they arrive as promised, or later."""

import numpy as np
import pandas as pd

from planner.compile.index import Index
from planner.tables.dataset import DataSet
from planner.value.simulate.truth import Floats, Ints

KEPT = ("order_id", "item_id", "origin", "destination", "mode", "quantity", "dispatch_date", "arrival_date")


class Way:
    """Orders that have left and not arrived: those of the data set that are in transit, and those that are sent."""

    def __init__(self, data: DataSet, index: Index, late: Ints) -> None:
        self.index, self.late = index, late
        self.rows = _rows(data)
        orders = data["open_orders"]
        moving = orders[orders["status"] == "in_transit"]
        self.table = moving[list(KEPT)].reset_index(drop=True)
        self.arrival = self._opens(np.maximum(index.day(moving["arrival_date"]), 0.0), moving["destination"])

    def send(self, day: int, orders: pd.DataFrame) -> None:
        """Orders that leave on a day."""
        keys = pd.MultiIndex.from_frame(orders[["origin", "destination", "mode"]])
        late = self.late[self.rows.reindex(keys).to_numpy(np.int64), day]
        arrival = self._opens(self.index.day(orders["arrival_date"]) + late, orders["destination"])
        self.table = pd.concat([self.table, orders[list(KEPT)]], ignore_index=True)
        self.arrival = np.concatenate([self.arrival, arrival])

    def arriving(self, day: int) -> tuple[Ints, Ints, Floats]:
        """Item, location and units of what arrives; it is no longer on the way."""
        here = self.arrival <= day
        goods = self.table[here]
        self.table, self.arrival = self.table[~here].reset_index(drop=True), self.arrival[~here]
        units = goods["quantity"].to_numpy(np.float64)
        return self.index.item(goods["item_id"]), self.index.location(goods["destination"]), units

    def open_orders(self, day: int) -> pd.DataFrame:
        """What is on the way, as the table `open_orders` says it; who is late is expected every morning."""
        promised = np.maximum(self.index.day(self.table["arrival_date"]), float(day))
        return self.table.assign(arrival_date=self.index.date(promised.astype(np.int64)), status="in_transit")

    def _opens(self, arrival: Floats, destination: "pd.Series[str]") -> Floats:
        """The first day from then on on which the destination is open."""
        closed, place = self.index.closed, self.index.location(destination)
        day, last = arrival.astype(np.int64), self.index.closed.shape[1] - 1
        while (shut := closed[place, np.minimum(day, last)] & (day < last)).any():
            day = day + shut
        return day.astype(np.float64)


def _rows(data: DataSet) -> "pd.Series[int]":
    """The first row of `lanes` of each lane-mode."""
    lanes = data["lanes"]
    keys = pd.MultiIndex.from_frame(lanes[["origin", "destination", "mode"]])
    return pd.Series(np.arange(len(lanes)), index=keys)[~keys.duplicated()]

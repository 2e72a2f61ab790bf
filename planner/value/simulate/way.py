"""Goods on the way: they arrive as promised, or later, or as it is said of them while they are under way."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.compile.index import Index
from planner.tables.dataset import DataSet
from planner.value.simulate.shocks import Floats, Ints

KEPT = ("order_id", "item_id", "origin", "destination", "mode", "quantity", "dispatch_date", "arrival_date")


@dataclass(frozen=True)
class Told:
    """What is said of orders, and when: so many days later, or another arrival or quantity (NaN = as it was)."""

    at: pd.Timestamp
    numbers: Ints
    days: float
    arrival: float
    quantity: float

    def promised(self, arrival: Floats) -> Floats:
        """Days of arrival after it."""
        return np.asarray(arrival + self.days if np.isnan(self.arrival) else 0.0 * arrival + self.arrival)

    def amount(self, quantity: Floats) -> Floats:
        """Units after it."""
        return np.asarray(quantity if np.isnan(self.quantity) else 0.0 * quantity + self.quantity)


class Way:
    """Orders that have left and not arrived: those of the data set that are in transit, and those that are sent."""

    def __init__(self, data: DataSet, index: Index, late: Ints) -> None:
        self.index, self.late = index, late
        self.rows = _rows(data)
        orders = data["open_orders"]
        moving = orders[orders["status"] == "in_transit"]
        self.table = moving[list(KEPT)].reset_index(drop=True)  # as it was when they left
        self.given = self.sent = len(self.table)
        self.number = np.arange(self.given)  # of each order, in the order in which they leave
        self.units = moving["quantity"].to_numpy(np.float64)
        self.arrival = self._opens(np.maximum(index.day(moving["arrival_date"]), 0.0), moving["destination"])
        self.told: list[Told] = []

    def send(self, day: int, orders: pd.DataFrame) -> None:
        """Orders that leave on a day."""
        keys = pd.MultiIndex.from_frame(orders[["origin", "destination", "mode"]])
        late = self.late[self.rows.reindex(keys).to_numpy(np.int64), day]
        arrival = self._opens(self.index.day(orders["arrival_date"]) + late, orders["destination"])
        self.table = pd.concat([self.table, orders[list(KEPT)]], ignore_index=True)
        self.units = np.concatenate([self.units, orders["quantity"].to_numpy(np.float64)])
        self.arrival = np.concatenate([self.arrival, arrival])
        self.number = np.concatenate([self.number, self.sent + np.arange(len(orders))])
        self.sent += len(orders)

    def change(self, shock: dict[str, Any]) -> list[dict[str, Any]]:
        """Goods on the way come later (`inbound_late`), or are what was confirmed: an order that is given, or all on a lane.

        Returns an event for each of them.
        """
        hit = np.ones(len(self.table), bool)
        if shock["order_id"]:
            hit &= (self.number < self.given) & (self.table["order_id"] == shock["order_id"]).to_numpy()
        for name in ("item_id", "origin", "destination", "mode"):
            if shock[name]:
                hit &= (self.table[name] == shock[name]).to_numpy()
        confirmed = shock["type"] == "order_confirmed"
        day = (shock["date_to"] - self.index.start) / pd.Timedelta(days=1) if confirmed else np.nan
        told = Told(
            at=shock["at"],
            numbers=self.number[hit],
            days=0.0 if confirmed else shock["days"],
            arrival=day,
            quantity=shock["quantity"] if confirmed else np.nan,
        )
        self.told.append(told)
        self.arrival[hit] = self._opens(told.promised(self.arrival[hit]), self.table["destination"][hit])
        self.units[hit] = told.amount(self.units[hit])
        facts = ["order_id", "item_id", "origin", "destination", "mode"]
        rows = self.table.loc[hit, facts].itertuples(index=False)
        return [{**shock, **dict(zip(facts, row, strict=True))} for row in rows]

    def arriving(self, day: int) -> tuple[Ints, Ints, Floats]:
        """Item, location and units of what arrives; it is no longer on the way."""
        here = self.arrival <= day
        goods, units = self.table[here], self.units[here]
        self.table = self.table[~here].reset_index(drop=True)
        self.arrival, self.units, self.number = self.arrival[~here], self.units[~here], self.number[~here]
        return self.index.item(goods["item_id"]), self.index.location(goods["destination"]), units

    def open_orders(self, day: int, known: pd.Timestamp | None = None) -> pd.DataFrame:
        """What is on the way, as the table `open_orders` says it by what was told until `known`, None = all.

        Who is late and has not said so is expected every morning.
        """
        arrival = self.index.day(self.table["arrival_date"])
        units = self.table["quantity"].to_numpy(np.float64)
        for told in self.told:
            if known is None or told.at <= known:
                of_these = np.isin(self.number, told.numbers)
                arrival = np.where(of_these, told.promised(arrival), arrival)
                units = np.where(of_these, told.amount(units), units)
        dates = self.index.date(np.maximum(arrival, float(day)).astype(np.int64))
        table = self.table.assign(arrival_date=dates, quantity=units, status="in_transit")
        return table[units > 0]

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

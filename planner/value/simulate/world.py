"""Stock by age, and what happens to it on a day: arrivals, dispatches, sales, closing stock."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.compile.index import index_of
from planner.value.simulate.truth import Floats, Ints, Truth
from planner.value.simulate.way import Way

LONGEST_LIFE = 120  # days; what keeps longer is taken as keeping for ever


@dataclass(frozen=True)
class Day:
    """What happened on a day; items × locations [units]."""

    sold: Floats
    lost: Floats
    wasted: Floats
    closing: Floats


class World:
    """The network on one day after the other. Shelf life counts from the day on which goods are received, at every location."""

    def __init__(self, truth: Truth) -> None:
        data = truth.data
        self.truth, self.data, self.index = truth, data, index_of(data)
        items = data["items"]
        life = items["shelf_life_days"].to_numpy(np.float64)
        lasts = np.isnan(life) | (life > LONGEST_LIFE)
        self.lives = (
            int(np.where(lasts, 0, life).max(initial=0)) + 1
        )  # by days of life left; the last never expires
        self.fresh: Ints = np.where(lasts, self.lives, np.maximum(np.nan_to_num(life), 1)).astype(int) - 1
        self.case = items["case_size"].to_numpy(np.float64)
        self.holds = np.array([kind != "supplier" for kind in self.index.kinds])
        self.stock = np.zeros((len(items), len(self.index.locations), self.lives))
        table = data["inventory"]
        self._receive(
            self.index.item(table["item_id"]),
            self.index.location(table["location_id"]),
            table["on_hand"].to_numpy(np.float64),
        )
        self.stock[:, ~self.holds] = 0.0
        self.way = Way(data, self.index, truth.late)

    @property
    def on_hand(self) -> Floats:
        """Items × locations [units]."""
        return np.asarray(self.stock.sum(axis=2))

    def arrive(self, day: int) -> Floats:
        """Take in what arrives on the day; items × locations [units]."""
        item, location, units = self.way.arriving(day)
        self._receive(item, location, units)
        taken = np.zeros(self.stock.shape[:2])
        np.add.at(taken, (item, location), units)
        return taken

    def _receive(self, item: Ints, location: Ints, units: Floats) -> None:
        np.add.at(self.stock, (item, location, self.fresh[item]), units)

    def dispatch(self, day: int, orders: pd.DataFrame) -> pd.DataFrame:
        """Send the orders (columns of orders.csv) as far as their origins have them, in whole cases and in their order.

        Returns those that left, with the quantities that did.
        """
        item, origin = self.index.item(orders["item_id"]), self.index.location(orders["origin"])
        wanted = orders["quantity"].to_numpy(np.float64)
        stocked = self.holds[origin]
        quantity = np.where(stocked, self._possible(item, origin, wanted), wanted)
        taken = np.zeros(self.stock.shape[:2])
        np.add.at(taken, (item[stocked], origin[stocked]), quantity[stocked])
        self.stock -= _oldest(self.stock, taken)
        left = orders.assign(quantity=quantity, cases=quantity / self.case[item])[quantity > 0]
        self.way.send(day, left)
        return left

    def _possible(self, item: Ints, origin: Ints, wanted: Floats) -> Floats:
        """What each withdrawal gets: all of it, or the whole cases of what those before it left."""
        held = self.on_hand[item, origin]
        room = np.maximum(0.0, held - _earlier(item * self.stock.shape[1] + origin, wanted))
        whole = np.floor(room / self.case[item] + 1e-9) * self.case[item]
        return np.where(wanted <= room + 1e-9, np.minimum(wanted, room), whole)

    def sell(self, day: int) -> Day:
        """Customers take the oldest goods first; what they don't find is lost. Then goods age, and expire."""
        wanted = self.truth.wanted[:, :, day]
        sold = np.minimum(wanted, self.on_hand)
        left = self.stock - _oldest(self.stock, sold)
        wasted = np.zeros_like(sold)
        if self.lives > 1:
            wasted = left[:, :, 0].copy()
            left[:, :, :-2] = left[:, :, 1:-1]
            left[:, :, -2] = 0.0
        self.stock = left
        return Day(sold, wanted - sold, wasted, left.sum(axis=2))


def _oldest(stock: Floats, units: Floats) -> Floats:
    """How much of each age goes when so many units are taken (items × locations), those with the least life left first."""
    before = np.cumsum(stock, axis=2) - stock
    return np.asarray(np.clip(units[:, :, None] - before, 0.0, stock))


def _earlier(cell: Ints, amount: Floats) -> Floats:
    """For each row, what rows before it with the same cell have in all."""
    return np.asarray(pd.Series(amount).groupby(cell).cumsum() - amount, np.float64)

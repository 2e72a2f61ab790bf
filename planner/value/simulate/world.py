"""Stock by age, and what happens to it on a day: arrivals, dispatches, sales, closing stock."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.compile.index import index_of
from planner.value.simulate.obstacles import Obstacles
from planner.value.simulate.room import fitting
from planner.value.simulate.shocks import Floats, Ints
from planner.value.simulate.truth import Truth
from planner.value.simulate.way import Way

LONGEST_LIFE = 120  # days; what keeps longer is taken as keeping for ever


@dataclass(frozen=True)
class Day:
    """What happened on a day; items × locations [units]. `closing` can be used, `held` is set aside."""

    sold: Floats
    lost: Floats
    wasted: Floats
    closing: Floats
    held: Floats


class World:
    """The network on one day after the other. Shelf life counts from the day on which goods are received, at every location."""

    def __init__(self, truth: Truth) -> None:
        data = truth.data
        self.truth, self.data, self.index = truth, data, index_of(truth.real)
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
        self.aside = np.zeros_like(self.stock)  # may be neither sold nor sent
        self.way = Way(data, self.index, truth.late)
        self.obstacles = Obstacles(truth, self.index)

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
        wanted = self.obstacles.passed(day, orders, wanted)
        cell = item * self.stock.shape[1] + origin
        there = fitting(cell, wanted, self.on_hand[item, origin], self.case[item])
        quantity = np.where(stocked, there, wanted)
        taken = np.zeros(self.stock.shape[:2])
        np.add.at(taken, (item[stocked], origin[stocked]), quantity[stocked])
        self.stock -= _oldest(self.stock, taken)
        left = orders.assign(quantity=quantity, cases=quantity / self.case[item])[quantity > 0]
        self.way.send(day, left)
        return left

    def sell(self, day: int) -> Day:
        """Customers take the oldest goods first; what they don't find is lost. Then goods age, and expire."""
        wanted = self.truth.wanted[:, :, day]
        sold = np.minimum(wanted, self.on_hand)
        self.stock, wasted = self._aged(self.stock - _oldest(self.stock, sold))
        self.aside, spoiled = self._aged(self.aside)
        return Day(sold, wanted - sold, wasted + spoiled, self.on_hand, np.asarray(self.aside.sum(axis=2)))

    def _aged(self, stock: Floats) -> tuple[Floats, Floats]:
        """The stock a day later, and what has expired."""
        if self.lives == 1:
            return stock, np.zeros(stock.shape[:2])
        aged = stock.copy()
        aged[:, :, :-2] = stock[:, :, 1:-1]
        aged[:, :, -2] = 0.0
        return aged, stock[:, :, 0].copy()

    def correct(self, units: Floats) -> None:
        """Stock that was found, as fresh as can be, or that isn't there: no more than there is."""
        item, place = np.nonzero(units > 0)
        self._receive(item, place, units[item, place])
        self.stock -= _oldest(self.stock, np.maximum(0.0, -units))

    def set_aside(self, units: Floats) -> None:
        """Take goods out of use, the oldest first."""
        taken = _oldest(self.stock, units)
        self.stock, self.aside = self.stock - taken, self.aside + taken

    def free(self, cells: Collection[tuple[int, int]]) -> Floats:
        """Bring back what is set aside of some items at some locations; items × locations [units]."""
        back = np.zeros_like(self.aside)
        for cell in cells:
            back[cell] = self.aside[cell]
        self.stock, self.aside = self.stock + back, self.aside - back
        return np.asarray(back.sum(axis=2))


def _oldest(stock: Floats, units: Floats) -> Floats:
    """How much of each age goes when so many units are taken (items × locations), those with the least life left first."""
    before = np.cumsum(stock, axis=2) - stock
    return np.asarray(np.clip(units[:, :, None] - before, 0.0, stock))

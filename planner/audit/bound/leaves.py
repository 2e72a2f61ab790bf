"""What the leaves of all blocks are worth: their stock points and loads, leaf by leaf."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.audit.bound.branches import Branching
from planner.audit.bound.convex import Flags, Floats
from planner.audit.bound.layers import Layer
from planner.audit.bound.points import point_costs
from planner.audit.bound.prices import Prices
from planner.audit.bound.terms import Terms
from planner.audit.bound.ways import Ways
from planner.audit.numbering import Days, sums

CHUNK = 2_048  # stock points at once
TOGETHER = 16  # leaves at once


@dataclass(frozen=True)
class Leaves:
    """The leaves of all blocks, and what their stock points plan with."""

    terms: Terms
    branching: Branching
    ways: Ways
    prices: Prices
    layers: Sequence[Layer]

    def values(self) -> Floats:
        """`layers × L` [money] where a block has its first location: ∞ = it has no such leaf, −∞ = that proves nothing."""
        block, count = self.branching.blocks.of_place, self.branching.count
        value = np.array([layer.cost for layer in self.layers])
        location = self.ways.scene.given.needs.pairs.location
        many: Days = count[location]  # leaves of each point
        for begin in range(0, len(value), TOGETHER):
            order = np.argsort(-many, kind="stable")[: int((many > begin).sum())]
            for number, worth in enumerate(self._worth(order, self._arriving(order, begin))):
                value[begin + number] += sums(block[location[order[: len(worth)]]], worth, len(block))
        reached = np.arange(len(value))[:, None] < count
        return np.asarray(np.where(np.arange(len(block)) == block, np.where(reached, value, np.inf), 0.0))

    def _arriving(self, order: Days, begin: int) -> list[Floats]:
        """Leaf by leaf from `begin`, for the points in `order` that have so many: prices by day of arrival."""
        scene, layers = self.ways.scene, self.layers[begin : begin + TOGETHER]
        location, count = scene.given.needs.pairs.location, self.branching.count
        many: Days = count[location[order]]
        found = [
            np.full((int((many > begin + number).sum()), scene.days + 1), np.inf)
            for number in range(len(layers))
        ]
        row = np.empty(len(location), np.int64)
        row[order] = np.arange(len(order))
        for place in np.unique(location[order]).tolist():
            rooms = [layer.room for layer in layers[: count[place] - begin]]
            for target, price in zip(found, self.ways.arriving(self.prices, place, rooms), strict=False):
                target[row[scene.pairs_at(place)]] = price
        return found

    def _worth(self, order: Days, arriving: Sequence[Floats]) -> list[Floats]:
        """Leaf by leaf what points cost, chunk by chunk: those of uncertain demand apart, because only these need many lines."""
        uncertain: Flags = np.asarray((self.terms.sd > 0.0).any(axis=1))[order]
        found = [np.zeros(len(prices)) for prices in arriving]
        for group in (np.flatnonzero(uncertain), np.flatnonzero(~uncertain)):
            for first in range(0, len(group), CHUNK):
                rows = group[first : first + CHUNK]
                parts = [prices[rows[: np.searchsorted(rows, len(prices))]] for prices in arriving]
                costs = point_costs(self.terms.rows(order[rows]), [part for part in parts if len(part)])
                for target, worth in zip(found, costs, strict=False):
                    target[rows[: len(worth)]] = worth
        return found

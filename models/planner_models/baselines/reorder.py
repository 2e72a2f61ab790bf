"""Order-up-to levels: every stock point alone, from its own forecast, day by day.

At a review the stock that is there or on its way is raised to a level S that covers the demand until the delivery after the one
that is ordered now. S is the quantile of that demand (gamma distributed) at the critical fractile: what a lost unit costs against
what a unit costs that is kept for a cycle (Silver, Pyke & Thomas 2017, "Inventory and Production Management in Supply Chains").
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaincinv

from planner_models.baselines.links import Chain, Link
from planner_models.baselines.minimums import meet_minimums
from planner_models.baselines.transport import Rules
from planner_models.baselines.waves import Policy
from planner_models.curve import CERTAIN, sales_curves
from planner_models.problem import Flags, Floats, Ints
from planner_models.shares import shares


@dataclass(frozen=True)
class Cover:
    """What an order has to cover: the demand from its day to the day before the next delivery (`N × T`)."""

    orders: Flags  # an order may be placed
    end: Ints  # first day that the next delivery covers; may be after the horizon
    cycle: Ints  # days between the two deliveries


def cover_of(chain: Chain, review_days: int) -> Cover:
    """The days of order: the first delivery that can be ordered at or after each review."""
    problem = chain.problem
    count, days = chain.opens.shape
    last = np.cumsum(problem.length) - 1  # the last day of each period
    reviews = last // review_days + 1  # so far
    orders, end, cycle = (
        np.zeros((count, days), bool),
        np.zeros((count, days), np.int64),
        np.ones((count, days), np.int64),
    )
    after = days + np.maximum(1, problem.stock.window - review_days)
    following = after.copy()
    for t in range(days - 1, -1, -1):
        opens = chain.opens[:, t]
        # an order of an earlier day is as good unless a review lies between
        earlier = np.where(chain.opens[:, :t], np.arange(t), -1).max(axis=1, initial=-1)
        fresh = reviews[t] > np.where(earlier >= 0, reviews[earlier], 0)
        orders[:, t] = opens & fresh
        end[:, t] = following
        cycle[:, t] = np.maximum(1, following - chain.due[:, t])
        following = np.where(orders[:, t], np.minimum(following, chain.due[:, t]), following)
    return Cover(orders, end, cycle)


def levels(chain: Chain, cover: Cover, mean: Floats, factor: float) -> Floats:
    """Order-up-to levels S of every day of order (`N × T`) [units], from the demand `mean` that is expected.

    `factor` scales what S has above the mean.
    """
    stock = chain.problem.stock
    expected = _until(mean, stock.terminal_mean, stock.window, cover.end)
    variance = _until(chain.served, stock.terminal_sd**2, stock.window, cover.end)
    gain = np.maximum(0.0, chain.worth - chain.cost)[:, None]
    keeping = stock.holding * cover.cycle / chain.problem.length
    with np.errstate(divide="ignore", invalid="ignore"):
        fractile = np.where(gain > 0, gain / (gain + keeping), 0.0)
        certain = (np.sqrt(variance) <= CERTAIN * expected) | (expected <= 0)
        scale = np.where(certain, 1.0, variance / np.where(expected > 0, expected, 1.0))
        shape = np.where(certain, 1.0, expected / scale)
        quantile = np.where(certain, expected, scale * gammaincinv(shape, np.minimum(fractile, 1.0 - 1e-9)))
    level = np.maximum(0.0, expected + factor * (quantile - expected))
    level = np.where(stock.must_meet[:, None], np.maximum(level, expected), level)
    return np.where(gain > 0, level, 0.0) + stock.min_stock[:, None]


def _until(daily: Floats, after: Floats, window: Ints, end: Ints) -> Floats:
    """Sums over the days from each day to the day before `end`; `after` is the sum of the `window` days behind the horizon."""
    count, days = daily.shape
    total = np.concatenate([np.zeros((count, 1)), np.cumsum(daily, axis=1)], axis=1)
    inside = np.take_along_axis(total, np.minimum(end, days), 1) - total[:, :-1]
    beyond = np.clip(end - days, 0, window[:, None]) / window[:, None]
    return np.asarray(np.maximum(0.0, inside) + beyond * after[:, None])


def reorder(review_days: int, factor: float) -> Policy:
    """The policy; vehicles that are not full are filled with what would be ordered next."""

    def order(chain: Chain, points: Ints, asked: Floats) -> Ints:
        cover, stock = cover_of(chain, review_days), chain.problem.stock
        if not (stock.terminal_cost > 0).any():  # nothing is worth having after the horizon
            cover = replace(cover, end=np.minimum(cover.end, chain.problem.days))
        everyone = np.zeros(chain.opens.shape)
        everyone[points] = asked
        wave = [link for link in chain.links if np.isin(link.points, points).all()]
        level = levels(chain, cover, stock.mean + everyone, factor)
        return _Shelf(chain, cover, wave, points, level, everyone).run()

    return Policy(order, Rules(early=2, released=False), Rules(early=5, released=False))


class _Shelf:
    """The stock of some points, day by day."""

    def __init__(
        self, chain: Chain, cover: Cover, wave: list[Link], points: Ints, level: Floats, asked: Floats
    ) -> None:
        problem, stock = chain.problem, chain.problem.stock
        self.chain, self.cover, self.wave, self.points, self.problem = chain, cover, wave, points, problem
        self.level, self.asked = level[points], asked[points]
        self.curves = sales_curves(stock)[points]
        self.arriving = stock.given_in[points] - stock.given_out[points] - self.asked
        self.later = stock.given_later[points].copy()
        self.stock = stock.on_hand[points].copy()
        self.cap = np.minimum(stock.max_stock, stock.shelf)[points]
        self.lots = np.zeros(self.arriving.shape, np.int64)
        self.order = {int(n): row for row, n in enumerate(points.tolist())}

    def run(self) -> Ints:
        for t in range(self.problem.days):
            self._order(t)
            self._sell(t)
        return self.lots

    def _order(self, t: int) -> None:
        chain, points = self.chain, self.points
        now = self.cover.orders[points, t] & (chain.lot[points] > 0)
        if not now.any():
            return
        end = self.cover.end[points, t]
        lot = np.where(chain.lot[points] > 0, chain.lot[points], 1.0)
        missing = self.level[:, t] - self.position(t, end)
        lots = np.where(now, np.ceil(np.maximum(0.0, missing) / lot - 1e-9), 0.0)
        lots = np.where(lots > 0, np.maximum(lots, chain.least[points]), 0.0)
        lots = np.minimum(np.minimum(lots, self._room(t) / lot + 1e-9), chain.most[points])
        whole = np.floor(lots).astype(np.int64)
        whole[whole < chain.least[points]] = 0
        whole = self._supplied(t, whole)
        whole = meet_minimums(self.problem, chain, self.wave, points, t, whole, self._cover_left(t, missing))
        due = chain.due[points, t]
        units = whole * chain.lot[points]
        soon = (whole > 0) & (due < self.problem.days)
        self.arriving[np.flatnonzero(soon), due[soon]] += units[soon]
        self.later += np.where((whole > 0) & ~soon, units, 0.0)
        self.lots[:, t] = whole

    def position(self, t: int, end: Ints) -> Floats:
        """What is there or comes before `end`, less what is promised; without what is asked, which is demand."""
        days = np.arange(self.problem.days)
        counted = (days >= t) & (days < end[:, None])
        coming = ((self.arriving + self.asked) * counted).sum(axis=1)
        return np.asarray(self.stock + coming + np.where(end > self.problem.days, self.later, 0.0))

    def _room(self, t: int) -> Floats:
        """Units that may come without exceeding the most that is wanted on their day of arrival."""
        due = np.clip(self.chain.due[self.points, t], 0, self.problem.days - 1)
        days = np.arange(self.problem.days)
        most = np.take_along_axis(self.cap, due[:, None], 1)[:, 0]
        before = (days >= t) & (days <= due[:, None])
        mean = self.problem.stock.mean[self.points]
        left = self.stock + ((self.arriving - mean) * before).sum(axis=1)
        # customers don't wait, other locations do
        gone = np.where(self.asked.any(axis=1), -np.inf, -mean[np.arange(len(due)), due])
        return np.asarray(np.maximum(0.0, most - np.maximum(left, gone)))

    def _supplied(self, t: int, lots: Ints) -> Ints:
        """No more than the suppliers have of an item on the day."""
        supply, stock, points = self.problem.supply, self.problem.stock, self.points
        item, source = stock.item[points], self.chain.source[points]
        for u in np.flatnonzero(np.isfinite(supply.limit[:, t])).tolist():
            mine = np.flatnonzero((item == supply.item[u]) & (source == supply.location[u]) & (lots > 0))
            if len(mine):
                there = supply.limit[u, t] - supply.given[u, t]
                got = shares(there, lots[mine], self.chain.lot[points[mine]])
                lots[mine] = np.where(got < self.chain.least[points[mine]], 0, got)
        return lots

    def _cover_left(self, t: int, missing: Floats) -> Floats:
        """How far each point is from its level, as a share of it: 1 = nothing is there."""
        return missing / np.maximum(self.level[:, t], 1e-9)

    def _sell(self, t: int) -> None:
        available = self.stock + self.arriving[:, t]
        sold, _ = self.curves[:, t].evaluate(np.maximum(0.0, available))
        after = available - sold  # below zero: what was asked for and has still to be sent
        self.stock = np.minimum(after, np.maximum(self.problem.stock.shelf[self.points, t], 0.0))

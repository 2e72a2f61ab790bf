"""The bound of the whole plan at given prices, and what supply and demand say about the prices."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from planner_models.decomposed.loads import Loads
from planner_models.decomposed.points import NEVER, Points, Response
from planner_models.decomposed.prices import SWEEPS, Prices, Ways, terms_of, without_arbitrage
from planner_models.problem import Floats, Ints, Problem


@dataclass(frozen=True)
class Evaluation:
    """The Lagrangian bound at some prices and what the stock points do there."""

    prices: Prices
    bound: float
    by_point: Floats  # N [money]
    response: Response
    ways: Ints  # N × T+1: by which way arrives what arrives; −1 = nothing can
    asked: Floats  # N × T [units] taken from stock points by others


@dataclass(frozen=True)
class Dual:
    """The Lagrangian dual of a problem (Geoffrion 1974)."""

    problem: Problem
    ways: Ways
    loads: Loads
    points: Points

    @classmethod
    def of(cls, problem: Problem, threads: int = 1) -> "Dual":
        """Prepare everything that does not depend on prices."""
        ways = Ways.of(problem)
        return cls(problem, ways, Loads(problem, ways), Points.of(problem, threads))

    @cached_property
    def upstream(self) -> Ints:
        """The stock points that serve others."""
        return np.flatnonzero(self.ways.leaves.any(axis=1))

    @cached_property
    def upstream_points(self) -> Points:
        """These alone, ready for the recursion."""
        return self.points.part(self.upstream)

    def first_prices(self) -> Prices:
        """Vehicles full, stock at what it costs to bring it there and to keep it."""
        problem, stock = self.problem, self.problem.stock
        prices = Prices(
            kg=np.zeros(problem.lanes.open.shape),
            m3=np.zeros(problem.lanes.open.shape),
            stock=np.full(stock.mean.shape, NEVER),
            use=np.zeros(problem.capacities.limit.shape),
            vehicles=np.zeros(problem.loads.vehicle_kg.shape),
            supply=np.zeros(problem.supply.given.shape),
        )
        share = np.ones(problem.loads.vehicle_kg.shape)
        prices = self.loads.room_prices(prices, share)
        for _ in range(SWEEPS):
            arriving = terms_of(self.ways, prices, self.ways.leaves)[0].arriving[:, :-1]
            value = arriving.copy()
            for t in range(1, problem.days):
                value[:, t] = np.minimum(value[:, t], value[:, t - 1] + stock.holding[:, t - 1])
            for t in range(problem.days - 2, -1, -1):
                early = value[:, t] >= NEVER
                value[early, t] = value[early, t + 1] - stock.holding[early, t]
            value = np.where(value >= NEVER / 2, NEVER, value)
            if np.array_equal(value, prices.stock):
                break
            prices = prices.replace(stock=value)
        never = prices.stock >= NEVER
        unit_cost = problem.items.unit_cost[stock.item][:, None]
        prices = prices.replace(stock=np.where(never, unit_cost, prices.stock))
        return without_arbitrage(self.ways, prices)

    def evaluate(self, prices: Prices, hint: Floats) -> Evaluation:
        """The bound at these prices."""
        problem = self.problem
        terms, way = terms_of(self.ways, prices, self.ways.leaves)
        # who pays more for what leaves than it costs on the same day loses that on all there can ever be
        gift = np.where(terms.arriving[:, :-1] < NEVER, terms.leaving - terms.arriving[:, :-1], 0.0)
        gift = np.maximum(0.0, gift)
        response = self.points.respond(replace(terms, leaving=terms.leaving - gift), hint)
        by_point = response.bound - gift.sum(axis=1) * self.points.far
        total = float(by_point.sum()) + self.loads.bound(prices) - self.paid_for_limits(prices)
        total += problem.given_handling + problem.given_purchase
        asked = np.zeros(problem.stock.mean.shape)
        n, a = np.nonzero((response.arrivals > 0) & (way >= 0))
        w = way[n, a]
        own = self.ways.source[w] >= 0
        np.add.at(asked, (self.ways.source[w[own]], self.ways.day[w[own]]), response.arrivals[n[own], a[own]])
        return Evaluation(prices, total, by_point, response, way, asked)

    def paid_for_limits(self, prices: Prices) -> float:
        """What all that resources and suppliers have is worth at the prices, with overtime where it is cheaper [money]."""
        limits, supply = self.problem.capacities, self.problem.supply
        known = np.isfinite(limits.limit)
        room = np.where(known, limits.limit - limits.given_use, 0.0)
        extra = np.where(known & (limits.overtime_limit > 0), limits.overtime_limit, 0.0)
        dear = np.maximum(0.0, prices.use - limits.overtime_cost)
        supplied = np.maximum(0.0, supply.limit - supply.given)
        return float(np.sum(prices.use * room + dear * extra) + np.sum(prices.supply * supplied))

"""Better prices, step by step: supply and demand answer each other's averages (fictitious play, Brown 1951).

What places ask for and what stock is worth are averaged over the steps; each side answers the average of the other. Limits are
dearer where the average use exceeds them, and cheaper where it does not. Every step gives a valid bound; the best prices are
kept for every item apart, because items meet only in prices of vehicles and limits.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from planner_models.decomposed.dual import Dual, Evaluation
from planner_models.decomposed.points import Response
from planner_models.decomposed.prices import RESOURCE, Prices, without_arbitrage
from planner_models.decomposed.supply import supply
from planner_models.decomposed.use import resource_use
from planner_models.problem import Floats, Ints

GENTLE = 0.1  # of what a resource may be worth: most limits hardly bind
BOLD = 0.1  # least step towards what supply says, after limits have changed
INNER = 6  # every so many steps limits change their prices instead of stock
FAST = 8  # first steps, in which averages forget quickly
SLOWEST = 0.02
PATIENCE = 10  # steps without a gain after which it ends
LEAST_GAIN = 2e-5  # of the bound


@dataclass
class Ascent:
    """Raises the Lagrangian bound."""

    dual: Dual
    prices: Prices
    share: Floats  # G × T, of a vehicle's cost that falls to weight
    found: Evaluation = field(init=False)
    best: Evaluation = field(init=False)
    by_kg: Floats = field(init=False)  # G × T vehicles, on average, by weight
    by_m3: Floats = field(init=False)  # the same by volume
    use: Floats = field(init=False)  # R × L × T, on average
    supplied: Floats = field(init=False)  # U × T [units], on average
    step: int = 0

    def __post_init__(self) -> None:
        problem = self.dual.problem
        nothing = np.zeros(problem.stock.mean.shape)
        self.found = self.dual.evaluate(self.prices, nothing)
        self.found = self.best = self.dual.evaluate(self.prices, self.found.response.available)
        self.asked = self.found.asked.copy()
        self.supply_hint = nothing
        self.shortage = shortage_of(self.dual)
        self.scale = _scale(self.dual)
        self.stock, self.worth = self.prices.stock, self._by_item(self.found)
        self.pace = np.ones(len(problem.items.names))

    @classmethod
    def of(cls, dual: Dual, prices: Prices | None = None) -> "Ascent":
        """Begin at these prices of all but room, or where stock costs what it takes to bring it; vehicles just pay when full."""
        share = np.ones(dual.problem.loads.vehicle_kg.shape)
        if prices is None:
            return cls(dual, dual.first_prices(), share)
        prices = dual.loads.room_prices(prices, share)
        return cls(dual, without_arbitrage(dual.ways, prices), share)

    def run(self, most: int, over: Callable[[], bool] = lambda: False) -> Evaluation:
        """At most so many steps; the best evaluation."""
        idle = 0
        for _ in range(most):
            before = self.best.bound
            self.advance()
            idle = 0 if self.best.bound - before > LEAST_GAIN * abs(before) else idle + 1
            if over() or (idle >= PATIENCE and self.step > FAST):
                break
        return self.best

    def advance(self) -> None:
        """One step: prices of stock of every item towards what supply says, or, now and then, prices of limits."""
        dual, problem = self.dual, self.dual.problem
        self.step += 1
        pace = 2.0 / (self.step + 1) if self.step <= FAST else max(SLOWEST, 0.2 * FAST / self.step)
        value, plan = supply(dual, self.found, self.asked, self.shortage, self.supply_hint)
        self.supply_hint = plan.available
        self._measure(pace, plan)
        outer = self.step % INNER == 0
        if outer:
            rounds = self.step // INNER
            prices = self._limits(min(0.5, 2.0 / (rounds + 3))).replace(stock=self.stock)
        else:
            towards = self.pace[problem.stock.item][:, None]
            prices = self.prices.replace(stock=self.stock + towards * (value - self.stock))
        self.prices = without_arbitrage(dual.ways, prices)
        self.found = dual.evaluate(self.prices, self.found.response.available)
        self.asked += max(pace, 0.1) * (self.found.asked - self.asked)
        self._judge(outer)
        if self.found.bound > self.best.bound:
            self.best = self.found

    def _judge(self, outer: bool) -> None:
        """Keep for every item the prices of stock that give the better bound, and go on more or less boldly."""
        item = self.dual.problem.stock.item
        worth = self._by_item(self.found)
        if outer:
            self.worth = worth
            self.pace = np.maximum(self.pace, BOLD)
            return
        better = worth > self.worth
        self.worth = np.where(better, worth, self.worth)
        self.stock = np.where(better[item][:, None], self.prices.stock, self.stock)
        self.pace = np.clip(np.where(better, 1.3 * self.pace, 0.7 * self.pace), 0.01, 1.0)

    def _by_item(self, found: Evaluation) -> Floats:
        problem = self.dual.problem
        return np.asarray(np.bincount(problem.stock.item, found.by_point, len(problem.items.names)), float)

    def _limits(self, pace: float) -> Prices:
        """Limits are dearer where they are exceeded on average."""
        dual, problem, old = self.dual, self.dual.problem, self.prices
        self._share(pace)
        limits, loads = problem.capacities, problem.loads
        filled: Floats = np.maximum(self.by_kg, self.by_m3)
        vehicle: Floats = GENTLE * pace * loads.cost_per_vehicle
        room = np.maximum(0.0, problem.supply.limit - problem.supply.given)
        reach = self.shortage_of_supply[:, None]
        return dual.loads.room_prices(
            old.replace(
                use=_dearer(old.use, GENTLE * pace * self.scale, self.use, limits.limit),
                vehicles=_dearer(old.vehicles, vehicle, filled, loads.max_vehicles),
                supply=_dearer(old.supply, max(pace, 0.1) * reach, self.supplied, room),
            ),
            self.share,
        )

    def _measure(self, pace: float, plan: Response) -> None:
        """Average what the wishes use; those that serve others order by their plan."""
        dual, problem = self.dual, self.dual.problem
        serves = dual.ways.leaves.any(axis=1).reshape(-1, 1)
        way, units = wishes(self.found, np.where(serves, plan.arrivals, self.found.response.arrivals))
        kg, m3 = dual.loads.vehicles(*dual.loads.flow(way, units))
        available = np.where(serves, plan.available, self.found.response.available)
        after = np.maximum(0.0, available - problem.stock.mean)
        use = resource_use(dual.loads, way, units, after)
        limit = dual.ways.supply_limit[way]
        cell = limit * problem.days + dual.ways.day[way]
        size = problem.supply.given.size
        known = limit >= 0
        supplied = np.asarray(np.bincount(cell[known], units[known], size), float)
        supplied = supplied.reshape(problem.supply.given.shape)
        if self.step == 1:
            self.by_kg, self.by_m3, self.use, self.supplied = kg, m3, use, supplied
            return
        self.by_kg += pace * (kg - self.by_kg)
        self.by_m3 += pace * (m3 - self.by_m3)
        self.use += pace * (use - self.use)
        self.supplied += pace * (supplied - self.supplied)

    def _share(self, pace: float) -> None:
        """What fills first pays more of the vehicle."""
        total = self.by_kg + self.by_m3
        lean = np.where(total > 1e-6, (self.by_kg - self.by_m3) / np.maximum(total, 1e-6), 0.0)
        self.share = np.clip(self.share + 0.5 * pace * lean, 0.0, 1.0)

    @property
    def shortage_of_supply(self) -> Floats:
        """What a unit of the item of each supplier's limit is worth at most [money]."""
        problem = self.dual.problem
        worth = np.zeros(len(problem.items.names))
        np.maximum.at(worth, problem.stock.item, self.dual.points.lost)
        return np.asarray(worth[problem.supply.item])


def wishes(found: Evaluation, arrivals: Floats) -> tuple[Ints, Floats]:
    """Ways and units of `arrivals` (`N × T+1`)."""
    n, a = np.nonzero((arrivals > 0) & (found.ways >= 0))
    return found.ways[n, a], arrivals[n, a]


def _dearer(price: Floats, step: Floats, use: Floats, limit: Floats) -> Floats:
    """Prices of limits after a step, by how far use is from the limit."""
    known = np.isfinite(limit)
    room = np.where(known, limit, 0.0)
    over = np.where(known, (use - room) / np.maximum(np.abs(room), 1e-3), 0.0)
    return np.asarray(np.where(known, np.maximum(0.0, price + step * np.clip(over, -1.0, 1.0)), 0.0))


def shortage_of(dual: Dual) -> Floats:
    """`N`: what a unit that is missing where it should leave costs: the least that a customer is worth [money]."""
    problem, stock = dual.problem, dual.problem.stock
    sells = (stock.mean.sum(axis=1) > 0) & (dual.points.lost > 0)
    least = np.full(len(problem.items.names), np.inf)
    np.minimum.at(least, stock.item[sells], dual.points.lost[sells])
    least = np.where(np.isfinite(least), least, problem.items.unit_cost)
    return np.asarray(least[stock.item])


def _scale(dual: Dual) -> Floats:
    """`R × L × T`: about what a unit of each resource may be worth [money]."""
    problem = dual.problem
    loads, limits = problem.loads, problem.capacities
    scale = np.zeros(limits.limit.shape)
    vehicle = float(loads.cost_per_vehicle.mean())
    limited = np.isfinite(loads.vehicle_kg)
    per_kg = (
        float((loads.cost_per_vehicle[limited] / loads.vehicle_kg[limited]).mean()) if limited.any() else 0.1
    )
    typical = float(np.median(dual.points.lost)) if len(dual.points.lost) else 1.0
    for name, worth in (
        ("inbound_vehicles", vehicle),
        ("outbound_vehicles", vehicle),
        ("inbound_kg", per_kg),
        ("outbound_kg", per_kg),
        ("outbound_units", 0.1 * typical),
        ("handling_hours", 20.0),
        ("storage_m3", 1.0),
    ):
        scale[RESOURCE[name]] = worth
    paid = (limits.overtime_limit > 0) & (limits.overtime_cost > 0) & np.isfinite(limits.overtime_cost)
    return np.where(paid, limits.overtime_cost, scale)

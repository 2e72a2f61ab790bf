"""Prices of what stock points share: room on vehicles, stock of those that serve others, time and docks."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from planner_models.decomposed.points import NEVER, Terms
from planner_models.movements import supply_limit
from planner_models.problem import RESOURCES, Flags, Floats, Ints, Problem

SWEEPS = 6  # along chains of places that serve each other
BELOW = 1.0 - 1e-9  # so that rounding makes no arbitrage
RESOURCE = {name: number for number, name in enumerate(RESOURCES)}


@dataclass(frozen=True)
class Prices:
    """What a unit of everything shared costs; all ≥ 0 but those of stock, of which there can be too much."""

    kg: Floats  # M × T [money per kg] on a lane-mode and dispatch day
    m3: Floats  # M × T [money per m³]
    stock: Floats  # N × T [money per unit] taken from a stock point on a day
    use: Floats  # R × L × T [money per unit of the resource]
    vehicles: Floats  # G × T [money per vehicle], where their number is limited
    supply: Floats  # U × T [money per unit], where a supplier's daily quantity is limited

    def replace(self, **changes: Floats) -> "Prices":
        """The same prices but for some."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Ways:
    """All shipments and days, as flat arrays of length `W`, sorted by target and arrival."""

    problem: Problem
    shipment: Ints
    day: Ints
    arrival: Ints  # `T` = after the horizon

    @classmethod
    def of(cls, problem: Problem) -> "Ways":
        """The ways of a problem."""
        ship, lanes = problem.shipments, problem.lanes
        arrival = np.minimum(lanes.arrival[ship.lane], problem.days)
        k, t = np.nonzero(ship.open & (ship.max_lots > 0)[:, None])
        order = np.lexsort([arrival[k, t], ship.target[k]])
        k, t = k[order], t[order]
        return cls(problem, k, t, arrival[k, t])

    @cached_property
    def lane(self) -> Ints:
        """Lane-mode."""
        return self.problem.shipments.lane[self.shipment]

    @cached_property
    def target(self) -> Ints:
        """Stock point that is reached."""
        return self.problem.shipments.target[self.shipment]

    @cached_property
    def source(self) -> Ints:
        """Stock point that is left; −1 = a supplier."""
        return self.problem.shipments.source[self.shipment]

    @cached_property
    def weight(self) -> Floats:
        """[kg per unit]"""
        return self.problem.items.weight[self.problem.shipments.item[self.shipment]]

    @cached_property
    def volume(self) -> Floats:
        """[m³ per unit]"""
        return self.problem.items.volume[self.problem.shipments.item[self.shipment]]

    @cached_property
    def lot(self) -> Floats:
        """[units per lot]"""
        ship = self.problem.shipments
        return (ship.lot_cases * self.problem.items.case_size[ship.item])[self.shipment]

    @cached_property
    def soon(self) -> Flags:
        """Arrives within the horizon."""
        return self.arrival < self.problem.days

    @cached_property
    def cell(self) -> Ints:
        """Number of (target, arrival) in `N × (T+1)`."""
        return self.target * (self.problem.days + 1) + self.arrival

    @cached_property
    def starts(self) -> Ints:
        """Where each used cell begins."""
        return (
            np.flatnonzero(np.r_[True, np.diff(self.cell) > 0]) if len(self.cell) else np.zeros(0, np.int64)
        )

    @cached_property
    def upstream(self) -> "Ways":
        """Those that reach stock points which serve others."""
        rows = np.flatnonzero(np.isin(self.target, np.flatnonzero(self.leaves.any(axis=1))))
        return Ways(self.problem, self.shipment[rows], self.day[rows], self.arrival[rows])

    @cached_property
    def leaves(self) -> Flags:
        """`N × T`: something can leave the stock point on the day."""
        found = np.zeros(self.problem.stock.mean.shape, bool)
        own = self.source >= 0
        found[self.source[own], self.day[own]] = True
        return found

    def storage_price(self, prices: Prices) -> Floats:
        """`N × T`, of the room that a unit takes for a day [money]."""
        stock = self.problem.stock
        volume = self.problem.items.volume[stock.item][:, None]
        return np.asarray(prices.use[RESOURCE["storage_m3"], stock.location] * volume)

    @cached_property
    def supply_limit(self) -> Ints:
        """Number of the supplier's limit that holds for the way; −1 = none."""
        return supply_limit(self.problem)[self.shipment]

    @cached_property
    def line_cost(self) -> Floats:
        """Of an order line, at both ends [money]."""
        place, lanes = self.problem.locations, self.problem.lanes
        per_lane = place.line_cost[lanes.origin] + place.line_cost[lanes.destination]
        return np.asarray(per_lane[self.lane])

    @cached_property
    def line_share(self) -> Floats:
        """What an order line adds to every unit at least, in the largest order [money per unit]."""
        return np.asarray(self.line_cost / (self.problem.shipments.max_lots[self.shipment] * self.lot))

    @cached_property
    def own_price(self) -> Floats:
        """What a unit costs besides everything shared: purchase, handling of cases, changes [money]."""
        problem, ship, lanes = self.problem, self.problem.shipments, self.problem.lanes
        place = problem.locations
        per_case = place.case_cost[lanes.origin] + place.case_cost[lanes.destination]
        new = ship.previous[self.shipment, self.day] <= 0
        return np.asarray(
            ship.purchase[self.shipment] + (per_case[self.lane] + problem.change_cost * new) / self.case
        )

    @cached_property
    def case(self) -> Floats:
        """[units per case]"""
        return self.problem.items.case_size[self.problem.shipments.item[self.shipment]]

    @cached_property
    def lane_day(self) -> Ints:
        """Number of (lane-mode, day of dispatch) in `M × T`."""
        return self.lane * self.problem.days + self.day

    def shared_price(self, prices: Prices) -> Floats:
        """Price of a unit on the vehicles, at the docks and out of the source's stock [money]."""
        lanes, place, use = self.problem.lanes, self.problem.locations, prices.use
        origin, destination = lanes.origin, lanes.destination
        rows, there = destination[:, None], np.minimum(lanes.arrival, self.problem.days - 1)
        soon, hours = lanes.arrival < self.problem.days, use[RESOURCE["handling_hours"]]
        per_kg = prices.kg + use[RESOURCE["outbound_kg"], origin]
        per_kg += np.where(soon, use[RESOURCE["inbound_kg"]][rows, there], 0.0)
        per_case = hours[origin] * place.case_hours[origin][:, None]
        per_case += np.where(soon, hours[rows, there] * place.case_hours[rows], 0.0)
        # by lane and day first, because there are far fewer of them than ways
        total = np.where(self.source >= 0, prices.stock[self.source, self.day], 0.0)
        for size, price in (
            (self.weight, per_kg),
            (self.volume, prices.m3),
            (1.0, use[RESOURCE["outbound_units"], origin]),
            (1.0 / self.case, per_case),
        ):
            if price.any():
                total += size * price.ravel()[self.lane_day]
        if len(prices.supply):
            total += np.where(self.supply_limit >= 0, prices.supply[self.supply_limit, self.day], 0.0)
        return np.asarray(total)

    def price(self, prices: Prices) -> Floats:
        """Of a unit, with its share of an order line [money]."""
        return np.asarray(self.own_price + self.shared_price(prices) + self.line_share)

    def cheapest(self, price: Floats) -> tuple[Floats, Ints]:
        """Per stock point and arrival day (`N × T+1`) the lowest price, and the way that has it (−1 = none)."""
        days = self.problem.days
        points = len(self.problem.stock.item)
        best, way = np.full(points * (days + 1), NEVER), np.full(points * (days + 1), -1)
        if len(self.starts):
            cells = self.cell[self.starts]
            low = np.minimum.reduceat(price, self.starts)
            best[cells] = low
            first = np.flatnonzero(price <= best[self.cell])[::-1]
            way[self.cell[first]] = first
        return best.reshape(points, -1), way.reshape(points, -1)


def terms_of(ways: Ways, prices: Prices, leaves: Flags) -> tuple[Terms, Ints]:
    """The terms of every stock point at these prices, and the ways that they stand for; what `leaves` (`N × T`) is paid for."""
    stock = ways.problem.stock
    arriving, way = ways.cheapest(ways.price(prices))
    leaving = np.where(leaves, prices.stock, -NEVER)
    return Terms(arriving, leaving, stock.holding + ways.storage_price(prices)), way


def without_arbitrage(ways: Ways, prices: Prices) -> Prices:
    """Prices of stock at which nobody buys only to give away on the same day or later: that would never end."""
    stock = ways.problem.stock
    keeping = stock.holding + ways.storage_price(prices)
    for _ in range(SWEEPS):
        most = ways.upstream.cheapest(ways.upstream.price(prices))[0][:, :-1].copy()
        most *= BELOW
        for t in range(1, most.shape[1]):
            most[:, t] = np.minimum(most[:, t], BELOW * (most[:, t - 1] + keeping[:, t - 1]))
        lower = np.minimum(prices.stock, most)
        if np.allclose(lower[ways.leaves], prices.stock[ways.leaves], rtol=1e-12, atol=0.0):
            break
        prices = prices.replace(stock=lower)
    return prices

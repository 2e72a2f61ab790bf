"""A problem in days → the same problem in periods of several days (models/README.md, section 1)."""

from dataclasses import dataclass, replace

import numpy as np

from planner.compile.stock import first_arrivals
from planner_models.curve import windows
from planner_models.problem import (
    RESOURCES,
    Capacities,
    Flags,
    Floats,
    GivenOrders,
    Ints,
    LaneModes,
    LoadGroups,
    OrderMinimums,
    Problem,
    Shipments,
    StockPoints,
    SupplyLimits,
)

STORAGE = RESOURCES.index("storage_m3")


@dataclass(frozen=True)
class Periods:
    """Runs of days; every method maps the last axis of `… × days` to `… × periods`."""

    length: Ints

    @property
    def first(self) -> Ints:
        """The first day of each period."""
        return np.cumsum(self.length) - self.length

    @property
    def last(self) -> Ints:
        """The last day of each period."""
        return np.cumsum(self.length) - 1

    @property
    def days(self) -> int:
        """Days of the horizon."""
        return int(self.length.sum())

    def of(self, day: Ints) -> Ints:
        """The periods of days; what is after the horizon stays as far behind it."""
        inside = np.repeat(np.arange(len(self.length)), self.length)
        after = len(self.length) + day - self.days
        return np.where(day < self.days, inside[np.clip(day, 0, self.days - 1)], after)

    def total(self, values: Floats) -> Floats:
        """Sums over the days of each period."""
        return np.asarray(np.add.reduceat(values, self.first, axis=-1))

    def counted(self, values: Floats, days: Flags) -> Floats:
        """Sums over the days of each period that count; over all of them where none does."""
        days = days | self._spread(~np.logical_or.reduceat(days, self.first, axis=-1))
        return self.total(np.where(days, values, 0.0))

    def earliest(self, days: Flags) -> Ints:
        """The first of these days in each period; the horizon's length where there is none."""
        number = np.where(days, np.arange(self.days), self.days)
        return np.asarray(np.minimum.reduceat(number, self.first, axis=-1))

    def leaving(self, free: Flags, given: Flags) -> Ints:
        """The day on which a period's goods leave: the first for free orders, else for given ones, else the first of all."""
        day, instead = self.earliest(free), self.earliest(given)
        day = np.where(day < self.days, day, instead)
        return np.where(day < self.days, day, self.first)

    def _spread(self, values: Flags) -> Flags:
        return np.asarray(np.repeat(values, self.length, axis=-1))


def in_periods(problem: Problem, length: Ints, closed: Flags, offered_from: Floats) -> Problem:
    """The problem whose decisions are per period of `length` days instead of per day.

    `closed` (`L × days`): the location is closed; `offered_from`: the day from which the item of each supply limit is offered.
    """
    periods = Periods(length)
    given, lanes, loads = problem.given, problem.lanes, problem.loads
    travels = np.zeros(lanes.open.shape, bool)  # given orders leave
    travels[given.lane, given.day] = True
    group_open, group_travels = (np.zeros(loads.vehicle_kg.shape, bool) for _ in range(2))
    np.logical_or.at(group_open, lanes.load, lanes.open)
    np.logical_or.at(group_travels, lanes.load, travels)
    period_lanes = _lanes(lanes, periods, travels)
    return problem.replace(
        days=len(length),
        length=length,
        stock=_stock(problem.stock, periods, first_arrivals(period_lanes, len(closed), len(length))),
        lanes=period_lanes,
        loads=_loads(loads, periods, group_open, group_travels),
        shipments=_shipments(problem.shipments, periods, period_lanes),
        supply=_supply(problem, periods, offered_from),
        minimums=_minimums(problem.minimums, periods),
        capacities=_capacities(problem.capacities, periods, ~closed | _busy(problem)),
        given=_given(given, periods),
    )


def _at(values: Floats, day: Ints) -> Floats:
    return np.asarray(np.take_along_axis(values, day, 1))


def _stock(stock: StockPoints, periods: Periods, min_from: Ints) -> StockPoints:
    """Flows add up; what limits the closing stock is that of the last day, so that expiry is counted in days."""
    variance = stock.sd**2
    before, scale = windows(stock.mean, variance, stock.window, periods.length)
    return replace(
        stock,
        mean=periods.total(stock.mean),
        sd=np.sqrt(periods.total(variance)),
        before=before,
        scale=scale,
        holding=stock.holding[:, periods.first] * periods.length,
        min_from=min_from[stock.location],
        max_stock=stock.max_stock[:, periods.last],
        shelf=stock.shelf[:, periods.last],
        given_in=periods.total(stock.given_in),
        given_out=periods.total(stock.given_out),
    )


def _lanes(lanes: LaneModes, periods: Periods, travels: Flags) -> LaneModes:
    """Everything as on the day on which the goods of the period leave."""
    day = periods.leaving(lanes.open, travels)
    lands = np.take_along_axis(lanes.lands, day, 1)
    return replace(
        lanes,
        urgent=np.take_along_axis(lanes.urgent, day, 1),
        open=np.take_along_axis(lanes.open, day, 1),
        arrival=periods.of(lands),
        leaves=day,
        lands=lands,
        given_kg=periods.total(lanes.given_kg),
        given_m3=periods.total(lanes.given_m3),
        cost_per_kg=_at(lanes.cost_per_kg, day),
        cost_per_m3=_at(lanes.cost_per_m3, day),
        min_charge=_at(lanes.min_charge, day),
        stop_cost=_at(lanes.stop_cost, day),
        co2_per_kg=_at(lanes.co2_per_kg, day),
    )


def _loads(loads: LoadGroups, periods: Periods, free: Flags, given: Flags) -> LoadGroups:
    """Vehicles as on the day on which the load leaves, as many as there are on all days on which something can go."""
    day = periods.leaving(free, given)
    return replace(
        loads,
        leaves=day,
        max_vehicles=periods.counted(loads.max_vehicles, free | given),
        vehicle_kg=_at(loads.vehicle_kg, day),
        vehicle_m3=_at(loads.vehicle_m3, day),
        cost_per_vehicle=_at(loads.cost_per_vehicle, day),
        co2_per_vehicle=_at(loads.co2_per_vehicle, day),
    )


def _shipments(ship: Shipments, periods: Periods, lanes: LaneModes) -> Shipments:
    previous = periods.total(ship.previous)
    kept = np.ceil(previous.max(axis=1, initial=0.0) / ship.lot_cases - 1e-9)
    return replace(
        ship,
        open=np.take_along_axis(ship.open, lanes.leaves[ship.lane], 1),
        max_lots=np.maximum(ship.max_lots, kept),
        previous=previous,
    )


def _supply(problem: Problem, periods: Periods, offered_from: Floats) -> SupplyLimits:
    """The days add up on which the supplier can send the item, or given orders of it leave."""
    supply, lanes = problem.supply, problem.lanes
    sends = np.zeros((len(problem.locations.names), periods.days), bool)
    np.logical_or.at(sends, lanes.origin, lanes.open)
    days = sends[supply.location] & (np.arange(periods.days) >= offered_from[:, None])
    days = days | (supply.given > 0)
    return replace(supply, limit=periods.counted(supply.limit, days), given=periods.total(supply.given))


def _minimums(minimums: OrderMinimums, periods: Periods) -> OrderMinimums:
    return replace(
        minimums,
        given_value=periods.total(minimums.given_value),
        given_kg=periods.total(minimums.given_kg),
        due=np.logical_or.reduceat(minimums.due, periods.first, axis=-1),
    )


def _busy(problem: Problem) -> Flags:
    """`L × days`: given orders leave the location or arrive there."""
    stock, given = problem.stock, problem.given
    busy = np.zeros((len(problem.locations.names), stock.mean.shape[1]), bool)
    np.logical_or.at(busy, stock.location, (stock.given_in > 0) | (stock.given_out > 0))
    busy[problem.lanes.origin[given.lane], given.day] = True
    return busy


def _capacities(limits: Capacities, periods: Periods, works: Flags) -> Capacities:
    """The days add up on which the location works; storage is that of the last day, its overtime is paid on every day."""
    days = np.broadcast_to(works, limits.limit.shape)
    limit = periods.counted(limits.limit, days)
    overtime = periods.counted(limits.overtime_limit, days)
    possible = days & (limits.overtime_limit > 0)
    cheapest = _lowest(limits.overtime_cost, possible, periods)
    limit[STORAGE] = limits.limit[STORAGE][:, periods.last]
    overtime[STORAGE] = limits.overtime_limit[STORAGE][:, periods.last]
    cheapest[STORAGE] = periods.total(limits.overtime_cost[STORAGE])
    return Capacities(limit, overtime, cheapest, periods.total(limits.given_use))


def _lowest(cost: Floats, possible: Flags, periods: Periods) -> Floats:
    """The lowest cost of the days on which overtime is possible; of all days where it never is."""
    some = np.minimum.reduceat(np.where(possible, cost, np.inf), periods.first, axis=-1)
    every = np.minimum.reduceat(cost, periods.first, axis=-1)
    return np.where(np.isfinite(some), some, every)


def _given(given: GivenOrders, periods: Periods) -> GivenOrders:
    return replace(given, day=periods.of(given.leaves), arrival=periods.of(given.lands))

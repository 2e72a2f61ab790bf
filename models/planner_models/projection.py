"""What given shipments lead to: stock, sales, loads and cost, by the definitions of `models/README.md`.

The engines use this to price a set of orders exactly; the evaluator (`planner/audit`) does the same from the tables with its
own code.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from planner_models.curve import SalesCurve, sales_curves, terminal_shortage
from planner_models.movements import Lines, Movements, movements_of, same_ways
from planner_models.problem import RESOURCES, Flags, Floats, Ints, Problem, StockPoints, taken

EXCESS = 1e-6  # a limit is kept up to this, relative to its size


@dataclass(frozen=True)
class StockFlow:
    """Expected stock of every stock point and day (`N × T`, units), and what comes and is missing afterwards (`N`)."""

    opening: Floats
    arrivals: Floats
    dispatched: Floats
    available: Floats  # negative where more is dispatched than there is
    sales: Floats
    sells_more: Floats  # probability that one more unit would be sold on the day
    stock: Floats
    waste: Floats
    closing: Floats
    later: Floats  # arrives after the horizon
    short: Floats  # expected shortage after the horizon

    @property
    def position(self) -> Floats:
        """Stock at the end and what is on the way."""
        return np.asarray(self.closing[:, -1] + self.later)


@dataclass(frozen=True)
class LoadFlow:
    """Weight, volume, vehicles and freight."""

    lane_kg: Floats  # M × T
    lane_m3: Floats
    group_kg: Floats  # G × T
    group_m3: Floats
    vehicles: Floats  # G × T, whole
    variable: Floats  # M × T [money]
    group_cost: Floats  # G × T [money], everything but CO₂
    kg_co2: float


def stock_flow(problem: Problem, moved: Movements, curves: SalesCurve | None = None) -> StockFlow:
    """The recursion of section 2 for what free orders move."""
    stock = problem.stock
    arrivals, dispatched = stock.given_in + moved.arrivals, stock.given_out + moved.dispatched
    later = stock.given_later + moved.later
    return _recursion(stock, arrivals, dispatched, later, curves or sales_curves(stock))


def flow_at(problem: Problem, moved: Movements, points: Ints) -> StockFlow:
    """The same for some stock points (`P × T`), as if nobody else were there."""
    part = taken(problem.stock, points)
    arrivals, dispatched = part.given_in + moved.arrivals[points], part.given_out + moved.dispatched[points]
    return _recursion(part, arrivals, dispatched, part.given_later + moved.later[points], sales_curves(part))


def _recursion(
    stock: StockPoints, arrivals: Floats, dispatched: Floats, later: Floats, curves: SalesCurve
) -> StockFlow:
    shape = stock.mean.shape
    opening, available, sales, slope, after, waste, closing = (np.zeros(shape) for _ in range(7))
    level = stock.on_hand
    for day in range(shape[1]):
        opening[:, day] = level
        available[:, day] = level + arrivals[:, day] - dispatched[:, day]
        usable = np.maximum(available[:, day], 0.0)
        sales[:, day], slope[:, day] = curves[:, day].evaluate(usable)
        after[:, day] = usable - sales[:, day]
        waste[:, day] = np.maximum(0.0, after[:, day] - stock.shelf[:, day])
        level = closing[:, day] = after[:, day] - waste[:, day]
    return StockFlow(
        opening, arrivals, dispatched, available, sales, slope, after, waste, closing, later,
        terminal_shortage(stock, later + level)[0],
    )  # fmt: skip


def _flow_like(problem: Problem, moved: Movements, known: "Projection") -> StockFlow:
    """The same as `stock_flow`; rows whose stock, demand and movements are those of a known projection are taken from it."""
    stock, before, flow = problem.stock, known.problem.stock, known.stock
    arrivals, dispatched = stock.given_in + moved.arrivals, stock.given_out + moved.dispatched
    later = stock.given_later + moved.later
    key, places = (
        stock.item * len(problem.locations.names) + stock.location,
        len(known.problem.locations.names),
    )
    old = before.item * places + before.location
    row: Ints | slice = slice(None)
    if not np.array_equal(old, key):
        order = np.argsort(old, kind="stable")
        row = order[np.minimum(np.searchsorted(old, key, sorter=order), len(old) - 1)]
    same = old[row] == key
    for now, then in (
        (stock.mean, before.mean), (stock.before, before.before), (stock.scale, before.scale), (stock.shelf, before.shelf),
        (arrivals, flow.arrivals), (dispatched, flow.dispatched), (stock.on_hand[:, None], before.on_hand[:, None]),
        (later[:, None], flow.later[:, None]), (stock.terminal_mean[:, None], before.terminal_mean[:, None]),
        (stock.terminal_sd[:, None], before.terminal_sd[:, None]),
    ):  # fmt: skip
        same &= (now == then[row]).all(axis=1)
    new = np.flatnonzero(~same)
    fresh = flow_at(problem, moved, new)
    columns = {}
    for field in fields(StockFlow):
        values = getattr(flow, field.name)[row]
        values = values.copy() if isinstance(row, slice) else values
        values[new] = getattr(fresh, field.name)
        columns[field.name] = values
    return StockFlow(**columns)


def load_flow(problem: Problem, moved: Movements) -> LoadFlow:
    """Loads and freight of what free orders move, given orders included."""
    lanes, loads = problem.lanes, problem.loads
    lane_kg, lane_m3 = lanes.given_kg + moved.lane_kg, lanes.given_m3 + moved.lane_m3
    used = _used(problem, moved)
    group_kg, group_m3 = np.zeros(loads.vehicle_kg.shape), np.zeros(loads.vehicle_kg.shape)
    group_used = np.zeros(loads.vehicle_kg.shape, bool)
    np.add.at(group_kg, lanes.load, lane_kg)
    np.add.at(group_m3, lanes.load, lane_m3)
    np.logical_or.at(group_used, lanes.load, used)
    vehicles = np.maximum(
        np.ceil(group_kg / loads.vehicle_kg - 1e-9), np.ceil(group_m3 / loads.vehicle_m3 - 1e-9)
    )
    unlimited = np.isinf(loads.vehicle_kg) & np.isinf(loads.vehicle_m3)
    vehicles = np.where(unlimited, group_used, vehicles)
    rate = lanes.cost_per_kg.copy()
    for m, bands in enumerate(lanes.breaks):
        for from_kg, value in bands:
            rate[m] = np.where(lane_kg[m] >= from_kg - 1e-9, value, rate[m])
    variable = np.maximum(rate * lane_kg + lanes.cost_per_m3 * lane_m3, lanes.min_charge) * used
    lane_cost = variable + lanes.stop_cost * used
    group_cost = loads.cost_per_vehicle * vehicles
    np.add.at(group_cost, lanes.load, lane_cost)
    kg_co2 = float(np.sum(loads.co2_per_vehicle * vehicles) + np.sum(lanes.co2_per_kg * lane_kg))
    return LoadFlow(lane_kg, lane_m3, group_kg, group_m3, vehicles, variable, group_cost, kg_co2)


def _used(problem: Problem, moved: Movements) -> Flags:
    used = moved.used.copy()
    used[problem.given.lane, problem.given.day] = True
    return used


@dataclass(frozen=True)
class Projection:
    """Everything that follows from whole lots shipped (`K × T`)."""

    problem: Problem
    lots: Ints
    known: "Projection | None" = (
        None  # an earlier one of the same network, to save work where nothing has changed
    )

    @cached_property
    def cases(self) -> Floats:
        """Cases of free orders, `K × T`."""
        return np.asarray(self.lots * self.problem.shipments.lot_cases[:, None], float)

    @cached_property
    def units(self) -> Floats:
        """Units of free orders, `K × T`."""
        ship = self.problem.shipments
        return self.cases * self.problem.items.case_size[ship.item][:, None]

    @cached_property
    def lines(self) -> Lines:
        """Free orders one by one."""
        return Lines.of(self.problem, self.lots)

    @cached_property
    def moved(self) -> Movements:
        """What free orders add up to."""
        known = self.known
        if (
            known is not None
            and same_ways(self.problem, known.problem)
            and np.array_equal(self.lots, known.lots)
        ):
            return known.moved
        return movements_of(self.problem, self.lines)

    @cached_property
    def stock(self) -> StockFlow:
        """Stock and sales."""
        known = self.known
        if known is None or known.problem.days != self.problem.days or not len(known.problem.stock.item):
            return stock_flow(self.problem, self.moved)
        return _flow_like(self.problem, self.moved, known)

    @cached_property
    def loads(self) -> LoadFlow:
        """Loads and freight."""
        return load_flow(self.problem, self.moved)

    @cached_property
    def used(self) -> Flags:
        """Lane-modes and days that carry something, `M × T`."""
        return _used(self.problem, self.moved)

    @cached_property
    def freight_by_mode(self) -> tuple[dict[str, float], float]:
        """Freight per mode, and the part of it on emergency lanes [money]."""
        lanes, cost = self.problem.lanes, self.loads.group_cost
        first = np.unique(lanes.load, return_index=True)[1]
        by_mode = dict.fromkeys(sorted(set(lanes.mode)), 0.0)
        for group, lane in enumerate(first.tolist()):
            by_mode[lanes.mode[lane]] += float(cost[group].sum())
        urgent = np.zeros(cost.shape, bool)
        np.logical_or.at(urgent, lanes.load, self.used & lanes.urgent)
        return by_mode, float(cost[urgent].sum())

    @cached_property
    def use(self) -> Floats:
        """Use of every capacity, `R × L × T`."""
        problem, lanes = self.problem, self.problem.lanes
        use = problem.capacities.given_use + self.moved.use
        at = {name: use[n] for n, name in enumerate(RESOURCES)}
        stock = problem.stock
        np.add.at(
            at["storage_m3"], stock.location, self.stock.stock * problem.items.volume[stock.item][:, None]
        )
        first = np.unique(lanes.load, return_index=True)[1]
        np.add.at(at["outbound_vehicles"], lanes.origin[first], self.loads.vehicles)
        m, t = np.nonzero(self.used)
        arriving = lanes.arrival[m, t]
        soon = arriving < problem.days
        m, t, arriving = m[soon], t[soon], arriving[soon]
        shared = np.array([bool(route) for route in problem.loads.route])[lanes.load[m]]
        docks = np.where(shared, 1.0, self.loads.vehicles[lanes.load[m], t])
        np.add.at(at["inbound_vehicles"], (lanes.destination[m], arriving), docks)
        return use

    @cached_property
    def costs(self) -> dict[str, float]:
        """Money per cause, in the order of section 3."""
        problem, stock, ship = self.problem, self.problem.stock, self.problem.shipments
        flow, loads, place = self.stock, self.loads, self.problem.locations
        k, units = self.lines.shipment, self.lines.units
        cases = units / problem.items.case_size[ship.item[k]]
        handling = problem.given_handling
        for end in (problem.lanes.origin[ship.lane[k]], problem.lanes.destination[ship.lane[k]]):
            handling += float(np.sum(place.line_cost[end] + place.case_cost[end] * cases))
        limits = problem.capacities
        over = np.maximum(0.0, self.use - limits.limit)
        changed = np.abs(self.cases - ship.previous).sum() if problem.change_cost else 0.0
        return {
            "freight": float(loads.group_cost.sum()),
            "holding": float(np.sum(stock.holding * flow.closing)),
            "lost_sales": float(np.sum(stock.lost_cost[:, None] * (stock.mean - flow.sales))),
            "handling": handling,
            "overtime": float(np.sum(limits.overtime_cost * over)),
            "waste": float(np.sum(problem.items.unit_cost[stock.item][:, None] * flow.waste)),
            "purchase": problem.given_purchase + float(np.sum(ship.purchase[k] * units)),
            "co2": problem.co2_price * loads.kg_co2,
            "changes": problem.change_cost * float(changed),
            "terminal": float(np.sum(stock.terminal_cost * flow.short)),
        }

    @cached_property
    def cost(self) -> float:
        """Money in total."""
        return sum(self.costs.values())

    @cached_property
    def exceeded(self) -> dict[str, Floats]:
        """By how much each limit is exceeded, by kind: one entry per limit and day, 0 where it is kept."""
        problem, stock, ship = self.problem, self.problem.stock, self.problem.shipments
        flow, limits = self.stock, problem.capacities
        days = np.arange(problem.days)

        def over(value: Floats, limit: Floats) -> Floats:
            slack = EXCESS * np.maximum(1.0, np.abs(np.where(np.isfinite(limit), limit, 0.0)))
            beyond = value > limit + slack
            return np.where(beyond, value - limit, 0.0) if beyond.any() else np.zeros(beyond.shape)

        supplied = problem.supply.given + self.moved.supplied
        least = np.where(days[None, :] >= stock.min_from[:, None], stock.min_stock[:, None], 0.0)
        k, t, units = self.lines.shipment, self.lines.period, self.lines.units
        small, closed = np.zeros(self.lots.shape), np.zeros(self.lots.shape)
        closed[k, t] = np.where(ship.open[k, t], 0.0, units)
        if ship.min_units.any():
            small[k, t] = np.where(units < ship.min_units[k] - 1e-6, ship.min_units[k] - units, 0.0)
        nothing = np.zeros(1)
        return {
            "available": over(-flow.available, nothing),
            "max_vehicles": over(self.loads.vehicles, problem.loads.max_vehicles),
            "dispatch": closed,
            "min_order_quantity": small,
            "max_per_day": over(supplied, problem.supply.limit),
            **self._below_minimum(),
            "demand_met": over(np.where(stock.must_meet[:, None], stock.mean - flow.sales, 0.0), nothing),
            "min_stock": over(least - flow.stock, nothing),
            "max_stock": over(flow.stock, stock.max_stock),
            "capacity": over(self.use, limits.limit + limits.overtime_limit),
        }

    @cached_property
    def excess(self) -> dict[str, float]:
        """How much each kind of limit is exceeded, added up; empty for a feasible plan."""
        found = {name: float(amounts.sum()) for name, amounts in self.exceeded.items()}
        return {name: amount for name, amount in found.items() if amount > 0}

    def _below_minimum(self) -> dict[str, Floats]:
        minimums, moved = self.problem.minimums, self.moved
        value = minimums.min_value[:, None] - minimums.given_value - moved.ordered_value
        kg = minimums.min_kg[:, None] - minimums.given_kg - moved.ordered_kg
        counts = moved.ordered | minimums.due
        return {
            name: np.where(counts & (low > EXCESS), low, 0.0)
            for name, low in (("min_value", value), ("min_kg", kg))
        }

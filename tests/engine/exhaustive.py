"""The best of all shipment plans of a tiny problem, found by looking at every one of them.

Limits bound the lots: what a supplier gives on a day, what is there, what the fleet carries. All plans within
these bounds are judged at once, with arrays `plans × …`, by the definitions of models/README.md; shared with
the engine are the arrays of `Problem` and the two curves.
"""

from dataclasses import dataclass

import numpy as np

from planner_models.curve import sales_curves, terminal_shortage
from planner_models.problem import RESOURCES, Floats, Ints, Problem

TOO_MUCH = 1e-6


@dataclass(frozen=True)
class Best:
    """The least cost of all feasible plans (inf = none), its lots `K × T`, and how many plans there are."""

    cost: float
    lots: Ints
    plans: int


def most_lots(problem: Problem) -> Ints:
    """`K × T`: more lots than this break a limit, whatever else is shipped; -1 = no limit bounds them."""
    ship, stock, lanes, loads = problem.shipments, problem.stock, problem.lanes, problem.loads
    lot = ship.lot_cases * problem.items.case_size[ship.item]
    most = np.full(ship.open.shape, np.inf)
    for n, item in enumerate(problem.supply.item):
        here = (ship.item == item) & (lanes.origin[ship.lane] == problem.supply.location[n])
        most[here] = np.minimum(
            most[here], (problem.supply.limit[n] - problem.supply.given[n]) / lot[here, None]
        )
    bought = np.where(np.isfinite(most), most * lot[:, None], np.inf)
    for k in np.flatnonzero(ship.source >= 0):
        same = stock.item == ship.item[k]
        there = float((stock.on_hand + stock.given_in.sum(axis=1))[same].sum())
        suppliers = (ship.source < 0) & (ship.item == ship.item[k])
        there += float(np.where(ship.open, bought, 0.0)[suppliers].sum())
        most[k] = np.minimum(most[k], there / lot[k])
    group = lanes.load[ship.lane]
    with np.errstate(divide="ignore", invalid="ignore"):
        for size, per_unit in (
            (loads.vehicle_kg, problem.items.weight),
            (loads.vehicle_m3, problem.items.volume),
        ):
            room = np.where(
                np.isfinite(size) & np.isfinite(loads.max_vehicles), size * loads.max_vehicles, np.inf
            )
            most = np.fmin(most, room[group] / (lot * per_unit[ship.item])[:, None])
    most = np.where(ship.open, np.maximum(most, 0.0), 0.0)
    return np.where(np.isfinite(most), np.floor(np.where(np.isfinite(most), most, 0) + 1e-9), -1).astype(
        np.int64
    )


def count(problem: Problem) -> int:
    """How many plans there are to look at; -1 = without bound."""
    most = most_lots(problem)
    return -1 if (most < 0).any() else int(np.prod((most + 1).astype(float)))


def best(problem: Problem, chunk: int = 20_000) -> Best:
    """Look at all plans."""
    most = most_lots(problem)
    free = np.argwhere(most > 0)
    radix = most[most > 0] + 1
    total = int(np.prod(radix))
    found = Best(np.inf, np.zeros(most.shape, np.int64), total)
    for start in range(0, total, chunk):
        numbers = np.arange(start, min(total, start + chunk))
        lots = np.zeros((len(numbers), *most.shape), np.int64)
        if len(free):
            lots[:, free[:, 0], free[:, 1]] = np.array(np.unravel_index(numbers, tuple(radix))).T
        cost = judge(problem, lots)
        first = int(np.argmin(cost))
        if cost[first] < found.cost:
            found = Best(float(cost[first]), lots[first], total)
    return found


def judge(problem: Problem, lots: Ints) -> Floats:
    """The cost of every plan (`plans × K × T` lots); inf where a limit is broken."""
    plans = _Plans(problem, lots)
    stock_cost, feasible = plans.stock_and_sales()
    load_cost, loads_feasible = plans.freight()
    other = plans.handling() + plans.purchase_and_changes()
    overtime, uses_feasible = plans.capacities()
    feasible &= loads_feasible & uses_feasible & plans.supplier_limits_kept()
    return np.where(feasible, stock_cost + load_cost + other + overtime, np.inf)


def vehicles(problem: Problem, lots: Ints) -> Floats:
    """`G × T`: the vehicles of one plan (`K × T` lots)."""
    plan = _Plans(problem, lots[None])
    plan.freight()
    return np.asarray(plan.vehicles[0])


class _Plans:
    """Many plans of one problem."""

    def __init__(self, problem: Problem, lots: Ints) -> None:
        self.problem, self.lots = problem, lots
        ship = problem.shipments
        self.cases = lots * ship.lot_cases[None, :, None]
        self.units = self.cases * problem.items.case_size[ship.item][None, :, None]
        self.stock: Floats = np.zeros(0)
        self.vehicles: Floats = np.zeros(0)

    def _sum(self, values: Floats, where: Ints, size: int) -> Floats:
        """Add up over K (axis 1) into `size` cells by `where`."""
        total = np.zeros((len(values), size, values.shape[2]))
        for k, cell in enumerate(where.tolist()):
            if cell >= 0:
                total[:, cell] += values[:, k]
        return total

    def _arrived(self, values: Floats, where: Ints, lane: Ints, size: int) -> Floats:
        """The same on the days of arrival; what comes after the horizon is left out."""
        total = np.zeros((len(values), size, values.shape[2]))
        for k, cell in enumerate(where.tolist()):
            for t, there in enumerate(self.problem.lanes.arrival[lane[k]].tolist()):
                if there < self.problem.days:
                    total[:, cell, there] += values[:, k, t]
        return total

    def stock_and_sales(self) -> tuple[Floats, np.ndarray]:
        problem, stock, ship = self.problem, self.problem.stock, self.problem.shipments
        points = len(stock.item)
        arrivals = stock.given_in + self._arrived(self.units, ship.target, ship.lane, points)
        leaving = stock.given_out + self._sum(self.units, ship.source, points)
        total = self._sum(self.units, ship.target, points).sum(axis=2)
        coming = stock.given_later + total - (arrivals - stock.given_in).sum(axis=2)
        curves = sales_curves(stock)
        level = np.broadcast_to(stock.on_hand, total.shape)
        cost, feasible = np.zeros(len(total)), np.ones(len(total), bool)
        self.stock = np.zeros(arrivals.shape)
        for t in range(problem.days):
            available = level + arrivals[:, :, t] - leaving[:, :, t]
            feasible &= (available >= -TOO_MUCH).all(axis=1)
            sales = np.zeros(available.shape)
            for n in range(points):
                different, which = np.unique(
                    np.round(np.maximum(available[:, n], 0.0), 9), return_inverse=True
                )
                sales[:, n] = curves[n, t].evaluate(different)[0][which]
            left = available - sales
            lost = stock.mean[:, t] - sales
            waste = np.maximum(0.0, left - stock.shelf[:, t])
            level = left - waste
            self.stock[:, :, t] = left
            feasible &= (lost[:, stock.must_meet] <= TOO_MUCH).all(axis=1)
            feasible &= (left <= stock.max_stock[:, t] + TOO_MUCH).all(axis=1)
            kept = (t >= stock.min_from) & (stock.min_stock > 0)
            feasible &= (left[:, kept] >= stock.min_stock[kept] - TOO_MUCH).all(axis=1)
            cost += (
                level @ stock.holding[:, t]
                + lost @ stock.lost_cost
                + waste @ problem.items.unit_cost[stock.item]
            )
        position = level + coming
        for n in np.flatnonzero(stock.terminal_cost > 0).tolist():
            different, which = np.unique(np.round(position[:, n], 9), return_inverse=True)
            short = np.array([terminal_shortage(stock, np.full(points, at))[0][n] for at in different])
            cost += stock.terminal_cost[n] * short[which]
        return cost, feasible

    def freight(self) -> tuple[Floats, np.ndarray]:
        problem, ship, lanes, loads = (
            self.problem,
            self.problem.shipments,
            self.problem.lanes,
            self.problem.loads,
        )
        items, count = problem.items, len(self.problem.lanes.origin)
        kg = lanes.given_kg + self._sum(self.units * items.weight[ship.item][None, :, None], ship.lane, count)
        m3 = lanes.given_m3 + self._sum(self.units * items.volume[ship.item][None, :, None], ship.lane, count)
        used = self._sum(self.units, ship.lane, count) > 0
        used[:, problem.given.lane, problem.given.day] = True
        groups = len(loads.route)
        load_kg, load_m3 = self._sum(kg, lanes.load, groups), self._sum(m3, lanes.load, groups)
        busy = self._sum(used.astype(float), lanes.load, groups) > 0
        needed = np.ceil(np.maximum(load_kg / loads.vehicle_kg, load_m3 / loads.vehicle_m3) * (1 - 1e-9))
        vehicles = np.where(np.isinf(loads.vehicle_kg) & np.isinf(loads.vehicle_m3), busy, needed)
        rate = np.broadcast_to(lanes.cost_per_kg, kg.shape).copy()
        for m, bands in enumerate(lanes.breaks):
            for start, price in bands:
                rate[:, m] = np.where(kg[:, m] * (1 + 1e-9) >= start, price, rate[:, m])
        variable = np.maximum(rate * kg + lanes.cost_per_m3 * m3, lanes.min_charge)
        co2 = problem.co2_price
        cost = (np.where(used, variable + lanes.stop_cost, 0.0) + co2 * lanes.co2_per_kg * kg).sum(
            axis=(1, 2)
        )
        cost += ((loads.cost_per_vehicle + co2 * loads.co2_per_vehicle) * vehicles).sum(axis=(1, 2))
        self.vehicles, self.used, self.kg = vehicles, used, kg
        return cost, (vehicles <= loads.max_vehicles + TOO_MUCH).all(axis=(1, 2))

    def handling(self) -> Floats:
        place, lane = self.problem.locations, self.problem.shipments.lane
        ends = self.problem.lanes.origin[lane], self.problem.lanes.destination[lane]
        lines, cases = (self.lots > 0).sum(axis=2), self.cases.sum(axis=2)
        cost = sum(lines @ place.line_cost[end] + cases @ place.case_cost[end] for end in ends)
        return np.asarray(self.problem.given_handling + cost)

    def purchase_and_changes(self) -> Floats:
        ship = self.problem.shipments
        changed = np.abs(self.cases - ship.previous).sum(axis=(1, 2))
        bought = self.units.sum(axis=2) @ ship.purchase
        return np.asarray(self.problem.given_purchase + bought + self.problem.change_cost * changed)

    def capacities(self) -> tuple[Floats, np.ndarray]:
        problem, ship, lanes, items = (
            self.problem,
            self.problem.shipments,
            self.problem.lanes,
            self.problem.items,
        )
        limits, place, places = problem.capacities, problem.locations, len(problem.locations.names)
        origin, destination = lanes.origin[ship.lane], lanes.destination[ship.lane]
        kg = self.units * items.weight[ship.item][None, :, None]
        lines = (self.lots > 0).astype(float)

        def hours(end: Ints) -> Floats:
            return np.asarray(
                lines * place.line_hours[end][:, None] + self.cases * place.case_hours[end][:, None]
            )

        volume = self.stock * items.volume[problem.stock.item][None, :, None]
        docks = np.where(
            np.array([bool(route) for route in problem.loads.route])[lanes.load][None, :, None],
            1.0,
            self.vehicles[:, lanes.load],
        )
        first = np.unique(lanes.load, return_index=True)[1]
        every = np.arange(len(lanes.origin))
        use = {
            "outbound_units": self._sum(self.units, origin, places),
            "outbound_kg": self._sum(kg, origin, places),
            "outbound_vehicles": self._sum(self.vehicles, lanes.origin[first], places),
            "inbound_kg": self._arrived(kg, destination, ship.lane, places),
            "inbound_vehicles": self._arrived(docks * self.used, lanes.destination, every, places),
            "storage_m3": self._sum(volume, problem.stock.location, places),
            "handling_hours": self._sum(hours(origin), origin, places)
            + self._arrived(hours(destination), destination, ship.lane, places),
        }
        cost, feasible = np.zeros(len(kg)), np.ones(len(kg), bool)
        for number, name in enumerate(RESOURCES):
            amount = use[name] + limits.given_use[number]
            feasible &= (amount <= limits.limit[number] + limits.overtime_limit[number] + TOO_MUCH).all(
                axis=(1, 2)
            )
            cost += (limits.overtime_cost[number] * np.maximum(0.0, amount - limits.limit[number])).sum(
                axis=(1, 2)
            )
        return cost, feasible

    def supplier_limits_kept(self) -> np.ndarray:
        problem, ship, lanes = self.problem, self.problem.shipments, self.problem.lanes
        small = (self.units > 0) & (self.units < ship.min_units[:, None] - TOO_MUCH)
        kept = ~small.any(axis=(1, 2))
        for n, item in enumerate(problem.supply.item):
            here = (ship.item == item) & (lanes.origin[ship.lane] == problem.supply.location[n])
            amount = self.units[:, here].sum(axis=1) + problem.supply.given[n]
            kept &= (amount <= problem.supply.limit[n] + TOO_MUCH).all(axis=1)
        least = problem.minimums
        for n in range(len(least.supplier)):
            here = lanes.origin[ship.lane] == least.supplier[n]
            here &= lanes.destination[ship.lane] == least.destination[n]
            units = self.units[:, here]
            value = least.given_value[n] + (units * ship.value[here][:, None]).sum(axis=1)
            kg = least.given_kg[n] + (units * problem.items.weight[ship.item[here]][:, None]).sum(axis=1)
            enough = (value >= least.min_value[n] - TOO_MUCH) & (kg >= least.min_kg[n] - TOO_MUCH)
            kept &= (enough | ~(units > 0).any(axis=1)).all(axis=1)
        return kept

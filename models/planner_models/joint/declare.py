"""Sets and decisions of the joint model. The index sets say where something exists; the families say what holds there."""

from typing import Any

import numpy as np
import pyomo.core as pyo

from planner_models.problem import RESOURCES, Flags, Problem

Model = Any  # a pyo.ConcreteModel with the components declared below; Pyomo has no types of its own


def _pairs(flags: Flags) -> list[tuple[int, ...]]:
    return list(map(tuple, np.argwhere(flags).tolist()))


def declare_sets(model: Model, problem: Problem) -> None:
    """Index sets: `SHIP[k,t]`, `STOCK[n,t]`, `SELLS[n,t]`, `LANE_DAYS[m,t]`, `LOAD_DAYS[g,t]` and the special cases."""
    stock, ship, lanes, loads = problem.stock, problem.shipments, problem.lanes, problem.loads
    model.problem = problem
    arrival = lanes.arrival[ship.lane]
    counts = (
        (arrival < problem.days) | (stock.terminal_cost > 0)[ship.target][:, None] | _counts_anyway(problem)
    )
    open_days = ship.open & counts & (ship.max_lots > 0)[:, None]
    model.SHIP = _pairs(open_days)
    model.STOCK = _pairs(np.ones(stock.mean.shape, bool))
    model.SELLS = _pairs(stock.mean > 0)
    model.EXPIRES = _pairs(np.isfinite(stock.shelf))
    model.ENDS_SHORT = [int(n) for n in np.flatnonzero((stock.terminal_cost > 0) & (stock.terminal_mean > 0))]

    lane_open = np.zeros(lanes.open.shape, bool)
    np.logical_or.at(lane_open, ship.lane, open_days)
    lane_days = lane_open | (lanes.given_kg > 0) | (lanes.given_m3 > 0)
    lane_days[problem.given.lane, problem.given.day] = True
    load_days = np.zeros(loads.vehicle_kg.shape, bool)
    np.logical_or.at(load_days, lanes.load, lane_days)
    measured = np.isfinite(loads.vehicle_m3)[lanes.load] | (lanes.cost_per_m3 > 0)
    unlimited = np.isinf(loads.vehicle_kg) & np.isinf(loads.vehicle_m3)
    banded = np.array([bool(bands) for bands in lanes.breaks], bool)[:, None]
    model.LANE_DAYS = _pairs(lane_days)
    model.VOLUME_DAYS = _pairs(lane_days & measured)
    model.LOAD_DAYS = _pairs(load_days)
    model.WEIGHT_LIMITED = _pairs(load_days & np.isfinite(loads.vehicle_kg))
    model.VOLUME_LIMITED = _pairs(load_days & np.isfinite(loads.vehicle_m3))
    flagged = (
        (lanes.min_charge > 0)
        | (lanes.stop_cost > 0)
        | unlimited[lanes.load]
        | banded
        | _counts_stops(problem)
    )
    model.USED = _pairs(lane_days & flagged)
    model.CHARGED = _pairs(lane_days & ((lanes.min_charge > 0) | banded))
    model.BANDED = _pairs(lane_days & banded)
    model.BANDS = [(m, t, b) for m, t in model.BANDED for b in range(band_count(problem, m))]
    model.FREE_OF_CHARGE_RULES = _pairs(lane_days & ~((lanes.min_charge > 0) | banded))

    needs_line = (_line_cost(problem) > 0) | (ship.min_units > 0) | _counts_hours(problem)
    model.LINE = _pairs(open_days & needs_line[:, None])
    model.AT_LEAST = _pairs(open_days & (ship.min_units > 0)[:, None])
    model.CHANGED = _pairs(open_days & np.array([problem.change_cost > 0])[:, None])
    model.SUPPLY_DAYS = _pairs(np.ones(problem.supply.given.shape, bool))
    model.MINIMUM_DAYS = _pairs(np.ones(problem.minimums.given_kg.shape, bool))
    model.LIMITED = _pairs(np.isfinite(problem.capacities.limit))
    model.OVERTIME = _pairs(np.isfinite(problem.capacities.limit) & (problem.capacities.overtime_limit > 0))
    days = np.arange(problem.days)[None, :]
    model.KEPT = _pairs((stock.min_stock > 0)[:, None] & (days >= stock.min_from[:, None]))
    model.CAPPED = _pairs(np.isfinite(stock.max_stock))


def declare_decisions(model: Model, problem: Problem) -> None:
    """Decisions with their bounds; money, kg, m³, units and hours as in `Problem`."""
    stock, ship, loads = problem.stock, problem.shipments, problem.loads
    most = ship.max_lots.tolist()
    model.ship = pyo.Var(
        model.SHIP,
        domain=pyo.NonNegativeIntegers,
        bounds=lambda _, k, _t: (0, most[k]),
        doc="whole lots shipped",
    )
    least, limit = _given_vehicles(problem).tolist(), loads.max_vehicles.tolist()
    model.vehicles = pyo.Var(
        model.LOAD_DAYS,
        domain=pyo.NonNegativeIntegers,
        bounds=lambda _, g, t: (least[g][t], _none_if_infinite(limit[g][t])),
        doc="vehicles dispatched",
    )
    shelf = stock.shelf.tolist()
    model.on_hand = pyo.Var(
        model.STOCK, bounds=lambda _, n, t: (0, _none_if_infinite(shelf[n][t])), doc="closing stock [units]"
    )
    mean, must = stock.mean.tolist(), stock.must_meet.tolist()
    model.sales = pyo.Var(
        model.SELLS,
        bounds=lambda _, n, t: (mean[n][t] if must[n] else 0, mean[n][t]),
        doc="expected sales [units]",
    )
    model.waste = pyo.Var(model.EXPIRES, domain=pyo.NonNegativeReals, doc="expired stock [units]")
    model.ample = pyo.Var(
        [(n, t) for n, t, *_ in model.GUARDS], domain=pyo.Binary, doc="stock lies above the knee of the curve"
    )
    model.short = pyo.Var(
        model.ENDS_SHORT, domain=pyo.NonNegativeReals, doc="units missing after the horizon"
    )
    model.lane_kg = pyo.Var(model.LANE_DAYS, domain=pyo.NonNegativeReals, doc="weight on a lane-mode [kg]")
    model.lane_m3 = pyo.Var(model.VOLUME_DAYS, domain=pyo.NonNegativeReals, doc="volume on a lane-mode [m³]")
    model.used = pyo.Var(model.USED, domain=pyo.Binary, doc="the lane-mode carries something")
    model.charge = pyo.Var(model.CHARGED, domain=pyo.NonNegativeReals, doc="variable freight [money]")
    model.band = pyo.Var(model.BANDS, domain=pyo.Binary, doc="the weight lies in this band of the tariff")
    model.band_kg = pyo.Var(model.BANDS, domain=pyo.NonNegativeReals, doc="the weight, in its band [kg]")
    model.line = pyo.Var(model.LINE, domain=pyo.Binary, doc="an order line exists")
    model.change = pyo.Var(
        model.CHANGED, domain=pyo.NonNegativeReals, doc="cases away from the previous plan"
    )
    due = problem.minimums.due
    model.ordered = pyo.Var(
        model.MINIMUM_DAYS,
        domain=pyo.Binary,
        bounds=lambda _, p, t: (int(due[p, t]), 1),
        doc="a supplier sends something to a destination",
    )
    model.nothing = pyo.Var(bounds=(0, 0), doc="always 0: in limits that given orders alone exceed")
    extra = problem.capacities.overtime_limit.tolist()
    model.overtime = pyo.Var(
        model.OVERTIME,
        bounds=lambda _, r, at, t: (0, _none_if_infinite(extra[r][at][t])),
        doc="use above the limit",
    )


def _none_if_infinite(value: float) -> float | None:
    return None if np.isinf(value) else value


def band_count(problem: Problem, lane: int) -> int:
    return len(bands_of(problem, lane, 0))


def bands_of(problem: Problem, lane: int, day: int) -> list[tuple[float, float, float]]:
    """Bands of a weight-break tariff: (from kg, to kg, rate per kg), the part below the first break included."""
    breaks = problem.lanes.breaks[lane]
    if not breaks:
        return []
    steps = list(breaks)
    if breaks[0][0] > 0:
        steps = [(0.0, float(problem.lanes.cost_per_kg[lane, day])), *breaks]
    above = [*steps[1:], (np.inf, 0.0)]
    return [
        (start, _end(end, rate, dearer), rate)
        for (start, rate), (end, dearer) in zip(steps, above, strict=True)
    ]


def _end(end: float, rate: float, next_rate: float) -> float:
    """Where a band ends [kg]: on the border the next rate holds, which matters where that one is dearer."""
    return end if next_rate <= rate else end * (1.0 - 1e-6)


def _given_vehicles(problem: Problem) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    lanes, loads = problem.lanes, problem.loads
    kg, m3 = np.zeros(loads.vehicle_kg.shape), np.zeros(loads.vehicle_kg.shape)
    np.add.at(kg, lanes.load, lanes.given_kg)
    np.add.at(m3, lanes.load, lanes.given_m3)
    any_given = np.zeros(kg.shape)
    any_given[lanes.load[problem.given.lane], problem.given.day] = 1.0
    needed = np.ceil(np.maximum(kg / loads.vehicle_kg, m3 / loads.vehicle_m3) - 1e-9)
    return np.where(np.isinf(loads.vehicle_kg) & np.isinf(loads.vehicle_m3), any_given, needed)


def _counts_anyway(problem: Problem) -> Flags:
    """Shipments that may pay although they arrive when nothing counts: they clear stock, repeat an order, fill an order."""
    ship, lanes, minimums = problem.shipments, problem.lanes, problem.minimums
    ends = zip(lanes.origin[ship.lane].tolist(), lanes.destination[ship.lane].tolist(), strict=True)
    bundled = set(zip(minimums.supplier.tolist(), minimums.destination.tolist(), strict=True))
    fills = np.array([pair in bundled for pair in ends], bool)
    repeats = (ship.previous > 0) & (problem.change_cost > 0)
    return np.asarray(repeats | ((ship.source >= 0) | fills)[:, None])


def _line_cost(problem: Problem) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    place, lanes, m = problem.locations, problem.lanes, problem.shipments.lane
    return place.line_cost[lanes.origin[m]] + place.line_cost[lanes.destination[m]]


def _counts_hours(problem: Problem) -> Flags:
    """Shipments whose lines use limited handling hours."""
    place, lanes, m = problem.locations, problem.lanes, problem.shipments.lane
    limited = np.isfinite(problem.capacities.limit[RESOURCES.index("handling_hours")]).any(axis=1)
    busy = limited & (place.line_hours > 0)
    return np.asarray(busy[lanes.origin[m]] | busy[lanes.destination[m]])


def _counts_stops(problem: Problem) -> Flags:
    """Lanes of a route into a location with limited docks: each stop counts one vehicle. `M × 1`."""
    limited = np.isfinite(problem.capacities.limit[RESOURCES.index("inbound_vehicles")]).any(axis=1)
    shared = np.array([bool(route) for route in problem.loads.route], bool)[problem.lanes.load]
    return np.asarray(shared & limited[problem.lanes.destination])[:, None]

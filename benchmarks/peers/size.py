"""How large the joint model of a problem is, counted from the arrays, because a large one can't be built to be counted."""

from dataclasses import dataclass

import numpy as np

from planner_models.joint.declare import band_count
from planner_models.joint.touching import Curves
from planner_models.problem import RESOURCES, Flags, Floats, Problem


@dataclass(frozen=True)
class Extent:
    """Rows and columns of a model; so many of its columns are whole numbers."""

    rows: int
    columns: int
    whole: int


def extent(problem: Problem, lines: int) -> Extent:
    """The size of the compact model with so many lines per curve.

    For networks as `planner bench make` writes them: minimum quantities, order minimums, limits of suppliers, least and most
    stocks and a previous plan are not counted.
    """
    stock, lanes, loads, limits = problem.stock, problem.lanes, problem.loads, problem.capacities
    ship = _shipped(problem)
    lane = np.zeros(lanes.open.shape, bool)
    np.logical_or.at(lane, problem.shipments.lane, ship)
    lane[problem.given.lane, problem.given.day] = True
    load = np.zeros(loads.vehicle_kg.shape, bool)
    np.logical_or.at(load, lanes.load, lane)
    by_kg, by_m3 = load & np.isfinite(loads.vehicle_kg), load & np.isfinite(loads.vehicle_m3)
    unlimited = (np.isinf(loads.vehicle_kg) & np.isinf(loads.vehicle_m3))[lanes.load]
    volume = lane & (np.isfinite(loads.vehicle_m3)[lanes.load] | (lanes.cost_per_m3 > 0))
    bands = np.array([band_count(problem, m) for m in range(len(lanes.origin))])[:, None]
    charged = lane & ((lanes.min_charge > 0) | (bands > 0))
    used = lane & ((lanes.min_charge > 0) | (lanes.stop_cost > 0) | unlimited | (bands > 0) | _stops(problem))
    banded, in_bands = _count(lane & (bands > 0)), int((lane * bands).sum())
    lines_of_orders = _count(ship & _has_line(problem)[:, None])
    limited = np.isfinite(limits.limit)
    overtime = _count(limited & (limits.overtime_limit > 0))
    ends = _count((stock.terminal_cost > 0) & (stock.terminal_mean > 0))
    sells, balances = _count(stock.mean > 0), stock.mean.size

    whole = _count(ship) + lines_of_orders + _count(load) + _count(used) + in_bands
    held = balances + sells + _count(np.isfinite(stock.shelf)) + ends
    moved = _count(lane) + _count(volume) + _count(charged) + in_bands + overtime
    curves = lines * (_count(Curves.of(problem).uncertain) + ends)
    freight = _count(lane) + _count(volume) + _count(by_kg) + _count(by_m3) + _count(used)
    tariffs = _count(charged & (lanes.min_charge > 0)) + _count(charged) + 2 * in_bands + 2 * banded
    given = _count(used & _travelled(problem))
    in_use = _count(ship & used[problem.shipments.lane])
    rows = balances + curves + freight + tariffs + given + in_use + lines_of_orders + _count(limited)
    return Extent(rows, whole + held + moved, whole)


def _count(flags: Flags) -> int:
    return int(flags.sum())


def _shipped(problem: Problem) -> Flags:
    """Free orders of which the model decides."""
    ship, stock = problem.shipments, problem.stock
    soon = problem.lanes.arrival[ship.lane] < problem.days
    counts = soon | (stock.terminal_cost > 0)[ship.target][:, None] | (ship.source >= 0)[:, None]
    return np.asarray(ship.open & counts & (ship.max_lots > 0)[:, None])


def _limited(problem: Problem, resource: str) -> Flags:
    return np.asarray(np.isfinite(problem.capacities.limit[RESOURCES.index(resource)]).any(axis=1))


def _has_line(problem: Problem) -> Flags:
    """Shipments whose order lines cost money or limited hours."""
    place, lanes, m = problem.locations, problem.lanes, problem.shipments.lane
    counts: Floats = place.line_cost + place.line_hours * _limited(problem, "handling_hours")
    return np.asarray(counts[lanes.origin[m]] + counts[lanes.destination[m]] > 0)


def _stops(problem: Problem) -> Flags:
    """Lanes of a route into limited docks, `M × 1`."""
    shared = np.array([bool(route) for route in problem.loads.route], bool)[problem.lanes.load]
    return np.asarray(shared & _limited(problem, "inbound_vehicles")[problem.lanes.destination])[:, None]


def _travelled(problem: Problem) -> Flags:
    travelled = np.zeros(problem.lanes.open.shape, bool)
    travelled[problem.given.lane, problem.given.day] = True
    return travelled

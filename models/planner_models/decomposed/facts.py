"""What the local search over whole lots reads and what it changes, as flat arrays; the kernels are in `exchange.py`.

Numbers that are read together lie together: a stock point is evaluated a million times a second, and most of that is waiting
for memory. Whoever changes the order of fields here touches `exchange.py` too, because numba's cache looks at no other file.
"""

from typing import NamedTuple

import numpy as np

from planner_models.decomposed.points import NEVER, Points
from planner_models.decomposed.prices import RESOURCE, Ways
from planner_models.problem import Floats, Ints, Problem

BREACH = 1e4  # money per unit of a limit that is exceeded
LOG = 100_000  # changes that can be taken back
STORAGE = RESOURCE["storage_m3"]
# columns of `Facts.point`
ON_HAND, LATER, HOLDING, LOST, UNIT_COST, TERMINAL, MUST, M3 = range(8)
# columns of `Facts.daily`
MEAN, GIVEN, SHELF, LEAST, MOST = range(5)


class Facts(NamedTuple):
    """What does not change: by way (`W`), stock point (`N`), lane-mode (`M`), load (`G`), order minimum (`P`) and day."""

    breach: float  # money per unit of a limit that is exceeded
    first: Ints  # N+1, ways of a stock point
    day: Ints  # W
    arrival: Ints
    lane: Ints
    load: Ints
    target: Ints
    source: Ints
    supply: Ints  # limit of the supplier, −1 = none
    minimum: Ints  # order minimum, −1 = none
    lot: Floats  # units
    kg: Floats  # per lot
    m3: Floats
    cases: Floats
    price: Floats  # money per lot: purchase and handling
    line: Floats  # money per order line
    value: Floats  # money per lot, for order minimums
    least_lots: Ints
    most_lots: Ints
    previous: Floats  # cases
    origin: Ints  # location
    destination: Ints
    point: Floats  # N × columns; volume [m³ per unit] is 0 where storage has no limit
    place: Ints  # N
    daily: Floats  # N × T × columns
    curve: Floats  # N × T × J × (stock, sales, slope)
    end: Floats  # N × J × (stock, shortage, slope)
    room_kg: Floats  # G × T
    room_m3: Floats
    vehicle: Floats  # money, CO₂ included
    most_vehicles: Floats
    routed: Ints  # G
    ends: Ints  # G × 2, origin and destination; −1 = several
    rate: Floats  # M × T …
    rate_m3: Floats
    charge: Floats
    stop: Floats
    co2: Floats  # money per kg
    bands: Ints  # M
    band_from: Floats  # M × B
    band_rate: Floats
    line_hours: Floats  # L
    case_hours: Floats
    limit: Floats  # R × L × T
    beyond: Floats  # limit with overtime
    overtime: Floats  # money per unit
    supply_limit: Floats  # U × T
    min_value: Floats  # P
    min_kg: Floats
    change: float
    by_cell: Ints  # W, ways by load and day
    cell_first: Ints  # G·T + 1, where each load and day begins there
    by_order: Ints  # ways with an order minimum, by minimum and day
    order_first: Ints  # P·T + 1
    served: Ints  # stock points that are served, by the one that serves them
    served_first: Ints  # N+1


class State(NamedTuple):
    """A plan and what follows from it; changed in place."""

    lots: Ints  # W
    arrivals: Floats  # N × T+1 [units]
    departures: Floats  # N × T
    own: Floats  # N [money]
    opening: Floats  # N × T+1, expected stock in the morning
    spent: Floats  # N × T+1 [money] of `own` on the days before
    left: Floats  # N × T, stock after sales
    kg: Floats  # G × T
    m3: Floats
    kept: Ints  # G × T, vehicles that cost nothing more because they are there in any case
    lane_kg: Floats  # M × T
    lane_m3: Floats
    lane_lines: Ints  # M × T, order lines, given ones included
    load_lines: Ints  # G × T
    use: Floats  # R × L × T
    supplied: Floats  # U × T
    ordered_value: Floats  # P × T
    ordered_kg: Floats
    ordered_lines: Ints  # P × T, without given ones
    log_way: Ints  # changes that may have to be taken back
    log_lots: Ints
    logged: Ints  # 1
    queue: Ints  # N, stock points to be looked at
    mark: Ints  # N, the trial in which a point was put there
    cell_mark: Ints  # G·T, the trial in which a load was looked at
    worth: Floats  # W, scratch


def facts_of(problem: Problem, ways: Ways, points: Points, breach: float = BREACH) -> Facts:
    """Prepare a problem."""
    ship, lanes, loads = problem.shipments, problem.lanes, problem.loads
    stock, place, limits, least = problem.stock, problem.locations, problem.capacities, problem.minimums
    k, m, days = ways.shipment, ways.lane, problem.days
    per_case = place.case_cost[lanes.origin] + place.case_cost[lanes.destination]
    cases = ship.lot_cases[k].astype(float)
    band_from, band_rate = _bands(problem)
    tangents = points.tangents
    known = np.isfinite(limits.limit)
    count = len(stock.item)
    by_cell, cell_first = _grouped(lanes.load[m] * days + ways.day, loads.vehicle_kg.size)
    minimum = _minimum(problem, ways)
    by_order, order_first = _grouped(
        np.where(minimum >= 0, minimum * days + ways.day, -1), len(least.supplier) * days
    )
    pairs = np.unique(np.stack([ship.source[k], ways.target], axis=1)[ship.source[k] >= 0], axis=0)
    stored = np.isfinite(limits.limit[STORAGE, stock.location]).any(axis=1)
    return Facts(
        breach=breach, first=np.searchsorted(ways.target, np.arange(count + 1)),
        day=ways.day, arrival=ways.arrival, lane=m, load=lanes.load[m], target=ways.target, source=ways.source,
        supply=ways.supply_limit, minimum=minimum, lot=ways.lot, kg=ways.weight * ways.lot, m3=ways.volume * ways.lot,
        cases=cases, price=ship.purchase[k] * ways.lot + per_case[m] * cases, line=ways.line_cost(),
        value=ship.value[k] * ways.lot,
        least_lots=np.maximum(1, np.ceil(ship.min_units[k] / ways.lot - 1e-9)).astype(np.int64),
        most_lots=ship.max_lots[k].astype(np.int64), previous=ship.previous[k, ways.day],
        origin=lanes.origin[m], destination=lanes.destination[m],
        point=np.stack([
            stock.on_hand, stock.given_later, stock.holding, stock.lost_cost, points.unit_cost, stock.terminal_cost,
            stock.must_meet.astype(float), np.where(stored, problem.items.volume[stock.item], 0.0),
        ], axis=1),
        place=stock.location,
        daily=np.stack([stock.mean, points.given, points.shelf, points.least, points.most], axis=2),
        curve=np.stack([tangents.stock, tangents.sales, tangents.slope], axis=3),
        end=np.stack([tangents.end_stock, tangents.end_short, tangents.end_slope], axis=2),
        room_kg=loads.vehicle_kg, room_m3=loads.vehicle_m3,
        vehicle=loads.cost_per_vehicle + problem.co2_price * loads.co2_per_vehicle, most_vehicles=loads.max_vehicles,
        routed=np.array([bool(route) for route in loads.route]).astype(np.int64),
        ends=_ends(problem), rate=lanes.cost_per_kg, rate_m3=lanes.cost_per_m3, charge=lanes.min_charge, stop=lanes.stop_cost,
        co2=problem.co2_price * lanes.co2_per_kg, bands=np.array([len(bands) for bands in lanes.breaks]),
        band_from=band_from, band_rate=band_rate, line_hours=place.line_hours, case_hours=place.case_hours,
        limit=np.where(known, limits.limit, NEVER), beyond=np.where(known, limits.limit + limits.overtime_limit, NEVER),
        overtime=np.where(np.isfinite(limits.overtime_cost), limits.overtime_cost, 0.0),
        supply_limit=np.zeros(problem.supply.given.shape) + problem.supply.limit[:, None],
        min_value=least.min_value, min_kg=least.min_kg, change=problem.change_cost,
        by_cell=by_cell, cell_first=cell_first, by_order=by_order, order_first=order_first,
        served=np.ascontiguousarray(pairs[:, 1]), served_first=np.searchsorted(pairs[:, 0], np.arange(count + 1)),
    )  # fmt: skip


def _bands(problem: Problem) -> tuple[Floats, Floats]:
    """Weight breaks, `M × B`."""
    breaks = problem.lanes.breaks
    shape = (len(breaks), max(1, max((len(bands) for bands in breaks), default=0)))
    start, rate = np.zeros(shape), np.zeros(shape)
    for number, bands in enumerate(breaks):
        for position, band in enumerate(bands):
            start[number, position], rate[number, position] = band
    return start, rate


def _grouped(group: Ints, count: int) -> tuple[Ints, Ints]:
    """The members of each group one after the other, and where each begins; group −1 is left out."""
    order = np.argsort(group, kind="stable")
    return order, np.searchsorted(group[order], np.arange(count + 1))


def _minimum(problem: Problem, ways: Ways) -> Ints:
    """Number of the order minimum that holds for the way; −1 = none."""
    places, least, lanes = len(problem.locations.names), problem.minimums, problem.lanes
    number = np.full((places, places), -1)
    number[least.supplier, least.destination] = np.arange(len(least.supplier))
    return np.asarray(number[lanes.origin[ways.lane], lanes.destination[ways.lane]])


def _ends(problem: Problem) -> Ints:
    lanes = problem.lanes
    first = np.unique(lanes.load, return_index=True)[1]
    alone = np.bincount(lanes.load) == 1
    return np.stack([lanes.origin[first], np.where(alone, lanes.destination[first], -1)], axis=1)


def nothing_ordered(problem: Problem, facts: Facts) -> State:
    """The state of given orders alone; what follows from it at stock points is still missing."""
    stock, lanes, loads = problem.stock, problem.lanes, problem.loads
    count, days, ways = len(stock.item), problem.days, len(facts.day)
    given = np.zeros(lanes.open.shape, np.int64)
    np.add.at(given, (problem.given.lane, problem.given.day), 1)
    shape = loads.vehicle_kg.shape
    state = State(
        lots=np.zeros(ways, np.int64), arrivals=np.zeros((count, days + 1)), departures=np.zeros((count, days)),
        own=np.zeros(count), opening=np.zeros((count, days + 1)), spent=np.zeros((count, days + 1)), left=np.zeros((count, days)),
        kg=np.zeros(shape), m3=np.zeros(shape), kept=np.zeros(shape, np.int64),
        lane_kg=lanes.given_kg.copy(), lane_m3=lanes.given_m3.copy(), lane_lines=given,
        load_lines=np.zeros(shape, np.int64), use=problem.capacities.given_use.copy(), supplied=problem.supply.given.copy(),
        ordered_value=problem.minimums.given_value.copy(), ordered_kg=problem.minimums.given_kg.copy(),
        ordered_lines=np.zeros(problem.minimums.given_kg.shape, np.int64),
        log_way=np.zeros(LOG + 4 * ways, np.int64), log_lots=np.zeros(LOG + 4 * ways, np.int64), logged=np.zeros(1, np.int64),
        queue=np.zeros(count, np.int64), mark=np.zeros(count, np.int64), cell_mark=np.zeros(loads.vehicle_kg.size, np.int64), worth=np.zeros(ways),
    )  # fmt: skip
    state.opening[:, 0] = stock.on_hand
    np.add.at(state.kg, lanes.load, lanes.given_kg)
    np.add.at(state.m3, lanes.load, lanes.given_m3)
    np.add.at(state.load_lines, lanes.load, given)
    return state


def lots_of(problem: Problem, ways: Ways, lots: Ints) -> Ints:
    """Lots by way (`W`) as `K × T`."""
    found = np.zeros(problem.shipments.open.shape, np.int64)
    found[ways.shipment, ways.day] = lots
    return found

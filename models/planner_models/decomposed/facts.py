"""What the local search over whole lots reads and what it changes, as flat arrays; the kernels are in `exchange.py`.

Numbers that are read together lie together: a stock point is evaluated a million times a second, and most of that is waiting
for memory. Whoever changes the order of fields here touches `exchange.py` too, because numba's cache looks at no other file.
"""

from typing import NamedTuple, TypeVar

import numpy as np

from planner_models.decomposed.points import NEVER, Points
from planner_models.decomposed.prices import RESOURCE, Ways
from planner_models.movements import order_minimum
from planner_models.problem import Floats, Ints, Problem

Table = TypeVar("Table", Floats, Ints)

KERNEL = (
    "C",
    "W",
)  # of arrays for kernels: of another layout all of them would be compiled once more, for a minute
BREACH = 1e4  # money per unit of a limit that is exceeded
LOG = 100_000  # changes that can be taken back
STORAGE = RESOURCE["storage_m3"]
# columns of `Facts.way` and `Facts.lot`
DAY, ARRIVAL, LANE, LOAD, TARGET, SOURCE, SUPPLY, MINIMUM, LEAST_LOTS, MOST_LOTS, ORIGIN, DESTINATION = range(
    12
)
KG, M3, UNITS, CASES, PRICE, LINE, VALUE, PREVIOUS = range(8)
# of `Facts.point` and `Facts.daily`
ON_HAND, LATER, LOST, UNIT_COST, TERMINAL, MUST, CUBIC = range(7)
MEAN, GIVEN, SHELF, LEAST, MOST, HOLDING, RELIEF = range(7)
# of `Facts.load`, after KG and M3, and of `Facts.kind`
VEHICLE, MOST_VEHICLES = 2, 3
ROUTED, ONE_ORIGIN, ONE_DESTINATION = range(3)
# of `Facts.tariff`, `Facts.band`, `Facts.hours` and `Facts.limit`
RATE, RATE_M3, CHARGE, STOP, CO2 = range(5)
FROM = 1
PER_LINE, PER_CASE = range(2)
LIMIT, BEYOND, OVERTIME = range(3)
# of `State.flow`; of `State.cell`, `State.lane` and `State.ordered` after KG and M3
ARRIVING, LEAVING, OPENING, SPENT, LEFT = range(5)
LINES, KEPT = 2, 3
COMES, GOES = range(2)  # of `State.known`, and what is known:
STAMP, MORE, COSTS = range(3)
FULL, PAID = range(2)  # of `State.storage`
WORTH = 1  # of `State.ordered` and `Facts.least`, which have no M3


class Facts(NamedTuple):
    """What does not change: by way (`W`), stock point (`N`), lane-mode (`M`), load (`G`), order minimum (`P`) and day."""

    breach: float  # money per unit of a limit that is exceeded
    change: float  # money per case
    first: Ints  # N+1, ways of a stock point
    way: Ints  # W × (day, arrival, lane, load, target, source, supplier's limit, order minimum, least lots, most lots, two ends)
    lot: Floats  # W × (kg, m³, units, cases, purchase and handling, an order line, value for order minimums; previous cases)
    point: Floats  # N × (on hand, later, lost, unit cost, terminal, must be met; m³ per unit, 0 = storage without limit)
    place: Ints  # N
    # N × T × (mean, given, shelf, least, most, holding; what a unit less from then on saves at most [money])
    daily: Floats
    curve: Floats  # N × T × J × (stock, sales, slope)
    end: Floats  # N × J × (stock, shortage, slope)
    load: Floats  # G × T × (room in kg, in m³; money per vehicle with CO₂, most vehicles)
    kind: Ints  # G × (on a route; origin; destination, −1 = several)
    tariff: Floats  # M × T × (rate per kg, per m³, minimum charge, stop, CO₂ per kg)
    bands: Ints  # M, how many
    band: Floats  # M × B × (rate, from)
    hours: Floats  # L × (per line, per case)
    limit: Floats  # R × L × T × (limit, limit with overtime, money per unit of overtime)
    supply_limit: Floats  # U × T
    least: Floats  # P × (kg, value)
    by_cell: Ints  # W, ways by load and day
    cell_first: Ints  # G·T + 1, where each load and day begins there
    by_order: Ints  # ways with an order minimum, by minimum and day
    order_first: Ints  # P·T + 1
    served: Ints  # stock points that are served, by the one that serves them
    served_first: Ints  # N+1


class State(NamedTuple):
    """A plan and what follows from it; changed in place."""

    lots: Ints  # W
    own: Floats  # N [money]
    # N × T+1 × (arriving, leaving, opening stock [units]; money of `own` on the days before; stock after sales)
    flow: Floats
    # G × T × (kg, m³, order lines with given ones, vehicles that cost nothing more because they are there in any case)
    cell: Floats
    lane: Floats  # M × T × (kg, m³, order lines with given ones)
    use: Floats  # R × L × T
    supplied: Floats  # U × T
    ordered: Floats  # P × T × (kg, value, order lines without given ones that need not keep the minimum)
    log_way: Ints  # changes that may have to be taken back
    log_lots: Ints
    logged: Ints  # 1
    queue: Ints  # N, stock points to be looked at
    mark: Ints  # N, the trial in which a point was put there
    cell_mark: Ints  # G·T, the trial in which a load was looked at
    worth: Floats  # W, scratch
    turn: Floats  # N, how often the flow of a point has changed
    # N × T+1 × (comes, goes) × (turn in which it was looked at, 0 = never; units; money): what so much more on a day costs
    known: Floats
    # L × (days on which storage is beyond its limit without overtime; what changes have cost for storage since it was set to 0)
    storage: Floats


def facts_of(problem: Problem, ways: Ways, points: Points, breach: float = BREACH) -> Facts:
    """Prepare a problem."""
    ship, lanes, loads = problem.shipments, problem.lanes, problem.loads
    stock, place, limits, least = problem.stock, problem.locations, problem.capacities, problem.minimums
    k, m, days = ways.shipment, ways.lane, problem.days
    per_case = place.case_cost[lanes.origin] + place.case_cost[lanes.destination]
    cases = ship.lot_cases[k].astype(float)
    tangents = points.tangents
    known = np.isfinite(limits.limit)
    count = len(stock.item)
    by_cell, cell_first = _grouped(lanes.load[m] * days + ways.day, loads.vehicle_kg.size)
    minimum = order_minimum(problem)[k]
    by_order, order_first = _grouped(
        np.where(minimum >= 0, minimum * days + ways.day, -1), len(least.supplier) * days
    )
    pairs = np.unique(np.stack([ship.source[k], ways.target], axis=1)[ship.source[k] >= 0], axis=0)
    stored = np.isfinite(limits.limit[STORAGE, stock.location]).any(axis=1)
    least_lots = np.maximum(1, np.ceil(ship.min_units[k] / ways.lot - 1e-9)).astype(np.int64)
    vehicle = loads.cost_per_vehicle + problem.co2_price * loads.co2_per_vehicle
    overtime = np.where(np.isfinite(limits.overtime_cost), limits.overtime_cost, 0.0)
    return Facts(
        breach=breach,
        change=problem.change_cost,
        first=np.searchsorted(ways.target, np.arange(count + 1)),
        way=_table(
            ways.day, ways.arrival, m, lanes.load[m], ways.target, ways.source, ways.supply_limit, minimum,
            least_lots, ship.max_lots[k].astype(np.int64), lanes.origin[m], lanes.destination[m],
        ),
        lot=_table(
            ways.weight * ways.lot, ways.volume * ways.lot, ways.lot, cases, ship.purchase[k] * ways.lot + per_case[m] * cases,
            ways.line_cost, ship.value[k] * ways.lot, ship.previous[k, ways.day],
        ),
        point=_table(
            stock.on_hand, stock.given_later, stock.lost_cost, points.unit_cost, stock.terminal_cost,
            stock.must_meet.astype(float), np.where(stored, problem.items.volume[stock.item], 0.0),
        ),
        place=_plain(stock.location),
        daily=_table(
            stock.mean, points.given, points.shelf, points.least, points.most, stock.holding, _relief(problem, points)
        ),
        curve=_table(tangents.stock, tangents.sales, tangents.slope),
        end=_table(tangents.end_stock, tangents.end_short, tangents.end_slope),
        load=_table(loads.vehicle_kg, loads.vehicle_m3, vehicle, loads.max_vehicles),
        kind=_kind(problem),
        tariff=_table(
            lanes.cost_per_kg, lanes.cost_per_m3, lanes.min_charge, lanes.stop_cost, problem.co2_price * lanes.co2_per_kg
        ),
        bands=np.array([len(bands) for bands in lanes.breaks], np.int64),
        band=lanes.bands,
        hours=_table(place.line_hours, place.case_hours),
        limit=_table(
            np.where(known, limits.limit, NEVER), np.where(known, limits.limit + limits.overtime_limit, NEVER), overtime
        ),
        supply_limit=_plain(problem.supply.limit),
        least=_table(least.min_kg, least.min_value),
        by_cell=by_cell,
        cell_first=cell_first,
        by_order=by_order,
        order_first=order_first,
        served=np.ascontiguousarray(pairs[:, 1]),
        served_first=np.searchsorted(pairs[:, 0], np.arange(count + 1)),
    )  # fmt: skip


def _storage(facts: Facts, use: Floats) -> Floats:
    """`State.storage` of so much use."""
    full = (use[STORAGE] > facts.limit[STORAGE, :, :, LIMIT]).sum(axis=1).astype(float)
    return _table(full, np.zeros(len(full)))


def _relief(problem: Problem, points: Points) -> Floats:
    """What a unit less from a day on saves at most, besides storage (`N × T`): its holding, and its waste where it may expire;
    anything where there may be too much [money]."""
    waste = np.where(points.shelf < NEVER, points.unit_cost[:, None], 0.0)
    limit = np.where(points.most < NEVER, np.inf, 0.0)
    held = np.cumsum(problem.stock.holding[:, ::-1], axis=1)
    spared = np.maximum.accumulate((waste + limit)[:, ::-1], axis=1)
    return np.asarray((held + spared)[:, ::-1])


def _table(*columns: Table) -> Table:
    """Arrays of one shape side by side, in a last dimension."""
    return np.ascontiguousarray(np.stack(columns, axis=-1))


def _plain(array: Table) -> Table:
    """Contiguous and writable, as the other arrays: for another layout all kernels would be compiled once more, for a minute."""
    return np.require(array, requirements=["C", "W"])


def _grouped(group: Ints, count: int) -> tuple[Ints, Ints]:
    """The members of each group one after the other, and where each begins; group −1 is left out."""
    order = np.argsort(group, kind="stable")
    return order, np.searchsorted(group[order], np.arange(count + 1))


def _kind(problem: Problem) -> Ints:
    """Per load: on a route, origin, destination."""
    lanes = problem.lanes
    first = np.unique(lanes.load, return_index=True)[1]
    alone = np.bincount(lanes.load) == 1
    routed = np.array([bool(route) for route in problem.loads.route]).astype(np.int64)
    return _table(routed, lanes.origin[first], np.where(alone, lanes.destination[first], -1))


def nothing_ordered(problem: Problem, facts: Facts) -> State:
    """The state of given orders alone; what follows from it at stock points is still missing."""
    stock, lanes, minimums = problem.stock, problem.lanes, problem.minimums
    count, days, ways, loads = len(stock.item), problem.days, len(facts.way), len(facts.kind)
    given = np.zeros(lanes.open.shape)
    np.add.at(given, (problem.given.lane, problem.given.day), 1.0)
    lane = _table(lanes.given_kg, lanes.given_m3, given)
    cell = np.zeros((loads, days, 4))
    np.add.at(cell[:, :, :3], lanes.load, lane)
    flow = np.zeros((count, days + 1, 5))
    flow[:, 0, OPENING] = stock.on_hand
    use = problem.capacities.given_use.copy()
    _dock(problem, facts, cell, given, use)
    return State(
        lots=np.zeros(ways, np.int64),
        own=np.zeros(count),
        flow=flow,
        cell=cell,
        lane=lane,
        use=use,
        supplied=problem.supply.given.copy(),
        ordered=_table(minimums.given_kg, minimums.given_value, minimums.due.astype(float)),
        log_way=np.zeros(LOG + 4 * ways, np.int64),
        log_lots=np.zeros(LOG + 4 * ways, np.int64),
        logged=np.zeros(1, np.int64),
        queue=np.zeros(count, np.int64),
        mark=np.zeros(count, np.int64),
        cell_mark=np.zeros(loads * days, np.int64),
        worth=np.zeros(ways),
        turn=np.zeros(count),
        known=np.zeros((count, days + 1, 2, 3)),
        storage=_storage(facts, use),
    )


def _dock(problem: Problem, facts: Facts, cell: Floats, given: Floats, use: Floats) -> None:
    """Vehicles of given orders where they leave and arrive."""
    lanes, room = problem.lanes, facts.load[:, :, :2]
    vehicles = np.maximum(0.0, np.ceil((cell[:, :, :2] / room).max(axis=2) - 1e-9))
    vehicles = np.where(np.isinf(room).all(axis=2), cell[:, :, LINES] > 0, vehicles)
    vehicles *= cell[:, :, LINES] > 0
    np.add.at(use[RESOURCE["outbound_vehicles"]], facts.kind[:, ONE_ORIGIN], vehicles)
    m, t = np.nonzero((given > 0) & (lanes.arrival < problem.days))
    load = lanes.load[m]
    docks = np.where(facts.kind[load, ROUTED] == 1, 1.0, vehicles[load, t])
    np.add.at(use[RESOURCE["inbound_vehicles"]], (lanes.destination[m], lanes.arrival[m, t]), docks)


def lots_of(problem: Problem, ways: Ways, lots: Ints) -> Ints:
    """Lots by way (`W`) as `K × T`."""
    found = np.zeros(problem.shipments.open.shape, np.int64)
    found[ways.shipment, ways.day] = lots
    return found

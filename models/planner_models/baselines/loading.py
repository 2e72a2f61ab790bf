"""The cheapest loads of a delivery: which lane-modes, how many vehicles, what by part load.

A delivery is what has to be at a destination by a day. It may ride on several lane-modes. Tried is every number of vehicles of
each, the rest going by one that needs no vehicle of limited size; the tariffs are exact: weight breaks, minimum charges, stops,
vehicles shared on a route with what is on them already, overtime at the docks.
"""

from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from planner_models.baselines.ledger import (
    HOURS,
    IN_KG,
    IN_VEHICLES,
    OUT_KG,
    OUT_UNITS,
    OUT_VEHICLES,
    Ledger,
)
from planner_models.problem import Floats, Ints

BREACH = 1e9  # money per unit of a limit that is exceeded: nothing is worth that
MOST_COMBINATIONS = (
    400  # of numbers of vehicles; of small vehicles no more are tried then than fill a large one
)
SLACK = 10.0  # money: of the tolerance of limits
LEFT = 1e4  # money per unit of size that is left behind: less than a limit, more than any freight


LANE, DAY, ARRIVAL, FREE, VEHICLE, _, MONEY, SHARED, BOUNDLESS, THERE = range(10)  # fields of `Ride`
KG, M3, UNITS, HOURS_OUT, HOURS_IN = range(5)  # fields of `Cargo`
# resources at both ends, and the field of `Cargo` that says how much of it a unit of size takes; −1 = one per vehicle
LEAVING = np.array([(OUT_VEHICLES, -1), (OUT_KG, KG), (OUT_UNITS, UNITS), (HOURS, HOURS_OUT)])
ARRIVING = np.array([(IN_VEHICLES, -1), (IN_KG, KG), (HOURS, HOURS_IN)])
PER_KG, PER_M3, LEAST, STOP, PER_KG_CO2 = range(5)  # of `Ledger.rates`


class Cargo(NamedTuple):
    """What a unit of size is on average: the measure in which goods are split over lane-modes."""

    kg: float
    m3: float
    units: float
    hours_out: float
    hours_in: float


class Ride(NamedTuple):
    """A lane-mode on a day."""

    lane: int
    day: int
    arrival: int
    free: float  # size that fits on vehicles that are there in any case
    vehicle: float  # size of a vehicle, inf = no limit
    most: float  # vehicles that may be added
    money: float  # per vehicle, with its CO₂
    shared: bool  # on a route: one dock however many vehicles
    boundless: bool  # one vehicle takes all
    there: bool  # and there is one


def rides_of(ledger: Ledger, cargo: Cargo, pairs: list[tuple[int, int]]) -> list[Ride]:
    """The rides of these lane-modes and days; those first that need a vehicle, the larger ones before the smaller."""
    problem = ledger.problem
    lanes, loads = problem.lanes, problem.loads
    rides = []
    for m, t in pairs:
        g = int(lanes.load[m])
        kg, m3 = float(loads.vehicle_kg[g, t]), float(loads.vehicle_m3[g, t])
        vehicle = min(_ratio(kg, cargo.kg), _ratio(m3, cargo.m3))
        vehicles = ledger.vehicles(g, t)
        mine = ledger.members[g]
        free = 0.0
        if vehicles > 0:
            free = min(
                _ratio(vehicles * kg - float(ledger.kg[mine, t].sum()), cargo.kg),
                _ratio(vehicles * m3 - float(ledger.m3[mine, t].sum()), cargo.m3),
            )
        money = float(loads.cost_per_vehicle[g, t] + problem.co2_price * loads.co2_per_vehicle[g, t])
        most = max(0.0, float(loads.max_vehicles[g, t]) - vehicles)
        boundless, there = np.isinf(kg) and np.isinf(m3), bool((ledger.lines[mine, t] > 0).any())
        arrival, shared = int(lanes.arrival[m, t]), bool(loads.route[g])
        rides.append(
            Ride(m, t, arrival, max(0.0, free), vehicle, most, money, shared, bool(boundless), there)
        )
    return sorted(rides, key=lambda ride: (np.isinf(ride.vehicle), -ride.vehicle, ride.lane, ride.day))


def _ratio(limit: float, per_size: float) -> float:
    return limit / per_size if per_size > 0 else np.inf


class Chosen(NamedTuple):
    """For each size: what goes by which ride (`rides × sizes`), vehicles added (`sizes × rides`), what is left behind."""

    parts: Floats
    vehicles: Floats
    left: Floats


def cheapest(
    ledger: Ledger, use: Floats, cargo: Cargo, rides: list[Ride], size: Floats
) -> tuple[Floats, Chosen]:
    """What it costs at least to send each of these sizes [money], and by what."""
    numbers = _combinations(rides, float(size.max(initial=0.0)))
    rest = [r for r, ride in enumerate(rides) if np.isinf(ride.vehicle)] or [-1]
    options = np.array(numbers, float).reshape(len(numbers), len(rides))
    table = np.array(rides, float).reshape(len(rides), len(Ride._fields))
    lanes = ledger.problem.lanes
    ends = (int(lanes.origin[rides[0].lane]), int(lanes.destination[rides[0].lane])) if rides else (0, 0)
    cost, parts, vehicles, left = _cheapest(
        size, table, np.array(cargo), options, np.array(rest), *ends, *_books(ledger), use, ledger.limits
    )
    return cost, Chosen(parts, vehicles, left)


def tariff(ledger: Ledger, m: int, t: int, kg: float, m3: float) -> float:
    """What so much more on a lane-mode costs besides vehicles: rate with weight breaks, minimum charge, stop, CO₂ [money]."""
    return float(_tariff(m, t, kg, m3, *_books(ledger)))


def _books(ledger: Ledger) -> tuple[Floats, Floats, Floats, Floats, Ints]:
    return ledger.rates, ledger.bands, ledger.kg, ledger.m3, ledger.lines


def _combinations(rides: list[Ride], size: float) -> list[tuple[int, ...]]:
    """Numbers of vehicles that are worth trying."""
    largest = max(
        (ride.vehicle for ride in rides if np.isfinite(ride.vehicle) and ride.most > 0), default=0.0
    )
    need = [
        0
        if np.isinf(ride.vehicle)
        else int(min(ride.most, np.ceil(max(0.0, size - ride.free) / ride.vehicle - 1e-9)))
        for ride in rides
    ]
    if np.prod([n + 1.0 for n in need]) > MOST_COMBINATIONS:
        need = [
            n if ride.vehicle >= largest else min(n, int(np.ceil(largest / ride.vehicle)))
            for n, ride in zip(need, rides, strict=True)
        ]
    while np.prod([n + 1.0 for n in need]) > 10 * MOST_COMBINATIONS:
        need[int(np.argmax(need))] //= 2
    return list(product(*(range(n + 1) for n in need)))


@njit(cache=True, error_model="numpy")
def _cheapest(
    size: Any,
    rides: Any,  # rides × fields of `Ride`
    cargo: Any,  # fields of `Cargo`
    options: Any,  # numbers of vehicles × rides
    rest: Any,  # rides that may take what vehicles leave, or −1
    origin: int,
    destination: int,
    rates: Any,
    bands: Any,
    kg: Any,
    m3: Any,
    lines: Any,
    use: Any,
    limits: Any,
) -> Any:
    """The best option of each size: its cost, parts by ride, vehicles added, what is left behind."""
    count = len(rides)
    cost, left = np.full(len(size), np.inf), np.zeros(len(size))
    parts, vehicles = np.zeros((count, len(size))), np.zeros((len(size), count))
    part, added, docks = np.zeros(count), np.zeros(count), np.zeros(count)
    credit = SLACK  # what can be saved at most: a tariff on what is there already
    for r in range(count):
        m, t = int(rides[r, LANE]), int(rides[r, DAY])
        if lines[m, t] > 0:
            credit += _freight(m, t, kg[m, t], m3[m, t], rates, bands)
    for s in range(len(size)):
        for o in range(len(options)):
            least = (options[o] * rides[:, MONEY] * (1.0 - rides[:, BOUNDLESS])).sum() - credit
            if least >= cost[s]:
                continue
            for last in rest:
                behind = _split(size[s], rides, options[o], last, part)
                total = _money(
                    rides, cargo, options[o], part, added, docks, origin, destination,
                    rates, bands, kg, m3, lines, use, limits,
                ) + LEFT * behind  # fmt: skip
                if total < cost[s]:
                    cost[s], left[s] = total, behind
                    parts[:, s], vehicles[s] = part, options[o]
    return cost, parts, vehicles, left


@njit(cache=True, error_model="numpy")
def _split(size: float, rides: Any, number: Any, last: int, part: Any) -> float:
    """Sizes by ride into `part`: vehicles are filled one kind after the other, the rest goes by `last`; what is left behind."""
    rest = size
    for r in range(len(rides)):
        if np.isfinite(rides[r, VEHICLE]):
            part[r] = min(rest, number[r] * rides[r, VEHICLE] + rides[r, FREE])
        else:
            part[r] = rest if r == last else 0.0
        rest -= part[r]
    return rest if rest > 1e-7 * max(1.0, size) else 0.0


@njit(cache=True, error_model="numpy")
def _money(
    rides: Any, cargo: Any, number: Any, part: Any, added: Any, docks: Any, origin: int, destination: int,
    rates: Any, bands: Any, kg: Any, m3: Any, lines: Any, use: Any, limits: Any,
) -> float:  # fmt: skip
    """Freight, CO₂ and overtime of sizes by ride, above what is paid already; vehicles go into `added` and `docks`."""
    total, count = 0.0, len(rides)
    for r in range(count):
        m, t, used = int(rides[r, LANE]), int(rides[r, DAY]), part[r] > 0
        added[r] = number[r]
        if rides[r, BOUNDLESS] > 0:
            added[r] = 1.0 if used and rides[r, THERE] == 0 else 0.0
        docks[r] = added[r]
        if rides[r, SHARED] > 0:
            docks[r] = 1.0 if used and lines[m, t] == 0 else 0.0
        total += rides[r, MONEY] * added[r]
        if used:
            total += _tariff(m, t, part[r] * cargo[KG], part[r] * cargo[M3], rates, bands, kg, m3, lines)
    for r in range(count):
        amount, vehicles, first = _together(rides[:, DAY], r, part, added)
        if first:
            total += _used(use, limits, LEAVING, origin, int(rides[r, DAY]), amount, vehicles, cargo)
        amount, vehicles, first = _together(rides[:, ARRIVAL], r, part, docks)
        if first:
            total += _used(
                use, limits, ARRIVING, destination, int(rides[r, ARRIVAL]), amount, vehicles, cargo
            )
    return total


@njit(cache=True, error_model="numpy")
def _together(days: Any, r: int, part: Any, vehicles: Any) -> tuple[float, float, bool]:
    """Size and vehicles of all rides on the day of ride r, and whether it is the first of them."""
    amount, number = 0.0, 0.0
    for other in range(len(days)):
        if days[other] == days[r]:
            if other < r:
                return 0.0, 0.0, False
            amount += part[other]
            number += vehicles[other]
    return amount, number, True


@njit(cache=True, error_model="numpy")
def _used(
    use: Any, limits: Any, needs: Any, place: int, day: int, amount: float, vehicles: float, cargo: Any
) -> float:
    """What these resources cost at one end of the rides, which take so much size and so many vehicles."""
    total = 0.0
    for resource, per in needs:
        total += _over(use, limits, resource, place, day, vehicles if per < 0 else amount * cargo[per])
    return total


@njit(cache=True, error_model="numpy")
def _tariff(
    m: int, t: int, more_kg: float, more_m3: float, rates: Any, bands: Any, kg: Any, m3: Any, lines: Any
) -> float:
    before = 0.0
    if lines[m, t] > 0:
        before = _freight(m, t, kg[m, t], m3[m, t], rates, bands)
    after = _freight(m, t, kg[m, t] + more_kg, m3[m, t] + more_m3, rates, bands)
    return float(after - before + rates[m, t, PER_KG_CO2] * more_kg)


@njit(cache=True, error_model="numpy")
def _freight(m: int, t: int, kg: float, m3: float, rates: Any, bands: Any) -> float:
    rate = rates[m, t, PER_KG]
    for number in range(bands.shape[1]):
        if kg >= bands[m, number, 1] - 1e-9:
            rate = bands[m, number, 0]
    return float(max(rate * kg + rates[m, t, PER_M3] * m3, rates[m, t, LEAST]) + rates[m, t, STOP])


@njit(cache=True, error_model="numpy")
def _over(use: Any, limits: Any, resource: int, place: int, day: int, more: float) -> float:
    """What `more` use of a resource costs: overtime, and what is not possible [money]."""
    if day >= use.shape[2] or not np.isfinite(limits[resource, place, day, 0]):
        return 0.0
    now, limit = use[resource, place, day], limits[resource, place, day, 0]
    beyond = limits[resource, place, day, 1]
    late = max(0.0, now + more - limit) - max(0.0, now - limit)
    breach = max(0.0, now + more - beyond - 1e-9) - max(0.0, now - beyond)
    return float(limits[resource, place, day, 2] * late + BREACH * breach)

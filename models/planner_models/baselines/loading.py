"""The cheapest loads of a delivery: which lane-modes, how many vehicles, what by part load.

A delivery is what has to be at a destination by a day. It may ride on several lane-modes. Tried is every number of vehicles of
each, the rest going by one that needs no vehicle of limited size; the tariffs are exact: weight breaks, minimum charges, stops,
vehicles shared on a route with what is on them already, overtime at the docks.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from planner_models.baselines.ledger import (
    HOURS,
    IN_KG,
    IN_VEHICLES,
    OUT_KG,
    OUT_UNITS,
    OUT_VEHICLES,
    Ledger,
    over,
)
from planner_models.problem import Floats

MOST_COMBINATIONS = (
    400  # of numbers of vehicles; of small vehicles no more are tried then than fill a large one
)
LEFT = 1e4  # money per unit of size that is left behind: less than a limit, more than any freight


@dataclass(frozen=True)
class Cargo:
    """What a unit of size is on average: the measure in which goods are split over lane-modes."""

    kg: float
    m3: float
    units: float
    hours_out: float
    hours_in: float


@dataclass(frozen=True)
class Ride:
    """A lane-mode on a day."""

    lane: int
    day: int
    arrival: int
    free: float  # size that fits on vehicles that are there in any case
    vehicle: float  # size of a vehicle, inf = no limit
    most: float  # vehicles that may be added
    money: float  # per vehicle, with its CO₂
    shared: bool  # on a route: one dock however many vehicles


def rides_of(ledger: Ledger, cargo: Cargo, pairs: list[tuple[int, int]]) -> list[Ride]:
    """The rides of these lane-modes and days; those first that need a vehicle, the larger ones before the smaller."""
    problem = ledger.problem
    lanes, loads = problem.lanes, problem.loads
    rides = []
    for m, t in pairs:
        g = int(lanes.load[m])
        kg, m3 = float(loads.vehicle_kg[g, t]), float(loads.vehicle_m3[g, t])
        vehicle = min(_ratio(kg, cargo.kg), _ratio(m3, cargo.m3))
        there = ledger.vehicles(g, t)
        mine = ledger.members[g]
        free = 0.0
        if there > 0:
            free = min(
                _ratio(there * kg - float(ledger.kg[mine, t].sum()), cargo.kg),
                _ratio(there * m3 - float(ledger.m3[mine, t].sum()), cargo.m3),
            )
        money = float(loads.cost_per_vehicle[g, t] + problem.co2_price * loads.co2_per_vehicle[g, t])
        most = max(0.0, float(loads.max_vehicles[g, t]) - there)
        rides.append(
            Ride(m, t, int(lanes.arrival[m, t]), max(0.0, free), vehicle, most, money, bool(loads.route[g]))
        )
    return sorted(rides, key=lambda ride: (np.isinf(ride.vehicle), -ride.vehicle, ride.lane, ride.day))


def _ratio(limit: float, per_size: float) -> float:
    return limit / per_size if per_size > 0 else np.inf


def cheapest(
    ledger: Ledger, use: Floats, cargo: Cargo, rides: list[Ride], size: Floats
) -> tuple[Floats, "Chosen"]:
    """What it costs at least to send each of these sizes [money], and by what."""
    numbers = _combinations(rides, float(size.max(initial=0.0)))
    rest = [r for r, ride in enumerate(rides) if np.isinf(ride.vehicle)]
    options = [(number, last) for number in numbers for last in (rest or [-1])]
    vehicles = np.array([number for number, _ in options], float).reshape(len(options), len(rides))
    last = np.array([end for _, end in options])
    parts, left = _split(rides, vehicles, last, size)
    cost = _money(ledger, use, cargo, rides, vehicles, parts) + LEFT * left
    best = np.argmin(cost, axis=1)
    rows = np.arange(len(size))
    return cost[rows, best], Chosen(parts[:, rows, best], vehicles[best], left[rows, best])


@dataclass(frozen=True)
class Chosen:
    """For each size: what goes by which ride (`rides × sizes`), vehicles added (`sizes × rides`), what is left behind."""

    parts: Floats
    vehicles: Floats
    left: Floats


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


def _split(
    rides: list[Ride], vehicles: Floats, last: "np.ndarray[tuple[int], np.dtype[np.int64]]", size: Floats
) -> tuple[Floats, Floats]:
    """Sizes by ride (`rides × sizes × options`): vehicles are filled one kind after the other, the rest goes by `last`."""
    rest = np.broadcast_to(size[:, None], (len(size), len(vehicles))).copy()
    parts = np.zeros((len(rides), *rest.shape))
    for r, ride in enumerate(rides):
        if np.isfinite(ride.vehicle):
            room = vehicles[:, r] * ride.vehicle + ride.free
            parts[r] = np.minimum(rest, room[None, :])
        else:
            parts[r] = np.where(last[None, :] == r, rest, 0.0)
        rest -= parts[r]
    return parts, np.where(rest > 1e-7 * np.maximum(1.0, size[:, None]), rest, 0.0)


def _money(
    ledger: Ledger, use: Floats, cargo: Cargo, rides: list[Ride], vehicles: Floats, parts: Floats
) -> Floats:
    """Freight, CO₂ and overtime of sizes by ride, above what is paid already."""
    problem, lanes = ledger.problem, ledger.problem.lanes
    total = np.zeros(parts.shape[1:])
    out: dict[int, list[Floats]] = {}
    into: dict[int, list[Floats]] = {}
    for r, ride in enumerate(rides):
        m, t, part = ride.lane, ride.day, parts[r]
        used = part > 0
        added = np.broadcast_to(vehicles[:, r], part.shape)
        if np.isinf(problem.loads.vehicle_kg[lanes.load[m], t]) and np.isinf(
            problem.loads.vehicle_m3[lanes.load[m], t]
        ):
            there = bool((ledger.lines[ledger.members[lanes.load[m]], t] > 0).any())
            added = np.where(used & (not there), 1.0, 0.0)
        total += ride.money * added
        total += tariff(ledger, m, t, part * cargo.kg, part * cargo.m3, used)
        docks = np.where(used & (ledger.lines[m, t] == 0), 1.0, 0.0) if ride.shared else added
        origin, destination = int(lanes.origin[m]), int(lanes.destination[m])
        out.setdefault(t, []).extend([added, part])
        into.setdefault(ride.arrival, []).extend([docks, part])
    for t, amounts in out.items():
        moved = np.sum(amounts[1::2], axis=0)
        total += over(problem, use, OUT_VEHICLES, origin, t, np.sum(amounts[::2], axis=0))
        total += over(problem, use, OUT_KG, origin, t, moved * cargo.kg)
        total += over(problem, use, OUT_UNITS, origin, t, moved * cargo.units)
        total += over(problem, use, HOURS, origin, t, moved * cargo.hours_out)
    for t, amounts in into.items():
        moved = np.sum(amounts[1::2], axis=0)
        total += over(problem, use, IN_VEHICLES, destination, t, np.sum(amounts[::2], axis=0))
        total += over(problem, use, IN_KG, destination, t, moved * cargo.kg)
        total += over(problem, use, HOURS, destination, t, moved * cargo.hours_in)
    return total


def tariff(ledger: Ledger, m: int, t: int, kg: Floats, m3: Floats, used: Floats) -> Floats:
    """What so much more on a lane-mode costs besides vehicles: rate with weight breaks, minimum charge, stop, CO₂ [money]."""
    lanes, problem = ledger.problem.lanes, ledger.problem

    def freight(weight: Floats, volume: Floats) -> Floats:
        rate = np.full(np.shape(weight), float(lanes.cost_per_kg[m, t]))
        for start, value in lanes.breaks[m]:
            rate = np.where(weight >= start - 1e-9, value, rate)
        return np.asarray(
            np.maximum(rate * weight + lanes.cost_per_m3[m, t] * volume, lanes.min_charge[m, t])
        )

    now = float(ledger.kg[m, t]), float(ledger.m3[m, t])
    before = 0.0
    if ledger.lines[m, t] > 0:
        before = float(freight(np.array(now[0]), np.array(now[1]))) + float(lanes.stop_cost[m, t])
    after = freight(now[0] + kg, now[1] + m3) + lanes.stop_cost[m, t]
    return np.where(used, after - before + problem.co2_price * lanes.co2_per_kg[m, t] * kg, 0.0)

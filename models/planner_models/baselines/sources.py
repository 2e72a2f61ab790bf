"""Whom a stock point orders from: the origin from which a unit costs least until it lies there, all the way from the supplier."""

import numpy as np

from planner_models.problem import Floats, Ints, Problem

NOBODY = -1
WEEK = 7.0  # days whose demand is taken to come together
FULL = 0.8  # of the vehicles that there are in a week: demand is not the same every week


def sources_of(problem: Problem, *, cheapest: bool) -> Ints:
    """The location that each stock point orders from (`N`), −1 = nobody; by regular lane-modes where there are any.

    The main source of its location, among suppliers the cheapest one, else any that has the item; or, with `cheapest`, the origin
    with the lowest landed cost, as far as its vehicles suffice for a week's demand.
    """
    candidates = _Candidates(problem)
    usual = candidates.best(strange=True)
    if not cheapest:
        return candidates.origin_of(usual)
    return candidates.origin_of(candidates.within_vehicles(candidates.best(strange=False), usual))


class _Candidates:
    """Shipments that a stock point may order by, and what a unit costs until it has come that way."""

    def __init__(self, problem: Problem) -> None:
        ship, lanes, stock = problem.shipments, problem.lanes, problem.stock
        self.problem, self.possible = problem, np.flatnonzero(ship.open.any(axis=1))
        lane = ship.lane[self.possible]
        self.target, self.origin, self.feeder = (
            ship.target[self.possible],
            lanes.origin[lane],
            ship.source[self.possible],
        )
        self.emergency, self.step = lanes.emergency[lane], _step(problem)[self.possible]
        never = np.iinfo(np.int64).max
        lead = np.where(ship.open[self.possible], lanes.arrival[lane] - np.arange(problem.days), never)
        self.lead = lead.min(axis=1, initial=never)
        main = problem.locations.main_source[stock.location[self.target]]
        holds = np.isin(np.arange(len(problem.locations.names)), stock.location)
        self.foreign = self.origin != main
        self.strange = self.foreign & ~(~holds[self.origin] & ~holds[main])
        self.landed = np.full(len(stock.item), np.inf)  # [money per unit], the cheapest way from a supplier
        for _ in problem.locations.names:  # as long as a chain may be
            np.minimum.at(self.landed, self.target, self.cost)

    @property
    def cost(self) -> Floats:
        """Landed cost of a unit [money]."""
        return np.round(self.step + np.where(self.feeder >= 0, self.landed[self.feeder], 0.0), 9)

    def best(self, *, strange: bool) -> Ints:
        """The best candidate of each stock point that has one; `strange` = other places than the main source are a last resort."""
        last = self.strange if strange else np.zeros(len(self.possible), bool)
        rank = np.lexsort(
            [
                self.origin,
                self.lead,
                self.foreign,
                self.cost,
                self.feeder >= 0,
                last,
                self.emergency,
                self.target,
            ]
            if strange
            else [self.origin, self.lead, self.foreign, self.cost, self.emergency, self.target]
        )
        return rank[np.unique(self.target[rank], return_index=True)[1]]

    def within_vehicles(self, chosen: Ints, usual: Ints) -> Ints:
        """The chosen candidates where the vehicles of their origin suffice, those first that save most per kg; else the usual."""
        problem, found = self.problem, usual.copy()
        cost = self.cost
        other = np.flatnonzero(cost[chosen] < cost[usual])
        kg = WEEK * _daily(problem) * problem.items.weight[problem.stock.item]
        place = problem.stock.location[self.target[chosen]]
        for start, end in np.unique(np.stack([self.origin[chosen], place], axis=1)[other], axis=0).tolist():
            rows = other[(self.origin[chosen[other]] == start) & (place[other] == end)]
            need = kg[self.target[chosen[rows]]]
            saved = cost[usual[rows]] - cost[chosen[rows]]
            rows = rows[np.argsort(-saved / np.maximum(need, 1e-9), kind="stable")]
            room = FULL * _room(problem, start, end)
            fits = np.cumsum(kg[self.target[chosen[rows]]]) <= room
            found[rows[fits]] = chosen[rows[fits]]
        return found

    def origin_of(self, chosen: Ints) -> Ints:
        """By stock point."""
        found = np.full(len(self.problem.stock.item), NOBODY)
        found[self.target[chosen]] = self.origin[chosen]
        return found


def _room(problem: Problem, origin: int, destination: int) -> float:
    """What the regular vehicles from one location to another carry in a week [kg]."""
    lanes, loads = problem.lanes, problem.loads
    mine = np.flatnonzero((lanes.origin == origin) & (lanes.destination == destination) & ~lanes.emergency)
    groups = np.unique(lanes.load[mine])
    with np.errstate(invalid="ignore"):
        room = np.nan_to_num(loads.max_vehicles * loads.vehicle_kg, nan=np.inf, posinf=np.inf)
    opens = np.zeros(room.shape, bool)
    np.logical_or.at(opens, lanes.load[mine], lanes.open[mine])
    daily = np.where(opens, room, 0.0)[groups].sum()
    return float(daily * WEEK / problem.length.sum())


def _daily(problem: Problem) -> Floats:
    """Demand of a day of each stock point and of all that it serves (`N`) [units]."""
    return np.asarray(problem.stock.terminal_mean / problem.stock.window)


def _step(problem: Problem) -> Floats:
    """Purchase, handling at both ends and freight of a unit, by shipment (`K`) [money]."""
    ship, lanes, place = problem.shipments, problem.lanes, problem.locations
    m, case = ship.lane, problem.items.case_size[ship.item]
    handling = (place.case_cost[lanes.origin[m]] + place.case_cost[lanes.destination[m]]) / case
    return np.asarray(ship.purchase + handling + week_freight(problem)[m] * problem.items.weight[ship.item])


def week_freight(problem: Problem) -> Floats:
    """Freight of a kg where a week's demand of all goods that can go by the lane-mode comes together, on the cheapest day (`M`)."""
    lanes, loads, items, ship = problem.lanes, problem.loads, problem.items, problem.shipments
    units = WEEK * _daily(problem)[ship.target]
    kg, m3 = (
        np.bincount(ship.lane, units * size[ship.item], len(lanes.origin))[:, None]
        for size in (items.weight, items.volume)
    )
    number = np.maximum(kg / loads.vehicle_kg[lanes.load], m3 / loads.vehicle_m3[lanes.load])
    money = np.ceil(number - 1e-9) * loads.cost_per_vehicle[lanes.load] + lanes.stop_cost
    rate = lanes.cost_per_kg.copy()
    for m, bands in enumerate(lanes.breaks):
        for from_kg, value in bands:
            rate[m] = np.where(kg[m] >= from_kg - 1e-9, value, rate[m])
    money = money + np.maximum(rate * kg + lanes.cost_per_m3 * m3, lanes.min_charge)
    return np.where(kg[:, 0] > 0, money.min(axis=1) / np.maximum(kg[:, 0], 1e-9), full_freight(problem))


def full_freight(problem: Problem) -> Floats:
    """Freight of a kg on a full vehicle, or at the lowest rate, on the cheapest day (`M`) [money]."""
    lanes, loads = problem.lanes, problem.loads
    lowest = np.array([min((rate for _, rate in bands), default=np.inf) for bands in lanes.breaks])[:, None]
    rate = np.minimum(lanes.cost_per_kg, lowest)
    kg = loads.vehicle_kg[lanes.load]
    vehicle = np.where(
        np.isfinite(kg), loads.cost_per_vehicle[lanes.load] / np.where(np.isfinite(kg), kg, 1.0), 0.0
    )
    return np.asarray((rate + vehicle).min(axis=1))

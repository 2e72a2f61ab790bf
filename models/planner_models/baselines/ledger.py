"""What is on every lane and day, and what every resource is used for, while loads are being built one after the other."""

from dataclasses import dataclass

import numpy as np

from planner_models.problem import RESOURCES, Floats, Ints, Problem

BREACH = 1e9  # money per unit of a limit that is exceeded: nothing is worth that
OUT_UNITS, OUT_KG, OUT_VEHICLES, IN_KG, IN_VEHICLES, STORAGE, HOURS = range(len(RESOURCES))


@dataclass(frozen=True)
class Ledger:
    """Changed in place by `add`. Vehicles are counted from the loads, other resources are added up."""

    problem: Problem
    lots: Ints  # K × T
    kg: Floats  # M × T, given orders included
    m3: Floats
    lines: Ints  # M × T
    use: Floats  # R × L × T without vehicles and storage
    members: tuple[Ints, ...]  # per load, its lane-modes

    @classmethod
    def of(cls, problem: Problem) -> "Ledger":
        """Given orders only."""
        lanes, given = problem.lanes, problem.given
        lines = np.zeros(lanes.open.shape, np.int64)
        np.add.at(lines, (given.lane, given.day), 1)
        nothing = np.zeros(problem.shipments.open.shape, np.int64)
        members = tuple(
            np.split(np.argsort(lanes.load, kind="stable"), np.cumsum(np.bincount(lanes.load))[:-1])
        )
        use = problem.capacities.given_use.copy()
        return cls(problem, nothing, lanes.given_kg.copy(), lanes.given_m3.copy(), lines, use, members)

    @property
    def units(self) -> Floats:
        """Units of free orders (`K × T`)."""
        ship = self.problem.shipments
        return np.asarray(self.lots * (ship.lot_cases * self.problem.items.case_size[ship.item])[:, None])

    def add(self, k: int, t: int, lots: int) -> None:
        """So many lots more of a shipment on a day; negative = less."""
        if lots == 0:
            return
        problem, ship = self.problem, self.problem.shipments
        m, item = int(ship.lane[k]), int(ship.item[k])
        before = int(self.lots[k, t])
        self.lots[k, t] = before + lots
        line = int(before + lots > 0) - int(before > 0)
        cases = lots * float(ship.lot_cases[k])
        units = cases * float(problem.items.case_size[item])
        kg = units * float(problem.items.weight[item])
        self.kg[m, t] += kg
        self.m3[m, t] += units * float(problem.items.volume[item])
        self.lines[m, t] += line
        place, start, end = problem.locations, int(problem.lanes.origin[m]), int(problem.lanes.destination[m])
        arrival = int(problem.lanes.arrival[m, t])
        self.use[OUT_UNITS, start, t] += units
        self.use[OUT_KG, start, t] += kg
        self.use[HOURS, start, t] += line * place.line_hours[start] + cases * place.case_hours[start]
        if arrival < problem.days:
            self.use[IN_KG, end, arrival] += kg
            self.use[HOURS, end, arrival] += line * place.line_hours[end] + cases * place.case_hours[end]

    def vehicles(self, g: int, t: int, kg: float = 0.0, m3: float = 0.0) -> float:
        """Vehicles of a load, with so much more on it; 0 where they have no limit."""
        mine, loads = self.members[g], self.problem.loads
        need = max(
            (float(self.kg[mine, t].sum()) + kg) / loads.vehicle_kg[g, t],
            (float(self.m3[mine, t].sum()) + m3) / loads.vehicle_m3[g, t],
        )
        return max(0.0, float(np.ceil(need - 1e-9)))

    def room(self, g: int, t: int, more: float = 0.0) -> tuple[float, float]:
        """What still fits on the vehicles of a load and so many `more` [kg, m³]."""
        mine, loads = self.members[g], self.problem.loads
        number = self.vehicles(g, t) + more
        kg, m3 = float(loads.vehicle_kg[g, t]), float(loads.vehicle_m3[g, t])
        return (
            number * kg - float(self.kg[mine, t].sum()) if np.isfinite(kg) else np.inf,
            number * m3 - float(self.m3[mine, t].sum()) if np.isfinite(m3) else np.inf,
        )

    def docks(self) -> Floats:
        """Use of all resources with the vehicles of all loads (`R × L × T`); storage is left out."""
        problem, lanes, loads = self.problem, self.problem.lanes, self.problem.loads
        use = self.use.copy()
        kg, m3 = np.zeros(loads.vehicle_kg.shape), np.zeros(loads.vehicle_kg.shape)
        used = np.zeros(loads.vehicle_kg.shape, bool)
        np.add.at(kg, lanes.load, self.kg)
        np.add.at(m3, lanes.load, self.m3)
        np.logical_or.at(used, lanes.load, self.lines > 0)
        vehicles = np.maximum(np.ceil(kg / loads.vehicle_kg - 1e-9), np.ceil(m3 / loads.vehicle_m3 - 1e-9))
        vehicles = np.where(np.isinf(loads.vehicle_kg) & np.isinf(loads.vehicle_m3), used, vehicles)
        first = np.unique(lanes.load, return_index=True)[1]
        np.add.at(use[OUT_VEHICLES], lanes.origin[first], vehicles)
        m, t = np.nonzero((self.lines > 0) & (lanes.arrival < problem.days))
        shared = np.array([bool(route) for route in loads.route])[lanes.load[m]]
        docked = np.where(shared, 1.0, vehicles[lanes.load[m], t])
        np.add.at(use[IN_VEHICLES], (lanes.destination[m], lanes.arrival[m, t]), docked)
        return use


def over(problem: Problem, use: Floats, resource: int, place: int, day: int, more: Floats) -> Floats:
    """What `more` use of a resource costs: overtime, and what is not possible [money]."""
    if day >= problem.days:
        return np.zeros(np.shape(more))
    limits = problem.capacities
    limit = float(limits.limit[resource, place, day])
    if not np.isfinite(limit):
        return np.zeros(np.shape(more))
    now = float(use[resource, place, day])
    beyond = limit + float(limits.overtime_limit[resource, place, day])
    late = np.maximum(0.0, now + more - limit) - max(0.0, now - limit)
    breach = np.maximum(0.0, now + more - beyond - 1e-9) - max(0.0, now - beyond)
    rate = float(limits.overtime_cost[resource, place, day])
    return np.asarray((rate if np.isfinite(rate) else 0.0) * late + BREACH * breach)

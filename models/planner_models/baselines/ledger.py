"""What is on every lane and day, and what every resource is used for, while loads are being built one after the other."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from planner_models.problem import RESOURCES, Floats, Ints, Problem

OUT_UNITS, OUT_KG, OUT_VEHICLES, IN_KG, IN_VEHICLES, STORAGE, HOURS = range(len(RESOURCES))


class Lots(NamedTuple):
    """What a lot of each shipment is; arrays of length `K`."""

    lane: Ints
    origin: Ints
    destination: Ints
    cases: Floats
    units: Floats
    unit_kg: Floats
    unit_m3: Floats


@dataclass(frozen=True)
class Ledger:
    """Changed in place by `put`. Vehicles are counted from the loads, other resources are added up.

    Arrays of the problem are copied where loops read them: for another layout these would be compiled once more.
    """

    problem: Problem
    lot: Lots
    lots: Ints  # K × T
    kg: Floats  # M × T, given orders included
    m3: Floats
    lines: Ints  # M × T
    use: Floats  # R × L × T without vehicles and storage
    members: tuple[Ints, ...]  # per load, its lane-modes
    rates: Floats  # M × T × (per kg, per m³, least, per stop, CO₂ per kg) [money]
    bands: Floats  # M × B × (rate, from)
    limits: Floats  # R × L × T × (limit, limit with overtime, money per unit of overtime)
    hours: Floats  # L × (per line, per case)
    arrival: Ints  # M × T

    @classmethod
    def of(cls, problem: Problem) -> "Ledger":
        """Given orders only."""
        lanes, given, ship, items = problem.lanes, problem.given, problem.shipments, problem.items
        lines = np.zeros(lanes.open.shape, np.int64)
        np.add.at(lines, (given.lane, given.day), 1)
        cases = ship.lot_cases.astype(float)
        units = cases * items.case_size[ship.item]
        ends = lanes.origin[ship.lane], lanes.destination[ship.lane]
        lot = Lots(ship.lane.copy(), *ends, cases, units, items.weight[ship.item], items.volume[ship.item])
        members = tuple(
            np.split(np.argsort(lanes.load, kind="stable"), np.cumsum(np.bincount(lanes.load))[:-1])
        )
        rates = (lanes.cost_per_kg, lanes.cost_per_m3, lanes.min_charge, lanes.stop_cost)
        capacities = problem.capacities
        overtime = np.where(np.isfinite(capacities.overtime_cost), capacities.overtime_cost, 0.0)
        limits = (capacities.limit, capacities.limit + capacities.overtime_limit, overtime)
        return cls(
            problem,
            lot,
            np.zeros(ship.open.shape, np.int64),
            lanes.given_kg.copy(),
            lanes.given_m3.copy(),
            lines,
            capacities.given_use.copy(),
            members,
            np.stack([*rates, problem.co2_price * lanes.co2_per_kg], axis=-1),
            lanes.bands,
            np.stack(limits, axis=-1),
            np.stack([problem.locations.line_hours, problem.locations.case_hours], axis=-1),
            lanes.arrival.copy(),
        )

    @property
    def units(self) -> Floats:
        """Units of free orders (`K × T`)."""
        return np.asarray(self.lots * self.lot.units[:, None])

    def put(self, shipments: Ints, day: int, lots: Ints) -> None:
        """So many lots more of each of these shipments on a day; negative = less."""
        books = self.lots, self.kg, self.m3, self.lines, self.use
        _put(shipments, day, lots, self.lot, self.arrival, self.hours, *books)

    def add(self, shipment: int, day: int, lots: int) -> None:
        """The same for one of them."""
        self.put(np.array([shipment]), day, np.array([lots]))

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


@njit(cache=True, error_model="numpy")
def _put(
    shipments: Any,
    day: int,
    more: Any,
    lot: Any,
    arrival: Any,
    hours: Any,
    lots: Any,
    kg: Any,
    m3: Any,
    lines: Any,
    use: Any,
) -> None:
    days = lots.shape[1]
    for i in range(len(shipments)):
        k, number = shipments[i], more[i]
        if number == 0:
            continue
        m, start, end = lot.lane[k], lot.origin[k], lot.destination[k]
        line = int(lots[k, day] + number > 0) - int(lots[k, day] > 0)
        lots[k, day] += number
        lines[m, day] += line
        cases, units = number * lot.cases[k], number * lot.units[k]
        weight = units * lot.unit_kg[k]
        kg[m, day] += weight
        m3[m, day] += units * lot.unit_m3[k]
        use[OUT_UNITS, start, day] += units
        use[OUT_KG, start, day] += weight
        use[HOURS, start, day] += line * hours[start, 0] + cases * hours[start, 1]
        there = arrival[m, day]
        if there < days:
            use[IN_KG, end, there] += weight
            use[HOURS, end, there] += line * hours[end, 0] + cases * hours[end, 1]

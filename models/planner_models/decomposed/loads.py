"""What loads are worth at given prices of room: the part of the bound that vehicles and tariffs contribute."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner_models.decomposed.prices import RESOURCE, Prices, Ways
from planner_models.joint.declare import bands_of
from planner_models.problem import Flags, Floats, Ints, Problem


@dataclass(frozen=True)
class Loads:
    """Vehicles and tariffs of a problem."""

    problem: Problem
    ways: Ways

    @cached_property
    def first(self) -> Ints:
        """A lane-mode of every load group (all of one origin)."""
        return np.unique(self.problem.lanes.load, return_index=True)[1]

    @cached_property
    def most_kg(self) -> Floats:
        """`M × T`, the most that free orders can weigh."""
        return self._most(self.ways.weight)

    @cached_property
    def most_m3(self) -> Floats:
        """`M × T`, the most that free orders can fill."""
        return self._most(self.ways.volume)

    def _most(self, size: Floats) -> Floats:
        ways = self.ways
        total = np.zeros(self.problem.lanes.open.shape)
        lots = self.problem.shipments.max_lots[ways.shipment]
        np.add.at(total, (ways.lane, ways.day), size * ways.lot * lots)
        return total

    def _by_load(self, amount: Floats) -> Floats:
        """Sums of lane-modes (`M × T`) per load group (`G × T`)."""
        total = np.zeros(self.problem.loads.vehicle_kg.shape)
        np.add.at(total, self.problem.lanes.load, amount)
        return total

    @cached_property
    def rate(self) -> Floats:
        """`M × T`, the least that a kg costs besides vehicles, CO₂ included: in the cheapest band that can be reached."""
        problem, lanes = self.problem, self.problem.lanes
        rate = lanes.cost_per_kg.copy()
        for m, breaks in enumerate(lanes.breaks):
            if breaks:
                for t in range(problem.days):
                    rate[m, t] = min(value for _, _, value in bands_of(problem, m, t))
        heaviest = self.most_kg + lanes.given_kg
        with np.errstate(divide="ignore", invalid="ignore"):
            stop = np.where(heaviest > 0, lanes.stop_cost / heaviest, 0.0)
        return np.asarray(rate + stop + problem.co2_price * lanes.co2_per_kg)

    def vehicle_cost(self, prices: Prices) -> Floats:
        """`G × T`, what a vehicle costs with CO₂ and docks [money]."""
        problem, loads, lanes = self.problem, self.problem.loads, self.problem.lanes
        cost = loads.cost_per_vehicle + problem.co2_price * loads.co2_per_vehicle
        cost = cost + prices.use[RESOURCE["outbound_vehicles"]][lanes.origin[self.first]]
        docks = prices.use[RESOURCE["inbound_vehicles"]][lanes.destination[self.first]]
        arrival = lanes.arrival[self.first]
        there = np.take_along_axis(docks, np.minimum(arrival, problem.days - 1), 1)
        routed = np.array([bool(route) for route in loads.route])[:, None]
        return np.asarray(cost + np.where((arrival < problem.days) & ~routed, there, 0.0) + prices.vehicles)

    def room_prices(self, prices: Prices, share: Floats) -> Prices:
        """Prices at which vehicles just pay: `share` (`G × T`) of their cost falls to weight, the rest to volume."""
        loads, lanes = self.problem.loads, self.problem.lanes
        cost = self.vehicle_cost(prices)
        heavy, bulky = np.isfinite(loads.vehicle_kg), np.isfinite(loads.vehicle_m3)
        share = np.where(bulky, np.where(heavy, share, 0.0), 1.0)
        kg_room, m3_room = self.room
        with np.errstate(divide="ignore", invalid="ignore"):
            per_kg = np.where(kg_room > 0, share * cost / kg_room, 0.0)
            per_m3 = np.where(m3_room > 0, (1.0 - share) * cost / m3_room, 0.0)
        return prices.replace(kg=self.rate + per_kg[lanes.load], m3=lanes.cost_per_m3 + per_m3[lanes.load])

    @cached_property
    def room(self) -> tuple[Floats, Floats]:
        """`G × T`, what one vehicle can carry; where it has no limit, all that could ever come."""
        loads, lanes = self.problem.loads, self.problem.lanes
        most_kg = self._by_load(self.most_kg + lanes.given_kg)
        free = np.isinf(loads.vehicle_kg) & np.isinf(loads.vehicle_m3)
        return (
            np.where(free, most_kg, np.where(np.isfinite(loads.vehicle_kg), loads.vehicle_kg, 0.0)),
            np.where(np.isfinite(loads.vehicle_m3), loads.vehicle_m3, 0.0),
        )

    def bound(self, prices: Prices) -> float:
        """The least that loads cost, less what is paid for room on them [money]."""
        loads, lanes = self.problem.loads, self.problem.lanes
        above_kg = np.maximum(0.0, prices.kg - self.rate)
        above_m3 = np.maximum(0.0, prices.m3 - self.m3_rate)
        best_kg, best_m3 = np.zeros(loads.vehicle_kg.shape), np.zeros(loads.vehicle_kg.shape)
        np.maximum.at(best_kg, lanes.load, above_kg)
        np.maximum.at(best_m3, lanes.load, above_m3)
        kg_room, m3_room = self.room
        profit = best_kg * kg_room + best_m3 * m3_room - self.vehicle_cost(prices)
        with np.errstate(invalid="ignore"):
            worth = np.where(profit > 1e-9, -profit * self.most_vehicles, 0.0)
        least = np.where(profit > 1e-9, 0.0, -profit * self.given_vehicles)
        # the rate holds for given orders, too
        fixed = self.rate * lanes.given_kg + self.m3_rate * lanes.given_m3
        # room that no vehicle limits is worth what could come, beyond what is given
        paid = np.zeros(best_kg.shape)
        for best, room, given, most in (
            (best_kg, kg_room, lanes.given_kg, self.most_kg),
            (best_m3, m3_room, lanes.given_m3, self.most_m3),
        ):
            paid += best * np.where(room > 0, self._by_load(given), -self._by_load(most))
        limited = np.where(np.isfinite(loads.max_vehicles), loads.max_vehicles, 0.0)
        return float(np.sum(worth + least + paid) + np.sum(fixed) - np.sum(prices.vehicles * limited))

    def flow(self, way: Ints, units: Floats) -> tuple[Floats, Floats]:
        """Weight and volume on every lane-mode and day (`M × T`), given orders included."""
        ways, lanes = self.ways, self.problem.lanes
        cell = ways.lane[way] * self.problem.days + ways.day[way]
        size = lanes.given_kg.size
        kg = np.bincount(cell, ways.weight[way] * units, size).reshape(lanes.given_kg.shape)
        m3 = np.bincount(cell, ways.volume[way] * units, size).reshape(lanes.given_kg.shape)
        return kg + lanes.given_kg, m3 + lanes.given_m3

    def vehicles(self, kg: Floats, m3: Floats) -> tuple[Floats, Floats]:
        """`G × T`, vehicles that weight and volume of the lane-modes (`M × T`) would fill, by weight and by volume."""
        total_kg, total_m3 = self._by_load(kg), self._by_load(m3)
        kg_room, m3_room = self.room
        with np.errstate(divide="ignore", invalid="ignore"):
            by_kg, by_m3 = total_kg / kg_room, total_m3 / m3_room
        return (
            np.asarray(np.where(kg_room > 0, by_kg, 0.0), float),
            np.asarray(np.where(m3_room > 0, by_m3, 0.0), float),
        )

    @cached_property
    def m3_rate(self) -> Floats:
        """`M × T`, the least that a m³ costs besides vehicles."""
        return np.where(self.charged, 0.0, self.problem.lanes.cost_per_m3)

    @cached_property
    def charged(self) -> Flags:
        """`M × T`, where a least charge or bands make a tariff that is not proportional."""
        lanes = self.problem.lanes
        banded = np.array([bool(bands) for bands in lanes.breaks], bool)[:, None]
        return np.asarray((lanes.min_charge > 0) | banded)

    @cached_property
    def given_vehicles(self) -> Floats:
        """`G × T`, that given orders need."""
        loads, lanes = self.problem.loads, self.problem.lanes
        kg, m3 = self._by_load(lanes.given_kg), self._by_load(lanes.given_m3)
        return np.ceil(np.maximum(kg / loads.vehicle_kg, m3 / loads.vehicle_m3) - 1e-9)

    @cached_property
    def most_vehicles(self) -> Floats:
        """`G × T`, as many as are allowed, or as all that could ever come would fill."""
        loads, lanes = self.problem.loads, self.problem.lanes
        kg = self._by_load(self.most_kg + lanes.given_kg)
        m3 = self._by_load(self.most_m3 + lanes.given_m3)
        kg_room, m3_room = self.room
        with np.errstate(divide="ignore", invalid="ignore"):
            by_kg = np.where(kg_room > 0, np.ceil(kg / kg_room - 1e-9), 0.0)
            by_m3 = np.where(m3_room > 0, np.ceil(m3 / m3_room - 1e-9), 0.0)
        return np.asarray(np.minimum(np.maximum(by_kg, by_m3), loads.max_vehicles))

"""What loads cost at least: vehicles, tariffs, docks and CO₂, per kg, per m³ and per vehicle."""

from dataclasses import dataclass

import numpy as np

from planner.audit.bound.convex import Flags, Floats
from planner.audit.bound.prices import Prices
from planner.audit.bound.scene import Scene
from planner.audit.findings import RELATIVE
from planner.audit.loads import weight_breaks
from planner.audit.numbering import Days, numbered
from planner.tables.schema import RESOURCES

OUT, IN = RESOURCES.index("outbound_vehicles"), RESOURCES.index("inbound_vehicles")


@dataclass(frozen=True)
class Tariffs:
    """Lane-modes (`M × T`) and what shares vehicles (`G × T`), by day of dispatch."""

    group: Days  # M, which vehicles a lane-mode shares
    open: Flags  # M × T, a free order may leave
    per_kg: Floats  # M × T, in the cheapest band that can be reached, CO₂ included
    per_m3: Floats  # M × T
    vehicle: Floats  # G × T, with CO₂ and docks at their prices
    room_kg: Floats  # G × T, infinite = no limit
    room_m3: Floats  # G × T
    most: Floats  # G × T vehicles, infinite = any number
    given_kg: Floats  # M × T, of given orders
    given_m3: Floats  # M × T
    given_vehicles: Floats  # G × T
    stops: float  # what given orders pay for stops, whatever else rides along

    def by_group(self, values: Floats) -> Floats:
        """Sums of lane-modes per group."""
        total = np.zeros(self.vehicle.shape)
        np.add.at(total, self.group, values)
        return total

    def best(self, values: Floats) -> Floats:
        """The largest of values ≥ 0 of lane-modes on which a free order may leave, per group."""
        found = np.zeros(self.vehicle.shape)
        np.maximum.at(found, self.group, np.where(self.open, values, 0.0))
        return found

    def part(self, lanes: Days) -> tuple["Tariffs", Days]:
        """Some lane-modes, with all that share vehicles with them, without stops; and the numbers of their groups."""
        groups, group = np.unique(self.group[lanes], return_inverse=True)
        by_lane = ("open", "per_kg", "per_m3", "given_kg", "given_m3")
        by_group = ("vehicle", "room_kg", "room_m3", "most", "given_vehicles")
        parts = {name: getattr(self, name)[lanes] for name in by_lane}
        parts |= {name: getattr(self, name)[groups] for name in by_group}
        return Tariffs(group=group, stops=0.0, **parts), groups

    @property
    def used(self) -> Flags:
        """`G × T`: a free order may ride."""
        return np.asarray(self.by_group(self.open.astype(float)) > 0)


def read_tariffs(scene: Scene, prices: Prices) -> Tariffs:
    """Rates and vehicles at these prices of docks."""
    p, lanes = scene.given, scene.network.lanes
    row, price = lanes.tariff_row, p.data.settings.co2_price_per_kg
    group = scene.groups[0]
    first = np.unique(group, return_index=True)[1]
    vehicles = lanes.vehicle_row[first]
    routed = (lanes.table["route"] != "").to_numpy(dtype=bool)[row]

    def of_vehicles(name: str, otherwise: float) -> Floats:
        return np.nan_to_num(lanes.column(name, vehicles), nan=otherwise)

    room_kg, room_m3 = of_vehicles("vehicle_kg", np.inf), of_vehicles("vehicle_m3", np.inf)
    most = np.nan_to_num(lanes.most_vehicles[first], nan=np.inf)
    docks = _docks(scene, prices)
    cost = of_vehicles("cost_per_vehicle", 0.0) + price * of_vehicles("kg_co2_per_vehicle", 0.0)
    cost = cost + prices.use[OUT][lanes.origin[first]] + np.where(routed[first], 0.0, docks[first])
    given_kg, given_m3 = np.zeros(row.shape), np.zeros(row.shape)
    given_vehicles = np.zeros(cost.shape)
    legs = p.loads.legs
    given_kg[legs.lane, legs.dispatch], given_m3[legs.lane, legs.dispatch] = legs.kg, legs.m3
    given_vehicles[group[legs.lane], legs.dispatch] = p.loads.vehicles[legs.load]
    stops = np.nan_to_num(lanes.column("stop_cost", legs.row))
    stops = stops + np.where(routed[legs.lane, legs.dispatch], docks[legs.lane, legs.dispatch], 0.0)
    with np.errstate(invalid="ignore"):
        heaviest = np.where(np.isfinite(room_kg) & np.isfinite(most), room_kg * most, np.inf)
    per_kg = _rates(scene, row, heaviest[group])
    # what carries any weight and volume is one vehicle
    most = np.where(np.isinf(room_kg) & np.isinf(room_m3), np.minimum(most, 1.0), most)
    return Tariffs(
        group=group,
        open=lanes.allowed,
        per_kg=per_kg + price * np.nan_to_num(lanes.column("kg_co2_per_kg", row)),
        per_m3=np.nan_to_num(lanes.column("cost_per_m3", row)),
        vehicle=cost,
        room_kg=room_kg,
        room_m3=room_m3,
        most=np.maximum(most, given_vehicles),
        given_kg=given_kg,
        given_m3=given_m3,
        given_vehicles=given_vehicles,
        stops=float(stops.sum()),
    )


def _docks(scene: Scene, prices: Prices) -> Floats:
    """`M × T`: the price of the dock at which a vehicle arrives."""
    lanes, days = scene.network.lanes, scene.days
    there = prices.use[IN][lanes.destination[:, None], np.minimum(lanes.arrival, days - 1)]
    return np.asarray(np.where(lanes.arrival < days, there, 0.0))


def _rates(scene: Scene, row: Days, heaviest: Floats) -> Floats:
    """`M × T` [money per kg]: the lowest rate of all bands that a load of at most `heaviest` kg can be in."""
    lanes = scene.network.lanes
    rate = lanes.column("cost_per_kg", row)
    for key, (begin, price) in weight_breaks(scene.given.data).items():
        if key in lanes.names:
            lane = int(numbered(lanes.names, [key])[0])
            least = np.where(np.isnan(rate[lane]), price[0], rate[lane])
            for from_kg, cost in zip(begin, price, strict=True):
                reached = heaviest[lane] * (1.0 + 4.0 * RELATIVE) >= from_kg
                least = np.where(reached, np.minimum(least, cost), least)
            rate[lane] = least
    return np.nan_to_num(rate)

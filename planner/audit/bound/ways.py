"""What a unit costs by every way in which it can reach a stock point."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.audit.bound.convex import Flags, Floats
from planner.audit.bound.prices import Prices
from planner.audit.bound.rooms import Room
from planner.audit.bound.scene import Scene
from planner.audit.capacities import handling
from planner.audit.findings import QUANTITY, RELATIVE
from planner.audit.numbering import Days
from planner.tables.schema import RESOURCES

RESOURCE = {name: number for number, name in enumerate(RESOURCES)}


@dataclass(frozen=True)
class Ways:
    """Ways of all items; lane-mode by lane-mode."""

    scene: Scene

    @cached_property
    def _handling(self) -> dict[str, Floats]:
        """Rates by location."""
        names = ("cost_per_case", "hours_per_case", "cost_per_line", "hours_per_line")
        return {name: handling(self.scene.given, name) for name in names}

    @cached_property
    def leaves(self) -> Flags:
        """`N × T`: something can leave the stock point on the day."""
        lanes, network = self.scene.network.lanes, self.scene.network
        found = np.zeros(self.scene.given.outlook.mean.shape, bool)
        for lane in np.flatnonzero(
            network.holds_stock[lanes.origin] & network.holds_stock[lanes.destination]
        ):
            place = self.items_at(int(lanes.destination[lane]))
            source = self.scene.pair(place, int(lanes.origin[lane]))
            found[source[source >= 0]] |= self.rides(int(lane), place)[source >= 0]
        return found

    def items_at(self, location: int) -> Days:
        """Items of the pairs of a location."""
        return self.scene.given.needs.pairs.item[self.scene.pairs_at(location)]

    def rides(self, lane: int, item: Days) -> Flags:
        """`items × T`: a free order may leave by the lane-mode."""
        scene, network = self.scene, self.scene.network
        origin, items = int(network.lanes.origin[lane]), network.items
        here = scene.stocked[item, origin]
        row, table = network.lanes.tariff_row[lane], network.lanes
        case = items.case_size[item][:, None]
        share = np.fmax(
            items.weight[item][:, None] * case / table.column("vehicle_kg", row),
            items.volume[item][:, None] * case / table.column("vehicle_m3", row),
        )
        rides = here[:, None] & network.lanes.allowed[lane] & ~(share > 1.0 + RELATIVE)
        rides &= self._largest(lane, item) * (1.0 + RELATIVE) + QUANTITY >= case
        if scene.given.supply.is_supplier[origin]:
            offer = scene.given.supply.row(item, np.full(len(item), origin))
            first = np.append(scene.given.supply.available_from, -(10**9))[offer]
            rides &= network.lanes.leaves[lane] >= first[:, None]
        return np.asarray(rides)

    def _largest(self, lane: int, item: Days) -> Floats:
        """`items × T` [units]: more than this can't be in an order, for lack of vehicles or of what the supplier has."""
        scene, lanes, items = self.scene, self.scene.network.lanes, self.scene.network.items
        row, most = lanes.vehicle_row[lane], np.full((len(item), scene.days), np.inf)
        for column, size in (("vehicle_kg", items.weight[item]), ("vehicle_m3", items.volume[item])):
            room = lanes.column(column, row) * lanes.most_vehicles[lane]
            sized = size[:, None] > 0
            units = np.divide(room * (1.0 + RELATIVE), size[:, None], out=most.copy(), where=sized)
            most = np.fmin(most, units)
        offer = scene.given.supply.row(item, np.full(len(item), int(lanes.origin[lane])))
        left = np.concatenate([scene.supply_left, np.full((1, scene.days), np.nan)])[offer]
        return np.asarray(np.fmin(most, left))

    def arriving(self, prices: Prices, location: int, rooms: Sequence[Room]) -> Floats:
        """`rooms × pairs of the location × T+1`: the lowest price by day of arrival, the last after the horizon; ∞ = none."""
        lanes, item, days = self.scene.network.lanes, self.items_at(location), self.scene.days
        lowest = np.full((len(rooms), len(item), days + 1), np.inf)
        for lane in np.flatnonzero((lanes.destination == location) & lanes.allowed.any(axis=1)).tolist():
            price = np.where(self.rides(lane, item), self.besides(prices, lane, item), np.inf)
            every = np.array([price + self.room(room, lane, item) for room in rooms])
            for day in np.flatnonzero(lanes.allowed[lane]):
                column = lowest[:, :, min(int(lanes.arrival[lane, day]), days)]
                np.minimum(column, every[:, :, day], out=column)
        return lowest

    def room(self, room: Room, lane: int, item: Days) -> Floats:
        """`items × T` [money per unit]: room on vehicles."""
        kg, m3 = room.on(lane)
        items = self.scene.network.items
        return np.asarray(items.weight[item][:, None] * kg + items.volume[item][:, None] * m3)

    def besides(self, prices: Prices, lane: int, item: Days) -> Floats:
        """`items × T` [money per unit]: docks, hours, the source's stock or the supplier's surcharge, cases, changes."""
        p, items, lanes = self.scene.given, self.scene.network.items, self.scene.network.lanes
        origin, destination = int(lanes.origin[lane]), int(lanes.destination[lane])
        weight, case = items.weight[item][:, None], items.case_size[item][:, None]
        arrival = lanes.arrival[lane]
        there, soon = np.minimum(arrival, self.scene.days - 1), arrival < self.scene.days
        cost, hours = self._handling["cost_per_case"], self._handling["hours_per_case"]
        out, into = prices.use[:, origin], prices.use[:, destination][:, there] * soon
        total = weight * (out[RESOURCE["outbound_kg"]] + into[RESOURCE["inbound_kg"]])
        total = total + out[RESOURCE["outbound_units"]]
        work = hours[origin] * out[RESOURCE["handling_hours"]]
        work = work + hours[destination] * into[RESOURCE["handling_hours"]] + cost[origin] + cost[destination]
        total = total + (work + self._change(lane, item)) / case
        line = self._handling["hours_per_line"]
        line = (
            line[origin] * out[RESOURCE["handling_hours"]]
            + line[destination] * into[RESOURCE["handling_hours"]]
        )
        line = line + self._handling["cost_per_line"][[origin, destination]].sum()
        total = total + line / np.maximum(self._largest(lane, item), case)
        if self.scene.network.holds_stock[origin]:
            source = self.scene.pair(item, origin)
            return np.asarray(total + np.where((source >= 0)[:, None], prices.stock[source], 0.0))
        place = np.full(len(item), origin)
        surcharge = np.maximum(0.0, p.supply.unit_cost(item, place) - p.supply.lowest_cost[item])
        offer = p.supply.row(item, place)
        if len(prices.supply):
            total = total + np.where((offer >= 0)[:, None], prices.supply[offer], 0.0)
        return np.asarray(total + surcharge[:, None])

    def _change(self, lane: int, item: Days) -> Floats:
        """`items × T` [money per case]: what an order costs where the previous plan has none."""
        p, cost = self.scene.given, self.scene.given.data.settings.change_cost_per_case
        planned = p.given.planned
        before = np.zeros((len(self.scene.network.items.names), self.scene.days), bool)
        rows = planned.lane == lane
        before[planned.item[rows], planned.dispatch[rows]] = True
        return np.asarray(np.where(before[item], 0.0, cost))

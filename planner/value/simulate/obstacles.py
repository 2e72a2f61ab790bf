"""What shocks keep from leaving: closed lanes and locations, fewer vehicles, less capacity.

Limits that no shock touches are not enforced: who plans beyond them does so knowingly, and it is counted.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.compile.index import Index
from planner.response.events.event import in_force
from planner.response.events.lanes import LANE, selected, with_their_routes
from planner.response.events.places import limits_of
from planner.value.simulate.conditions import over
from planner.value.simulate.room import fitting
from planner.value.simulate.shocks import Flags, Floats, Ints
from planner.value.simulate.truth import Truth


@dataclass(frozen=True)
class Riding:
    """What leaves on a day, per order: its item, the row of `lanes` that holds (`valid`, or else any), who shares vehicles."""

    item: Ints
    origin: "pd.Series[str]"
    row: Ints
    valid: Flags
    load: Ints


class Obstacles:
    """Those of a truth, day by day. Shocks say what they touch, and the real tables what is left of it."""

    def __init__(self, truth: Truth, index: Index) -> None:
        self.data, self.index = over(truth.real, truth.days), index
        self.events = list(in_force(truth.shocks, self.data))
        items, self.lanes = self.data["items"], self.data["lanes"]
        self.case = items["case_size"].to_numpy(np.float64)
        self.sizes = {
            "vehicle_kg": items["unit_weight_kg"].fillna(0.0).to_numpy(np.float64),
            "vehicle_m3": items["unit_volume_m3"].fillna(0.0).to_numpy(np.float64),
        }

    def passed(self, day: int, orders: pd.DataFrame, units: Floats) -> Floats:
        """How much of each order may leave on the day [units], in whole cases and in their order where not all may."""
        date = self.index.date(np.array([day]))[0]
        events = [event for event in self.events if event.first <= day <= event.last]
        if not events or orders.empty:
            return units
        riding = self._riding(orders, date)
        for event in events:
            if event.type == "location_closed":
                shut = self.index.closed[self.index.location(riding.origin), day]
                units = np.where(shut & (riding.origin == event.location_id).to_numpy(), 0.0, units)
            elif event.type == "lane_closed":
                touched = selected(event, self.lanes)[riding.row]
                units = np.where(touched & ~riding.valid, 0.0, units)
            elif event.type == "lane_capacity":
                touched = with_their_routes(self.lanes, selected(event, self.lanes))[riding.row]
                most = self.lanes["max_vehicles_per_day"].to_numpy(np.float64)[riding.row]
                units = self._within_vehicles(riding, units, np.where(touched, most, np.nan))
            elif event.type == "capacity_change":
                units = self._within_capacity(riding, units, event.location_id, event.resource, day)
        return units

    def _riding(self, orders: pd.DataFrame, date: pd.Timestamp) -> Riding:
        table = self.lanes
        valid = ~((table["valid_from"] > date) | (table["valid_to"] < date))
        best = table.assign(valid=valid).sort_values(["valid", "valid_from"], kind="stable")
        rows = pd.Series(best.index, index=pd.MultiIndex.from_frame(best[LANE]))
        rows = rows[~rows.index.duplicated(keep="last")]
        row = rows.reindex(pd.MultiIndex.from_frame(orders[LANE])).to_numpy(np.int64)
        route = table["route"].to_numpy()[row]
        shared = [orders["origin"], orders["mode"], route, orders["destination"].where(route == "", "")]
        load = np.asarray(pd.factorize(pd.MultiIndex.from_arrays(shared))[0], np.int64)
        return Riding(self.index.item(orders["item_id"]), orders["origin"], row, valid.to_numpy()[row], load)

    def _within_vehicles(self, riding: Riding, units: Floats, most: Floats) -> Floats:
        """At most so many vehicles for each load; NaN = any number."""
        for name, size in self.sizes.items():
            room = self.lanes[name].to_numpy(np.float64)[riding.row] * most
            room = np.where(most == 0, 0.0, np.where(np.isnan(room), np.inf, room))
            per_unit = np.where(most == 0, 1.0, size[riding.item])
            units = fitting(riding.load, units, room, self.case[riding.item], per_unit)
        return units

    def _within_capacity(self, riding: Riding, units: Floats, place: str, resource: str, day: int) -> Floats:
        """Within the limit and its overtime, of what leaves. Other resources are not enforced: what exceeds them is counted."""
        limit = float(limits_of(self.data, place, resource)[day, :2].sum())
        here = (riding.origin == place).to_numpy()
        if np.isnan(limit) or not here.any():
            return units
        if resource == "outbound_vehicles":
            needed = self._vehicles(riding, np.where(here, units, 0.0))
            most = np.clip(limit - (np.cumsum(needed) - needed), 0.0, needed)
            return self._within_vehicles(riding, units, np.where(here, most[riding.load], np.nan))
        if resource in ("outbound_units", "outbound_kg"):
            size = self.sizes["vehicle_kg"][riding.item] if resource == "outbound_kg" else 1.0
            room = np.where(here, limit, np.inf)
            return fitting(here.astype(np.int64), units, room, self.case[riding.item], size)
        return units

    def _vehicles(self, riding: Riding, units: Floats) -> Floats:
        """Vehicles per load, in the order in which loads come; one where the mode has none to count."""
        count = riding.load.max(initial=-1) + 1
        needed = (np.bincount(riding.load, units, count) > 0).astype(np.float64)
        for name, size in self.sizes.items():
            room = self.lanes[name].to_numpy(np.float64)[riding.row]
            share = np.bincount(riding.load, np.nan_to_num(units * size[riding.item] / room), count)
            needed = np.maximum(needed, np.ceil(share - 1e-9))
        return needed

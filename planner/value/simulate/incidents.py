"""What shocks do at once: stock that is not where the count says, goods that may not be used, goods that come later."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.response.events.event import OF_AN_ORDER
from planner.tables.dataset import conform
from planner.tables.schema import TABLES
from planner.value.simulate.setup import MORNING
from planner.value.simulate.shocks import Floats
from planner.value.simulate.world import World

SUDDEN = ("stock_correction", "quality_hold", *OF_AN_ORDER)


@dataclass(frozen=True)
class Correction:
    """Units by which usable stock changed on a day (items × locations), and when the planner is told."""

    day: int
    at: pd.Timestamp
    units: Floats


@dataclass(frozen=True)
class Hold:
    """Goods that are set aside: which, how many, since when the planner knows, and their last day aside (NaT = for ever)."""

    event_id: str
    at: pd.Timestamp
    last: Any
    cell: tuple[int, int]
    units: float


class Incidents:
    """Those of a truth, day by day. What happens before `MORNING` does so before the day's dispatches, the rest after them."""

    def __init__(self, world: World) -> None:
        self.world = world
        shocks = world.truth.shocks
        self.start = pd.Timestamp(world.data.settings.start_date)
        self.shocks = shocks[shocks["type"].isin(SUDDEN)].sort_values("at", kind="stable")
        holds = self.shocks["type"] == "quality_hold"
        begins = self.shocks["date_from"].where(holds).fillna(self.shocks["at"])
        self.when = np.maximum(begins, self.shocks["at"])
        self.corrections: list[Correction] = []
        self.holds: list[Hold] = []
        self.of_orders: list[dict[str, Any]] = []  # rows of `events`, one per order that is on the way

    def happen(self, day: int, early: bool) -> None:
        """Those of the early hours, or those of the daytime, of a day."""
        date = self.start + pd.Timedelta(days=day)
        if early:
            self._release(day, date, [hold for hold in self.holds if hold.last < date])
        hours = (self.when - date) / pd.Timedelta(hours=1)
        now = (hours >= 0) & (hours < MORNING) if early else (hours >= MORNING) & (hours < 24)
        for shock in self.shocks[now].to_dict("records"):
            if shock["type"] in OF_AN_ORDER:
                self.of_orders += self.world.way.change(shock)
            elif shock["type"] == "stock_correction":
                self._correct(day, shock)
            elif shock["factor"] == 1:
                cell = self._cell(shock)
                self._release(day, shock["at"], [hold for hold in self.holds if hold.cell == cell])
            else:
                self._hold(day, shock)

    def coming_back(self, known: pd.Timestamp) -> pd.DataFrame:
        """Goods set aside for some days, as the table `open_orders` says it: in transit to where they are."""
        index = self.world.index
        rows = [
            {
                "order_id": f"hold {hold.event_id}",
                "item_id": index.items[hold.cell[0]],
                "origin": "",
                "destination": index.locations[hold.cell[1]],
                "mode": "",
                "quantity": hold.units,
                "dispatch_date": pd.NaT,
                "arrival_date": hold.last + pd.Timedelta(days=1),
                "status": "in_transit",
            }
            for hold in self.holds
            if hold.at <= known and pd.notna(hold.last) and hold.units > 0
        ]
        return conform(TABLES["open_orders"], rows or None)

    def _cell(self, shock: dict[str, Any]) -> tuple[int, int]:
        index = self.world.index
        item, location = pd.Series([shock["item_id"]]), pd.Series([shock["location_id"]])
        return int(index.item(item)[0]), int(index.location(location)[0])

    def _correct(self, day: int, shock: dict[str, Any]) -> None:
        """No more is lost than there is."""
        cell = self._cell(shock)
        units = np.zeros(self.world.on_hand.shape)
        units[cell] = max(shock["quantity"], -self.world.on_hand[cell])
        self.world.correct(units)
        self.corrections.append(Correction(day, shock["at"], units))

    def _hold(self, day: int, shock: dict[str, Any]) -> None:
        """As many as are named, or all."""
        cell = self._cell(shock)
        units, there = np.zeros(self.world.on_hand.shape), self.world.on_hand[cell]
        units[cell] = there if np.isnan(shock["quantity"]) else min(there, shock["quantity"])
        self.world.set_aside(units)
        self.holds.append(Hold(shock["event_id"], shock["at"], shock["date_to"], cell, float(units[cell])))
        self.corrections.append(Correction(day, shock["at"], -units))

    def _release(self, day: int, at: pd.Timestamp, ended: list[Hold]) -> None:
        """What holds that have ended kept, unless another one keeps it: then that one does."""
        self.holds = [hold for hold in self.holds if hold not in ended]
        cells = {hold.cell for hold in ended} - {hold.cell for hold in self.holds}
        units = self.world.free(cells)
        if units.any():
            self.corrections.append(Correction(day, at, units))

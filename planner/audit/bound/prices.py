"""Prices of what stock points share, by number in the network: read from prices.parquet, in money."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.audit.bound.branches import Branching
from planner.audit.bound.convex import Floats
from planner.audit.bound.frames import days, finite, places, refuse, with_columns
from planner.audit.bound.rooms import Room, Rows, read_rows
from planner.audit.bound.scene import Scene
from planner.audit.numbering import Days
from planner.tables.schema import RESOURCES

FILE = "prices.parquet"
TEXTS = ("kind", "origin", "destination", "mode", "route", "item_id", "location_id", "resource")
ROOM = ("kg", "m3")
KINDS = (*ROOM, "vehicle", "stock", "use", "supply")


@dataclass(frozen=True)
class Prices:
    """What a unit of everything shared costs; what has no row has no price."""

    kg: Rows  # per kg on a lane-mode by day of dispatch, leaf by leaf
    m3: Rows  # per m³
    stock: Floats  # N × T, per unit that leaves a stock point
    use: Floats  # R × L × T, per unit of a resource; 0 where it has no limit
    supply: Floats  # rows of `supply` × T, per unit; 0 where the day has no limit
    vehicle: Floats  # G × T, per vehicle; needed only to see which prices of room are too high

    def room(self, layer: int, lanes: Days) -> Room:
        """What room costs on some lane-modes at the leaves with this place."""
        days = self.vehicle.shape[1]
        return Room(lanes, self.kg.at(layer, lanes, days), self.m3.at(layer, lanes, days))

    def with_stock(self, stock: Floats) -> "Prices":
        """The same prices but for those of stock."""
        return replace(self, stock=stock)


def read_prices(frame: pd.DataFrame, scene: Scene, limit: Floats, branching: Branching) -> Prices:
    """Prices of the frame; `limit` (`R × L × T`) is NaN where a resource has none.

    A limit is worth at least nothing, whatever its price.
    """
    frame = with_columns(frame, FILE, TEXTS, ("date", "leaf", "price"))
    network, horizon = scene.network, scene.network.horizon
    price, day = finite(frame, FILE, "price"), days(frame, FILE, "date", horizon)
    kind = places(frame, FILE, "kind", pd.Index(KINDS))
    leaf = finite(frame, FILE, "leaf")
    leafy = kind < len(ROOM)
    refuse(~leafy & (leaf != 0.0), frame, FILE, "leaf", "is not 0, but the price holds for all leaves")
    frame["leaf"] = leaf
    kg, m3 = (
        read_rows(frame[rows], FILE, scene, branching, day[rows])
        for rows in (kind == number for number in range(len(ROOM)))
    )
    groups = scene.groups[1]
    found = {
        "stock": np.zeros((len(scene.given.needs.pairs), scene.days)),
        "use": np.zeros(limit.shape),
        "supply": np.zeros((len(scene.given.supply.cost), scene.days)),
        "vehicle": np.zeros((len(groups), scene.days)),
    }
    rows = kind == KINDS.index("vehicle")
    part = frame[rows]
    shared = groups.get_indexer(pd.MultiIndex.from_frame(part[["origin", "mode", "route", "destination"]]))
    refuse(shared < 0, part, FILE, "mode", "is not that of a lane or route")
    found["vehicle"][shared, day[rows]] = np.maximum(0.0, price[rows])
    rows = kind == KINDS.index("stock")
    pair = _pairs(frame[rows], scene)
    found["stock"][pair[pair >= 0], day[rows][pair >= 0]] = price[rows][pair >= 0]
    rows = kind == KINDS.index("use")
    place = places(frame[rows], FILE, "location_id", network.locations)
    resource = places(frame[rows], FILE, "resource", pd.Index(RESOURCES))
    found["use"][resource, place, day[rows]] = price[rows]
    found["use"] = np.where(np.isnan(limit), 0.0, np.maximum(0.0, found["use"]))
    rows = kind == KINDS.index("supply")
    item, place = _item_and_place(frame[rows], scene)
    offer = scene.given.supply.row(item, place)
    refuse(offer < 0, frame[rows], FILE, "item_id", "is not one of the supplier's rows in supply")
    found["supply"][offer, day[rows]] = price[rows]
    limited = np.isfinite(scene.given.supply.most)
    found["supply"] = np.where(limited, np.maximum(0.0, found["supply"]), 0.0)
    return Prices(kg, m3, found["stock"], found["use"], found["supply"], found["vehicle"])


def _item_and_place(frame: pd.DataFrame, scene: Scene) -> tuple[Days, Days]:
    return (
        places(frame, FILE, "item_id", scene.network.items.names),
        places(frame, FILE, "location_id", scene.network.locations),
    )


def _pairs(frame: pd.DataFrame, scene: Scene) -> Days:
    """Numbers of stock points; −1 where there can't be stock, so that a price means nothing."""
    item, place = _item_and_place(frame, scene)
    pairs = scene.given.needs.pairs
    if not len(pairs):
        return np.full(len(item), -1)
    found = np.minimum(pairs.find(item, place), len(pairs) - 1)
    return np.where(scene.stocked[item, place] & scene.network.holds_stock[place], found, -1)

"""Prices of what stock points share, by number in the network: read from prices.parquet, in money."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.audit.bound.convex import Floats
from planner.audit.bound.frames import days, finite, places, refuse, with_columns
from planner.audit.bound.scene import Scene
from planner.audit.numbering import Days
from planner.tables.schema import RESOURCES

FILE = "prices.parquet"
TEXTS = ("kind", "origin", "destination", "mode", "route", "item_id", "location_id", "resource")
KINDS = ("kg", "m3", "vehicle", "stock", "use", "supply")


@dataclass(frozen=True)
class Prices:
    """What a unit of everything shared costs; what has no row has no price."""

    kg: Floats  # M × T, per kg on a lane-mode by day of dispatch
    m3: Floats  # M × T, per m³
    stock: Floats  # N × T, per unit that leaves a stock point
    use: Floats  # R × L × T, per unit of a resource; 0 where it has no limit
    supply: Floats  # rows of `supply` × T, per unit; 0 where the day has no limit
    vehicle: Floats  # G × T, per vehicle; needed only to see which prices of room are too high

    def replace(self, **changes: Floats) -> "Prices":
        """The same prices but for some."""
        return replace(self, **changes)


def read_prices(frame: pd.DataFrame, scene: Scene, limit: Floats) -> Prices:
    """Prices of the frame; `limit` (`R × L × T`) is NaN where a resource has none.

    A limit is worth at least nothing, whatever its price.
    """
    frame = with_columns(frame, FILE, TEXTS, ("date", "price"))
    network, horizon = scene.network, scene.network.horizon
    price, day = finite(frame, FILE, "price"), days(frame, FILE, "date", horizon)
    kind = places(frame, FILE, "kind", pd.Index(KINDS))
    shape = (len(network.lanes.origin), scene.days)
    groups = scene.groups[1]
    found = {
        "kg": np.zeros(shape),
        "m3": np.zeros(shape),
        "stock": np.zeros((len(scene.given.needs.pairs), scene.days)),
        "use": np.zeros(limit.shape),
        "supply": np.zeros((len(scene.given.supply.cost), scene.days)),
        "vehicle": np.zeros((len(groups), scene.days)),
    }
    for name in ("kg", "m3"):
        rows = kind == KINDS.index(name)
        part = frame[rows]
        lane = network.lanes.names.get_indexer(
            pd.MultiIndex.from_frame(part[["origin", "destination", "mode"]])
        )
        refuse(lane < 0, part, FILE, "mode", "is not that of a lane")
        found[name][lane, day[rows]] = price[rows]
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
    limited = np.isfinite(scene.given.supply.max_per_day)[:, None]
    found["supply"] = np.where(limited, np.maximum(0.0, found["supply"]), 0.0)
    return Prices(**found)


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

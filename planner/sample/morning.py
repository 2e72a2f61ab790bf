"""The tiny sample on a morning on which things have changed: what a plan of yesterday is held against."""

from typing import TYPE_CHECKING

from planner.sample import tiny
from planner.sample.table import table

if TYPE_CHECKING:
    import pandas as pd


def tables() -> "dict[str, pd.DataFrame]":
    """The tables of the tiny sample with another stock, another forecast, a band, and an event."""
    made = tiny.tables()
    stock, demand = made["inventory"].set_index(["item_id", "location_id"]), made["demand"]
    stock.loc[("rice", "DC"), "on_hand"] = 200
    stock.loc[("rice", "NEAR"), "on_hand"] = 0
    late_rice = (demand["item_id"] == "rice") & demand["date"].isin(tiny.DAYS[3:])
    band = made["policies"]["kind"].eq("store") & made["policies"]["item_id"].eq("")
    event = ("E1", f"{tiny.DAYS[0]}T06:00", "demand_shift", "rice", "NEAR", *tiny.DAYS[3:], 1.5)
    return made | {
        "inventory": stock.reset_index(),
        "demand": demand.assign(mean=demand["mean"].mask(late_rice, 30)),
        "policies": made["policies"].assign(min_projected_fill_rate=band.map({True: 0.95, False: None})),
        "events": table("event_id at type item_id location_id date_from date_to factor", [event]),
    }

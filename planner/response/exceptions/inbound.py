"""Open orders that come later than planned, load by load."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.demand.dates import day_numbers
from planner.tables.dataset import DataSet

LOAD = ["origin", "destination", "mode", "dispatch_date"]
WAY = ["item_id", *LOAD]


@dataclass(frozen=True)
class Late:
    """A load, or an order of an unknown way, that comes `days` later than planned. `planned` and `expected` are day numbers."""

    orders: tuple[str, ...]
    items: tuple[str, ...]
    origin: str
    destination: str
    mode: str
    planned: int
    expected: int
    units: float

    @property
    def days(self) -> int:
        """By how much it is late."""
        return self.expected - self.planned


def late(data: DataSet, plan: pd.DataFrame | None = None) -> list[Late]:
    """Loads in transit, or firm, that come later than the plan says, or than their lane takes.

    `plan` are the orders of the published plan. An order that should have come before the first day is expected on it.
    """
    orders = data["open_orders"]
    orders = orders[orders["status"].isin(["in_transit", "firm"]) & orders["arrival_date"].notna()]
    if orders.empty:
        return []
    start = data.settings.start_date
    stated = day_numbers(orders["arrival_date"], start)
    planned = np.where(stated < 0, stated.astype(float), np.nan)  # it is overdue by its own date
    if plan is not None:
        planned = np.fmin(planned, _by_plan(orders, plan, data))
    moving = (orders["status"] == "in_transit").to_numpy()
    planned = np.where(np.isnan(planned) & moving, _by_lane(orders, data), planned)
    expected = np.maximum(stated, 0)
    behind = planned < expected
    rows = orders[behind].assign(planned=planned[behind], expected=expected[behind])
    known = rows["dispatch_date"].notna() & (rows["origin"] != "")
    name = rows["order_id"].where(~known, "")
    keys = [*(rows[column] for column in LOAD), name, rows["planned"], rows["expected"]]
    return [_late(group) for _, group in rows.groupby(keys, sort=False, dropna=False)]


def _late(rows: pd.DataFrame) -> Late:
    first = rows.iloc[0]
    return Late(
        tuple(dict.fromkeys(rows["order_id"])),
        tuple(dict.fromkeys(rows["item_id"])),
        str(first["origin"]),
        str(first["destination"]),
        str(first["mode"]),
        int(first["planned"]),
        int(first["expected"]),
        float(rows["quantity"].sum()),
    )


def _by_plan(orders: pd.DataFrame, plan: pd.DataFrame, data: DataSet) -> Any:
    """Day of arrival by the plan, found by order and item, else by item, lane and day of dispatch; NaN = not in it."""
    arrival = day_numbers(plan["arrival_date"], data.settings.start_date).astype(float)
    found = np.full(len(orders), np.nan)
    for keys in (["order_id", "item_id"], WAY):
        known = pd.Series(arrival, pd.MultiIndex.from_frame(plan[keys]))
        known = known[~known.index.duplicated()]
        other = known.reindex(pd.MultiIndex.from_frame(orders[keys])).to_numpy(np.float64)
        found = np.where(np.isnan(found), other, found)
    return found


def _by_lane(orders: pd.DataFrame, data: DataSet) -> Any:
    """Day of arrival by the lead time of the lane on the day of dispatch; NaN where no row of `lanes` says it."""
    lanes = data["lanes"]
    numbered = orders[[*LOAD]].reset_index(drop=True).assign(row=np.arange(len(orders)))
    ways = numbered.merge(lanes[["origin", "destination", "mode", "valid_from", "valid_to", "lead_time_days"]])
    since = ways["valid_from"].isna() | (ways["valid_from"] <= ways["dispatch_date"])
    until = ways["valid_to"].isna() | (ways["valid_to"] >= ways["dispatch_date"])
    # a lane that began after the dispatch: its first row is the best there is
    ways = ways.assign(valid=since & until).sort_values(["valid", "valid_from"], na_position="first")
    lead = ways.drop_duplicates("row", keep="last").set_index("row")["lead_time_days"].reindex(numbered["row"])
    left = (orders["dispatch_date"] - pd.Timestamp(data.settings.start_date)) / pd.Timedelta(days=1)
    arrival = left.to_numpy(np.float64) + np.ceil(lead.to_numpy(np.float64))
    return _opened(arrival, orders["destination"], data)


def _opened(arrival: Any, destination: "pd.Series[str]", data: DataSet) -> Any:
    """The first day from then on on which the destination is open."""
    calendar = data["calendar"][data["calendar"]["closed"]]
    shut = set(zip(calendar["location_id"], day_numbers(calendar["date"], data.settings.start_date), strict=True))
    moved = arrival.copy()
    for row, place in enumerate(destination):
        while (place, moved[row]) in shut:
            moved[row] += 1
    return moved

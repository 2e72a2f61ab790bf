"""Open orders that come later than planned, load by load."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from planner.demand.dates import day_numbers
from planner.plan.plan import Plan
from planner.tables.dataset import DataSet

LANE = ["origin", "destination", "mode"]
LOAD = [*LANE, "dispatch_date"]
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

    @property
    def way(self) -> str:
        """The lane in words."""
        return f"{self.origin or '?'} > {self.destination}" + (f" ({self.mode})" if self.mode else "")

    def says(self, start: date) -> str:
        """The fact in a sentence."""
        what = self.items[0] if len(self.items) == 1 else f"{len(self.items)} items"
        late = f"{self.days} {'day' if self.days == 1 else 'days'} later than planned"
        return f"{self.units:,.0f} units of {what} by {self.way} come on {start + timedelta(days=self.expected)}, {late}"


def late(data: DataSet, plan: Plan | None = None) -> list[Late]:
    """Loads in transit, or firm, that come later than the plan says; without a plan, than their lane takes.

    An order that should have come before the first day is expected on it. What was on the way already when the plan was made is
    found among the arrivals that it expects.
    """
    orders = data["open_orders"]
    orders = orders[orders["status"].isin(["in_transit", "firm"]) & orders["arrival_date"].notna()]
    if orders.empty:
        return []
    start = data.settings.start_date
    stated = day_numbers(orders["arrival_date"], start)
    planned = np.where(stated < 0, stated.astype(float), np.nan)  # it is overdue by its own date
    moving = (orders["status"] == "in_transit").to_numpy()
    if plan is None:
        planned = np.fmin(planned, np.where(moving, _by_lane(orders, data), np.nan))
    else:
        told = _by_plan(orders, plan.orders, data)
        told = np.where(np.isnan(told) & moving, _by_arrivals(orders, plan.inventory, stated, data), told)
        planned = np.fmin(planned, told)
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


def _by_arrivals(orders: pd.DataFrame, inventory: pd.DataFrame, stated: Any, data: DataSet) -> Any:
    """The last day up to the stated one on which the plan expects as much of the item there; NaN = none."""
    comes = inventory[inventory["arrivals"] > 0]
    due = comes.assign(due=day_numbers(comes["date"], data.settings.start_date))
    rows = orders[["item_id", "destination", "quantity"]].reset_index(drop=True)
    rows = rows.assign(row=np.arange(len(rows)), stated=np.maximum(stated, 0))
    both = rows.merge(due, left_on=["item_id", "destination"], right_on=["item_id", "location_id"])
    fits = both[(both["due"] <= both["stated"]) & (both["arrivals"] >= both["quantity"] - 1e-6)]
    return fits.groupby("row")["due"].max().reindex(rows["row"]).to_numpy(np.float64)


def _by_lane(orders: pd.DataFrame, data: DataSet) -> Any:
    """The last usual day of arrival: lead time and two standard deviations of it; NaN where no row of `lanes` says it."""
    lanes = data["lanes"]
    numbered = orders[[*LOAD]].reset_index(drop=True).assign(row=np.arange(len(orders)))
    ways = numbered.merge(lanes[[*LANE, "valid_from", "valid_to", "lead_time_days", "lead_time_sd_days"]])
    since = ways["valid_from"].isna() | (ways["valid_from"] <= ways["dispatch_date"])
    until = ways["valid_to"].isna() | (ways["valid_to"] >= ways["dispatch_date"])
    takes = np.ceil(ways["lead_time_days"]) + np.ceil(2.0 * ways["lead_time_sd_days"])
    # where no row is valid on that day any other one says more than none
    ways = ways.assign(takes=takes, valid=since & until).sort_values(
        ["valid", "valid_from"], na_position="first"
    )
    lead = ways.drop_duplicates("row", keep="last").set_index("row")["takes"].reindex(numbered["row"])
    left = (orders["dispatch_date"] - pd.Timestamp(data.settings.start_date)) / pd.Timedelta(days=1)
    arrival = left.to_numpy(np.float64) + lead.to_numpy(np.float64)
    return _opened(arrival, orders["destination"], data)


def _opened(arrival: Any, destination: "pd.Series[str]", data: DataSet) -> Any:
    """The first day from then on on which the destination is open."""
    calendar = data["calendar"][data["calendar"]["closed"]]
    shut = set(
        zip(calendar["location_id"], day_numbers(calendar["date"], data.settings.start_date), strict=True)
    )
    moved = arrival.copy()
    for row, place in enumerate(destination):
        while (place, moved[row]) in shut:
            moved[row] += 1
    return moved

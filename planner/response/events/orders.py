"""`inbound_late` and `order_confirmed`: rows of `open_orders`.

An order that somebody reports late, or confirms, is one that was placed: if it was only planned, it is firm from then on. An
order of the published plan that is not in `open_orders` is added, by what the event knows of it (see `known`).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.response.events.event import OF_AN_ORDER, Event, Fault
from planner.response.events.lanes import LANE
from planner.tables.dataset import DataSet

KEY = ["order_id", "item_id"]


def orders_changed(data: DataSet, events: Sequence[Event]) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """The table `open_orders`; `data` has the lanes and the calendar after the events."""
    told = [event for event in events if event.type in OF_AN_ORDER]
    if not told:
        return {}, []
    table = data["open_orders"]
    lines, faults = _told(data, table, told)
    return ({} if lines is table else {"open_orders": lines}), faults


def _told(data: DataSet, table: pd.DataFrame, events: Sequence[Event]) -> tuple[pd.DataFrame, list[Fault]]:
    """Orders with the dates and quantities of the events; delays add up until a date is confirmed."""
    lines = _with_those_of_the_plan(table, events, data)
    delay, told, faults = np.zeros(len(lines)), np.zeros(len(lines), bool), list[Fault]()
    for event in events:
        rows = (lines["order_id"] == event.order_id).to_numpy()
        if event.item_id:
            rows = rows & (lines["item_id"] == event.item_id).to_numpy()
        if not rows.any():
            continue
        if event.type == "inbound_late":
            delay[rows] += event.days
            continue
        told |= rows
        if not np.isnan(event.quantity):
            lines.loc[rows, "quantity"] = event.quantity
            faults += _broken_cases(event, lines[rows], data)
        if pd.notna(event.date_from):
            lines.loc[rows & (lines["status"] != "in_transit"), "dispatch_date"] = event.date_from
        if pd.notna(event.date_to):
            lines.loc[rows, "arrival_date"] = event.date_to
            delay[rows] = 0
    touched = told | (delay != 0)
    if not touched.any():
        return table, faults
    arrival = (lines["arrival_date"].fillna(by_lane(data, lines)) + pd.to_timedelta(delay, unit="D"))[touched]
    first = lines["dispatch_date"].fillna(pd.Timestamp(data.settings.start_date))[touched]
    arrival = arrival.clip(lower=first.clip(lower=pd.Timestamp(data.settings.start_date)))
    opens = on_open_days(data, lines.loc[touched, "destination"], arrival)
    lines.loc[touched, "arrival_date"] = opens.where(delay[touched] != 0, arrival)
    planned = touched & (lines["status"] == "planned").to_numpy()
    lines.loc[planned, "status"] = "firm"
    real = ~lines["added"].to_numpy(bool) | touched
    return lines[real & (lines["quantity"] > 0)].drop(columns="added"), faults


def _with_those_of_the_plan(table: pd.DataFrame, events: Sequence[Event], data: DataSet) -> pd.DataFrame:
    """The open orders, and orders of the plan that leave on the first day or later and events name."""
    start, end = pd.Timestamp(data.settings.start_date), pd.Timestamp(data.settings.end_date)
    there, rows = set(table["order_id"]), dict[str, dict[str, Any]]()
    for event in events:
        known = event.order_id in there or event.order_id in rows
        if not known and event.origin and pd.notna(event.date_from) and start <= event.date_from <= end:
            rows[event.order_id] = {
                **{name: getattr(event, name) for name in ("order_id", "item_id", *LANE, "quantity")},
                "dispatch_date": event.date_from,
                "arrival_date": event.date_to,
                "status": "planned",
            }
    lines = table.assign(added=False)
    if not rows:
        return lines
    more = data.replace(open_orders=list(rows.values()))["open_orders"].assign(added=True)
    return pd.concat([lines, more], ignore_index=True) if len(lines) else more


def _broken_cases(event: Event, lines: pd.DataFrame, data: DataSet) -> list[Fault]:
    """A firm order is a number of whole cases."""
    items = data["items"]
    size = lines["item_id"].map(items.set_index("item_id")["case_size"])[lines["status"] != "in_transit"]
    cases = event.quantity / size
    broken = (cases - np.round(cases)).abs() > 1e-6
    if not broken.any():
        return []
    rule = f"the case has {size[broken].iloc[0]:g} units; a firm order is in whole cases"
    return [Fault(event, "quantity", "broken_case", rule)]


def by_lane(data: DataSet, orders: pd.DataFrame) -> "pd.Series[Any]":
    """The day of arrival by the lead time of the lane and the calendar of the destination; NaT where no lane holds."""
    lanes = data["lanes"][[*LANE, "valid_from", "valid_to", "lead_time_days"]]
    pairs = orders[[*LANE, "dispatch_date"]].assign(order=np.arange(len(orders))).merge(lanes, on=LANE)
    day = pairs["dispatch_date"]
    holds = ~(pairs["valid_from"] > day) & ~(pairs["valid_to"] < day)
    pairs = pairs[holds].drop_duplicates("order").set_index("order")
    lead = pd.to_timedelta(np.ceil(pairs["lead_time_days"]), unit="D")
    arrival = (pairs["dispatch_date"] + lead).reindex(np.arange(len(orders))).set_axis(orders.index)
    return on_open_days(data, orders["destination"], arrival)


def on_open_days(data: DataSet, location: "pd.Series[str]", date: "pd.Series[Any]") -> "pd.Series[Any]":
    """The first day from each date on on which the location is open."""
    calendar = data["calendar"]
    shut = pd.MultiIndex.from_frame(calendar.loc[calendar["closed"], ["location_id", "date"]])
    while (late := pd.MultiIndex.from_arrays([location, date]).isin(shut)).any():
        date = date.mask(late, date + pd.Timedelta(days=1))
    return date

"""Fixed orders that events make impossible: nothing holds them any more, and the new plan orders what is still needed.

An order is released where its lane or its origin is closed on its day, where the lane has no vehicle left, and where the stock
that it needs is not there and nothing that is ordered now could arrive in time. What could not be before isn't touched.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.demand.dates import closed, positions, weekdays
from planner.response.events.lanes import LANE, valid_days
from planner.response.events.orders import by_lane, on_open_days
from planner.tables.dataset import DataSet
from planner.tables.schema import WEEKDAYS

Flags = npt.NDArray[np.bool_]
Place = tuple[str, str]
NOTHING = 1e-6  # units
DECIDING = ("open_orders", "inventory", "lanes", "locations", "calendar")  # whether an order can be


def possible(before: DataSet, after: DataSet) -> DataSet:
    """The tables without the orders that can't be any more; arrivals wait until their location is open."""
    table = after["open_orders"]
    same = before.settings == after.settings and all(before[name] is after[name] for name in DECIDING)
    if table.empty or same:
        return after
    told = table["arrival_date"]
    waits = on_open_days(before, table["destination"], told) == told  # else it was told for a closed day
    arrival = told.where(~waits, on_open_days(after, table["destination"], told))
    lost = _fixed(table, after) & ~_can_leave(after, table) & _can_leave(before, table)
    result = table.assign(arrival_date=arrival)[~lost]
    if lost.any() or not arrival.equals(table["arrival_date"]):
        after = after.replace(open_orders=result)
    short = _uncovered(after) - _uncovered(before)
    if short:
        lines = after["open_orders"]
        names = pd.MultiIndex.from_frame(lines[["order_id", "item_id"]])
        after = after.replace(open_orders=lines[~names.isin(list(short))])
    return after


def released(before: DataSet, after: DataSet) -> list[str]:
    """Names of the orders that were fixed before and are none after."""
    fixed = before["open_orders"][_fixed(before["open_orders"], before)]
    return sorted(set(fixed["order_id"]) - set(after["open_orders"]["order_id"]))


def _fixed(table: pd.DataFrame, data: DataSet) -> Flags:
    """Firm orders, and planned ones of the frozen days, that leave within the horizon."""
    day = _day(table["dispatch_date"], data)
    status = table["status"].to_numpy(dtype=object)
    frozen = (status == "planned") & (day < data.settings.frozen_days)
    return np.asarray(((status == "firm") | frozen) & (day >= 0) & (day < data.settings.horizon_days))


def _day(dates: "pd.Series[Any]", data: DataSet) -> npt.NDArray[np.float64]:
    return np.asarray((dates - pd.Timestamp(data.settings.start_date)) / pd.Timedelta(days=1), float)


def _can_leave(data: DataSet, orders: pd.DataFrame) -> Flags:
    """Whether the lane dispatches something on the day of each order."""
    day = _day(orders["dispatch_date"], data)
    inside = (day >= 0) & (day < data.settings.horizon_days)
    number, keys = pd.factorize(pd.MultiIndex.from_frame(data["lanes"][LANE]))
    some = np.zeros((len(keys) + 1, data.settings.horizon_days), bool)
    np.logical_or.at(some, number, _dispatching(data))
    lane = keys.get_indexer(pd.MultiIndex.from_frame(orders[LANE]))
    return np.asarray(some[lane, np.where(inside, day, 0).astype(int)] | ~inside)


def _dispatching(data: DataSet) -> Flags:
    """Rows of lanes × days: the row holds, the day is one of its days, it has vehicles, and the origin is open."""
    lanes, start, days = data["lanes"], data.settings.start_date, data.settings.horizon_days
    vehicles = lanes["vehicle_kg"].notna() | lanes["vehicle_m3"].notna()
    none = (vehicles & (lanes["max_vehicles_per_day"] == 0)).to_numpy()
    text = lanes["dispatch_days"]
    by_weekday = np.column_stack([text.str.contains(name) | (text == "") for name in WEEKDAYS])
    shut = closed(data, start, days).T[positions(lanes["origin"], data["locations"]["location_id"])]
    valid = valid_days(lanes, pd.Timestamp(start), days)
    return np.asarray(valid & ~none[:, None] & by_weekday[:, weekdays(start, days)] & ~shut)


def _uncovered(data: DataSet) -> set[tuple[str, str]]:
    """Fixed orders (name, item) for which the stock isn't there on their day, before anything new can arrive."""
    lines = data["open_orders"]
    fixed = _fixed(lines, data)
    out = lines[fixed & ~lines["origin"].isin(_suppliers(data)).to_numpy()]
    if out.empty:
        return set()
    coming = lines[fixed | (lines["status"] == "in_transit").to_numpy()]
    arrival = coming["arrival_date"].fillna(by_lane(data, coming))
    arriving = pd.DataFrame(
        {
            "item": coming["item_id"],
            "place": coming["destination"],
            "day": _day(arrival, data),
            "units": coming["quantity"],
            "order": "",
        }
    )
    leaving = pd.DataFrame(
        {
            "item": out["item_id"],
            "place": out["origin"],
            "day": _day(out["dispatch_date"], data),
            "units": -out["quantity"],
            "order": out["order_id"],
        }
    )
    arriving = arriving[_pairs(arriving).isin(_pairs(leaving))]
    moves = pd.concat([arriving, leaving]).sort_values("day", kind="stable")  # arrivals of a day come first
    stock = data["inventory"].set_index(["item_id", "location_id"])["on_hand"]
    opening = stock.reindex(_pairs(moves)).fillna(0.0).to_numpy()
    left = opening + moves.groupby(["item", "place"], sort=False)["units"].cumsum().to_numpy()
    wanting = moves[left < -NOTHING]
    if wanting.empty:
        return set()
    soonest = _soonest(data)
    short = set[tuple[str, str]]()
    for (item, place), rows in moves[_pairs(moves).isin(_pairs(wanting))].groupby(["item", "place"]):
        there = float(stock.reindex([(item, place)]).fillna(0.0).iloc[0])
        for day, units, order in rows[["day", "units", "order"]].itertuples(index=False):
            if there + units < -NOTHING and order and day < soonest.get(str(place), np.inf):
                short.add((order, str(item)))
            else:
                there += units
    return short


def _pairs(moves: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(moves[["item", "place"]])


def _suppliers(data: DataSet) -> "pd.Series[str]":
    locations = data["locations"]
    return locations.loc[locations["kind"] == "supplier", "location_id"]


def _soonest(data: DataSet) -> dict[str, float]:
    """The first day on which something that is ordered now can be at a location."""
    lanes = data["lanes"]
    possible = _dispatching(data)
    possible[:, : data.settings.frozen_days] = False
    some = np.flatnonzero(possible.any(axis=1))
    lanes = lanes.iloc[some]
    first = possible[some].argmax(axis=1) + lanes["lead_time_days"]
    date = pd.Timestamp(data.settings.start_date) + pd.to_timedelta(first, unit="D")
    day = _day(on_open_days(data, lanes["destination"], date), data)
    return {
        str(place): float(day[rows].min()) for place, rows in lanes.groupby("destination").indices.items()
    }

"""What would move if every day shipped what is sold until its next delivery: no stock, no smoothing, no solve."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.demand import demand
from planner.sample.retail.network import DCS, MAIN_DC
from planner.tables.dataset import DataSet

WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
Lane = dict[Hashable, Any]  # a row of `lanes`


@dataclass(frozen=True)
class Flow:
    """Per weekday and DC; a part load counts as a vehicle, as everywhere."""

    outbound_vehicles: pd.DataFrame
    inbound_vehicles: pd.DataFrame
    handling_hours: pd.DataFrame
    freight: float  # per average day


def demanded(data: DataSet) -> pd.DataFrame:
    """Expected sales with their kg, m3, cases, cost and sales, of the first week: no holiday is in it."""
    found: pd.DataFrame = demand(data).merge(data["items"], on="item_id")
    found = found[found["date"] < found["date"].min() + pd.Timedelta(days=7)].copy()
    found["day"] = [WEEK[date.weekday()] for date in found["date"]]
    found["kg"] = found["mean"] * found["unit_weight_kg"]
    found["m3"] = found["mean"] * found["unit_volume_m3"]
    found["cases"] = found["mean"] / found["case_size"]
    found["cost"] = found["mean"] * found["unit_cost"]
    found["sales"] = found["mean"] * found["unit_price"]
    return found


def flow(data: DataSet) -> Flow:
    """Lane by lane: the truck if there is one, else the van, and part loads for what does not fit."""
    sold = demanded(data)
    outbound, inbound, cases = (pd.DataFrame(0.0, WEEK, list(DCS)) for _ in range(3))
    freight = 0.0
    for dc in DCS:
        for lane, stores in _to_stores(data["lanes"], dc):
            sent = _until_next(sold[sold["location_id"].isin(stores)], lane)
            used = _vehicles(sent, lane)
            own = used.clip(upper=lane["max_vehicles_per_day"])
            outbound.loc[sent.index, dc] += own + (used > own) * len(stores)
            cases.loc[sent.index, dc] += sent["cases"]
            freight += used.sum() * lane["cost_per_vehicle"]
        served = sold[sold["location_id"].map(MAIN_DC) == dc]
        for lane, items in _from_suppliers(data, dc):
            sent = _until_next(served[served["item_id"].isin(items)], lane)
            used = _vehicles(sent, lane)
            arrival = [_shift(day, int(lane["lead_time_days"])) for day in sent.index]
            inbound.loc[arrival, dc] += used.to_numpy()
            cases.loc[arrival, dc] += sent["cases"].to_numpy()
            freight += used.sum() * lane["cost_per_vehicle"]
    per_case = data["handling"].set_index("location_id").loc[list(DCS), "hours_per_case"]
    return Flow(outbound, inbound, cases * per_case, freight / 7)


def limits(data: DataSet, resource: str, column: str) -> pd.DataFrame:
    """A column of `capacities` per weekday and DC, without single days."""
    table = data["capacities"].query("resource == @resource and date.isna()", engine="python")
    always = table[table["weekday"] == ""].set_index("location_id")[column]
    result = pd.DataFrame({dc: [float(always[dc])] * 7 for dc in DCS}, WEEK)
    for row in table[(table["weekday"] != "") & table["location_id"].isin(DCS)].to_dict("records"):
        result.loc[row["weekday"], row["location_id"]] = row[column]
    return result


def _to_stores(lanes: pd.DataFrame, dc: str) -> list[tuple[Lane, list[str]]]:
    """The main way to each store that the DC serves; stores on one route share it."""
    ways: dict[str, tuple[Lane, list[str]]] = {}
    for store in (store for store, main in MAIN_DC.items() if main == dc):
        here = lanes[(lanes["origin"] == dc) & (lanes["destination"] == store)]
        rows = here.drop_duplicates("mode").set_index("mode", drop=False).to_dict("index")
        lane = rows.get("truck", rows["van"])
        ways.setdefault(lane["route"] or store, (lane, []))[1].append(store)
    return list(ways.values())


def _from_suppliers(data: DataSet, dc: str) -> list[tuple[Lane, set[str]]]:
    """The trucks of each supplier, and the items that it offers at the lowest price."""
    best = data["supply"].sort_values("unit_cost").drop_duplicates("item_id")
    trucks = data["lanes"].query("destination == @dc and mode == 'truck'").set_index("origin", drop=False)
    rows = trucks.to_dict("index")
    return [(rows[name], set(offers["item_id"])) for name, offers in best.groupby("location_id")]


def _until_next(sold: pd.DataFrame, lane: Lane) -> pd.DataFrame:
    """Per dispatch day: what is sold from its arrival to the day before the next arrival."""
    daily = sold.groupby("day")[["kg", "m3", "cases"]].sum()
    days, lead = lane["dispatch_days"].split(), int(lane["lead_time_days"])
    result = pd.DataFrame(0.0, days, daily.columns)
    for day in WEEK:
        last = next(_shift(day, -lead - n) for n in range(7) if _shift(day, -lead - n) in days)
        result.loc[last] += daily.loc[day]
    return result


def _vehicles(sent: pd.DataFrame, lane: Lane) -> "pd.Series[float]":
    filled = np.maximum(sent["kg"] / lane["vehicle_kg"], sent["m3"] / lane["vehicle_m3"])
    return pd.Series(np.ceil(filled), index=sent.index)


def _shift(day: str, days: int) -> str:
    return WEEK[(WEEK.index(day) + days) % 7]

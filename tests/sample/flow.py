"""What would move if every day shipped what is sold until its next delivery: no stock, no smoothing, no solve."""

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from planner.demand import demand
from planner.sample.retail.network import DCS, MAIN_DC
from planner.tables.dataset import DataSet

STRAIGHT = ("lorry", "truck")
WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
Lane = dict[Hashable, Any]  # a row of `lanes`


@dataclass(frozen=True)
class Flow:
    """Per weekday and DC."""

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
    """Pair by pair: the cheapest lorries and trucks that hold it all, and a part load for what none has room for."""
    sold = demanded(data)
    outbound, inbound, cases = (pd.DataFrame(0.0, WEEK, list(DCS)) for _ in range(3))
    freight = 0.0
    for dc in DCS:
        served = sold[sold["location_id"].map(MAIN_DC) == dc]
        for store, goods in served.groupby("location_id"):
            lanes = _straight(data["lanes"], dc, store)
            sent = _until_next(goods, lanes[0])
            used = _vehicles(sent, lanes)
            outbound.loc[sent.index, dc] += used["vehicles"]
            cases.loc[sent.index, dc] += sent["cases"]
            freight += used["cost"].sum()
        best = data["supply"].sort_values("unit_cost").drop_duplicates("item_id")
        for supplier, offers in best.groupby("location_id"):
            lanes = _straight(data["lanes"], supplier, dc)
            sent = _until_next(served[served["item_id"].isin(offers["item_id"])], lanes[0])
            used = _vehicles(sent, lanes)
            arrival = [_shift(day, int(lanes[0]["lead_time_days"])) for day in sent.index]
            inbound.loc[arrival, dc] += used["vehicles"].to_numpy()
            cases.loc[arrival, dc] += sent["cases"].to_numpy()
            freight += used["cost"].sum()
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


def _straight(lanes: pd.DataFrame, origin: Hashable, destination: Hashable) -> list[Lane]:
    """Lorries and trucks from here to there; they leave on the same days."""
    here = lanes[(lanes["origin"] == origin) & (lanes["destination"] == destination)]
    return here[here["mode"].isin(STRAIGHT)].to_dict("records")


def _until_next(sold: pd.DataFrame, lane: Lane) -> pd.DataFrame:
    """Per dispatch day: what is sold from its arrival to the day before the next arrival."""
    daily = sold.groupby("day")[["kg", "m3", "cases"]].sum()
    days, lead = lane["dispatch_days"].split(), int(lane["lead_time_days"])
    result = pd.DataFrame(0.0, days, daily.columns)
    for day in WEEK:
        last = next(_shift(day, -lead - n) for n in range(7) if _shift(day, -lead - n) in days)
        result.loc[last] += daily.loc[day]
    return result


def _vehicles(sent: pd.DataFrame, lanes: list[Lane]) -> pd.DataFrame:
    """Per dispatch day: how many vehicles, and what they cost, with the cheapest mix that carries it."""
    numbers = np.array(list(product(*(range(int(lane["max_vehicles_per_day"]) + 1) for lane in lanes))))
    kg, m3, cost = (
        numbers @ [lane[column] for lane in lanes]
        for column in ("vehicle_kg", "vehicle_m3", "cost_per_vehicle")
    )
    rows = []
    for filled in sent.to_dict("records"):
        enough = (kg >= filled["kg"]) & (m3 >= filled["m3"])
        best = int(np.argmin(np.where(enough, cost, np.inf)))
        if enough[best]:
            rows.append((numbers[best].sum(), cost[best]))
        else:
            over = max(filled["kg"] / kg.max(), filled["m3"] / m3.max()) - 1
            rows.append((numbers[-1].sum() + 1, cost[-1] * (1 + over)))  # a part load costs at least that
    return pd.DataFrame(rows, sent.index, ["vehicles", "cost"])


def _shift(day: str, days: int) -> str:
    return WEEK[(WEEK.index(day) + days) % 7]

"""Demand as it looks after the sales of the last days: the forecast of the tables, with the shifts that it doesn't have yet."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.demand import demand
from planner.demand.dates import Codes, weekdays
from planner.demand.history import Floats
from planner.response.exceptions.outlook import Tracked, tracked
from planner.response.exceptions.shifts import Shift, shifts
from planner.tables.dataset import DataSet


@dataclass(frozen=True)
class Shifted:
    """A shift, and the factor by which the forecast of the tables still has to change for it, per series."""

    shift: Shift
    item: Codes
    location: Codes
    factor: Floats


def shifts_of(data: DataSet, planned: pd.DataFrame | None = None) -> list[Shifted]:
    """The shifts that the sales show; `planned` is the inventory of the published plan, whose forecast they are held against."""
    rules = data.settings.exceptions
    expected = None if planned is None else _forecast_of(planned)
    t = tracked(data, rules.tracking_days, expected) if len(data["sales"]) else None
    if t is None:
        return []
    found = shifts(t, rules.false_discovery_rate)
    if not found:
        return []
    known = _known_already(data, t, expected)
    result = []
    for one in found:
        low, high = min(1.0, one.factor), max(1.0, one.factor)
        factor = one.factor / np.clip(known[one.series], low, high)
        result.append(Shifted(one, t.item[one.series], t.location[one.series], factor))
    return result


def with_shifts(data: DataSet, found: list[Shifted]) -> DataSet:
    """The tables with the demand that these shifts suggest; the spread grows with the root of the mean."""
    if not found:
        return data
    factor = np.ones((len(data["items"]), len(data["locations"])))
    for one in found:
        factor[one.item, one.location] = one.factor
    table = demand(data)
    item = pd.Index(data["items"]["item_id"]).get_indexer(pd.Index(table["item_id"]))
    place = pd.Index(data["locations"]["location_id"]).get_indexer(pd.Index(table["location_id"]))
    by = factor[item, place]
    return data.replace(demand=table.assign(mean=table["mean"] * by, sd=table["sd"] * np.sqrt(by)))


def _forecast_of(inventory: pd.DataFrame) -> pd.DataFrame:
    mean = inventory["expected_sales"] + inventory["expected_lost"]
    return inventory[["item_id", "location_id", "date"]].assign(mean=mean)


def _known_already(data: DataSet, t: Tracked, planned: pd.DataFrame | None) -> Floats:
    """What the forecast of the tables expects of the days to come, as a part of what was expected of them before; per series."""
    days = data.settings.horizon_days
    weekday = weekdays(data.settings.start_date, days)
    before = (t.level * t.weekday[weekday]).sum(axis=0)
    places = len(data["locations"])
    series = pd.Index(t.item * places + t.location)
    table = demand(data)
    now = _summed(table, data, series)
    first = pd.Timestamp(data.settings.start_date)
    if planned is not None and planned["date"].min() <= first - pd.Timedelta(days=len(t.units)):
        last = planned["date"].max()  # the plan is what the whole window was held against
        told = _summed(planned[planned["date"] >= first], data, series)
        now = np.where(told > 0, _summed(table[table["date"] <= last], data, series), now)
        before = np.where(told > 0, told, before)
    return np.asarray(np.divide(now, before, out=np.ones_like(now), where=before > 1e-9))


def _summed(table: pd.DataFrame, data: DataSet, series: pd.Index) -> Floats:
    """Mean demand of all days of the table, per series [units]."""
    item = pd.Index(data["items"]["item_id"]).get_indexer(pd.Index(table["item_id"]))
    place = pd.Index(data["locations"]["location_id"]).get_indexer(pd.Index(table["location_id"]))
    row = series.get_indexer(pd.Index(item * len(data["locations"]) + place))
    found = np.bincount(row[row >= 0], table["mean"].to_numpy(np.float64)[row >= 0], len(series))
    return np.asarray(found, float)

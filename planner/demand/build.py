"""The demand that a plan has to serve, dense over the horizon."""

import numpy as np
import pandas as pd

from planner.demand.dates import Codes, closed, day_numbers, positions, weekdays
from planner.demand.forecast import forecast
from planner.demand.history import Floats, History, history
from planner.tables.dataset import DataSet

COLUMNS = ("item_id", "location_id", "date", "mean", "sd")
ENOUGH_DAYS = 28  # of history, to take a standard deviation from it


def demand(data: DataSet) -> pd.DataFrame:
    """Mean and sd [units/day] of each item and location with any demand, for every day of the horizon.

    From the table `demand` where it has rows: days that it leaves out are 0, and an empty sd comes from
    the sales history if that has 28 days, else it is Poisson. From `sales` otherwise. Closed days are
    0. Rows are sorted by item and location, in the order of their tables, then by date. An item and
    location without demand on any open day of the horizon has no rows.
    """
    days = data.settings.horizon_days
    key, mean, sd = _given(data) if len(data["demand"]) else _forecast(data)
    shut = closed(data, data.settings.start_date, days).T[key % max(1, len(data["locations"]))]
    mean, sd = np.where(shut, 0.0, mean), np.where(shut, 0.0, sd)
    some = (mean > 0).any(axis=1)
    return _frame(data, key[some], mean[some], sd[some])


def _forecast(data: DataSet) -> tuple[Codes, Floats, Floats]:
    past = history(data)
    found = forecast(past)
    weekday = weekdays(data.settings.start_date, data.settings.horizon_days)
    mean = found.level[:, None] * found.weekday[weekday].T
    return _key(data, past), mean, np.sqrt(found.variance_ratio[:, None] * mean)


def _given(data: DataSet) -> tuple[Codes, Floats, Floats]:
    table = data["demand"]
    day = day_numbers(table["date"], data.settings.start_date)
    inside = (day >= 0) & (day < data.settings.horizon_days)
    table, day = table[inside], day[inside]
    item = positions(table["item_id"], data["items"]["item_id"])
    location = positions(table["location_id"], data["locations"]["location_id"])
    row, key = pd.factorize(item * len(data["locations"]) + location, sort=True)
    mean = np.zeros((len(key), data.settings.horizon_days))
    sd = np.zeros_like(mean)
    mean[row, day] = table["mean"].to_numpy(np.float64)
    sd[row, day] = table["sd"].to_numpy(np.float64)
    missing = np.isnan(sd)
    if missing.any():
        sd = np.where(missing, np.sqrt(_ratios(data, key)[:, None] * mean), sd)
    return np.asarray(key), mean, sd


def _ratios(data: DataSet, key: Codes) -> Floats:
    """Variance ÷ mean from history; 1, which is Poisson, for a series that has too little of it."""
    past = history(data)
    enough = past.days_known >= ENOUGH_DAYS
    ratio = np.append(forecast(past).variance_ratio[enough], 1.0)
    return np.asarray(ratio[pd.Index(_key(data, past)[enough]).get_indexer(pd.Index(key))])  # -1 is the last


def _key(data: DataSet, past: History) -> Codes:
    return np.asarray(past.item * len(data["locations"]) + past.location, dtype=np.intp)


def _frame(data: DataSet, key: Codes, mean: Floats, sd: Floats) -> pd.DataFrame:
    days = data.settings.horizon_days
    item, location = np.divmod(key, max(1, len(data["locations"])))
    dates = pd.date_range(pd.Timestamp(data.settings.start_date), periods=days).astype("datetime64[us]")
    columns = {
        "item_id": data["items"]["item_id"].to_numpy()[item].repeat(days),
        "location_id": data["locations"]["location_id"].to_numpy()[location].repeat(days),
        "date": np.tile(dates.to_numpy(), len(key)),
        "mean": mean.ravel(),
        "sd": sd.ravel(),
    }
    return pd.DataFrame(columns, columns=list(COLUMNS)).astype({"item_id": "str", "location_id": "str"})

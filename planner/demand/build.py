"""The demand that a plan has to serve, dense over the horizon."""

import numpy as np
import pandas as pd

from planner.demand.forecast import Forecast, forecast
from planner.demand.history import Flags, Floats, History, history
from planner.tables.dataset import DataSet

COLUMNS = ("item_id", "location_id", "date", "mean", "sd")
ENOUGH_DAYS = 28  # of history, to take a standard deviation from it


def demand(data: DataSet) -> pd.DataFrame:
    """Mean and standard deviation [units/day] of each item and location with any demand, for every day of the horizon.

    From the table `demand` where it has rows: days that it leaves out are 0, and an empty sd comes from the sales history if
    that has 28 days, else it is Poisson. From `sales` otherwise. Closed days are 0. Rows are sorted by item and
    location, in the order of their tables, then by date.
    """
    if len(data["demand"]):
        key, mean, sd = _given(data)
    else:
        key, mean, sd = _forecast(data)
    closed = _closed(data)[key % max(1, len(data["locations"]))]
    mean, sd = np.where(closed, 0.0, mean), np.where(closed, 0.0, sd)
    some = (mean > 0).any(axis=1)
    return _frame(data, key[some], mean[some], sd[some])


def _forecast(data: DataSet) -> tuple["np.ndarray[tuple[int], np.dtype[np.intp]]", Floats, Floats]:
    past = history(data)
    found = forecast(past)
    mean = found.level[:, None] * found.weekday[_weekdays(data)].T
    return _key(data, past), mean, np.sqrt(found.variance_ratio[:, None] * mean)


def _given(data: DataSet) -> tuple["np.ndarray[tuple[int], np.dtype[np.intp]]", Floats, Floats]:
    table = data["demand"]
    day = (
        table["date"].to_numpy().astype("datetime64[D]") - np.datetime64(data.settings.start_date, "D")
    ).astype(int)
    inside = (day >= 0) & (day < data.settings.horizon_days)
    table, day = table[inside], day[inside]
    item = pd.Index(data["items"]["item_id"]).get_indexer(pd.Index(table["item_id"]))
    location = pd.Index(data["locations"]["location_id"]).get_indexer(pd.Index(table["location_id"]))
    row, key = pd.factorize(item.astype(np.intp) * len(data["locations"]) + location, sort=True)
    mean = np.zeros((len(key), data.settings.horizon_days))
    sd = np.zeros_like(mean)
    mean[row, day] = table["mean"].to_numpy()
    sd[row, day] = table["sd"].to_numpy()
    missing = np.isnan(sd)
    if missing.any():
        sd = np.where(missing, np.sqrt(_ratios(data, key)[:, None] * mean), sd)
    return key, mean, sd


def _ratios(data: DataSet, key: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> Floats:
    """Variance ÷ mean from history; 1, which is Poisson, for a series that has too little of it."""
    past = history(data)
    found: Forecast = forecast(past)
    enough: Flags = past.days_known >= ENOUGH_DAYS
    position = pd.Index(_key(data, past)[enough]).get_indexer(pd.Index(key))
    return np.where(position >= 0, np.append(found.variance_ratio[enough], 1.0)[position], 1.0)


def _key(data: DataSet, past: History) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    return np.asarray(past.item * len(data["locations"]) + past.location, dtype=np.intp)


def _weekdays(data: DataSet) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    return np.asarray(
        (data.settings.start_date.weekday() + np.arange(data.settings.horizon_days)) % 7, dtype=np.intp
    )


def _closed(data: DataSet) -> Flags:
    """Locations × days of the horizon: closed."""
    calendar = data["calendar"][data["calendar"]["closed"]]
    day = (
        calendar["date"].to_numpy().astype("datetime64[D]") - np.datetime64(data.settings.start_date, "D")
    ).astype(int)
    location = pd.Index(data["locations"]["location_id"]).get_indexer(pd.Index(calendar["location_id"]))
    inside = (day >= 0) & (day < data.settings.horizon_days)
    closed = np.zeros((len(data["locations"]), data.settings.horizon_days), dtype=bool)
    closed[location[inside], day[inside]] = True
    return closed


def _frame(
    data: DataSet, key: "np.ndarray[tuple[int], np.dtype[np.intp]]", mean: Floats, sd: Floats
) -> pd.DataFrame:
    days = data.settings.horizon_days
    item, location = np.divmod(key, max(1, len(data["locations"])))
    dates = pd.date_range(pd.Timestamp(data.settings.start_date), periods=days, unit="us")
    return pd.DataFrame(
        {
            "item_id": data["items"]["item_id"].to_numpy()[item].repeat(days),
            "location_id": data["locations"]["location_id"].to_numpy()[location].repeat(days),
            "date": np.tile(dates.to_numpy(), len(key)),
            "mean": mean.ravel(),
            "sd": sd.ravel(),
        }
    ).astype({"item_id": "str", "location_id": "str"})

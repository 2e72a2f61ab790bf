"""What was expected of the last days, and what came: every series, with how far forecasts of a week have been off before."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from planner.demand.censoring import demand_at_least
from planner.demand.dates import Codes, Flags, day_numbers, positions
from planner.demand.forecast import Forecast, forecast
from planner.demand.history import Floats, History, history
from planner.tables.dataset import DataSet

WARM_UP = 28  # days of history before the first forecast that is judged
ORIGINS = 12  # weeks before, at which forecasts are judged
FARTHEST = 4.0  # standard deviations that one day of one series counts at most above its forecast


@dataclass(frozen=True)
class Tracked:
    """Arrays are days of the window × series, or per series. `units` are sold, or what a sold-out day would have sold [units].

    `counted`: the same, a day no farther above its forecast than `FARTHEST`: one large purchase is no shift of demand.

    `mean`: expected [units], 0 on days that tell nothing; `ratio`: variance ÷ mean [units]. `before`: weeks × days of the window
    × series of (units, expected) pairs, what forecasts of the same age expected in earlier weeks.
    """

    item: Codes
    location: Codes
    category: Codes
    whole: Flags
    units: Floats
    counted: Floats
    mean: Floats
    ratio: Floats
    before: tuple[Floats, Floats]
    level: Floats  # expected level when the window began [units/day]
    weekday: Floats  # weekdays × series


def tracked(data: DataSet, days: int, planned: pd.DataFrame | None = None) -> Tracked | None:
    """The last `days` days of sales against the forecast of before them; None where there is too little history.

    `planned` has the forecast of the published plan (item_id, location_id, date, mean), which counts on the days that it has.
    """
    past = history(data)
    if past.units.shape[0] < days + WARM_UP:
        return None
    known = _until(past, past.units.shape[0] - days)
    found = forecast(known)
    factor = _factor(past, found)
    window = slice(past.units.shape[0] - days, None)
    mean = found.level * factor[window]
    if planned is not None:
        mean = _with_plan(
            data, past, mean, factor[window] / _factor(past, found, plain=True)[window], planned
        )
    whole = np.asarray((past.units == np.floor(past.units)).all(axis=0))
    mean = np.where(past.known[window], mean, 0.0)
    units = _filled(past, mean, found.variance_ratio, window)
    before = _judged(known, found, days)
    return Tracked(
        past.item,
        past.location,
        past.category,
        whole,
        units,
        _counted(units, mean, found.variance_ratio),
        mean,
        found.variance_ratio,
        before,
        found.level,
        found.weekday,
    )


def _until(past: History, days: int) -> History:
    """The first days of a history."""
    return replace(
        past,
        **{
            name: getattr(past, name)[:days] for name in ("units", "known", "censored", "promoted", "weekday")
        },
    )


def _factor(past: History, found: Forecast, *, plain: bool = False) -> Floats:
    """Days × series: what the day is of the level; without promotions if `plain`."""
    by_day = found.weekday[past.weekday]
    return by_day if plain else np.where(past.promoted, by_day * found.uplift, by_day)


def _filled(past: History, mean: Floats, ratio: Floats, days: slice) -> Floats:
    """Demand of the days: on a sold-out one what is expected of a demand that was no less.

    If the forecast is right this has the mean of the demand and no larger variance, so a tail of it is no false alarm more often.
    """
    units = np.where(past.known[days], past.units[days], 0.0)
    day, series = np.nonzero(past.censored[days])
    units[day, series] = demand_at_least(units[day, series], mean[day, series], ratio[series])
    return units


def _counted(units: Floats, mean: Floats, ratio: Floats) -> Floats:
    return np.minimum(units, mean + FARTHEST * np.sqrt(ratio * mean))


def _with_plan(data: DataSet, past: History, mean: Floats, lift: Floats, planned: pd.DataFrame) -> Floats:
    """The plan's forecast where it has one. One that was built from sales knows no promotions: they are added."""
    days = len(mean)
    day = day_numbers(planned["date"], data.settings.start_date) + days
    inside = (day >= 0) & (day < days)
    rows = planned[inside]
    places = len(data["locations"])
    key = positions(rows["item_id"], data["items"]["item_id"]) * places
    key = key + positions(rows["location_id"], data["locations"]["location_id"])
    series = pd.Index(past.item * places + past.location).get_indexer(pd.Index(key))
    told = series >= 0
    result = mean.copy()
    value: Any = rows["mean"].to_numpy(np.float64)[told]
    at = day[inside][told], series[told]
    result[at] = value * (lift[at] if data["demand"].empty else 1.0)
    return result


def _judged(known: History, found: Forecast, days: int) -> tuple[Floats, Floats]:
    """Sales and forecasts of windows before, from levels as they were when each window began; origins × days × series.

    The level is that of exponential smoothing with the constant of the series, as in `planner.demand.level`.
    """
    plain = known.known & ~known.censored
    exposure = np.where(plain, _factor(known, found), 0.0)
    units = np.where(plain, known.units, 0.0)
    last = len(units) - days
    origins = list(range(last, WARM_UP - 1, -7))[:ORIGINS]
    sold, expected = (np.zeros((len(origins), days, units.shape[1])) for _ in range(2))
    demand, weight = np.zeros(units.shape[1]), np.zeros(units.shape[1])
    keep = 1.0 - found.constant
    for day in range(last + 1):
        if day in origins:
            row = origins.index(day)
            level = demand / np.maximum(weight, 1e-12)
            expected[row] = level * exposure[day : day + days]
            sold[row] = _counted(units[day : day + days], expected[row], found.variance_ratio)
        if day < last:
            fade = np.where(plain[day], keep, 1.0)
            demand, weight = demand * fade + units[day], weight * fade + exposure[day]
    return sold, expected

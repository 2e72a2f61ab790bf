"""What really happens: demand of every day, and how late goods are. No policy sees it before its time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from planner.demand.dates import closed, day_numbers, positions, weekdays
from planner.demand.forecast import Forecast, forecast
from planner.demand.history import history
from planner.errors import UsageError
from planner.tables.dataset import DataSet, conform
from planner.tables.schema import TABLES
from planner.value.simulate.conditions import demand_factors, with_conditions
from planner.value.simulate.setup import Source
from planner.value.simulate.shocks import Floats, Ints, all_of, drawn, no_shocks

FASTEST_DRIFT = 0.05  # log-sd per day of a level at most: thin series say nothing about theirs
LEAST_HISTORY = 28  # days that must be left to forecast from


@dataclass(frozen=True)
class Truth:
    """`data`: the tables with the sales of before the first day. Arrays are in the order of `items` and `locations`.

    `wanted`: items × locations × days [units]; `late`: rows of `lanes` × days, days by which goods dispatched
    on that day come later than planned; `shocks`: what else happens (table `events`), in `wanted` already.
    """

    data: DataSet
    wanted: Floats
    late: Ints
    shocks: pd.DataFrame = field(default_factory=no_shocks)

    @property
    def days(self) -> int:
        """Days that are simulated."""
        return int(self.wanted.shape[2])

    @cached_property
    def real(self) -> DataSet:
        """The tables as they would be if all shocks to lanes, locations and tariffs had been known."""
        return with_conditions(self.data, self.shocks, self.days)


def truth(
    data: DataSet,
    days: int,
    source: Source,
    seed: int,
    replication: int,
    rate: float = 0.0,
    events: Sequence[dict[str, Any]] = (),
) -> Truth:
    """What happens in one replication; the same for every policy, trigger and delay (common random numbers).

    `history`: the last `days` days of `sales` happen again, from the first day of the horizon on (moved by whole
    weeks), and only the sales before them are known. `draws`: demand is drawn (`_drawn`). Shocks are `events`, and `rate`
    a week that are drawn. Raises UsageError without `sales`, or if they are too short.
    """
    _require_sales(data)
    data = data.replace(events=None)
    random, late, shocks, rounding = (
        np.random.default_rng([seed, replication, *more]) for more in ((), (1,), (2,), (3,))
    )
    if source == "history":
        data, wanted = _replayed(data, days)
    else:
        wanted = _drawn(data, days, random)
    given = conform(TABLES["events"], list(events) or None)
    happens = all_of(given, drawn(data, days, rate, shocks))
    found = Truth(data, _shifted(data, wanted, happens, rounding), _late(data, days, late), happens)
    shut = closed(found.real, data.settings.start_date, days).T
    return replace(found, wanted=np.where(shut[None, :, :], 0.0, found.wanted))


def _shifted(data: DataSet, wanted: Floats, shocks: pd.DataFrame, random: np.random.Generator) -> Floats:
    """Demand times the factors of its shifts; whole units stay whole, rounded up as often as keeps the mean."""
    table = demand_table(data, wanted)
    shifted = wanted.copy()
    shifted[wanted > 0] *= demand_factors(data, shocks, table, wanted.shape[2])
    rounded = np.floor(shifted + random.random(shifted.shape))
    return np.where((wanted == np.floor(wanted)) & (shifted != wanted), rounded, shifted)


def demand_table(data: DataSet, wanted: Floats) -> pd.DataFrame:
    """What is wanted (items × locations × days) as the table `demand`, without uncertainty."""
    item, location, day = np.nonzero(wanted)
    return pd.DataFrame(
        {
            "item_id": data["items"]["item_id"].to_numpy()[item],
            "location_id": data["locations"]["location_id"].to_numpy()[location],
            "date": pd.Timestamp(data.settings.start_date) + pd.to_timedelta(day, unit="D"),
            "mean": wanted[item, location, day],
            "sd": 0.0,
        }
    )


def _require_sales(data: DataSet) -> None:
    if data["sales"].empty:
        raise UsageError(
            "simulate needs the table sales: forecasts are rebuilt from what was sold. Maybe only demand was exported."
        )


def _replayed(data: DataSet, days: int) -> tuple[DataSet, Floats]:
    """The history, moved so that its last days are the first ones of the horizon; and what was wanted on them."""
    sales, start = data["sales"], data.settings.start_date
    before = sales[day_numbers(sales["date"], start) < 0]
    last = pd.Timestamp(before["date"].max()).date() if len(before) else start
    first = pd.Timestamp(before["date"].min()).date() if len(before) else start
    if (last - first).days + 1 < days + LEAST_HISTORY:
        raise UsageError(
            f"sales tell of {(last - first).days + 1} days before {start}; to replay {days} of them takes at least "
            f"{days + LEAST_HISTORY}. Ask for fewer --days, or for --truth draws."
        )
    begins = last - timedelta(days=days - 1)
    # whole weeks, so that weekdays stay what they are: up to six of the last days of the history are left out
    weeks = ceil((start - begins).days / 7)
    moved = before.assign(date=before["date"] + pd.Timedelta(days=7 * weeks))
    day = day_numbers(moved["date"], start)
    replayed = data.replace(sales=moved[day < 0], demand=None)
    return replayed, _placed(data, moved[(day >= 0) & (day < days)], days)


def _placed(data: DataSet, sales: pd.DataFrame, days: int) -> Floats:
    wanted = np.zeros((len(data["items"]), len(data["locations"]), days))
    item = positions(sales["item_id"], data["items"]["item_id"])
    location = positions(sales["location_id"], data["locations"]["location_id"])
    wanted[item, location, day_numbers(sales["date"], data.settings.start_date)] = sales["units"]
    return wanted


def _drawn(data: DataSet, days: int, random: np.random.Generator) -> Floats:
    """Demand as the forecast understands it, with levels that go on wandering.

    A level for which exponential smoothing with constant α is best is a random walk: its variance per day is
    α² ÷ (1 − α) of the variance of a day (Muth 1960). Here it walks in proportion, without a trend. Whole units are negative
    binomial (Poisson where the variance is no larger), others gamma.
    """
    past = history(data)
    found = forecast(past)
    drift = _drift(found)
    steps = random.standard_normal((days, len(drift))) * drift - 0.5 * drift**2
    level = found.level * np.exp(np.cumsum(steps, axis=0))
    mean = level * found.weekday[weekdays(data.settings.start_date, days)]
    ratio = np.maximum(found.variance_ratio, 1e-9)
    whole = (past.units == np.floor(past.units)).all(axis=0)
    scale = np.where(whole, np.maximum(ratio - 1.0, 1e-9), ratio)
    amount = random.gamma(mean / scale, scale)
    counted = random.poisson(np.where(whole & (ratio > 1.0 + 1e-6), amount, np.where(whole, mean, 0.0)))
    wanted = np.zeros((len(data["items"]), len(data["locations"]), days))
    wanted[past.item, past.location] = np.where(whole, counted, amount).T
    return wanted


def _drift(found: Forecast) -> Floats:
    noise = np.sqrt(found.variance_ratio / np.maximum(found.level, 1e-9))  # of a day, as a part of the level
    signal = found.constant / np.sqrt(1.0 - found.constant)
    return np.asarray(np.minimum(FASTEST_DRIFT, signal * noise))


def _late(data: DataSet, days: int, random: np.random.Generator) -> Ints:
    """Normal deviations from the lead time, rounded to days; nothing comes earlier than planned."""
    spread: Any = data["lanes"]["lead_time_sd_days"].fillna(0.0).to_numpy(np.float64)
    drawn = random.standard_normal((len(spread), days)) * spread[:, None]
    return np.asarray(np.maximum(0, np.rint(drawn)), np.int64)

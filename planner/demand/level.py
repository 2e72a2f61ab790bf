"""The level of each series by exponential smoothing, and the errors that its one-day forecasts would have
had.

Regular series: the level is discounted demand ÷ discounted exposure, where the exposure of a day is its
weekday and promotion factor. That is exponential smoothing without a starting value: with a short
history it is the mean. Intermittent series (on average more than 1.32 days between sales, Syntetos,
Boylan and Croston 2005): the probability of a sale is smoothed every day, its size at each sale
(Teunter, Syntetos and Babai 2011, "TSB"), so an item that stopped selling fades. The smoothing constant
is the best one for the category, not for the series, where noise would decide.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from planner.demand.dates import Codes, Flags
from planner.demand.history import Floats

INTERMITTENT_DAYS_PER_SALE = 1.32
CONSTANTS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15)
SIZE_CONSTANT = 0.05
WARM_UP_DAYS = 21  # known days before the errors of a series count
SILENT_DAYS, SILENT_SALES = (
    28.0,
    8.0,
)  # so long without a sale where so many were expected: the item has ended


class Days(NamedTuple):
    """What the smoothing sees, days × series: demand, exposure, which days count, and E[demand²] of these."""

    units: Floats
    exposure: Floats
    known: Flags
    squared: Floats


@dataclass(frozen=True)
class Levels:
    """Per series: level [units/day], smoothing constant; over its days with a forecast Σ error², Σ forecast, Σ forecast²."""

    level: Floats
    constant: Floats
    squared_error: Floats
    forecast: Floats
    squared_forecast: Floats


def smooth(days: Days, category: Codes) -> Levels:
    """Levels with the constant that is best for each category, apart for regular and intermittent series."""
    usual = np.maximum(1.0, np.where(days.known, days.units, 0.0).sum(axis=0))
    sales = ((days.units > 0) & days.known).sum(axis=0)
    intermittent = days.known.sum(axis=0) > INTERMITTENT_DAYS_PER_SALE * sales
    cohort = category * 2 + intermittent
    loss = np.zeros((len(CONSTANTS), int(cohort.max(initial=0)) + 1))
    for row, constant in enumerate(CONSTANTS):
        levels = _run(days, np.full(len(category), constant), intermittent)
        np.add.at(loss[row], cohort, levels.squared_error / usual)
    best = np.array(CONSTANTS)[loss.argmin(axis=0)]
    return _run(days, best[cohort], intermittent)


def _run(days: Days, constant: Floats, intermittent: Flags) -> Levels:
    """Forecast each day with what was known in the evening before, then learn from it."""
    count = len(constant)
    demand, exposure, events, sizes, size_weight, seen, silence = (np.zeros(count) for _ in range(7))
    squared_error, forecast, squared_forecast = (np.zeros(count) for _ in range(3))
    level = np.zeros(count)
    for units, factor, known, squared in zip(*days, strict=True):
        counts = known & (seen >= WARM_UP_DAYS)
        mean = level * factor
        squared_error += np.where(counts, squared - 2 * mean * units + mean * mean, 0.0)
        forecast += np.where(counts, mean, 0.0)
        squared_forecast += np.where(counts, mean * mean, 0.0)
        keep = 1.0 - constant * known
        sale = known & (units > 0)
        demand = demand * keep + np.where(known, units, 0.0)
        exposure = exposure * keep + np.where(known, factor, 0.0)
        events = events * keep + sale
        fade = 1.0 - SIZE_CONSTANT * sale
        sizes = sizes * fade + np.where(sale, units, 0.0)
        size_weight = size_weight * fade + sale
        seen += known
        silence = np.where(sale, 0.0, silence + np.where(known, factor, 0.0))
        size = sizes / np.maximum(size_weight, 1e-12)
        level = np.where(intermittent, events * size, demand) / np.maximum(exposure, 1e-12)
        ended = (silence > SILENT_DAYS) & (events * silence > SILENT_SALES * exposure)
        level = np.where(ended, np.minimum(level, 1.0 / np.maximum(silence, 1.0)), level)
    return Levels(level, constant, squared_error, forecast, squared_forecast)

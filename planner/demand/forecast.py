"""From a history to level, weekday factors and variance of every series."""

from dataclasses import dataclass

import numpy as np

from planner.demand.censoring import demand_at_least, squared_at_least
from planner.demand.history import Floats, History
from planner.demand.level import Days, smooth
from planner.demand.pattern import uplift, weekday_factors
from planner.demand.spread import variance_ratio

ROUNDS = 3  # of expectation and estimation; later ones change the levels by less than one in ten thousand
HALF_WINDOW_DAYS = 28  # demand of a sold-out day is judged by the four weeks before and after it
OVERALL_DAYS = 7.0  # weight of the whole history against this window


@dataclass(frozen=True)
class Forecast:
    """Per series: level [units/day], uplift, variance ÷ mean [units], smoothing constant; `weekday`: weekdays × series."""

    level: Floats
    weekday: Floats
    uplift: Floats
    variance_ratio: Floats
    constant: Floats


def forecast(past: History) -> Forecast:
    """Fill in what sold-out days would have sold, learn the pattern, smooth the level, measure the errors."""
    if past.units.size == 0:
        nothing = np.zeros(0)
        return Forecast(nothing, np.zeros((7, 0)), nothing, nothing, nothing)
    plain = past.known & ~past.censored & ~past.promoted
    units = np.where(past.known, past.units, 0.0)
    factor = np.ones_like(units)
    around = _around(np.where(plain, units, 0.0), plain.astype(np.float64))
    ratio = np.ones(len(past.item))
    for _ in range(ROUNDS):
        units = _filled(past, units, around * factor, ratio)
        weekday, lift, factor = _patterns(past, units, around)
        exposure = np.where(past.known, factor, 0.0)
        around = _around(units, exposure)
        ratio = _rough_ratio(past, units, around * exposure)
    squared = _squared(past, units, around * factor, ratio)
    levels = smooth(Days(units, factor, past.known, squared), past.category)
    whole = (past.units == np.floor(past.units)).all(axis=0)
    ratio = variance_ratio(levels, past.days_known, past.category, whole)
    return Forecast(levels.level, weekday, lift, ratio, levels.constant)


def _patterns(past: History, units: Floats, around: Floats) -> tuple[Floats, Floats, Floats]:
    """Weekday factors given the uplift, the uplift given the weekday factors, and both per day."""
    quiet = np.where(past.known & ~past.promoted, around, 0.0)
    weekday = weekday_factors(past, np.where(past.promoted, 0.0, units), quiet)
    by_day = weekday[past.weekday]
    lift = uplift(past, units, np.where(past.known, around * by_day, 0.0))
    return weekday, lift, np.where(past.promoted, by_day * lift, by_day)


def _filled(past: History, units: Floats, mean: Floats, ratio: Floats) -> Floats:
    """Demand: what was sold, and on a sold-out day what is expected of a demand that was no less."""
    filled = units.copy()
    day, series = np.nonzero(past.censored)
    filled[day, series] = demand_at_least(past.units[day, series], mean[day, series], ratio[series])
    return filled


def _squared(past: History, units: Floats, mean: Floats, ratio: Floats) -> Floats:
    """E[demand²] of each day, for the errors."""
    squared = units**2
    day, series = np.nonzero(past.censored)
    squared[day, series] = squared_at_least(past.units[day, series], mean[day, series], ratio[series])
    return squared


def _around(units: Floats, exposure: Floats) -> Floats:
    """Level in a window around each day, leaning on the whole history where the window says little."""
    overall = units.sum(axis=0) / np.maximum(exposure.sum(axis=0), 1e-12)
    return np.asarray((_window(units) + OVERALL_DAYS * overall) / (_window(exposure) + OVERALL_DAYS))


def _window(values: Floats) -> Floats:
    """Sum over the window around each day (axis 0)."""
    days = len(values)
    total = np.vstack([np.zeros((1, values.shape[1])), values.cumsum(axis=0)])
    day = np.arange(days)
    begin, end = np.maximum(0, day - HALF_WINDOW_DAYS), np.minimum(days, day + HALF_WINDOW_DAYS + 1)
    return np.asarray(total[end] - total[begin])


def _rough_ratio(past: History, units: Floats, mean: Floats) -> Floats:
    """Variance ÷ mean around the local level, at least 1: good enough to judge sold-out days."""
    error = np.where(past.known & ~past.censored, (units - mean) ** 2, 0.0).sum(axis=0)
    expected = np.where(past.known & ~past.censored, mean, 0.0).sum(axis=0)
    return np.asarray(np.maximum(1.0, error / np.maximum(expected, 1e-12)))

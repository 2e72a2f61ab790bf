"""The variance of demand, as a multiple of its mean.

Per series: squared one-day errors ÷ forecasts. A thin series is drawn towards what its category shows,
variance = mean + φ·mean² (negative binomial), or for goods that sell by weight, a common ratio. Items
that sell in whole units get no less than Poisson variance: customers who decide for themselves can't
arrive more regularly than that, and a smaller number is the luck of a short history. Over the weekdays
the variance grows with the mean.
"""

import numpy as np

from planner.demand.dates import Codes, Flags
from planner.demand.history import Floats
from planner.demand.level import WARM_UP_DAYS, Levels

PRIOR_DAYS = 21.0  # the category counts as much as so many days of the series' own errors


def variance_ratio(levels: Levels, days_known: Codes, category: Codes, whole: Flags) -> Floats:
    """Variance ÷ mean per series [units]; `whole`: the series sells in whole units."""
    group = category * 2 + whole
    error, forecast, square = (
        np.bincount(group, weights=values)
        for values in (levels.squared_error, levels.forecast, levels.squared_forecast)
    )
    dispersion = np.maximum(0.0, (error - forecast) / np.maximum(square, 1e-12))
    pooled = np.where(forecast > 0, error / np.maximum(forecast, 1e-12), 1.0)
    prior = np.where(whole, 1.0 + dispersion[group] * levels.level, pooled[group])
    days = np.maximum(0.0, days_known - WARM_UP_DAYS)
    own = levels.squared_error / np.maximum(levels.forecast, 1e-12)
    weight = np.where(levels.forecast > 0, days / (days + PRIOR_DAYS), 0.0)
    ratio = weight * own + (1 - weight) * prior
    return np.asarray(np.maximum(ratio, np.where(whole, 1.0, 1e-6)))

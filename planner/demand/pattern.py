"""What repeats: the weekday pattern, and what a promotion adds. Thin data lean on similar series.

All factors are ratios of sums, Σ demand ÷ Σ expected demand, which weighs days as Poisson noise asks for. A
group with few units is drawn towards its parent by adding units that look like the parent: the weights below.
"""

import numpy as np

from planner.demand.dates import Codes
from planner.demand.history import Floats, History

CATEGORY_UNITS = (
    500.0  # expected units per weekday at which a category counts as much as all categories together
)
GROUP_UNITS = 200.0  # the same for a category at one location against the category everywhere
CATEGORY_UPLIFT_UNITS = 100.0
ITEM_UPLIFT_UNITS = 60.0
HIGHEST_UPLIFT = 10.0


def weekday_factors(past: History, units: Floats, base: Floats) -> Floats:
    """Factors, weekdays × series, with mean 1 over the days on which a location is open.

    `units` is demand, `base` what it would be without a weekday pattern, both 0 on days that are not known.
    """
    sold, expected = (_by_weekday(past, values) for values in (units, base))
    factors = _ratio(
        sold.sum(axis=1, keepdims=True), expected.sum(axis=1, keepdims=True), 1.0, CATEGORY_UNITS
    )
    group = past.category * (past.location.max(initial=0) + 1) + past.location
    for member, weight in ((past.category, CATEGORY_UNITS), (group, GROUP_UNITS)):
        factors = _ratio(_summed(sold, member), _summed(expected, member), factors, weight)
    factors = np.where(past.open_weekday, factors, 0.0)
    return np.asarray(factors / (factors.sum(axis=0) / np.maximum(1, past.open_weekday.sum(axis=0))))


def uplift(past: History, units: Floats, base: Floats) -> Floats:
    """Factor per series by which a promotion lifts demand, at least 1, pooled over the item's locations.

    `units` and `base` as above, with `base` including the weekday pattern.
    """
    sold = (units * past.promoted).sum(axis=0)
    expected = (base * past.promoted).sum(axis=0)
    factor = _ratio(
        _summed(sold, past.category), _summed(expected, past.category), 1.0, CATEGORY_UPLIFT_UNITS
    )
    factor = _ratio(_summed(sold, past.item), _summed(expected, past.item), factor, ITEM_UPLIFT_UNITS)
    return np.asarray(np.clip(factor, 1.0, HIGHEST_UPLIFT))


def _by_weekday(past: History, values: Floats) -> Floats:
    return np.stack([values[past.weekday == day].sum(axis=0) for day in range(7)])


def _summed(values: Floats, member: Codes) -> Floats:
    """Sums over the series of a group, given back to each of its series (last axis)."""
    if values.ndim == 1:
        return np.asarray(np.bincount(member, weights=values)[member])
    return np.stack([_summed(row, member) for row in values])


def _ratio(sold: Floats, expected: Floats, parent: Floats | float, weight: float) -> Floats:
    return np.asarray((sold + weight * parent) / (expected + weight))

"""The sales curve: what an expected available stock sells on a day (models/README.md, section 2).

A window of days began with the stock `y`; its demand is gamma distributed (Burgin 1975). What is left of `y`
after the earlier days is the available stock of the day, what is left after the day is its closing stock.
Everything here is arrays of equal shape, in units.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from planner.audit.gamma import lower, upper

Array = npt.NDArray[np.float64]

# Below this coefficient of variation the demand of a window is taken as certain.
CERTAIN = 1e-6
# Stock that is counted as stock: smaller amounts are rounding of a sum that is 0.
SOME_STOCK = 1e-6
# Less stock than this, in units of the gamma scale, is out of reach of floating point; all of it is sold.
NOTHING = 1e-250
# Above this shape (demand known to 0.1 %) less than a 1e-12th of the demand is out of reach, too.
LARGE_SHAPE, SMALL_PART = 1e6, 1e-12


class Sales(NamedTuple):
    """Expected sales of a day [units], and the probability that the day ends with stock."""

    units: Array
    ends_with_stock: Array


def surplus(stock: Array, shape: Array) -> Array:
    """E[(stock − D)⁺] for demand D that is gamma distributed with scale 1; a shape of 0 is no demand."""
    with np.errstate(under="ignore"):
        left = stock * lower(shape, stock) - shape * lower(shape + 1.0, stock)
    return np.asarray(np.where(shape > 0.0, np.maximum(left, 0.0), stock))


def shortage(stock: Array, mean: Array, variance: Array) -> Array:
    """E[(D − stock)⁺] [units] for gamma distributed demand D; certain if the variance is (nearly) 0."""
    certain = np.sqrt(variance) <= CERTAIN * mean
    with np.errstate(under="ignore", divide="ignore", invalid="ignore"):
        scale = np.where(certain, 1.0, variance / mean)
        shape = np.where(certain, 1.0, mean / scale)
        level = np.maximum(stock, 0.0) / scale
        random = scale * (shape * upper(shape + 1.0, level) - level * upper(shape, level))
    short = np.where(certain | (stock <= 0.0), mean - stock, random)
    return np.asarray(np.where(mean > 0.0, np.maximum(short, 0.0), np.maximum(-stock, 0.0)))


def window_stock(available: Array, shape: Array) -> Array:
    """The stock y of which `available` > 0 is left after the earlier days: surplus(y) = available.

    All in units of the gamma scale. Newton's method on logarithms, where the surplus is concave, kept between
    the bounds available ≤ y ≤ available + shape; the relative error of y is about 1e-14.
    """
    result = np.array(available + shape, dtype=float)
    # Where the surplus at the upper bound is linear, the bound is the solution.
    active = np.flatnonzero((shape > 0.0) & (available > 0.0))
    target, k, y = available[active], shape[active], _first_guess(available[active], shape[active])
    low, high = target.copy(), target + k
    for _ in range(200):
        if not active.size:
            break
        with np.errstate(all="ignore"):
            served = lower(k, y)
            left = y * served - k * lower(k + 1.0, y)
            low, high = np.where(left < target, y, low), np.where(left >= target, y, high)
            step = np.log(target / left) * (left / (y * served))
            following = y * np.exp(np.clip(step, -50.0, 50.0))
            outside = ~((following >= low) & (following <= high))
            following = np.where(outside, np.sqrt(low) * np.sqrt(high), following)
            done = (~outside & (np.abs(step) <= 1e-9)) | (high - low <= 4e-16 * high)
        result[active[done]] = following[done]
        if done.any():
            going = ~done
            active, target, k, y = active[going], target[going], k[going], following[going]
            low, high = low[going], high[going]
        else:
            y = following
    result[active] = y
    return result


def _first_guess(target: Array, shape: Array) -> Array:
    """A start: the normal approximation for large shapes, the power law of small stock for others."""
    with np.errstate(all="ignore"):
        power = np.exp((np.log(target) + gammaln(shape + 2.0)) / (shape + 1.0))
        root = np.sqrt(shape)
        loss = target / root
        tail = np.sqrt(np.maximum(-2.0 * np.log(np.minimum(loss, 0.39) / 0.39), 0.0))
        z = np.where(loss > 0.4, loss - 0.4 / (1.0 + 3.0 * loss), -0.75 * tail)
        cube = 1.0 + z / (3.0 * root) - 1.0 / (9.0 * shape)
        guess = np.where((shape > 10.0) & (cube > 0.1), shape * cube**3, power)
    return np.clip(np.where(np.isfinite(guess), guess, target + shape), target, target + shape)


def expected_sales(available: Array, earlier_mean: Array, mean: Array, window_sd: Array) -> Sales:
    """Sales of a day with `mean` demand [units] of which the stock `available` is expected to be there.

    `earlier_mean` is the mean demand of the earlier days of the window, `window_sd` the standard deviation of
    the demand of the whole window, this day included.
    """
    stock = np.maximum(available, 0.0)
    units = np.where(mean > 0.0, np.minimum(stock, mean), 0.0)
    ends = np.where(stock - units > SOME_STOCK, 1.0, 0.0)
    total = earlier_mean + mean
    random = (window_sd > CERTAIN * total) & (total > 0.0)
    ends[random] = np.where(stock[random] > 0.0, 1.0, 0.0)
    select = random & (mean > 0.0) & (stock > 0.0)
    units[select], ends[select] = _random_sales(
        stock[select], earlier_mean[select], mean[select], window_sd[select]
    )
    return Sales(units, ends)


def _random_sales(stock: Array, earlier_mean: Array, mean: Array, window_sd: Array) -> tuple[Array, Array]:
    total = earlier_mean + mean
    scale = window_sd**2 / total
    earlier, whole, level = earlier_mean / scale, total / scale, stock / scale
    nothing = (level < NOTHING) | ((earlier > LARGE_SHAPE) & (level < SMALL_PART * earlier))
    level = np.where(nothing, earlier + 1.0, level)
    y = np.where(earlier > 0.0, window_stock(level, earlier), level)
    closing = scale * surplus(y, whole)
    with np.errstate(all="ignore"):
        before = np.where(earlier > 0.0, lower(earlier, y), 1.0)
        ratio = lower(whole, y) / before
    ends = np.where(np.isfinite(ratio), np.clip(ratio, 0.0, 1.0), 0.0)
    sold = np.clip(stock - closing, 0.0, np.minimum(stock, mean))
    return np.where(nothing, np.minimum(stock, mean), sold), np.where(nothing, 0.0, ends)

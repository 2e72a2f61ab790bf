"""Tables of tangents: the sales curve of every stock point and day, and its shortage after the horizon, as a few lines.

A tangent of a concave curve lies above it and one of a convex curve below it, so what is computed from tables of tangents
bounds what is computed from the curves. Points and slopes are exact, which also lets the curve between them be interpolated.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaln, xlogy

from planner_models.curve import CERTAIN, SalesCurve, sales_curves
from planner_models.problem import Floats, StockPoints

# Where the lines touch: standard normal deviates of the window's demand, close together where the curve bends.
DEVIATES = np.array([-1.6, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.6, 3.3])
BLOCK = 4_096  # stock points per task


@dataclass(frozen=True)
class Tangents:
    """Touching points of the curves: stock, value and slope, ascending in stock."""

    stock: Floats  # N × T × J available stock [units]
    sales: Floats  # N × T × J expected sales [units]
    slope: Floats  # N × T × J
    end_stock: Floats  # N × J position at the end [units]
    end_short: Floats  # N × J expected shortage [units]
    end_slope: Floats  # N × J, ≤ 0

    @classmethod
    def of(cls, stock: StockPoints, threads: int = 1) -> "Tangents":
        """The tables of all stock points."""
        points, days = stock.mean.shape
        shape = (points, days, len(DEVIATES))
        at, sales, slope = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        curves = sales_curves(stock)

        def fill(first: int) -> None:
            part = slice(first, first + BLOCK)
            at[part], sales[part], slope[part] = _touch(curves[part])

        with ThreadPoolExecutor(max(1, threads)) as pool:
            list(pool.map(fill, range(0, points, BLOCK)))
        return cls(at, sales, slope, *_touch_end(stock))


def _quantiles(mean: Floats, scale: Floats) -> Floats:
    """Points of a gamma distribution near the quantiles of `DEVIATES` (Wilson & Hilferty 1931)."""
    shape = np.maximum(mean / scale, 1e-9)
    root = 1.0 - 1.0 / (9.0 * shape) + DEVIATES / (3.0 * np.sqrt(shape))
    # where the mass is near nothing the approximation fails: go by powers of the mean instead
    points = np.where(root > 0.1, shape * scale * np.maximum(root, 0.1) ** 3, 0.0)
    spread = np.sqrt(mean * scale) + scale
    least = mean * 1e-3 + spread * np.linspace(1e-3, 5e-2, len(DEVIATES))
    return np.asarray(np.maximum.accumulate(np.maximum(points, least), axis=-1))


def _lower(shape: Floats, x: Floats) -> tuple[Floats, Floats]:
    """`P(shape, x)` and `P(shape + 1, x)`, the second by recurrence."""
    first = gammainc(shape, x)
    step = np.exp(xlogy(shape, x) - x - gammaln(shape + 1.0))
    return first, np.maximum(0.0, first - step)


def _touch(curve: SalesCurve) -> tuple[Floats, Floats, Floats]:
    """Touching points of sales curves: parametrised by the stock at the beginning of the window, so nothing is inverted."""
    mean, before, scale = curve.mean[..., None], curve.before[..., None], curve.scale[..., None]
    certain = (scale <= 0) | (mean <= 0)
    theta = np.where(certain, 1.0, scale)
    full = np.where(certain, 1.0, before + mean)
    y = _quantiles(full, theta)
    at, above = _lower(full / theta, y / theta)
    closing = np.maximum(0.0, y * at - full * above)
    early = np.maximum(before, 1e-300)
    reached, beyond = _lower(early / theta, y / theta)
    there = before > 0
    stock = np.where(there, np.maximum(0.0, y * reached - before * beyond), y)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.where(there, np.where(reached > 0, at / reached, 0.0), at)
    sales = np.clip(stock - closing, 0.0, np.minimum(stock, mean))
    slope = np.clip(1.0 - ratio, 0.0, 1.0)
    even = mean * np.linspace(0.5, 1.4, y.shape[-1])
    stock = np.where(certain, even, stock)
    sales = np.where(certain, np.minimum(even, mean), sales)
    slope = np.where(certain, (even < mean).astype(float), slope)
    none = mean <= 0
    return stock, np.where(none, 0.0, sales), np.where(none, 0.0, slope)


def _touch_end(stock: StockPoints) -> tuple[Floats, Floats, Floats]:
    """Touching points of the expected shortage after the horizon."""
    mean, sd = stock.terminal_mean[:, None], stock.terminal_sd[:, None]
    certain = (sd <= CERTAIN * mean) | (mean <= 0)
    theta = np.where(certain, 1.0, sd**2 / np.where(mean > 0, mean, 1.0))
    full = np.where(certain, 1.0, mean)
    y = _quantiles(full, theta)
    at, above = _lower(full / theta, y / theta)
    short = np.maximum(0.0, full - y + y * at - full * above)
    even = mean * np.linspace(0.5, 1.4, len(DEVIATES))
    return (
        np.where(certain, even, y),
        np.where(certain, np.maximum(0.0, mean - even), short),
        np.where(certain, np.where(even < mean, -1.0, 0.0), at - 1.0),
    )

"""Expected sales and expected shortage of a stock level, and lines that touch these curves.

Demand of a window of days is gamma distributed (Burgin 1975, "The gamma distribution and inventory control"). Section 2 of
`models/README.md` derives the formulas. All functions work on arrays that broadcast against each other.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import gammainc

from planner_models.problem import Floats, Ints, StockPoints

CERTAIN = 1e-6  # coefficient of variation below which demand is certain
NOTHING = 1e-200  # units; less is out of reach of floating point


def unsold(stock: Floats, mean: Floats, scale: Floats) -> Floats:
    """`E[(stock − D)⁺]` of a gamma distributed demand D with this mean and scale (variance ÷ mean) [units]."""
    return _unsold_and_probability(stock, mean, scale)[0]


def _unsold_and_probability(stock: Floats, mean: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """`E[(stock − D)⁺]` and `P(D ≤ stock)`, which is half of the work for it."""
    shape, x = mean / scale, stock / scale
    probability = gammainc(shape, x)
    return np.asarray(np.maximum(0.0, stock * probability - mean * gammainc(shape + 1.0, x))), probability


@dataclass(frozen=True)
class SalesCurve:
    """Expected sales of a day as a function of the expected available stock; one curve per entry of the arrays."""

    mean: Floats  # demand of the day [units]
    before: Floats  # mean demand of the days of the window before it
    scale: Floats  # variance ÷ mean of the window's demand; 0 = certain

    def __getitem__(self, key: Any) -> "SalesCurve":
        return SalesCurve(self.mean[key], self.before[key], self.scale[key])

    def start(self, available: Floats) -> Floats:
        """The stock y at the beginning of the window whose expected rest, before the day's sales, is `available`.

        Newton's method on log a(log y): the curve is almost straight there, from both ends.
        """
        target = np.asarray(available, float)
        known = (self.before <= 0) | (target <= 0) | (self.scale <= 0)
        scale = np.where(known, 1.0, self.scale)
        before = np.where(known, 1.0, self.before)
        goal = np.where(known, 1.0, target)
        y = goal + before  # a(y) ≥ y − before, so this is never too low
        for _ in range(60):
            rest, probability = _unsold_and_probability(y, before, scale)
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                step = np.log(rest / goal) * rest / (y * probability)
            step = np.where(np.isfinite(step), step, 0.0)
            y = y * np.exp(-np.clip(step, -2.0, 2.0))
            if np.all(np.abs(step) < 1e-13):
                break
        return np.where(known, np.maximum(target, 0.0), y)

    def evaluate(self, available: Floats) -> tuple[Floats, Floats]:
        """Expected sales [units] and their slope, the probability that one more unit would be sold on that day."""
        a = np.where(available > NOTHING, available, 0.0)
        certain = self.scale <= 0
        scale = np.where(certain, 1.0, self.scale)
        y = self.start(a)
        with np.errstate(divide="ignore", invalid="ignore"):
            left, stockout_free = _unsold_and_probability(y, self.before + self.mean, scale)
            reached = np.where(
                self.before > 0, gammainc(np.maximum(self.before, 1e-300) / scale, y / scale), 1.0
            )
            slope = 1.0 - np.where(reached > 0, stockout_free / reached, 0.0)
        sales = a - left
        sales = np.where(certain, np.minimum(a, self.mean), np.clip(sales, 0.0, np.minimum(a, self.mean)))
        slope = np.where(certain, (a < self.mean).astype(float), np.clip(slope, 0.0, 1.0))
        return np.where(self.mean > 0, sales, 0.0), np.where(self.mean > 0, slope, 0.0)

    def at_slope(self, slope: Floats) -> Floats:
        """An available stock at which the curve has about this slope [units] (bisection on the window's stock)."""
        scale = np.where(self.scale <= 0, 1.0, self.scale)
        low = np.zeros(np.broadcast(self.mean, slope).shape)
        total = self.before + self.mean
        high = low + total + 12.0 * np.sqrt(scale * total) + 12.0 * scale
        for _ in range(40):
            y = 0.5 * (low + high)
            with np.errstate(divide="ignore", invalid="ignore"):
                reached = np.where(
                    self.before > 0, gammainc(np.maximum(self.before, 1e-300) / scale, y / scale), 1.0
                )
                here = 1.0 - np.where(reached > 0, gammainc(total / scale, y / scale) / reached, 0.0)
            steep = here > slope
            low, high = np.where(steep, y, low), np.where(steep, high, y)
        before = np.maximum(self.before, 1e-300)
        return np.asarray(np.where(self.before > 0, unsold(high, before, scale), high))


def sales_curves(stock: StockPoints) -> SalesCurve:
    """The sales curve of every stock point and day (`N × T`)."""
    return SalesCurve(stock.mean, stock.before, stock.scale)


def windows(mean: Floats, variance: Floats, window: Ints, length: Ints) -> tuple[Floats, Floats]:
    """`before` and `scale` of stock points in periods of `length` days, from the demand of every day (`N × days`).

    The window of a period are the `window` days that end with its last day.
    """
    end = np.cumsum(length)[None, :]
    first = np.maximum(0, end - window[:, None])
    begin = np.broadcast_to(end - length, first.shape)

    def between(values: Floats, start: Ints, stop: Ints) -> Floats:
        total = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
        return np.asarray(np.take_along_axis(total, stop, 1) - np.take_along_axis(total, start, 1))

    stop, earliest = np.broadcast_to(end, first.shape), np.minimum(first, begin)
    before, full = between(mean, earliest, begin), between(mean, earliest, stop)
    spread = between(variance, first, stop)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(np.sqrt(spread) > CERTAIN * full, spread / full, 0.0)
    return np.maximum(before, 0.0), np.where(full > 0, scale, 0.0)


def terminal_shortage(stock: StockPoints, position: Floats) -> tuple[Floats, Floats]:
    """`E[(N − position)⁺]` [units] of the demand N after the horizon, and its slope (≤ 0)."""
    mean, sd = stock.terminal_mean, stock.terminal_sd
    certain = sd <= CERTAIN * mean
    scale = np.where(certain, 1.0, sd**2 / np.where(mean > 0, mean, 1.0))
    p = np.maximum(position, 0.0)
    shape = np.where(certain, 1.0, mean / scale)
    short = mean - p + unsold(p, np.where(certain, 1.0, mean), scale)
    short = np.where(certain, mean - p, short)
    slope = np.where(certain, np.where(p < mean, -1.0, 0.0), gammainc(shape, p / scale) - 1.0)
    return np.maximum(short, 0.0), slope

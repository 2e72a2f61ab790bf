"""Points of the sales curves, found from the stock at the beginning of the window, so that nothing is inverted.

See models/README.md, section 2: the stock y with which the window began gives the available stock a(y), what is left after the day,
and the slope of the curve there. Arrays are `K × N` [units] for `K` stocks of `N` windows; distributions are per window.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, xlogy

from planner.audit.bound.convex import Flags, Floats
from planner.audit.curve import CERTAIN
from planner.audit.gamma import lower

# Demand known better than this is taken as certain here: nobody sells more than min(stock, demand).
MOST_SHAPE = 1e6
# Beyond so many standard deviations and scales above the mean, all demand is served (to 1e-16).
FAR_SD, FAR_SCALES = 9.0, 40.0
# Standard normal deviates of a window's demand at which curves are looked at: close together where little is lost.
DEVIATES = np.array(
    [-2.0, -1.3, -0.8, -0.4, -0.1, 0.2, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.3, 2.6, 3.0, 3.5, 4.2]
)


@dataclass(frozen=True)
class Windows:
    """Demand of the days before (`earlier`), and of these and the day itself (`whole`): means and their common scale."""

    earlier: Floats  # N
    whole: Floats  # N
    scale: Floats  # N, variance ÷ mean; 1 where demand is certain
    random: Flags  # N

    @classmethod
    def of(cls, earlier: Floats, mean: Floats, sd: Floats) -> "Windows":
        """Windows by the mean demand before the day, on the day, and the deviation of both together."""
        whole = earlier + mean
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = sd**2 / whole
            known = (mean > 0) & (sd > CERTAIN * whole) & (whole < MOST_SHAPE * scale)
        return cls(earlier, whole, np.where(known, scale, 1.0), known)

    def columns(self, rows: Flags) -> "Windows":
        """Some of the windows."""
        return Windows(self.earlier[rows], self.whole[rows], self.scale[rows], self.random[rows])

    def quantiles(self, deviates: Floats = DEVIATES) -> Floats:
        """Stocks `K × N` near the quantiles of the whole window's demand."""
        return quantiles(self.whole, self.scale, deviates)

    @property
    def saturated(self) -> Floats:
        """Stocks `N` that serve all demand, so that the sales curve is level there."""
        return np.asarray(_saturated(self.whole, self.scale) * (1.0 + 1e-9))

    def sales(self, y: Floats) -> tuple[Floats, Floats, Floats]:
        """Available stock, stock after the day, and the slope of the sales curve, where windows began with `y`."""
        served, after = surplus(y, self.whole, self.scale)
        reached, there = surplus(y, self.earlier, self.scale)
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = np.where(reached > 0.0, served / reached, 0.0)
        return there, np.minimum(after, there), np.clip(1.0 - ends, 0.0, 1.0)


def quantiles(mean: Floats, scale: Floats, deviates: Floats) -> Floats:
    """Stocks near the quantiles of gamma distributed demand (Wilson & Hilferty 1931), ascending; low ones where that fails."""
    shape = np.maximum(mean / scale, 1e-9)
    root = 1.0 - 1.0 / (9.0 * shape) + deviates[:, None] / (3.0 * np.sqrt(shape))
    usual = np.where(root > 0.1, mean * np.maximum(root, 0.1) ** 3, 0.0)
    spread = np.sqrt(mean * scale) + scale
    least = mean * 1e-3 + spread * np.linspace(1e-3, 0.2, len(deviates))[:, None]
    return np.asarray(np.maximum.accumulate(np.maximum(usual, least), axis=0))


def surplus(stock: Floats, mean: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """P(D ≤ stock) and E[(stock − D)⁺] for gamma distributed demand D; a mean of 0 is no demand."""
    shape, level = np.broadcast_to(mean / scale, stock.shape), stock / scale
    far = stock > _saturated(mean, scale)
    probability = np.ones(stock.shape)
    above = probability.copy()  # P(shape + 1, level), by recurrence
    near = ~far & (shape > 0.0)
    k, x = shape[near], level[near]
    with np.errstate(under="ignore"):
        low = lower(k, x)
        step = np.exp(xlogy(k, x) - x - np.broadcast_to(gammaln(mean / scale + 1.0), stock.shape)[near])
    probability[near], above[near] = low, np.maximum(0.0, low - step)
    return probability, np.maximum(0.0, stock * probability - mean * above)


def _saturated(mean: Floats, scale: Floats) -> Floats:
    return np.asarray(mean + FAR_SD * np.sqrt(mean * scale) + FAR_SCALES * scale)

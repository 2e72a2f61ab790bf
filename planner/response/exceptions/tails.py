"""How unlikely sales are if the forecast is right, and which of many unlikely ones to believe."""

import numpy as np
from scipy.special import betainc, gammainc, gammaincc

from planner.demand.history import Floats

TAIL = 0.02  # share of earlier tests whose probabilities say how heavy the tail is
ENOUGH = 2000  # earlier tests to tell that from

POISSON = 1.0 + 1e-6  # variance ÷ mean up to which counts are Poisson


def tails(units: Floats, mean: Floats, ratio: Floats, whole: Floats) -> tuple[Floats, Floats]:
    """P(D ≥ units) and P(D ≤ units) of demand D with this mean [units] and variance ÷ mean [units]; arrays of one shape.

    `whole` units are negative binomial, with size k = mean ÷ (ratio − 1): P(D ≥ x) = I(x, k; (ratio − 1) ÷ ratio) with the
    regularised incomplete beta function I; Poisson where the variance is no larger than the mean. Others are gamma distributed.
    Both families are closed under sums at the same ratio, so that a sum of days is tested by the same formula.
    """
    mean = np.maximum(mean, 1e-12)
    kinds = np.where(whole, np.where(ratio > POISSON, 0, 1), 2)
    at_least, at_most = np.ones_like(mean), np.ones_like(mean)
    for kind, family in enumerate((_negative_binomial, _poisson, _gamma)):
        rows = kinds == kind
        if rows.any():
            at_least[rows], at_most[rows] = family(units[rows], mean[rows], ratio[rows])
    return at_least, at_most


def _negative_binomial(units: Floats, mean: Floats, ratio: Floats) -> tuple[Floats, Floats]:
    size, rest = mean / (ratio - 1.0), 1.0 - 1.0 / ratio
    at_least = np.where(units > 0, betainc(np.maximum(units, 1e-12), size, rest), 1.0)
    return at_least, np.asarray(betainc(size, units + 1.0, 1.0 / ratio))


def _poisson(units: Floats, mean: Floats, _ratio: Floats) -> tuple[Floats, Floats]:
    at_least = np.where(units > 0, gammainc(np.maximum(units, 1e-12), mean), 1.0)
    return at_least, np.asarray(gammaincc(units + 1.0, mean))


def _gamma(units: Floats, mean: Floats, ratio: Floats) -> tuple[Floats, Floats]:
    scale = np.maximum(ratio, 1e-9)
    at_least = np.asarray(gammaincc(mean / scale, np.maximum(units, 0.0) / scale))
    return at_least, 1.0 - at_least


def calibrated(probability: Floats, earlier: Floats) -> Floats:
    """Probabilities that are right about their tail, given those of earlier tests, nearly all without an event.

    Peaks over a threshold (Davison and Smith 1990): −log p beyond that of the lowest `TAIL` of the earlier tests is taken as
    exponential with the mean that it had there. No probability becomes smaller.
    """
    usual = earlier[earlier < 1.0]
    if len(earlier) < ENOUGH or len(usual) < TAIL * len(earlier):
        return probability
    limit = float(np.quantile(earlier, TAIL))
    depth = np.log(limit) - np.log(np.maximum(earlier[earlier <= limit], 1e-300))
    share, mean = float((earlier <= limit).mean()), max(1.0, float(depth.mean()))
    below = np.log(limit) - np.log(np.maximum(probability, 1e-300))
    return np.where(probability < limit, np.maximum(probability, share * np.exp(-below / mean)), probability)


def discoveries(probability: Floats, rate: float) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which hypotheses to reject so that the expected share of false ones among them is at most `rate`.

    Benjamini and Hochberg 1995: the k smallest, with the largest k for which the k-th is at most k ÷ n · rate.
    """
    order = np.argsort(probability, kind="stable")
    count = len(probability)
    below = probability[order] <= rate * np.arange(1, count + 1) / max(1, count)
    last = int(np.flatnonzero(below).max(initial=-1))
    found = np.zeros(count, bool)
    found[order[: last + 1]] = True
    return found

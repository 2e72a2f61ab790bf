"""Demand of days that sold out.

A stocked-out day shows a lower limit of demand. Leaving the sales as they are makes the forecast too low,
and leaving the days out does too, because shelves run empty when demand is high. What is filled in is the
expected demand given that it was at least what was sold: the expectation step of the EM algorithm (Dempster,
Laird and Rubin 1977; for lost sales Nahmias 1994, "Demand estimation in lost sales inventory systems"), here
with the gamma distribution that the plan uses too.
"""

import numpy as np
from scipy.special import gammaincc

from planner.demand.history import Floats


def demand_at_least(sold: Floats, mean: Floats, variance_ratio: Floats) -> Floats:
    """E[D | D ≥ sold] for gamma-distributed D with a mean and variance ÷ mean [units]."""
    return _partial_moment(1, sold, mean, variance_ratio)


def squared_at_least(sold: Floats, mean: Floats, variance_ratio: Floats) -> Floats:
    """E[D² | D ≥ sold] for the same D [units²]."""
    return _partial_moment(2, sold, mean, variance_ratio)


def _partial_moment(power: int, sold: Floats, mean: Floats, variance_ratio: Floats) -> Floats:
    """With shape k and scale θ: E[D | D ≥ s] = kθ · Q(k+1, s/θ) ÷ Q(k, s/θ), and so on for the square."""
    shape = np.maximum(mean, 1e-9) / variance_ratio
    limit = np.maximum(0.0, sold - 0.5) / variance_ratio  # units are whole: "at least 3" begins at 2.5
    tail = gammaincc(shape, limit)
    moment = np.full(np.shape(mean), variance_ratio**power)
    for step in range(power):
        moment = moment * (shape + step)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = moment * gammaincc(shape + power, limit) / tail
    impossible = tail < 1e-12  # so much was sold that the mean must be wrong; take the sales as they are
    return np.asarray(np.where(impossible, sold**power, np.maximum(value, sold**power)))

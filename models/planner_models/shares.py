"""Shares of what is scarce: whole lots, so that everybody gets nearly the same part of what he asked for."""

import numpy as np

from planner_models.problem import Floats, Ints


def shares(there: float, asked: Ints, lot: Floats) -> Ints:
    """Whole lots of `lot` units for those who `asked`, `there` units in all.

    Everybody gets the same part of what he asked for, rounded down; what is left goes lot by lot to the one who has got the
    smallest part (the first of them), as long as a lot is there.
    """
    wanted = float(asked @ lot)
    if wanted <= there + 1e-9:
        return np.array(asked)
    given = np.floor(asked * (max(0.0, there) / wanted) + 1e-9).astype(np.int64)
    left = there - float(given @ lot)
    while True:
        short = (given < asked) & (lot <= left + 1e-9)
        if not short.any():
            return np.asarray(given)
        part = np.where(short, given / np.maximum(asked, 1), np.inf)
        best = int(np.argmin(part))
        given[best] += 1
        left -= lot[best]

"""Sharing what is not enough for all, in whole cases and in the order of the rows."""

import numpy as np
import pandas as pd

from planner.value.simulate.shocks import Floats, Ints


def fitting(cell: Ints, units: Floats, room: Floats, case: Floats, size: Floats | float = 1.0) -> Floats:
    """What each row gets of the room of its cell: all of it, or the whole cases that fit into what those before it left.

    `size` is what a unit takes of the room; rows of one cell have the same `room`.
    """
    left = np.maximum(0.0, room - _earlier(cell, units * size))
    with np.errstate(divide="ignore", invalid="ignore"):
        possible = np.where(np.asarray(size) > 0, left / size, np.inf)
    whole = np.floor(possible / case + 1e-9) * case
    return np.where(units <= possible + 1e-9, np.minimum(units, possible), whole)


def _earlier(cell: Ints, amount: Floats) -> Floats:
    """For each row, what rows before it with the same cell have in all."""
    return np.asarray(pd.Series(amount).groupby(cell).cumsum() - amount, np.float64)

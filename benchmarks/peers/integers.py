"""A mixed-integer programme in whole numbers only, so loosened that its bound holds for the programme with fractions.

A continuous x becomes the whole number next to UNITS·x. Each row is multiplied so that its coefficients are whole, or nearly, and
then loosened by the most that rounding of its values and coefficients can make of it. So every solution of the programme is one
here, at a cost that is higher by `loss` at most.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from planner_models.problem import Flags, Floats, Ints

UNITS = 10_000  # steps of a continuous decision: 1/10,000 unit, kg, m³, hour or money
FINE = 1e6  # coefficients that are not whole with a smaller factor are rounded to 1/FINE
MOST = 2.0**61  # what a row may come to: CP-SAT counts in 64 bits
EXACT = 1e-9
FINEST = 1e11  # steps of the cost per unit of money, fewer where 64 bits hold no more


class NotTaken(Exception):  # noqa: N818
    """The programme has no form in whole numbers."""


@dataclass(frozen=True)
class Integers:
    """`min cost·x ÷ money + offset` over whole x with `row_lower ≤ A·x ≤ row_upper`."""

    lower: Ints
    upper: Ints
    cost: Ints
    money: float  # steps of the cost per unit of money
    offset: float
    starts: Ints
    columns: Ints
    values: Ints
    row_lower: Ints
    row_upper: Ints
    loss: float  # money by which a bound in whole numbers may be too high


def discretised(
    cost: Floats,
    offset: float,
    lower: Floats,
    upper: Floats,
    integer: Flags,
    rows: tuple[sparse.csr_array, Floats, Floats],
) -> Integers:
    """The programme in whole numbers; its decisions must lie between 0 and finite bounds."""
    matrix, row_lower, row_upper = rows
    if not np.isfinite(upper).all() or (lower < 0).any():
        raise NotTaken(
            f"{int((~np.isfinite(upper) | (lower < 0)).sum())} decisions are not between 0 and a bound"
        )
    steps = np.where(integer, 1.0, float(UNITS))
    most = np.ceil(np.maximum(np.abs(lower), np.abs(upper)) * steps)
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    column = matrix.indices
    per_step = matrix.data / steps[column]
    factor = _factors(row, per_step, most[column], matrix.shape[0])
    wanted = per_step * factor[row]
    values = np.round(wanted)
    slack = np.abs(values - wanted) * most[column] + 0.5 * np.abs(wanted) * ~integer[column]
    slack = np.bincount(row, slack, matrix.shape[0]) + EXACT * factor
    infinite = np.iinfo(np.int64)
    low, high = np.ceil(row_lower * factor - slack), np.floor(row_upper * factor + slack)
    money = min(FINEST, MOST / max(1.0, float(np.abs(cost / steps) @ most)))
    return Integers(
        lower=np.floor(lower * steps).astype(np.int64),
        upper=np.ceil(upper * steps).astype(np.int64),
        cost=np.floor(cost / steps * money).astype(np.int64),
        money=money,
        offset=offset,
        starts=matrix.indptr.astype(np.int64),
        columns=column.astype(np.int64),
        values=values.astype(np.int64),
        row_lower=_limits(low, infinite.min),
        row_upper=_limits(high, infinite.max),
        loss=float(np.sum(np.abs(cost[~integer]) / (2 * UNITS))),
    )


def _limits(values: Floats, infinite: int) -> Ints:
    """Limits as whole numbers; those that no row can reach are none."""
    reached = np.abs(values) < MOST
    return np.where(reached, np.where(reached, values, 0.0).astype(np.int64), infinite)


def _factors(row: Ints, per_step: Floats, most: Floats, count: int) -> Floats:
    """What each row is multiplied by: the least of a few factors that makes its coefficients whole, else the finest."""
    chosen = np.full(count, np.nan)
    for factor in (1.0, float(UNITS), 100.0 * UNITS, 1e4 * UNITS):
        off = np.abs(per_step * factor - np.round(per_step * factor)) > EXACT * factor * np.abs(per_step)
        whole = np.bincount(row, off, count) == 0
        chosen = np.where(np.isnan(chosen) & whole, factor, chosen)
    chosen = np.where(np.isnan(chosen), FINE * UNITS, chosen)
    reach = np.bincount(row, np.abs(per_step) * most, count)
    return np.asarray(np.minimum(chosen, MOST / np.maximum(reach, 1.0)))


def bounded(
    cost: Floats,
    lower: Floats,
    upper: Floats,
    rows: tuple[sparse.csr_array, Floats, Floats],
    room: float,
    rounds: int,
) -> Floats:
    """Upper bounds that follow from rows and, where they don't, from a cost that a good solution does not exceed.

    `room` is how much more than its least cost the whole programme may cost.
    """
    matrix, row_lower, row_upper = rows
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    column, value = matrix.indices, matrix.data
    for _ in range(rounds):
        before = upper
        for sign, limit in ((1.0, row_upper), (-1.0, -row_lower)):
            signed = sign * value
            with np.errstate(invalid="ignore"):
                least = np.where(signed > 0, signed * lower[column], signed * upper[column])
            endless = np.isinf(least)
            total = np.bincount(row, np.where(endless, 0.0, least), matrix.shape[0])
            others = np.bincount(row, endless, matrix.shape[0])[row] - endless
            # signed·x ≤ limit − the least of all others
            most = (limit[row] - total[row] + np.where(endless, 0.0, least)) / np.where(
                signed > 0, signed, 1.0
            )
            known = (signed > 0) & (others == 0) & np.isfinite(most)
            tighter = upper.copy()
            np.minimum.at(tighter, column[known], most[known] + 1e-6 * np.maximum(1.0, np.abs(most[known])))
            upper = np.maximum(tighter, lower)
        if np.array_equal(np.isinf(before), np.isinf(upper)):
            break
    priced = lower + room / np.where(cost > 0, cost, np.nan)
    return np.where(np.isinf(upper) & (cost > 0), priced, upper)

"""The bound of the whole plan, place by place: prices from the relaxation, cuts until they say nothing more."""

from collections.abc import Callable

import highspy
import numpy as np

from planner_models.bound.needs import FLATTEST, Needs
from planner_models.bound.rounding import carriers_of, rounding_cuts
from planner_models.bound.split import Relaxation, groups_of, split
from planner_models.joint.columns import Columns, value
from planner_models.joint.touching import Curves
from planner_models.matrix import Matrix, Rows
from planner_models.problem import Floats, Problem

ROUNDS = 12
LEAST_GAIN = 5e-5  # of the bound; a round that brings less is the last one
SLOW = 20.0  # seconds for one place


def strengthened_bound(
    problem: Problem,
    matrix: Matrix,
    columns: Columns,
    curves: Curves,
    highs: highspy.Highs,
    *,
    tell: Callable[[float], None] = lambda _: None,
    left: Callable[[], float] = lambda: np.inf,
) -> float:
    """A lower bound on the cost of every plan [money].

    `highs` holds the solved relaxation. `tell` hears of better bounds, `left` says how many seconds there are.
    """
    relaxation = Relaxation.of(highs)
    parts = split(matrix, relaxation, columns.location, groups_of(problem))
    carriers = carriers_of(problem, columns, columns.largest)
    at = curves.sales.at_slope(np.full(problem.stock.mean.shape, FLATTEST))
    sales, slope = curves.sales.evaluate(at)
    flat = sales - slope * at, slope
    x, best = np.zeros(len(matrix.cost)), -np.inf
    for _ in range(ROUNDS):
        for place in parts.places:
            if left() <= 0 or not place.solve(x, min(SLOW, left())):
                return best
        gain, best = parts.bound - best, max(best, parts.bound)
        tell(best)
        if gain < LEAST_GAIN * abs(best):
            return best
        needs = Needs.at(curves, columns, flat, x)
        added = parts.add(rounding_cuts(carriers, needs, x, lambda: left() <= 0))
        added += parts.add(_lines(columns, curves, x, best))
        if not added:
            return best
    return best


def _lines(columns: Columns, curves: Curves, x: Floats, bound: float) -> Rows:
    """Lines that the solution asks for."""
    tolerance = max(1e-7, 1e-4 * abs(bound) / max(1, int(curves.uncertain.sum())))
    sales = curves.missing_sales_lines(columns.available(x), value(x, columns.sales), tolerance)
    ends = curves.missing_terminal_lines(columns.position(x), value(x, columns.short), tolerance)
    return columns.rows(sales, ends)

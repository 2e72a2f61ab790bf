"""The compact model in whole numbers, made in a process of its own.

highspy and ortools each bring a library of HiGHS under the same name, in different versions, so that a process can load only one of
them. Building the model needs the first.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from benchmarks.peers.integers import Integers, NotTaken, bounded, discretised
from planner_models.problem import Ints, Problem
from planner_models.projection import Projection


def in_whole_numbers(problem: Problem, lines: int) -> tuple[Integers, Ints]:
    """The programme, and the columns of the lots shipped (`K × T`); raises NotTaken where there is none."""
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        return other.submit(_build, problem, lines).result()


def _build(problem: Problem, lines: int) -> tuple[Integers, Ints]:
    """Decisions without a bound get one from their rows, or from what doing nothing costs."""
    from benchmarks.peers.compact import Compact

    compact = Compact.of(problem, lines)
    matrix, rows, ship = compact.matrix, compact.rows, compact.columns.ship
    idle = Projection(problem, np.zeros(ship.shape, np.int64))
    if idle.excess:
        raise NotTaken("doing nothing is no plan, so that some decisions have no bound")
    with np.errstate(invalid="ignore"):
        cheapest = matrix.cost * np.where(matrix.cost > 0, matrix.lower, matrix.upper)
    room = max(0.0, idle.cost - matrix.offset - float(np.sum(cheapest[matrix.cost != 0])))
    upper = bounded(matrix.cost, matrix.lower, matrix.upper, rows, room, problem.days + 2)
    return discretised(matrix.cost, matrix.offset, matrix.lower, upper, matrix.integer, rows), ship

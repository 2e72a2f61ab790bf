"""Orders that nobody would choose: the engines' projection and the evaluator judge them alike.

The orders are random lots; most of them break limits. Where more leaves than there is, sales and stock are
undefined (models/README.md, section 2) and only the verdict is compared.
"""

import numpy as np
import pytest

from planner.compile import compile_problem
from planner_models.problem import Problem
from planner_models.projection import Projection
from tests.engine.agreement import agree
from tests.engine.instances import random_data
from tests.seeds import blocks

BLOCK = 25


def random_lots(problem: Problem, seed: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    """A few lots on open days, sometimes many."""
    random = np.random.default_rng(seed)
    often = random.choice([0.1, 0.3, 0.6])
    lots = random.integers(1, 3, problem.shipments.open.shape)
    return np.where(problem.shipments.open & (random.random(lots.shape) < often), lots, 0)


@pytest.mark.parametrize("first", blocks(50, BLOCK, 1000))
def test_projection_and_evaluator_agree_on_any_orders(first: int) -> None:
    feasible = 0
    for seed in range(first, first + BLOCK):
        data = random_data(seed, stores=2, days=3)
        problem = compile_problem(data)
        for lots in (np.zeros(problem.shipments.open.shape, np.int64), random_lots(problem, seed)):
            feasible += agree(seed, data, Projection(problem, lots))
    assert feasible > 0  # else the test says little

"""The primal heuristic: feasible, quickly, and better than doing nothing."""

from pathlib import Path

import numpy as np
import pytest

from planner.compile import compile_problem
from planner.tables.load import load
from planner_models.construct import construct
from planner_models.problem import Problem
from planner_models.projection import Projection
from tests.engine.instances import random_data

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="module")
def retail() -> Problem:
    return compile_problem(load(DATA / "retail"))


def test_the_retail_sample_has_a_good_feasible_plan_soon(retail: Problem) -> None:
    """It stops at the first good one, and has time enough for a machine that does other things, too."""
    idle = Projection(retail, np.zeros(retail.shipments.open.shape, np.int64))
    reported = [np.inf]
    lots = construct(retail, seconds=90, report=reported.append, stop=lambda: min(reported) < 0.5 * idle.cost)
    found = Projection(retail, lots)
    assert found.excess == {}
    assert found.cost < 0.5 * idle.cost


@pytest.mark.parametrize("first", range(0, 50, 10))
def test_tiny_problems_of_every_kind_get_a_feasible_plan(first: int) -> None:
    """Given only what has a feasible plan at all (the exact engine says so for these seeds)."""
    impossible = {5, 14, 19, 35, 36, 39, 49}
    for seed in range(first, first + 10):
        problem = compile_problem(random_data(seed))
        idle = Projection(problem, np.zeros(problem.shipments.open.shape, np.int64))
        found = Projection(problem, construct(problem, seconds=20))  # it ends far earlier
        if seed not in impossible:
            assert found.excess == {}, seed
        if not idle.excess:
            assert found.cost <= idle.cost, seed

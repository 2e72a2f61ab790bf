"""The primal heuristic: feasible, quickly, and better than doing nothing."""

from pathlib import Path

import numpy as np
import pytest

from planner.compile import compile_problem
from planner.tables.load import load
from planner_models.construct import construct
from planner_models.problem import Problem
from planner_models.projection import Projection

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="module")
def retail() -> Problem:
    return compile_problem(load(DATA / "retail"))


def test_the_retail_sample_has_a_feasible_plan_within_seconds(retail: Problem) -> None:
    idle = Projection(retail, np.zeros(retail.shipments.open.shape, np.int64))
    found = Projection(retail, construct(retail, seconds=6))
    assert found.excess == {}
    assert found.cost < 0.5 * idle.cost

"""The exact engine begins with a plan that it is given."""

import numpy as np

from planner.compile import compile_problem
from planner_models import exact
from planner_models.incumbent import Effort
from planner_models.projection import Projection
from tests.engine.instances import random_data


def test_a_plan_to_begin_with_is_kept_until_there_is_a_better_one() -> None:
    problem = compile_problem(random_data(3, stores=2, days=3))
    best = exact.solve(problem, Effort(gap=0.0, time_limit=20.0))
    assert best.lots is not None
    again = exact.solve(problem, Effort(gap=0.0, time_limit=0.0), start=best.lots)
    assert again.lots is not None
    assert again.cost == best.cost
    nothing = np.zeros_like(best.lots)
    if not Projection(problem, nothing).excess:
        assert exact.solve(problem, Effort(gap=0.0, time_limit=20.0), start=nothing).cost <= best.cost + 1e-6


def test_a_plan_that_breaks_a_limit_is_passed_over() -> None:
    problem = compile_problem(random_data(3, stores=2, days=3))
    best = exact.solve(problem, Effort(gap=0.0, time_limit=20.0))
    absurd = np.where(problem.shipments.open, 10_000, 0)
    assert Projection(problem, absurd).excess
    assert abs(exact.solve(problem, Effort(gap=0.0, time_limit=20.0), start=absurd).cost - best.cost) <= 1e-6

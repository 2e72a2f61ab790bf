"""The bound by places: never above the cost of the best plan, never below the relaxation."""

import numpy as np
import pytest

from planner.compile import compile_problem
from planner_models.bound import strengthened_bound
from planner_models.exact import solve
from planner_models.incumbent import Effort, Infeasible
from planner_models.joint.columns import Columns, value
from planner_models.joint.formulation import build
from planner_models.joint.touching import Curves
from planner_models.matrix import add_rows, run, to_highs, to_matrix
from planner_models.problem import Problem
from tests.engine.instances import random_data


def bounds(problem: Problem) -> tuple[float, float]:
    """The relaxation's bound with all lines that it asks for, and the bound by places [money]."""
    curves = Curves.of(problem)
    model = build(problem, curves.first_sales_lines(), curves.first_terminal_lines())
    matrix = to_matrix(model)
    columns, highs = Columns.of(problem, model, matrix), to_highs(matrix, relaxed=True)
    for _ in range(3):
        run(highs)
        x = np.array(highs.getSolution().col_value)
        sales = curves.missing_sales_lines(columns.available(x), value(x, columns.sales), 1e-4)
        add_rows(highs, columns.rows(sales, []))
    run(highs)
    relaxed = float(highs.getInfo().objective_function_value)
    return relaxed, strengthened_bound(problem, matrix, columns, curves, highs)


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_the_bound_by_places_lies_between_the_relaxation_and_the_best_plan(first: int) -> None:
    checked = 0
    for seed in range(first, first + 10):
        problem = compile_problem(random_data(seed))
        try:
            best = solve(problem, Effort(gap=0.0, time_limit=10.0))
        except Infeasible:
            continue
        if best.lots is None:
            continue
        relaxed, strengthened = bounds(problem)
        tolerance = 1e-6 * max(1.0, best.cost)
        assert strengthened <= best.cost + tolerance, seed
        assert strengthened >= relaxed - tolerance, seed
        checked += 1
    assert checked >= 4

"""The service weight: lost sales, and what is short at the end, count so many times as much; nothing else changes."""

import pytest

from planner import evaluate
from planner.compile import compile_problem
from planner.compile.index import index_of
from planner.plan.build import orders_of
from planner_models.projection import Projection
from tests.engine.agreement import agree
from tests.engine.instances import random_data
from tests.engine.test_random_orders import random_lots


@pytest.mark.parametrize("seed", range(200, 220))
def test_projection_and_evaluator_weigh_lost_sales_alike_and_nothing_else(seed: int) -> None:
    data = random_data(seed, stores=2, days=3)
    heavy = data.replace(settings=data.settings.model_copy(update={"service_weight": 3.0}))
    assert heavy.content_hash != data.content_hash
    problem = compile_problem(heavy)
    projection = Projection(problem, random_lots(problem, seed))
    agree(seed, heavy, projection)
    orders = orders_of(heavy, index_of(heavy), projection)
    before, after = evaluate(data, orders), evaluate(heavy, orders)
    weighed = {cause: (3.0 if cause in ("lost_sales", "terminal") else 1.0) for cause in before.costs}
    expected = {cause: weighed[cause] * money for cause, money in before.costs.items()}
    assert after.costs == pytest.approx(expected)
    assert after.kpis["fill_rate"] == before.kpis["fill_rate"]

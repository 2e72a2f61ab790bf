"""Explanations on small random networks with every feature in turn."""

import pytest

from planner import evaluate, solve
from planner.compile.index import index_of
from planner.errors import NoFeasiblePlan, NoPlanInTime
from planner.plan.build import orders_of
from planner.value.explain.explanation import explain_nothing, explain_order
from planner.value.explain.judged import Base
from planner_models.projection import Projection
from tests.engine.instances import bounded_data
from tests.seeds import seeds

SHOWN = 4  # orders of each plan


@pytest.mark.parametrize("seed", seeds(20))
def test_an_optimal_plan_has_no_cheaper_alternative_and_every_difference_is_that_of_two_evaluated_plans(
    seed: int,
) -> None:
    """The changed orders are made here in another way: from the lots of the whole problem."""
    data = bounded_data(seed)
    try:
        plan = solve(data, gap=0.0, time_limit=20.0, threads=1)
    except (NoFeasiblePlan, NoPlanInTime):
        return
    base = Base.of(data, plan.orders, "")
    placed, before = base.placed, evaluate(data, plan.orders).total
    found = [explain_order(base, row) for row in range(min(SHOWN, len(plan.orders)))]
    stock = placed.problem.stock
    found += [
        explain_nothing(base, int(item), int(location), placed.problem.days - 1)
        for item, location in zip(stock.item[:2], stock.location[:2], strict=True)
    ]
    for other in (one for explanation in found for one in explanation.alternatives):
        lots = placed.lots.copy()
        for k, t, more in other.change:
            lots[k, t] += more
        changed = evaluate(data, orders_of(data, index_of(data), Projection(placed.problem, lots)))
        assert other.possible == changed.feasible
        if other.priced:
            assert other.difference == pytest.approx(changed.total - before, abs=1e-6)
        if other.possible and plan.gap == 0:
            assert other.difference > -1e-6 * max(1.0, before)
    for explanation in found:
        if explanation.served is not None and explanation.order is not None:
            serves = explanation.served
            parts = serves.sales["units"].sum() + serves.waste + serves.left + serves.under_way
            assert parts == pytest.approx(explanation.order["quantity"], abs=1e-6)

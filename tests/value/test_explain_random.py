"""Explanations on small random networks with every feature in turn."""

import numpy as np
import pytest

from planner import evaluate, solve
from planner.compile import compile_problem
from planner.compile.index import index_of
from planner.errors import NoFeasiblePlan, NoPlanInTime
from planner.plan.build import orders_of
from planner.value.explain.alone import alone
from planner.value.explain.explanation import explain_nothing, explain_order
from planner.value.explain.judged import Base
from planner_models.problem import Problem
from planner_models.projection import Projection
from tests.engine.instances import bounded_data, random_data
from tests.engine.test_random_orders import random_lots

SHOWN = 4  # orders of each plan


@pytest.mark.parametrize("seed", range(20))
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


@pytest.mark.parametrize("seed", range(40, 80))
def test_an_item_beside_the_others_costs_what_it_costs_in_the_whole(seed: int) -> None:
    """Differences of its own problem are those of the whole; limits too, but for order minimums that others keep."""
    problem = problem_of(seed)
    lots = random_lots(problem, seed)
    for item in range(len(problem.items.names)):
        own, mine = alone(problem, lots, item)
        changed = lots.copy()
        changed[mine] = np.where(problem.shipments.open[mine], lots[mine] + 1, lots[mine])
        whole = [Projection(problem, which) for which in (lots, changed)]
        small = [Projection(own, which[mine]) for which in (lots, changed)]
        if any("available" in one.excess for one in whole):
            continue
        assert small[1].cost - small[0].cost == pytest.approx(whole[1].cost - whole[0].cost, abs=1e-6)
        mine_only = {name for name in whole[1].excess if name not in ("min_stock", "max_stock", "demand_met")}
        assert set(small[1].excess) - {"min_stock", "max_stock", "demand_met"} <= mine_only


def problem_of(seed: int) -> Problem:
    return compile_problem(random_data(seed, stores=2, days=3))

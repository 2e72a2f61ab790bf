"""The engine against every plan there is, and against the evaluator, on random tiny data sets.

800 seeds give 532 data sets whose plans can all be looked at, always the same ones. A run takes a quarter of them, `SEEDS=all` all.
"""

import numpy as np
import pytest

from planner import evaluate, solve
from planner.compile import compile_problem
from planner.errors import NoFeasiblePlan
from planner.plan.build import plan_tables
from planner.tables.dataset import DataSet
from planner_models.decomposed.ascent import Ascent
from planner_models.decomposed.dual import Dual
from planner_models.exact import solve as search
from planner_models.incumbent import Effort, Infeasible
from planner_models.problem import Problem
from planner_models.projection import Projection
from tests.engine.agreement import differences
from tests.engine.exhaustive import Best, best, count
from tests.engine.instances import bounded_data, findings, random_data
from tests.seeds import ALL

BLOCK = 25
MOST_PLANS = 40_000
# How many of each 25 data sets have at most so many plans.
SMALL = (
    13, 17, 14, 17, 16, 20, 14, 13, 15, 16, 17, 17, 19, 19, 16, 14,
    18, 19, 17, 16, 20, 20, 12, 19, 18, 19, 17, 15, 14, 18, 16, 17,
)  # fmt: skip
BLOCKS = range(0, len(SMALL), 1 if ALL else 4)
EXACT = Effort(gap=0.0, time_limit=20.0)


def test_more_than_100_data_sets_are_small_enough() -> None:
    assert sum(SMALL[block] for block in BLOCKS) > 100


@pytest.mark.parametrize("block", BLOCKS)
def test_no_plan_is_better_than_that_of_the_engine(block: int) -> None:
    """Also where keeping stock from customers, throwing it away or being rid of it would pay."""
    first, small = BLOCK * block, 0
    for seed in range(first, first + BLOCK):
        data = bounded_data(seed)
        problem = compile_problem(data)
        if not 0 <= count(problem) <= MOST_PLANS:
            continue
        small += 1
        truth = best(problem)
        if np.isinf(truth.cost):
            with pytest.raises(Infeasible):
                search(problem, EXACT)
            continue
        _compare(seed, data, problem, truth)
        _no_prices_prove_more(seed, problem, truth)
    assert small == SMALL[block]


def _compare(seed: int, data: DataSet, problem: Problem, truth: Best) -> None:
    found = search(problem, EXACT)
    assert found.cost == pytest.approx(truth.cost, rel=1e-6, abs=1e-6), seed
    assert found.bound == pytest.approx(truth.cost, rel=1e-6, abs=1e-6), seed
    assert found.lots is not None
    orders, loads, inventory, kpis = plan_tables(data, Projection(problem, found.lots))
    judged = evaluate(data, orders)
    assert judged.feasible, (seed, judged.violations["message"].tolist())
    assert judged.total == pytest.approx(truth.cost, rel=1e-6, abs=1e-6), seed
    assert differences(loads, inventory, kpis, judged) == [], seed


def _no_prices_prove_more(seed: int, problem: Problem, truth: Best) -> None:
    """The bound of the decomposition holds at every step of its search for prices, and at prices that make no sense."""
    dual = Dual.of(problem)
    ascent = Ascent.of(dual)
    most = truth.cost * (1 + 1e-6) + 1e-6
    for _ in range(8):
        ascent.advance()
        assert ascent.found.bound <= most, seed
    random = np.random.default_rng(seed)
    limits = {  # what is not limited has no price
        "use": np.isfinite(problem.capacities.limit),
        "vehicles": np.isfinite(problem.loads.max_vehicles),
    }
    wild = ascent.prices.replace(
        **{
            name: price * random.uniform(0.0, 2.0, price.shape)
            + random.exponential(0.1, price.shape) * limits.get(name, True)
            for name, price in vars(ascent.prices).items()
        }
    )
    assert dual.evaluate(wild, ascent.found.response.available).bound <= most, seed


@pytest.mark.parametrize("first", range(0, 50 if ALL else 25, BLOCK))
def test_engine_and_evaluator_agree_on_every_cell_and_figure(first: int) -> None:
    """Larger data sets, with suppliers that can give more than is needed."""
    for seed in range(first, first + BLOCK):
        data = random_data(seed)
        try:
            plan = solve(data, gap=0.0, time_limit=20.0, threads=1)
        except NoFeasiblePlan:
            continue
        judged = evaluate(data, plan.orders)
        assert judged.feasible, (seed, judged.violations["message"].tolist())
        assert differences(plan.loads, plan.inventory, plan.kpis, judged) == [], seed
        assert plan.bound <= plan.cost
        assert plan.gap <= 1e-6, seed


def test_the_random_data_sets_are_valid() -> None:
    for seed in range(40):
        assert [found.message for found in findings(random_data(seed))] == []
        assert [found.message for found in findings(bounded_data(seed))] == []

"""Whole plans of the baselines: within all limits, never below the bound, and optimal where parts can plan apart."""

from pathlib import Path

import numpy as np
import pytest

from planner import evaluate, load
from planner.compile import compile_problem
from planner.compile.index import index_of
from planner.plan.build import orders_of
from planner.tables.dataset import DataSet
from planner_models import exact
from planner_models.baselines import Baseline, asked_for, plan
from planner_models.incumbent import Effort, Infeasible
from planner_models.projection import Projection
from tests.engine.instances import random_data
from tests.models.builder import World, chain, direct
from tests.seeds import seeds

POLICIES: tuple[Baseline, ...] = ("sequential", "reorder")
SEEDS = seeds(48, 200)
DATA = Path(__file__).parents[3] / "data"
policies = pytest.mark.parametrize("policy", POLICIES)


def accepted(data: DataSet, projection: Projection) -> bool:
    """Whether the evaluator finds no limit exceeded, and the same cost."""
    judged = evaluate(data, orders_of(data, index_of(data), projection))
    assert judged.total == pytest.approx(projection.cost)
    return judged.feasible


@pytest.mark.parametrize("seed", SEEDS)
def test_a_baseline_keeps_all_limits_and_costs_no_less_than_the_bound_of_the_joint_plan(seed: int) -> None:
    data = random_data(seed)
    problem = compile_problem(data)
    try:
        bound = exact.solve(problem, Effort(gap=0.01, time_limit=10.0)).bound
    except Infeasible:
        for policy in POLICIES:
            with pytest.raises(Infeasible):
                plan(problem, policy)
        return
    for policy in POLICIES:
        found = Projection(problem, plan(problem, policy))
        assert accepted(data, found), policy
        assert found.cost >= bound - 1e-6 * max(1.0, bound)


@policies
@pytest.mark.parametrize("sample", ["tiny", "retail"])
def test_the_plan_of_a_sample_keeps_all_limits_as_the_policy_asks_for_it(
    sample: str, policy: Baseline
) -> None:
    data = load(DATA / sample)
    problem = compile_problem(data)
    lots = asked_for(problem, policy)
    assert accepted(data, Projection(problem, lots))
    assert (asked_for(problem, policy) == lots).all()  # the same every time


def uncertain(sd: float) -> World:
    """Four days from S to X without freight: holding, lines and lost sales compete."""
    world = direct(4, {"unit_price": 13, "case_size": 3}).stock("X", 2).demand("X", [4, 1, 6, 3], sd=sd)
    world.row("handling", location_id="X", cost_per_line=2, cost_per_case=0.5)
    return world.policy(holding_cost_per_unit_day=0.3)


@pytest.mark.parametrize("sd", [0.0, 2.0])
def test_sequential_is_the_joint_optimum_where_freight_costs_nothing(sd: float) -> None:
    problem = uncertain(sd).problem()
    joint = exact.solve(problem, Effort(gap=0.0, time_limit=20.0))
    assert Projection(problem, plan(problem, "sequential")).cost == pytest.approx(joint.cost, rel=1e-4)


def test_sequential_is_the_joint_optimum_along_a_chain_without_freight_and_uncertainty() -> None:
    world = chain(5, {"unit_price": 13}).stock("D", 6).stock("X", 3).demand("X", [2, 3, 4, 1, 2])
    problem = world.policy(holding_cost_per_unit_day=0.3, kind="store").problem()
    joint = exact.solve(problem, Effort(gap=0.0, time_limit=20.0))
    assert Projection(problem, plan(problem, "sequential")).cost == pytest.approx(joint.cost)


def test_distribution_ships_early_only_as_far_as_that_fills_vehicles() -> None:
    # 4 kg a day, trucks for 10 kg at 30: alone every day would cost four trucks, two days early is allowed:
    # 10 kg on day 0 are days 0, 1 and half of day 2, the other 6 come on day 2 or before: two trucks
    world = (
        direct(4, {"unit_price": 20}, {"vehicle_kg": 10, "cost_per_vehicle": 30})
        .stock("X", 0)
        .demand("X", [4] * 4)
    )
    problem = world.policy(holding_cost_per_unit_day=0.1).problem()
    found = Projection(problem, asked_for(problem, "sequential"))
    assert found.loads.vehicles.sum() == 2
    assert found.stock.sales.sum() == pytest.approx(16)


@policies
def test_goods_leave_before_a_day_on_which_the_dock_is_full(policy: Baseline) -> None:
    # one vehicle of 10 kg a day, 16 kg are sold on day 2: 6 of them come on day 1 or 0
    world = (
        direct(3, {"unit_price": 13}, {"vehicle_kg": 10, "cost_per_vehicle": 1})
        .stock("X", 0)
        .demand("X", [0, 0, 16])
    )
    world.row("capacities", location_id="S", resource="outbound_vehicles", limit=1)
    problem = world.policy(holding_cost_per_unit_day=0.1).problem()
    found = Projection(problem, asked_for(problem, policy))
    assert not found.excess
    assert found.stock.sales.sum() == pytest.approx(16)


@policies
def test_an_order_below_the_suppliers_minimum_is_raised_or_waits(policy: Baseline) -> None:
    world = direct(4, {"unit_price": 13}).stock("X", 2).demand("X", [2] * 4)
    problem = world.row("order_minimums", supplier="S", destination="X", min_kg=5).problem()
    found = Projection(problem, asked_for(problem, policy))
    assert not found.excess
    sent = found.units.sum(axis=0)
    assert sent.max() >= 5


@policies
def test_without_any_plan_a_baseline_says_so(policy: Baseline) -> None:
    # demand that must be met, and a supplier that has less
    world = direct(2).stock("X", 0).demand("X", [5, 5]).policy(lost_sales_allowed=False)
    problem = world.row("supply", item_id="A", location_id="S", max_per_day=2).problem()
    with pytest.raises(Infeasible):
        plan(problem, policy)


@policies
def test_periods_of_several_days_are_occasions_to_order(policy: Baseline) -> None:
    world = (
        direct(9, {"unit_price": 13}).stock("X", 0).demand("X", [5] * 9).policy(holding_cost_per_unit_day=0.1)
    )
    data = world.data()
    problem = compile_problem(data, "2d,1w")
    found = Projection(problem, plan(problem, policy))
    assert found.stock.sales.sum() == pytest.approx(45)
    assert np.count_nonzero(found.lots.sum(axis=0)) == 3

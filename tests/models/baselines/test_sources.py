"""Sources of the baselines: the cheapest landed cost, as far as vehicles suffice; the cheaper of two plans."""

from typing import Any

import numpy as np
import pytest

from planner_models import exact
from planner_models.baselines import Baseline, asked_for, by_chain, chain_of
from planner_models.incumbent import Effort
from planner_models.problem import Problem
from planner_models.projection import Projection
from tests.models.builder import World, chain

policies = pytest.mark.parametrize("policy", ["sequential", "reorder"])


def two_ways(direct: dict[str, Any], weeks: int = 1) -> World:
    """S → D → X, where every case costs 1 to take in and 1 to send out at D, and S → X directly."""
    world = chain(7 * weeks, {"unit_price": 20}, terminal_value="useful")
    world.lane("S", "X", **({"lead_time_days": 2} | direct)).row("handling", location_id="D", cost_per_case=1)
    return world.stock("X", 2).demand("X", [1] * 7 * weeks).policy(holding_cost_per_unit_day=0.01)


def origins(problem: Problem, lots: "np.ndarray[Any, Any]") -> set[str]:
    lane = problem.shipments.lane[lots.any(axis=1)]
    return {problem.locations.names[origin] for origin in problem.lanes.origin[lane]}


@policies
def test_goods_go_past_the_warehouse_where_that_is_cheaper(policy: Baseline) -> None:
    problem = two_ways({}).problem()
    assert origins(problem, asked_for(problem, policy)) == {"S"}
    names = problem.locations.names
    assert [
        names[o] for o in chain_of(problem, cheapest=True).source[problem.stock.mean.sum(axis=1) > 0]
    ] == ["S"]


def test_a_vehicle_that_a_week_does_not_fill_is_paid_for_as_it_is() -> None:
    # 7 kg a week. A truck for 14 costs 12: 1.71 per kg and week, less than 2 at the warehouse; one for 15 costs 2.14
    cheap, dear = (two_ways({"vehicle_kg": 14, "cost_per_vehicle": money}).problem() for money in (12, 15))
    assert "D" not in origins(cheap, by_chain(chain_of(cheap, cheapest=True), "sequential"))
    assert "D" in origins(dear, by_chain(chain_of(dear, cheapest=True), "sequential"))


def test_direct_vehicles_take_what_saves_most_and_the_warehouse_the_rest() -> None:
    # 1 kg a day, on Tuesdays only: 10 of 14 kg a week, of which 80 % are counted on; B is as heavy, but a case is half as much
    lane = {"vehicle_kg": 10, "max_vehicles_per_day": 1, "dispatch_days": "Tue"}
    world = (
        two_ways(lane, 2)
        .item("B", case_size=2, unit_price=20)
        .stock("X", 2, "B")
        .demand("X", [1] * 14, item="B")
    )
    problem = world.problem()
    found = chain_of(problem, cheapest=True)
    rows = np.flatnonzero(problem.stock.mean.sum(axis=1) > 0)
    sources = {
        problem.items.names[problem.stock.item[n]]: problem.locations.names[found.source[n]]
        for n in rows.tolist()
    }
    assert sources == {"A": "S", "B": "D"}


@policies
def test_the_plan_with_main_sources_is_kept_where_it_costs_less(policy: Baseline) -> None:
    # directly it takes six days, and the stock lasts for two
    problem = two_ways({"lead_time_days": 6}).problem()
    usual = Projection(problem, by_chain(chain_of(problem), policy))
    cheapest = Projection(problem, by_chain(chain_of(problem, cheapest=True), policy))
    assert usual.cost < cheapest.cost
    assert Projection(problem, asked_for(problem, policy)).cost == usual.cost


def test_coordination_is_worth_nothing_where_freight_is_and_the_source_is_chosen() -> None:
    problem = two_ways({}).problem()
    joint = exact.solve(problem, Effort(gap=0.0, time_limit=20.0))
    assert Projection(problem, asked_for(problem, "sequential")).cost == pytest.approx(joint.cost, rel=1e-6)

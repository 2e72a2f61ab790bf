"""Emergency ways of the baselines: only where regular ones come too late, and only where it pays."""

import numpy as np
import pytest

from planner_models.baselines import Baseline, asked_for
from planner_models.problem import Problem
from planner_models.projection import Projection
from tests.models.builder import World, chain

policies = pytest.mark.parametrize("policy", ["sequential", "reorder"])


def empty_shelf(margin: float, minimum: float = 0.0, demand: float = 4.0) -> World:
    """S → D → X: nothing at X until a truck comes on day 1, 20 units at D, and express within the day for 3 per kg."""
    world = chain(4, {"unit_price": 10 + margin}).stock("D", 20).demand("X", [demand] * 4)
    return world.lane(
        "D", "X", "express", lead_time_days=0, cost_per_kg=3, min_charge=minimum, emergency=True
    )


def sent(problem: Problem, policy: Baseline) -> dict[int, float]:
    """Units by express, by day."""
    plan = Projection(problem, asked_for(problem, policy))
    assert not plan.excess
    fast = problem.lanes.emergency[problem.shipments.lane]
    units = plan.units[fast].sum(axis=0)
    return {day: float(units[day]) for day in np.flatnonzero(units).tolist()}


@policies
def test_a_lost_sale_that_is_worth_more_than_express_is_not_lost(policy: Baseline) -> None:
    assert sent(empty_shelf(5).problem(), policy) == {0: 4}
    assert sent(empty_shelf(2).problem(), policy) == {}


@policies
def test_what_rides_together_earns_the_minimum_charge(policy: Baseline) -> None:
    # 4 units save 20: more than 19, less than 21
    assert sent(empty_shelf(5, 19).problem(), policy) == {0: 4}
    assert sent(empty_shelf(5, 21).problem(), policy) == {}


def test_only_what_nobody_else_gets_is_expedited() -> None:
    # of 20 units a truck takes 4 for day 1, and a firm order 14 for the days after it
    assert sent(empty_shelf(5).given("D", "X", 14, 1).problem(), "sequential") == {0: 2}


@policies
def test_a_day_that_a_regular_way_reaches_is_not_expedited(policy: Baseline) -> None:
    world = empty_shelf(5).stock("X", 4)
    assert sent(world.problem(), policy) == {}

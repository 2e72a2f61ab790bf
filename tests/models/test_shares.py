"""Who gets what of goods that are scarce."""

import numpy as np
import pytest

from planner_models.baselines import asked_for, plan
from planner_models.projection import Projection
from planner_models.shares import shares
from tests.models.builder import World


def share(there: float, asked: list[int], lot: list[float]) -> list[int]:
    return shares(there, np.array(asked), np.array(lot)).tolist()


def test_everybody_gets_what_he_asks_for_if_it_is_there() -> None:
    assert share(12, [4, 2], [2, 2]) == [4, 2]


def test_everybody_gets_the_same_part_of_what_he_asked_for() -> None:
    # 30 are asked for, 15 are there: half of it
    assert share(15, [20, 10], [1, 1]) == [10, 5]


def test_what_is_left_after_rounding_goes_to_the_one_who_has_got_least() -> None:
    # 7 of 14: halves of 3, 3 and 8 are 1.5, 1.5 and 4; 1 + 1 + 4 = 6, and the last one goes to the first with a third
    assert share(7, [3, 3, 8], [1, 1, 1]) == [2, 1, 4]


def test_only_whole_lots_are_given() -> None:
    # 9 units in lots of 4: two of them, one each, and one unit stays
    assert share(9, [2, 2], [4, 4]) == [1, 1]


def test_nothing_is_shared_out_that_is_not_there() -> None:
    assert share(-3, [2, 1], [1, 1]) == [0, 0]


def two_shops() -> World:
    """D has 6; X wants 8 and Y 4, and nothing more comes."""
    world = (
        World(2)
        .item(unit_price=13)
        .place("S", "supplier")
        .place("D", "dc")
        .place("X", "store")
        .place("Y", "store")
    )
    world.lane("S", "D", lead_time_days=5).lane("D", "X", lead_time_days=0).lane("D", "Y", lead_time_days=0)
    return world.stock("D", 6).stock("X", 0).stock("Y", 0).demand("X", [8, 0]).demand("Y", [4, 0])


@pytest.mark.parametrize("policy", ["reorder", "sequential"])
def test_a_warehouse_that_has_half_of_what_is_asked_sends_everybody_half(policy: str) -> None:
    problem = two_shops().problem()
    found = asked_for(problem, policy)  # type: ignore[arg-type]
    # 6 of 12: X gets 4 of 8, Y 2 of 4
    sent = {
        problem.locations.names[problem.lanes.destination[lane]]: int(lots)
        for lane, lots in zip(problem.shipments.lane, found.sum(axis=1), strict=True)
        if problem.locations.names[problem.lanes.origin[lane]] == "D"
    }
    assert sent == {"X": 4, "Y": 2}


@pytest.mark.parametrize("policy", ["reorder", "sequential"])
def test_goods_that_are_late_follow_when_they_are_there_and_still_of_use(policy: str) -> None:
    # X sells 5 on day 0 and 5 on day 2; D has nothing until 10 units come on day 1. The 5 of day 0 are lost, those of day 2 are not
    world = World(3).item(unit_price=13).place("S", "supplier").place("D", "dc").place("X", "store")
    world.lane("S", "D", lead_time_days=9).lane("D", "X", lead_time_days=0)
    world.stock("D", 0).stock("X", 0).demand("X", [5, 0, 5]).given(
        "S", "D", 10, None, status="in_transit", arrival=1
    )
    problem = world.problem()
    found = Projection(problem, plan(problem, policy))  # type: ignore[arg-type]
    assert found.stock.sales.sum() == pytest.approx(5)
    assert found.lots.sum() == 5

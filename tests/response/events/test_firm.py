"""Fixed orders that events make impossible are released; others are not."""

from random import Random

import pytest

from planner.audit import evaluate
from planner.response.events import applied
from planner.response.events.firm import released
from planner.solve import solve
from tests.response.events.drawn import draw
from tests.response.events.shop import after, events, shop

VAN = {"origin": "DC", "destination": "S1", "mode": "van"}
SHUT = VAN | {"type": "lane_closed", "date_to": "2026-06-02"}
HOLD = {"type": "quality_hold", "item_id": "A", "location_id": "DC"}


def names(data):
    return data["open_orders"]["order_id"].tolist()


def test_an_order_on_a_closed_lane_is_released_and_a_planned_one_may_change_anyway():
    assert names(after(SHUT)) == ["T1", "P1"]
    assert released(shop(), after(SHUT)) == ["F1"]
    assert names(after(SHUT | {"date_to": "2026-06-01"})) == ["T1", "F1", "P1"]
    parcel = {"type": "lane_closed", "origin": "DC", "destination": "S2", "mode": "parcel"}
    assert names(after(parcel)) == ["T1", "F1", "P1"]


def test_an_order_holds_again_when_its_lane_is_open_again():
    assert names(after(SHUT, SHUT | {"factor": 1})) == ["T1", "F1", "P1"]


def test_a_lane_without_vehicles_is_closed_for_orders():
    assert names(after(VAN | {"type": "lane_capacity", "quantity": 0})) == ["T1", "P1"]
    assert names(after(VAN | {"type": "lane_capacity", "quantity": 1})) == ["T1", "F1", "P1"]


def test_an_order_whose_stock_is_held_is_released_unless_enough_is_left():
    assert names(after(HOLD)) == ["T1", "P1"]
    assert names(after(HOLD | {"quantity": 48})) == ["T1", "F1", "P1"]  # 60 − 48 = 12, what F1 takes
    assert names(after(HOLD | {"quantity": 49})) == ["T1", "P1"]


def test_what_is_held_for_a_day_is_back_in_time():
    assert names(after(HOLD | {"date_to": "2026-06-01"}))[:3] == ["T1", "F1", "P1"]


def test_stock_that_arrives_in_time_covers_the_order():
    confirmed = {"type": "order_confirmed", "order_id": "T1", "date_to": "2026-06-02"}
    assert names(after(HOLD, confirmed)) == ["T1", "F1", "P1"]


def test_an_order_stays_if_something_that_is_ordered_now_can_arrive_in_time():
    later = {"type": "order_confirmed", "order_id": "F1", "date_from": "2026-06-03"}
    # the truck of the first day arrives on the third
    assert names(after(later, HOLD, LATE)) == ["T1", "F1", "P1"]


LATE = {"type": "inbound_late", "order_id": "T1", "days": 3}


def test_an_order_that_was_not_covered_before_is_not_the_doing_of_events():
    data = shop(inventory=[{"item_id": "A", "location_id": "S1", "on_hand": 10}])
    assert names(after({"type": "tariff_change", "factor": 2}, data=data)) == ["T1", "F1", "P1"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_a_plan_is_possible_after_events_and_the_evaluator_agrees_on_its_cost(seed):
    random = Random(seed)
    data = applied(shop(), events(*(draw(random, number)[0] for number in range(4))))
    plan = solve(data, policy="reorder", time_limit=20, threads=1)
    evaluation = evaluate(data, plan.orders)
    assert evaluation.total == pytest.approx(plan.cost)
    assert len(evaluation.violations) == 0

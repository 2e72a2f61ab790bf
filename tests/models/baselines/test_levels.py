"""Order-up-to levels and delivery days that can be computed by hand."""

import numpy as np
import pytest

from planner_models.baselines import asked_for
from planner_models.baselines.links import Chain, chain_of
from planner_models.baselines.reorder import cover_of, levels
from planner_models.baselines.schedule import scheduled
from tests.models.builder import World, chain, direct


def level(
    world: World, review_days: int = 1, factor: float = 1.0
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """S of the only stock point on every day."""
    found = chain_of(world.problem())
    return levels(found, cover_of(found, review_days), found.problem.stock.mean, factor)[0]


def lots(world: World, review_days: int = 1) -> list[int]:
    """What the only shipment carries day by day."""
    return asked_for(world.problem(), "reorder", review_days=review_days)[0].tolist()


def exponential(**policy: float) -> World:
    """4 units a day with the same deviation; a lost unit costs 3."""
    world = direct(3, {"unit_price": 13}, terminal_value="useful").stock("X", 0).demand("X", [4, 4, 4], sd=4)
    return world.policy(holding_cost_per_unit_day=1, **policy)


def test_a_certain_demand_is_covered_until_the_delivery_after_the_next() -> None:
    # ordered on day 0, there on day 2; the next one is there on day 3: days 0, 1 and 2 are covered, 5 a day
    world = direct(6, {"unit_price": 13}, {"lead_time_days": 2}).stock("X", 0).demand("X", [5] * 6)
    assert level(world)[0] == pytest.approx(15)


def test_the_level_of_exponential_demand_is_its_quantile_at_the_critical_fractile() -> None:
    # one day is covered: gamma with mean 4 and sd 4 is exponential. Fractile 3 ÷ (3 + 1) = 0.75: −4·ln(0.25) = 5.545
    assert level(exponential())[0] == pytest.approx(4 * np.log(4))


def test_the_factor_scales_what_the_level_has_above_the_mean() -> None:
    # 4 + 0.5·(5.545 − 4) = 4.773
    assert level(exponential(), factor=0.5)[0] == pytest.approx(4 + 0.5 * (4 * np.log(4) - 4))


def test_a_service_target_is_the_fractile_of_one_review() -> None:
    # margin 0, target 0.9: a lost unit costs 1·1·0.9 ÷ 0.1 = 9, the fractile is 9 ÷ (9 + 1): −4·ln(0.1) = 9.210
    world = direct(3, terminal_value="useful").stock("X", 0).demand("X", [4, 4, 4], sd=4)
    world.policy(holding_cost_per_unit_day=1, service_target=0.9)
    assert level(world)[0] == pytest.approx(4 * np.log(10))


def test_what_costs_more_to_handle_than_it_earns_is_not_ordered() -> None:
    world = exponential().row("handling", location_id="X", cost_per_case=3.5)
    assert level(world).tolist() == [0, 0, 0]


def test_between_reviews_nothing_is_ordered_and_every_order_lasts_until_the_next_one() -> None:
    # reviews on days 0 and 2, there on the same day: 2·5 units on day 0, and the rest of the horizon on day 2
    world = direct(4, {"unit_price": 13}).stock("X", 0).demand("X", [5, 5, 5, 5])
    assert lots(world, review_days=2) == [10, 0, 10, 0]


def test_an_order_on_the_last_day_before_a_weekend_covers_it() -> None:
    # day 0 is a Monday; trucks drive on Mondays and Fridays: four days, then the three that are left
    world = direct(7, {"unit_price": 13}, {"dispatch_days": "Mon Fri"}).stock("X", 0).demand("X", [5] * 7)
    assert lots(world) == [20, 0, 0, 0, 15, 0, 0]


def test_stock_and_what_is_on_its_way_count_but_not_what_comes_too_late() -> None:
    # day 0 covers day 0 only: 5 − 2 = 3, whatever comes on day 1; on day 1 it needs 5 − 4 = 1
    world = direct(2, {"unit_price": 13}).stock("X", 2).demand("X", [5, 5])
    world.given("S", "X", 4, None, status="in_transit", arrival=1)
    assert lots(world) == [3, 1]


def test_orders_are_whole_cases_and_are_rounded_up() -> None:
    # 5 units need 2 cases of 4; then 3 are left and 2 are missing: 1 case
    world = direct(2, {"unit_price": 13, "case_size": 4}).stock("X", 0).demand("X", [5, 5])
    assert lots(world) == [2, 1]


def test_a_maximum_stock_caps_what_is_ordered() -> None:
    # trucks on day 0 only, demand 5 a day: 20 units would be ordered, but no more than 8 may be left in the evening
    world = (
        direct(4, {"unit_price": 13}, {"dispatch_days": "Mon"})
        .stock("X", 0)
        .demand("X", [5] * 4)
        .policy(max_stock=8)
    )
    assert lots(world)[0] == 13


def test_a_warehouse_orders_what_it_will_be_asked_for() -> None:
    # D gets goods on the next day, and so does X: what X orders on day 1 must have left S on day 0
    world = chain(4, {"unit_price": 13}).stock("D", 5).stock("X", 5).demand("X", [5, 5, 5, 5])
    problem = world.problem()
    ship = problem.shipments
    found = asked_for(problem, "reorder")
    to_shop = found[ship.source >= 0][0].tolist()
    to_warehouse = found[ship.source < 0][0].tolist()
    # X: 5 a day from day 0 on, as long as it arrives in the horizon; D has 5 for day 0
    assert to_shop == [5, 5, 5, 0]
    assert to_warehouse == [5, 5, 0, 0]


def weekly(lane: dict[str, float], item: dict[str, float] | None = None) -> Chain:
    """Two weeks with 10 kg a day, delivery days chosen."""
    world = direct(14, {"unit_price": 13, **(item or {})}, lane).stock("X", 0).demand("X", [10] * 14)
    return scheduled(chain_of(world.policy(holding_cost_per_unit_day=0.01).problem()))


def test_full_trucks_decide_on_which_days_deliveries_come() -> None:
    # a truck for 70 kg costs 100, a day's demand kept for a day 0.10: one delivery a week costs 100 + 0.1·49/2 = 102.45,
    # two at least 200
    assert len(weekly({"vehicle_kg": 70, "cost_per_vehicle": 100}).links[0].day) == 2


def test_free_freight_brings_a_delivery_every_day() -> None:
    assert len(weekly({}).links[0].day) == 14


def test_what_expires_is_delivered_in_time_however_dear_trucks_are() -> None:
    # it lasts three days, a day's demand that is thrown away costs 10·10: trucks of 20 come at least every other day or so
    links = weekly({"vehicle_kg": 70, "cost_per_vehicle": 20}, {"shelf_life_days": 3}).links
    assert np.diff(links[0].day).max() <= 3

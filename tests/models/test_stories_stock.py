"""Stock and sales, small enough to be solved by hand: equations (1) to (6)."""

import pytest

from tests.models.builder import causes, chain, direct, shipped

MUST = {"lost_sales_allowed": False}


def test_goods_for_three_days_come_on_the_only_day_of_delivery() -> None:
    built = direct(3, lane={"dispatch_days": "Mon", "cost_per_vehicle": 10}).demand("X", [2, 2, 2])
    plan = built.policy(holding_cost_per_unit_day=1, **MUST).solve()
    # One truck 10; 4 units stay after Monday, 2 after Tuesday.
    assert causes(plan) == {"freight.truck": 10, "holding": 6}
    assert shipped(plan) == {("A", "S", "X", "truck", 0): 6}


def test_stock_waits_where_it_is_cheaper_until_it_has_to_leave() -> None:
    built = chain(3, lane={"cost_per_vehicle": 1}).demand("X", [0, 0, 4]).stock("D", 4)
    plan = (
        built.policy(holding_cost_per_unit_day=1, location_id="D")
        .policy(holding_cost_per_unit_day=2, kind="store", **MUST)
        .solve()
    )
    # One day at D, a day on the road; then it is sold. Without holding at the store: 4 + 1.
    assert causes(plan) == {"freight.truck": 1, "holding": 4}
    assert shipped(plan) == {("A", "D", "X", "truck", 1): 4}


def test_a_minimum_stock_is_bought_even_if_nobody_asks_for_it() -> None:
    built = direct(2).demand("X", [2, 2]).policy(min_stock=3, holding_cost_per_unit_day=1)
    # 3 units after each day: 3 + 3.
    assert built.solve().cost == pytest.approx(6)


def test_a_minimum_stock_for_all_items_is_not_bought_where_an_item_is_not_sold() -> None:
    built = direct(2).item("B").place("Y", "store").lane("S", "Y", lead_time_days=0)
    built.demand("X", [2, 2]).demand("Y", [2, 2], item="B")
    plan = built.policy(kind="store", min_stock=3, holding_cost_per_unit_day=1).solve()
    # 3 of A at X and 3 of B at Y after each of two days; nothing of A at Y or of B at X.
    assert causes(plan) == {"holding": 12}


def test_a_minimum_stock_of_one_item_is_bought_wherever_it_fits() -> None:
    built = direct(2).place("Y", "store").lane("S", "Y", lead_time_days=0).demand("X", [2, 2])
    plan = built.policy(item_id="A", kind="store", min_stock=3, holding_cost_per_unit_day=1).solve()
    assert causes(plan) == {"holding": 12}


def test_a_minimum_stock_for_all_items_holds_where_given_orders_arrive() -> None:
    built = direct(2).demand("X", [2, 2]).place("Y", "store").lane("S", "Y", lead_time_days=0)
    built.given("S", "Y", 1).policy(kind="store", min_stock=3, holding_cost_per_unit_day=1)
    assert causes(built.solve()) == {"holding": 12}


def test_a_maximum_stock_forces_a_second_truck() -> None:
    built = direct(2, lane={"cost_per_vehicle": 10}).demand("X", [2, 2])
    built.policy(holding_cost_per_unit_day=1, **MUST)
    # One truck with 4: 10 + 2 held.
    assert built.solve().cost == pytest.approx(12)
    # At most 1 may stay: two trucks, and then nothing has to.
    assert built.policy(location_id="X", max_stock=1).solve().cost == pytest.approx(20)


def test_goods_that_expire_at_once_are_not_worth_a_large_case() -> None:
    fresh = {"case_size": 4, "unit_price": 14.0, "shelf_life_days": 1}
    lane = {"cost_per_vehicle": 1}
    # A case sells 2 and wastes 2 · 10; without it 4 · 4 are lost.
    assert causes(direct(2, item=fresh, lane=lane).demand("X", [2, 2]).solve()) == {"lost_sales": 16}
    # If they keep for two days, the other two are sold tomorrow.
    kept = fresh | {"shelf_life_days": 2}
    assert causes(direct(2, item=kept, lane=lane).demand("X", [2, 2]).solve()) == {"freight.truck": 1}


def test_what_expires_is_paid_for() -> None:
    fresh = {"case_size": 4, "unit_price": 40.0, "shelf_life_days": 1}
    plan = direct(1, item=fresh).demand("X", [3]).solve()
    # 1 of 4 expires: 10, instead of 3 · 30 lost.
    assert causes(plan) == {"waste": 10}


def test_nothing_is_withheld_from_a_customer_to_keep_a_minimum_stock() -> None:
    item = {"unit_price": 11.0}
    built = direct(1, item=item, lane={"cost_per_vehicle": 100}).demand("X", [5]).stock("X", 5)
    plan = built.policy(min_stock=3).solve()
    # If 3 of the 5 were kept back, 3 · 1 would be lost. But customers take all 5, and 3 must be bought.
    assert causes(plan) == {"freight.truck": 100}


def test_nothing_is_withheld_today_for_a_day_on_which_it_would_save_a_truck() -> None:
    item = {"unit_price": 12.0}
    built = direct(2, item=item, lane={"cost_per_vehicle": 9}).demand("X", [4, 4]).stock("X", 6)
    plan = built.policy(location_id="X", min_stock=0, holding_cost_per_unit_day=0.25).solve()
    # Customers take 4 today, 2 stay; tomorrow 2 are lost for 2 each or a truck comes for 9.
    assert causes(plan) == {"holding": 0.5, "lost_sales": 4}


def test_stock_for_the_days_after_the_horizon_has_a_value() -> None:
    item, lane = {"unit_price": 14.0}, {"cost_per_vehicle": 10}
    built = direct(2, item=item, lane=lane, terminal_value="useful").demand("X", [5, 5])
    plan = built.policy(holding_cost_per_unit_day=0.5).solve()
    # One truck for both days and the day after (window 1): 10 + (10 + 5) · 0.5 = 17.5; without the last
    # 5 units it would be
    # 10 + 2.5 + 5 · 4 = 32.5.
    assert causes(plan) == {"freight.truck": 10, "holding": 7.5}
    assert shipped(plan) == {("A", "S", "X", "truck", 0): 15}


def test_what_is_on_the_way_at_the_end_covers_the_days_after_it() -> None:
    item, lane = {"unit_price": 14.0}, {"lead_time_days": 2, "cost_per_vehicle": 10}
    built = direct(2, item=item, lane=lane, terminal_value="useful").demand("X", [5, 5]).stock("X", 10)
    plan = built.solve()
    # Lead 2 and review 1: three days after the horizon, 5 each, are 15 units at 4; one truck brings
    # them, on either day.
    assert causes(plan) == {"freight.truck": 10}
    assert sum(shipped(plan).values()) == 15


def test_the_dc_ends_with_what_its_stores_need() -> None:
    built = chain(2, item={"unit_price": 14.0}, terminal_value="useful").demand("X", [5, 5]).stock("D", 30)
    plan = built.policy(holding_cost_per_unit_day=0).solve()
    # Day 0 at X is lost: the lane takes a day. D then needs 2 days of 5, X as well; 30 are more than 5
    # + 10 + 10.
    assert causes(plan) == {"lost_sales": 20}


def test_stock_leaves_a_dear_place_even_if_nobody_needs_it_elsewhere() -> None:
    built = chain(2, lane={"lead_time_days": 0, "cost_per_vehicle": 1}).demand("X", [5, 5]).stock("D", 100)
    plan = built.policy(location_id="D", holding_cost_per_unit_day=1).solve()
    # One truck for 1 instead of 1 per unit and day at D; the store holds for nothing.
    assert causes(plan) == {"freight.truck": 1}

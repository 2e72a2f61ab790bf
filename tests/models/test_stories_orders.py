"""Order lines, suppliers, capacities and changes, solved by hand: equations (20) to (27)."""

import pytest

from planner.errors import NoFeasiblePlan
from tests.models.builder import World, causes, day, direct, shipped

MUST = {"lost_sales_allowed": False}


def margin(amount: float, **item: float) -> dict[str, float]:
    return {"unit_price": 10.0 + amount, **item}


def test_two_lines_become_one_if_a_line_costs_more_than_holding() -> None:
    built = direct(2).demand("X", [2, 2]).row("handling", location_id="S", cost_per_line=3)
    plan = built.policy(holding_cost_per_unit_day=0.5, **MUST).solve()
    assert causes(plan) == {"handling": 3, "holding": 1}


def test_a_minimum_quantity_is_ordered_if_holding_the_rest_is_cheap_and_else_nothing_is() -> None:
    def built(holding: float) -> World:
        some = direct(2, item=margin(1)).demand("X", [4, 4]).policy(holding_cost_per_unit_day=holding)
        return some.row("supply", item_id="A", location_id="S", min_order_quantity=10)

    # 10 on Monday leave 6 and then 2: 0.8. At 2 a day they would cost 16, and 8 are lost by doing nothing.
    assert causes(built(0.1).solve()) == {"holding": 0.8}
    assert causes(built(2).solve()) == {"lost_sales": 8}


def test_lots_are_multiples_of_case_and_order_multiple() -> None:
    built = direct(1, item=margin(1, case_size=4)).demand("X", [9])
    built.row("supply", item_id="A", location_id="S", order_multiple=6).policy(holding_cost_per_unit_day=0.1)
    # Lots of 12: 3 units stay.
    assert causes(built.solve()) == {"holding": 0.3}


def test_a_daily_limit_of_the_supplier_makes_the_plan_order_earlier() -> None:
    built = direct(2).demand("X", [2, 4]).row("supply", item_id="A", location_id="S", max_per_day=3)
    # 3 on Monday, of which one stays, and 3 on Tuesday.
    plan = built.policy(holding_cost_per_unit_day=1, **MUST).solve()
    assert causes(plan) == {"holding": 1}
    assert shipped(plan) == {("A", "S", "X", "truck", 0): 3, ("A", "S", "X", "truck", 1): 3}


def test_an_order_minimum_bundles_two_days() -> None:
    built = direct(2, item=margin(3)).demand("X", [2, 3]).policy(holding_cost_per_unit_day=1)
    # 50 of value are 5 units: one order on Monday, 3 held. Nothing at all would lose 15.
    valued = built.row("order_minimums", supplier="S", destination="X", min_value=50).solve()
    assert causes(valued) == {"holding": 3}
    # 8 kg are 8 units: on Monday 6 + 3 held = 9; on Tuesday 6 lost and 5 held.
    built.tables["order_minimums"] = [{"supplier": "S", "destination": "X", "min_kg": 8}]
    assert causes(built.solve()) == {"holding": 9}


def test_two_items_reach_an_order_minimum_together() -> None:
    built = direct(1, item=margin(3)).item("B", unit_cost=10.0, unit_price=13.0).demand("X", [2])
    built.demand("X", [3], item="B").row("order_minimums", supplier="S", destination="X", min_value=50)
    assert built.policy(holding_cost_per_unit_day=1).solve().cost == pytest.approx(0)


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        # 4 planned for Tuesday are asked for on Monday. Moving them changes 4 + 4 cases.
        (0.5, {"changes": 4}),
        # Dear changes: the plan stays, 4 · 2 are lost and 4 held for a day at 1.
        (2.0, {"lost_sales": 8, "holding": 4}),
    ],
)
def test_the_previous_plan_stays_if_changes_cost_more_than_they_bring(
    price: float, expected: dict[str, float]
) -> None:
    built = direct(2, item=margin(2), change_cost_per_case=price).demand("X", [4, 0])
    built.given("S", "X", 4, 1, status="planned").policy(holding_cost_per_unit_day=1)
    assert causes(built.solve()) == expected


def limited(resource: str, limit: float, location: str = "S", **values: float) -> World:
    built = direct(1, item=margin(4)).demand("X", [6])
    return built.row("capacities", location_id=location, resource=resource, limit=limit, **values)


def test_overtime_is_worked_as_long_as_it_pays() -> None:
    # 3 normally, 2 more at 1 each, the sixth is lost at 4.
    built = limited("outbound_units", 3, overtime_limit=2, overtime_cost=1)
    assert causes(built.solve()) == {"overtime": 2, "lost_sales": 4}
    # At 5 each it doesn't pay.
    built = limited("outbound_units", 3, overtime_limit=2, overtime_cost=5)
    assert causes(built.solve()) == {"lost_sales": 12}


@pytest.mark.parametrize(
    ("resource", "location", "limit"),
    [("outbound_kg", "S", 5), ("inbound_kg", "X", 5), ("outbound_units", "S", 5.5)],
)
def test_a_limit_in_weight_or_units_loses_the_sixth_unit(resource: str, location: str, limit: float) -> None:
    assert causes(limited(resource, limit, location).solve()) == {"lost_sales": 4}


@pytest.mark.parametrize(("resource", "location"), [("outbound_vehicles", "S"), ("inbound_vehicles", "X")])
def test_a_limit_of_vehicles_loses_what_they_can_not_carry(resource: str, location: str) -> None:
    built = direct(1, item=margin(4), lane={"vehicle_kg": 2}).demand("X", [6])
    built.row("capacities", location_id=location, resource=resource, limit=2)
    assert causes(built.solve()) == {"lost_sales": 8}


@pytest.mark.parametrize("arrival", [0, 2])
def test_a_given_load_takes_its_dock_by_the_lane_and_not_by_its_own_arrival(arrival: int) -> None:
    built = direct(3, item=margin(4), lane={"lead_time_days": 1}).demand("X", [0, 0, 5])
    built.given("S", "X", 5, 0, arrival=arrival)
    built.row("capacities", location_id="X", resource="inbound_vehicles", limit=0, date=day(arrival))
    # Its lane brings it on Tuesday, when there is room; the 5 units are there by Wednesday.
    assert causes(built.solve()) == {}
    built.row("capacities", location_id="X", resource="inbound_vehicles", limit=0, date=day(1))
    with pytest.raises(NoFeasiblePlan):
        built.solve()


def test_storage_limits_what_can_be_kept_for_tomorrow() -> None:
    built = direct(2, item=margin(2), lane={"dispatch_days": "Mon"}).demand("X", [2, 8])
    built.row("capacities", location_id="X", resource="storage_m3", limit=0.5)
    # 0.5 m³ hold 5 units: 3 of Tuesday's 8 are lost.
    assert causes(built.solve()) == {"lost_sales": 6}


def test_hours_go_to_the_item_that_earns_more() -> None:
    built = direct(1, item=margin(3)).item("B", unit_cost=10.0, unit_price=12.0).demand("X", [4])
    built.demand("X", [4], item="B").row("handling", location_id="X", hours_per_line=0.5, hours_per_case=0.25)
    built.row("capacities", location_id="X", resource="handling_hours", limit=2)
    # A: 0.5 + 4 · 0.25 = 1.5 hours. The line of B would take the last half hour: 4 · 2 are lost.
    assert causes(built.solve()) == {"lost_sales": 8}


@pytest.mark.parametrize(("wanted", "expected"), [(5, {"purchase": 5}), (15, {"freight.truck": 10})])
def test_a_dearer_supplier_is_worth_it_for_a_small_order(wanted: int, expected: dict[str, float]) -> None:
    built = direct(1, lane={"cost_per_vehicle": 10}).place("Z", "supplier").lane("Z", "X", lead_time_days=0)
    built.row("supply", item_id="A", location_id="S", unit_cost=8)
    built.row("supply", item_id="A", location_id="Z", unit_cost=9).demand("X", [wanted]).policy(**MUST)
    # Z costs 1 more per unit, S a truck for 10.
    assert causes(built.solve()) == expected


def test_an_item_that_is_not_yet_available_comes_when_it_is() -> None:
    from tests.models.builder import day

    built = direct(3, item=margin(2)).demand("X", [3, 3, 3])
    built.row("supply", item_id="A", location_id="S", available_from=day(1))
    assert causes(built.solve()) == {"lost_sales": 6}


def test_nothing_free_leaves_in_the_frozen_days() -> None:
    built = direct(3, item=margin(2), frozen_days=2).demand("X", [3, 3, 3])
    # A planned order in the frozen days is as good as firm.
    built.given("S", "X", 3, 1, status="planned")
    plan = built.policy(holding_cost_per_unit_day=1).solve()
    assert causes(plan) == {"lost_sales": 6}
    assert shipped(plan) == {("A", "S", "X", "truck", 1): 3, ("A", "S", "X", "truck", 2): 3}

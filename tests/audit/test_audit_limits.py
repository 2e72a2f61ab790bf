"""Each limit alone: a plan that keeps it, and one that breaks it by a known amount."""

from typing import Any

import pytest

from planner.audit import Evaluation
from tests.audit.world import World, chain, covers, day, limits


def broken(evaluation: Evaluation, limit: str) -> tuple[Any, Any]:
    """Amount and allowed of the first violation, after asserting that no other limit is violated."""
    assert limits(evaluation) == [limit]
    row = evaluation.violations.iloc[0]
    return float(row["amount"]), float(row["allowed"])


def supply(world: World, **values: Any) -> World:
    return world.row("supply", item_id="A", location_id="S", **values)


def firm(
    world: World, order_id: str, quantity: float, origin: str, destination: str, dispatch: int = 0
) -> World:
    return world.row(
        "open_orders",
        order_id=order_id,
        item_id="A",
        origin=origin,
        destination=destination,
        mode="truck",
        quantity=quantity,
        dispatch_date=day(dispatch),
        status="firm",
    )


@covers("available_stock")
def test_a_dc_can_not_dispatch_what_it_does_not_have() -> None:
    world = chain(1).stock("D", 10.0).order("D", "X", 10.0)
    assert world.evaluate().feasible
    result = world.order("D", "X", 3.0).evaluate()
    assert broken(result, "available_stock") == (-3.0, 0.0)
    assert "3 units more than there is" in result.violations["message"][0]


@covers("available_stock")
def test_goods_can_leave_on_the_day_on_which_they_arrive() -> None:
    assert chain().order("S", "D", 5.0).order("D", "X", 5.0, dispatch=1).evaluate().feasible


@covers("whole_cases")
def test_free_orders_are_whole_cases() -> None:
    result = chain(item={"case_size": 6}).stock("D", 99.0).order("D", "X", 2.5, size=6.0).evaluate()
    assert broken(result, "whole_cases")[0] == 2.5


@covers("whole_cases")
def test_given_orders_need_not_be_whole_cases() -> None:
    world = firm(chain(item={"case_size": 6}).stock("D", 99.0), "F", 15.0, "D", "X")
    assert world.order("D", "X", 2.5, size=6.0, order_id="F").evaluate().feasible


@covers("order_multiple")
def test_lots_are_multiples_of_case_and_order_multiple() -> None:
    # case 6, multiple 4: lots of 12
    def world() -> World:
        return supply(chain(item={"case_size": 6}), order_multiple=4)

    assert world().order("S", "D", 4.0, size=6.0).evaluate().feasible
    assert broken(world().order("S", "D", 3.0, size=6.0).evaluate(), "order_multiple") == (18.0, 12.0)


@covers("vehicles_per_day")
def test_a_load_takes_no_more_vehicles_than_the_day_offers() -> None:
    lane = {"vehicle_kg": 10.0, "max_vehicles_per_day": 2}
    assert chain(lane=lane).stock("D", 99.0).order("D", "X", 20.0).evaluate().feasible
    result = chain(lane=lane).stock("D", 99.0).order("D", "X", 20.0).order("D", "X", 1.0).evaluate()
    assert broken(result, "vehicles_per_day") == (3.0, 2.0)


@covers("lane_valid")
def test_a_free_order_needs_a_valid_lane() -> None:
    result = chain(lane={"valid_to": day(0)}).stock("D", 9.0).order("D", "X", 1.0, dispatch=1).evaluate()
    assert limits(result) == ["lane_valid"]


@covers("dispatch_day")
def test_a_free_order_leaves_on_a_dispatch_day() -> None:
    # day 0 is a Monday
    def world() -> World:
        return chain(lane={"dispatch_days": "Mon Wed"}).stock("D", 9.0)

    assert world().order("D", "X", 1.0).order("D", "X", 1.0, dispatch=2).evaluate().feasible
    assert limits(world().order("D", "X", 1.0, dispatch=1).evaluate()) == ["dispatch_day"]


@covers("origin_open")
def test_nothing_free_leaves_a_closed_origin() -> None:
    world = chain().stock("D", 9.0).row("calendar", location_id="D", date=day(1))
    assert limits(world.order("D", "X", 1.0, dispatch=1).evaluate()) == ["origin_open"]


@covers("offered")
def test_a_supplier_dispatches_only_what_it_offers() -> None:
    world = supply(chain().item("B"), unit_cost=9.0)
    assert world.order("S", "D", 1.0).evaluate().feasible
    assert limits(world.order("S", "D", 1.0, item="B").evaluate()) == ["offered"]


@covers("offered")
def test_a_supplier_dispatches_from_the_first_day_of_availability() -> None:
    world = supply(chain(), available_from=day(1)).order("S", "D", 1.0, dispatch=1)
    assert world.evaluate().feasible
    assert limits(world.order("S", "D", 1.0).evaluate()) == ["offered"]


@covers("case_fits_vehicle")
def test_a_case_that_is_too_heavy_or_too_large_can_not_ride() -> None:
    # a case of 6 weighs 6 kg and takes 0.6 m³
    for lane in ({"vehicle_kg": 5.0}, {"vehicle_m3": 0.5}):
        result = (
            chain(item={"case_size": 6}, lane=lane).stock("D", 99.0).order("D", "X", 1.0, size=6.0).evaluate()
        )
        assert broken(result, "case_fits_vehicle") == (pytest.approx(1.2), 1.0)


@covers("min_order_quantity")
def test_each_free_line_reaches_the_minimum_of_its_supplier() -> None:
    world = supply(chain(), min_order_quantity=10).order("S", "D", 10.0)
    assert world.evaluate().feasible
    assert broken(world.order("S", "D", 9.0, dispatch=1).evaluate(), "min_order_quantity") == (9.0, 10.0)


@covers("max_per_day")
def test_a_supplier_dispatches_at_most_so_much_a_day_given_orders_included() -> None:
    world = firm(supply(chain().lane("S", "X"), max_per_day=10), "F", 6.0, "S", "X").order(
        "S", "X", 6.0, order_id="F"
    )
    assert world.order("S", "D", 4.0).evaluate().feasible
    assert broken(world.order("S", "D", 1.0).evaluate(), "max_per_day") == (11.0, 10.0)


@covers("order_minimums")
def test_a_days_order_over_all_items_and_modes_reaches_value_and_weight() -> None:
    def world() -> World:
        base = supply(chain().item("B", unit_weight_kg=3.0).lane("S", "D", "rail"), unit_cost=4.0)
        base.row("supply", item_id="B", location_id="S", unit_cost=5.0)
        return base.row("order_minimums", supplier="S", destination="D", min_value=50.0, min_kg=20.0)

    # 5 · 4 + 6 · 5 = 50 and 5 · 1 + 6 · 3 = 23 kg
    assert world().order("S", "D", 5.0).order("S", "D", 6.0, item="B", mode="rail").evaluate().feasible
    # 48 money and 12 kg
    result = world().order("S", "D", 12.0).evaluate()
    assert [*result.violations["amount"]] == [48.0, 12.0]
    assert limits(result) == ["order_minimums"]


@covers("order_minimums")
def test_an_order_minimum_does_not_judge_a_day_of_only_given_orders() -> None:
    world = firm(chain(), "F", 6.0, "S", "D").row(
        "order_minimums", supplier="S", destination="D", min_kg=20.0
    )
    world.order("S", "D", 6.0, order_id="F")
    assert world.evaluate().feasible
    # a free order is helped by the given one: 6 + 14 = 20
    assert world.order("S", "D", 14.0).evaluate().feasible
    assert broken(
        firm(world, "G", 1.0, "S", "D", 1)
        .order("S", "D", 1.0, 1, order_id="G")
        .order("S", "D", 2.0, 1)
        .evaluate(),
        "order_minimums",
    ) == (3.0, 20.0)


@covers("no_lost_sales")
def test_demand_that_must_be_met_is_certain_and_met() -> None:
    world = chain(2).stock("X", 10.0).demand("X", [4.0, 6.0], sd=3.0).policy(lost_sales_allowed=False)
    assert world.evaluate().feasible
    world.tables["inventory"][0]["on_hand"] = 9.0
    assert broken(world.evaluate(), "no_lost_sales") == (1.0, 0.0)


@covers("min_stock")
def test_least_stock_holds_from_the_first_day_on_which_an_order_could_arrive() -> None:
    # frozen on day 0, lead time 1: an order could arrive on day 2
    world = chain(4, frozen_days=1).stock("X", 5.0).demand("X", [1.0] * 4).policy(kind="store", min_stock=3)
    # stock 4, 3, 2, 1
    result = world.evaluate()
    assert list(result.violations["amount"]) == [2.0, 1.0]
    assert list(result.violations["date"].dt.date) == [day(2), day(3)]
    assert limits(result) == ["min_stock"]


@covers("min_stock")
def test_least_stock_counts_before_waste_and_nowhere_an_order_can_not_arrive() -> None:
    world = chain(2, item={"shelf_life_days": 1}).stock("D", 5.0).policy(location_id="D", min_stock=4)
    # after day 0 all is waste, and day 1 is the first day on which the DC could have something new
    assert broken(world.evaluate(), "min_stock") == (0.0, 4.0)
    world.tables["lanes"] = world.tables["lanes"][1:]
    assert world.evaluate().feasible


@covers("min_stock")
def test_a_least_stock_that_names_no_item_is_meant_for_items_expected_at_the_location() -> None:
    def world() -> World:
        return chain(2).policy(kind="store", min_stock=3)

    # Nobody asks for A at X; a free order alone doesn't make it expected there.
    assert world().evaluate().feasible
    assert world().stock("D", 1.0).order("D", "X", 1.0).evaluate().feasible
    # Demand of X, a given order to it, stock at it: from day 1 on 3 units have to be there.
    assert broken(world().demand("X", [0.0, 1.0]).evaluate(), "min_stock") == (0.0, 3.0)
    given = firm(world().stock("D", 1.0), "F", 1.0, "D", "X").order("D", "X", 1.0, order_id="F")
    assert broken(given.evaluate(), "min_stock") == (1.0, 3.0)
    assert broken(world().stock("X", 2.0).evaluate(), "min_stock") == (2.0, 3.0)


@covers("min_stock")
def test_a_least_stock_that_names_the_item_holds_wherever_it_fits() -> None:
    world = chain(2).place("Y", "store").lane("D", "Y").policy(item_id="A", kind="store", min_stock=3)
    result = world.evaluate()
    assert limits(result) == ["min_stock"]
    assert list(result.violations["location_id"]) == ["X", "Y"]


@covers("max_stock")
def test_most_stock_holds_unless_the_stock_is_there_anyway() -> None:
    world = (
        chain(3)
        .stock("X", 12.0)
        .stock("D", 99.0)
        .demand("X", [5.0, 5.0, 5.0])
        .policy(kind="store", max_stock=5)
    )
    # without orders 7, 2, 0: day 0 is exempt up to 7
    assert world.evaluate().feasible
    result = world.order("D", "X", 6.0).evaluate()
    # 7, then 2 + 6 = 8
    assert broken(result, "max_stock") == (8.0, 5.0)


@covers("max_stock")
def test_days_of_cover_count_dependent_demand_and_a_fraction_of_a_day_in_part() -> None:
    world = (
        chain(3)
        .demand("X", [4.0, 6.0, 10.0])
        .stock("X", 100.0)
        .policy(location_id="D", max_days_of_cover=1.5)
    )
    # the DC on day 1: 10 of day 2, and half of day 3, which repeats day 0: 12
    assert world.order("S", "D", 12.0, arrival=1).evaluate().violations.iloc[1:].empty
    result = world.order("S", "D", 1.0, arrival=1).evaluate()
    assert [*result.violations["allowed"]] == [12.0, 4.0 + 3.0]


CAPACITY: list[tuple[str, str, float]] = [
    # 8 units of 1 kg and 0.1 m³ leave D on day 0 in 2 vehicles of 5 kg and arrive at X on day 1
    ("outbound_units", "D", 8.0),
    ("outbound_kg", "D", 8.0),
    ("outbound_vehicles", "D", 2.0),
    ("inbound_kg", "X", 8.0),
    ("inbound_vehicles", "X", 2.0),
    ("storage_m3", "X", 0.8),
    # 0.5 hours for the line and 0.25 for each of 4 cases
    ("handling_hours", "D", 1.5),
    ("handling_hours", "X", 1.5),
]


@covers("capacity")
@pytest.mark.parametrize(("resource", "location", "use"), CAPACITY)
def test_each_resource_is_used_as_defined(resource: str, location: str, use: float) -> None:
    def world(limit: float) -> World:
        base = (
            chain(2, item={"case_size": 2}, lane={"vehicle_kg": 5.0})
            .stock("D", 8.0)
            .order("D", "X", 4.0, size=2.0)
        )
        for place in ("D", "X"):
            base.row("handling", location_id=place, hours_per_line=0.5, hours_per_case=0.25)
        return base.row("capacities", location_id=location, resource=resource, limit=limit)

    assert world(use).evaluate().feasible
    assert broken(world(use * 0.9).evaluate(), "capacity") == (pytest.approx(use), pytest.approx(use * 0.9))


@covers("capacity")
def test_goods_in_transit_are_weighed_and_handled_on_arrival() -> None:
    for resource, use in (("inbound_kg", 6.0), ("handling_hours", 3.0)):
        world = chain(2, item={"case_size": 2}).row(
            "capacities", location_id="X", resource=resource, limit=1.0
        )
        world.row("handling", location_id="X", hours_per_case=1.0)
        world.row("open_orders", order_id="T", item_id="A", destination="X", quantity=6, status="in_transit")
        world.tables["open_orders"][0]["arrival_date"] = day(1)
        assert broken(world.evaluate(), "capacity") == (use, 1.0)


@covers("capacity")
def test_a_load_of_a_route_is_one_vehicle_at_each_stop() -> None:
    world = World().item().place("D", "dc").place("X", "store").place("Y", "store").stock("D", 99.0)
    for store in ("X", "Y"):
        world.lane("D", store, vehicle_kg=10.0, route="r").order("D", store, 20.0)
        world.row("capacities", location_id=store, resource="inbound_vehicles", limit=0.5)
    result = world.evaluate()
    assert list(result.loads["vehicles"]) == [4]
    assert list(result.violations["amount"]) == [1.0, 1.0]


@covers("capacity")
@pytest.mark.parametrize("arrival", [0, 2])
def test_a_load_docks_by_its_lane_even_if_a_given_order_on_it_arrives_on_another_day(arrival: int) -> None:
    world = firm(chain(3), "F", 4.0, "S", "D").order("S", "D", 4.0, 0, arrival, order_id="F")
    world.tables["open_orders"][0]["arrival_date"] = day(arrival)
    world.row("capacities", location_id="D", resource="inbound_vehicles", limit=0.5)
    assert list(world.evaluate().violations["date"].dt.date) == [day(1)]


@covers("capacity")
def test_the_date_wins_over_the_weekday_and_that_over_every_day() -> None:
    world = chain(8).stock("D", 99.0)
    for number in (0, 1, 2, 7):
        world.order("D", "X", 4.0, dispatch=number)
    rows: list[dict[str, Any]] = [
        {"limit": 3.0},
        {"weekday": "Mon", "limit": 2.0},
        {"date": day(7), "limit": 1.0},
    ]
    for row in (rows[2], rows[0], rows[1]):
        world.row("capacities", location_id="D", resource="outbound_units", **row)
    result = world.evaluate()
    assert limits(result) == ["capacity"]
    assert list(result.violations["allowed"]) == [2.0, 3.0, 3.0, 1.0]


@covers("capacity")
def test_overtime_extends_a_capacity() -> None:
    world = chain().stock("D", 99.0).order("D", "X", 13.0)
    world.row("capacities", location_id="D", resource="outbound_units", limit=8, overtime_limit=4)
    assert broken(world.evaluate(), "capacity") == (13.0, 12.0)


@covers("given_orders")
def test_a_given_order_may_not_be_left_out() -> None:
    result = firm(chain().stock("D", 9.0), "F", 5.0, "D", "X").evaluate()
    assert broken(result, "given_orders") == (0.0, 5.0)
    assert "is not in the plan" in result.violations["message"][0]


@covers("given_orders")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quantity": 4.0, "cases": 4.0}, "quantity is 4 instead of 5"),
        ({"dispatch_date": day(1)}, "dispatch is 2026-01-06 instead of 2026-01-05"),
        ({"arrival_date": day(2)}, "arrival is 2026-01-07 instead of 2026-01-06"),
        ({"mode": "van"}, "it goes by D > X (van)"),
        ({"origin": "S"}, "origin is S instead of D"),
    ],
)
def test_a_given_order_may_not_be_changed(change: dict[str, Any], words: str) -> None:
    world = firm(chain().lane("D", "X", "van").lane("S", "X").stock("D", 9.0), "F", 5.0, "D", "X")
    world.order("D", "X", 5.0, order_id="F").orders[0] |= change
    result = world.evaluate()
    assert limits(result) == ["given_orders"]
    assert words in result.violations["message"][0]


@covers("given_orders")
def test_a_given_order_may_leave_when_a_free_one_may_not_and_keeps_its_arrival() -> None:
    world = firm(chain(lane={"dispatch_days": "Fri"}, frozen_days=2).stock("D", 9.0), "F", 5.0, "D", "X")
    world.row("calendar", location_id="D", date=day(0)).tables["open_orders"][0]["arrival_date"] = day(2)
    result = world.order("D", "X", 5.0, order_id="F", arrival=2).evaluate()
    assert result.feasible
    assert list(result.inventory.query("location_id == 'X'")["arrivals"]) == [0.0, 0.0, 5.0]


@covers("given_orders")
def test_an_order_may_have_several_items() -> None:
    world = firm(chain().item("B").stock("D", 9.0).stock("D", 9.0, item="B"), "F", 5.0, "D", "X")
    firm(world, "F", 4.0, "D", "X").tables["open_orders"][1]["item_id"] = "B"
    world.order("D", "X", 5.0, order_id="F").order("D", "X", 4.0, order_id="F", item="B")
    assert world.evaluate().feasible


@covers("frozen_days")
def test_nothing_free_is_dispatched_on_frozen_days() -> None:
    world = chain(frozen_days=1).stock("D", 9.0).order("D", "X", 1.0, dispatch=1)
    assert world.evaluate().feasible
    assert broken(world.order("D", "X", 2.0).evaluate(), "frozen_days") == (2.0, 0.0)


@covers("frozen_days")
def test_planned_orders_of_frozen_days_stay() -> None:
    world = firm(chain(frozen_days=1).stock("D", 9.0), "P", 5.0, "D", "X")
    world.tables["open_orders"][0]["status"] = "planned"
    assert limits(world.evaluate()) == ["given_orders"]
    assert world.order("D", "X", 5.0, order_id="P").evaluate().feasible

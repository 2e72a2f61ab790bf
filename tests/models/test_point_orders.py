"""Order lines, suppliers and capacities at a point. Equations (20) to (27)."""

import pytest

from planner_models.problem import RESOURCES
from tests.models.builder import Point, chain, day, direct, world


def use(resource: str, point: Point, location: str, on: int) -> tuple[int, int, int]:
    return RESOURCES.index(resource), point.problem.locations.names.index(location), on


def test_what_is_shipped_belongs_to_an_order_line() -> None:
    point = Point(direct(1).demand("X", [9]).row("handling", location_id="X", cost_per_line=1).problem())
    most = float(point.problem.shipments.max_lots[0])
    point.set("ship", (0, 0), 3)
    assert point.violation("order_line", (0, 0)) == pytest.approx(3)
    point.set("line", (0, 0), 1)
    assert point.violation("order_line", (0, 0)) == pytest.approx(3 - most)


def test_a_line_is_not_below_the_minimum_quantity() -> None:
    built = direct(1, item={"case_size": 4}).demand("X", [9])
    built.row("supply", item_id="A", location_id="S", min_order_quantity=10)
    point = Point(built.problem())
    # 2 cases of 4 are 2 units below 10; no line, no minimum.
    point.set("ship", (0, 0), 2).set("line", (0, 0), 1)
    assert point.violation("minimum_quantity", (0, 0)) == pytest.approx(2)
    point.set("ship", (0, 0), 0).set("line", (0, 0), 0)
    assert point.violation("minimum_quantity", (0, 0)) == pytest.approx(0)


def test_a_lot_is_the_least_common_multiple_of_case_and_order_multiple() -> None:
    built = direct(1, item={"case_size": 4}).demand("X", [9])
    built.row("supply", item_id="A", location_id="S", order_multiple=6, min_order_quantity=1)
    point = Point(built.problem())
    # Cases of 4 in multiples of 6: lots of 12.
    point.set("ship", (0, 0), 1).set("line", (0, 0), 1)
    assert point.violation("minimum_quantity", (0, 0)) == pytest.approx(1 - 12)


def test_a_supplier_gives_so_much_a_day_over_all_lanes_given_orders_included() -> None:
    built = direct(2).lane("S", "X", "van", lead_time_days=0).demand("X", [9, 9])
    built.row("supply", item_id="A", location_id="S", max_per_day=10).given("S", "X", 3, 1)
    point = Point(built.problem())
    for mode in ("truck", "van"):
        for t in (0, 1):
            point.set("ship", (point.shipment("A", "S", "X", mode), t), 5)
    # 5 + 5 is all of 10 on day 0; with 3 given on day 1 it is 3 too much.
    assert point.violation("supplier_limit", (0, 0)) == pytest.approx(0)
    assert point.violation("supplier_limit", (0, 1)) == pytest.approx(3)


def test_an_order_to_a_supplier_reaches_its_minimum_over_items_and_modes() -> None:
    built = (
        direct(1)
        .lane("S", "X", "van", lead_time_days=0)
        .item("B", unit_weight_kg=2.0, unit_cost=4.0)
        .demand("X", [9])
        .demand("X", [9], item="B")
    )
    built.row("order_minimums", supplier="S", destination="X", min_value=100, min_kg=20)
    point = Point(built.problem())
    a, b = point.shipment("A", "S", "X"), point.shipment("B", "S", "X", "van")
    most = float(point.problem.shipments.max_lots[a])
    point.set("ship", (a, 0), 6).set("ship", (b, 0), 5)
    # Without the order, 6 cases too many; with it, 6 · 10 + 5 · 4 = 80 is 20 below 100, 6 · 1 + 5 · 2 =
    # 16 kg is 4 below 20.
    assert point.violation("order_minimum_used", (a, 0)) == pytest.approx(6)
    point.set("ordered", (0, 0), 1)
    assert point.violation("order_minimum_used", (a, 0)) == pytest.approx(6 - most)
    assert point.violation("order_minimum_value", (0, 0)) == pytest.approx(20)
    assert point.violation("order_minimum_weight", (0, 0)) == pytest.approx(4)


def test_given_orders_count_towards_an_order_minimum() -> None:
    built = direct(1).demand("X", [9]).given("S", "X", 8)
    built.row("order_minimums", supplier="S", destination="X", min_value=100, min_kg=20)
    point = Point(built.problem())
    point.set("ship", (0, 0), 3).set("ordered", (0, 0), 1)
    # 8 given + 3 = 11: 110 money, 10 above the minimum; 11 kg, 9 below.
    assert point.violation("order_minimum_value", (0, 0)) == pytest.approx(-10)
    assert point.violation("order_minimum_weight", (0, 0)) == pytest.approx(9)


def test_a_change_is_the_distance_in_cases_in_both_directions() -> None:
    built = direct(1, item={"case_size": 2}, change_cost_per_case=1.0).demand("X", [9])
    built.row("supply", item_id="A", location_id="S", order_multiple=6).given("S", "X", 12, status="planned")
    point = Point(built.problem())
    # 12 units are 6 cases; a lot is 3 cases. 3 lots are 3 cases more than before.
    point.set("ship", (0, 0), 3)
    assert point.violation("plan_change", (0, 0, 1)) == pytest.approx(3)
    assert point.violation("plan_change", (0, 0, -1)) == pytest.approx(-3)
    # One lot is 3 cases fewer; a change of 2 is 1 too small.
    point.set("ship", (0, 0), 1).set("change", (0, 0), 2)
    assert point.violation("plan_change", (0, 0, -1)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("resource", "location", "on", "used"),
    [
        ("outbound_units", "D", 0, 12.0),  # 3 cases of 4
        ("outbound_kg", "D", 0, 24.0),  # at 2 kg
        ("outbound_vehicles", "D", 0, 2.0),
        ("inbound_kg", "X", 1, 24.0),  # a day later
        ("inbound_vehicles", "X", 1, 2.0),
        ("handling_hours", "D", 0, 0.25 + 3 * 0.5),  # one line and three cases
        ("handling_hours", "X", 1, 1.0 + 3 * 2.0),
        ("storage_m3", "X", 1, 0.7),  # 7 units in stock at 0.1 m³
    ],
)
def test_the_use_of_a_resource_stays_within_limit_and_overtime(
    resource: str, location: str, on: int, used: float
) -> None:
    built = (
        chain(2, item={"case_size": 4, "unit_weight_kg": 2.0}, lane={"vehicle_kg": 12})
        .demand("X", [9, 9])
        .stock("D", 50)
    )
    built.row("handling", location_id="D", hours_per_line=0.25, hours_per_case=0.5)
    built.row("handling", location_id="X", hours_per_line=1.0, hours_per_case=2.0)
    built.row("capacities", location_id=location, resource=resource, limit=0.5, overtime_limit=9)
    point = Point(built.problem())
    k, n = point.shipment("A", "D", "X"), point.point("A", "X")
    point.set("ship", (k, 0), 3).set("vehicles", (point.lane("D", "X"), 0), 2).set("on_hand", (n, 1), 7)
    if (k, 0) in point.model.line:
        point.set("line", (k, 0), 1)
    where = use(resource, point, location, on)
    assert point.violation("capacity", where) == pytest.approx(used - 0.5)
    point.set("overtime", where, 0.2)
    assert point.violation("capacity", where) == pytest.approx(used - 0.7)


def test_expired_goods_were_in_store_on_their_last_day() -> None:
    built = direct(1, item={"shelf_life_days": 1}).demand("X", [2]).stock("X", 9)
    built.row("capacities", location_id="X", resource="storage_m3", limit=0.5)
    point = Point(built.problem())
    # 7 expired at 0.1 m³ = 0.7.
    point.set("waste", (0, 0), 7)
    assert point.violation("capacity", use("storage_m3", point, "X", 0)) == pytest.approx(0.2)


def test_given_orders_use_capacity() -> None:
    built = (
        direct(1)
        .demand("X", [9])
        .given("S", "X", 4)
        .row("capacities", location_id="S", resource="outbound_units", limit=6)
    )
    point = Point(built.problem())
    # 4 given + 3 free = 7, one above 6.
    point.set("ship", (0, 0), 3)
    assert point.violation("capacity", use("outbound_units", point, "S", 0)) == pytest.approx(1)


def test_a_load_of_a_route_counts_one_vehicle_at_each_stop() -> None:
    built = world(1).item().place("S", "supplier").place("X", "store").place("Y", "store")
    for store in "XY":
        built.lane("S", store, lead_time_days=0, route="tour", vehicle_kg=10).demand(store, [9])
    built.row("capacities", location_id="X", resource="inbound_vehicles", limit=0.5)
    point = Point(built.problem())
    # Two vehicles are on the tour, X sees one.
    point.set("vehicles", (0, 0), 2).set("used", (point.lane("S", "X"), 0), 1)
    assert point.violation("capacity", use("inbound_vehicles", point, "X", 0)) == pytest.approx(0.5)


def test_the_limit_of_the_date_wins_over_that_of_the_weekday() -> None:
    built = direct(3).demand("X", [9, 9, 9])
    usual = {"location_id": "S", "resource": "outbound_units"}
    built.row("capacities", limit=5, **usual).row("capacities", limit=4, weekday="Tue", **usual)
    built.row("capacities", limit=3, date=day(2), **usual)
    point = Point(built.problem())
    for t in range(3):
        point.set("ship", (0, t), 5)
    # Monday 5, Tuesday 4, the day after 3.
    assert [point.violation("capacity", use("outbound_units", point, "S", t)) for t in range(3)] == [0, 1, 2]

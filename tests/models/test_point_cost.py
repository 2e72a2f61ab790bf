"""The causes of the objective at a point: prices times decisions. Equation (28)."""

import pytest

from planner_models.projection import Projection
from tests.models.builder import Point, chain, direct
from tests.models.market import market


def test_freight_is_vehicles_weight_volume_and_stops() -> None:
    lane = {"cost_per_vehicle": 30, "cost_per_kg": 0.5, "cost_per_m3": 4, "stop_cost": 2, "vehicle_kg": 10}
    point = Point(direct(1, lane=lane).demand("X", [9]).problem())
    point.set("vehicles", (0, 0), 2).set("lane_kg", (0, 0), 12).set("lane_m3", (0, 0), 1.5).set(
        "used", (0, 0), 1
    )
    # 2 · 30 + 12 · 0.5 + 1.5 · 4 + 2 = 74.
    assert point.cost("freight") == pytest.approx(74)


def test_freight_with_a_minimum_is_the_charge_instead_of_weight_and_volume() -> None:
    lane = {"cost_per_vehicle": 30, "cost_per_kg": 0.5, "min_charge": 9}
    point = Point(direct(1, lane=lane).demand("X", [9]).problem())
    point.set("vehicles", (0, 0), 1).set("lane_kg", (0, 0), 12).set("charge", (0, 0), 9)
    # 30 + 9; the 12 kg are in the charge.
    assert point.cost("freight") == pytest.approx(39)


def test_holding_is_paid_for_closing_stock_everywhere() -> None:
    built = chain(2).demand("X", [1, 1]).stock("D", 5).policy(holding_cost_per_unit_day=0.5)
    point = Point(built.policy(location_id="X", holding_cost_per_unit_day=0.75).problem())
    point.set("on_hand", (point.point("A", "D"), 0), 5).set("on_hand", (point.point("A", "X"), 1), 2)
    # 5 · 0.5 + 2 · 0.75 = 4.
    assert point.cost("holding") == pytest.approx(4)


def test_holding_by_rate_is_a_share_of_the_unit_cost_per_year() -> None:
    point = Point(direct(1).demand("X", [1]).policy(holding_rate_per_year=0.365).problem())
    # 0.365 · 10 / 365 = 0.01 per unit and day.
    assert point.set("on_hand", (0, 0), 100).cost("holding") == pytest.approx(1)


def test_lost_sales_cost_margin_and_penalty() -> None:
    point = Point(
        direct(2, item={"unit_price": 13.0}).demand("X", [5, 4]).policy(lost_sale_penalty=2).problem()
    )
    # 3 margin + 2 penalty for 9 − 6 lost.
    point.set("sales", (0, 0), 5).set("sales", (0, 1), 1)
    assert point.cost("lost_sales") == pytest.approx(15)


def test_a_service_target_is_the_penalty_at_which_it_is_the_critical_fractile() -> None:
    built = direct(1, item={"unit_price": 12.0}, review_days=2).demand("X", [5])
    point = Point(built.policy(holding_cost_per_unit_day=0.5, service_target=0.9).problem())
    # Margin 2 + penalty max(0, 0.5 · 2 · 0.9/0.1 − 2) = 7 makes 9; then 9/(9 + 0.5 · 2) = 0.9. Nothing
    # is sold: 5 · 9.
    assert point.cost("lost_sales") == pytest.approx(45)


def test_handling_is_paid_per_line_and_case_at_both_ends_and_for_given_orders() -> None:
    built = chain(2, item={"case_size": 4}).demand("X", [9, 9]).stock("D", 50).given("D", "X", 8, 1)
    built.row("handling", location_id="D", cost_per_line=1, cost_per_case=0.1)
    built.row("handling", location_id="X", cost_per_line=2, cost_per_case=0.2)
    point = Point(built.problem())
    k = point.shipment("A", "D", "X")
    point.set("ship", (k, 0), 5).set("line", (k, 0), 1)
    # Free: 1 + 2 + 5 · 0.3 = 4.5. Given: 1 + 2 + 2 · 0.3 = 3.6.
    assert point.cost("handling") == pytest.approx(8.1)


def test_overtime_waste_and_purchase() -> None:
    built = direct(1, item={"shelf_life_days": 1, "case_size": 3}).demand("X", [9])
    built.place("Z", "supplier").lane("Z", "X", lead_time_days=0)
    built.row("supply", item_id="A", location_id="S", unit_cost=8).row(
        "supply", item_id="A", location_id="Z", unit_cost=9.5
    )
    built.row(
        "capacities", location_id="S", resource="outbound_units", limit=5, overtime_limit=5, overtime_cost=7
    )
    point = Point(built.given("Z", "X", 3).problem())
    point.set("overtime", (0, 0, 0), 2).set("waste", (0, 0), 1.5)
    point.set("ship", (point.shipment("A", "S", "X"), 0), 4).set(
        "ship", (point.shipment("A", "Z", "X"), 0), 1
    )
    assert point.cost("overtime") == pytest.approx(14)
    # Waste at the unit cost of the item, 10.
    assert point.cost("waste") == pytest.approx(15)
    # S is the cheapest; Z costs 1.5 more: one free case of 3 and 3 given units.
    assert point.cost("purchase") == pytest.approx(9)


def test_co2_of_vehicles_and_weight_at_its_price() -> None:
    lane = {"vehicle_kg": 10, "kg_co2_per_vehicle": 20, "kg_co2_per_kg": 0.5}
    point = Point(direct(1, lane=lane, co2_price_per_kg=0.1).demand("X", [9]).problem())
    # 0.1 · (2 · 20 + 12 · 0.5) = 4.6.
    assert point.set("vehicles", (0, 0), 2).set("lane_kg", (0, 0), 12).cost("co2") == pytest.approx(4.6)
    assert Point(direct(1, lane=lane).demand("X", [9]).problem()).set("vehicles", (0, 0), 2).cost("co2") == 0


def test_changes_cost_per_case_also_where_a_previous_order_can_not_be_repeated() -> None:
    built = direct(2, lane={"dispatch_days": "Mon"}, change_cost_per_case=3.0).demand("X", [5, 5])
    point = Point(built.given("S", "X", 4, 1, status="planned").problem())
    # 4 cases of Tuesday are gone in any plan; 2 cases of change on Monday.
    assert point.set("change", (0, 0), 2).cost("changes") == pytest.approx(18)


def test_the_end_costs_what_is_missing_at_the_lost_sale_cost() -> None:
    built = chain(2, item={"unit_price": 14.0}, terminal_value="useful").demand("X", [5, 5])
    point = Point(built.problem())
    # X at its own margin of 4; D at the lowest of those that it supplies, which is X's.
    point.set("short", point.point("A", "X"), 2).set("short", point.point("A", "D"), 3)
    assert point.cost("terminal") == pytest.approx(20)


def test_the_objective_of_a_plan_is_the_cost_by_the_definitions() -> None:
    """Decisions set to what follows from some orders: every cause of the model is that of the projection."""
    problem = market().problem()
    point = Point(problem)
    ship, model = problem.shipments, point.model
    lots = 0 * ship.previous.astype(int)
    for item, origin, destination, mode, t, count in (
        ("A", "S", "D", "truck", 0, 3),
        ("A", "D", "X", "van", 0, 2),
        ("A", "D", "X", "van", 1, 1),
        ("B", "D", "Y", "van", 1, 2),
        ("A", "D", "X", "part", 0, 4),
        ("B", "D", "X", "part", 1, 2),
    ):
        lots[point.shipment(item, origin, destination, mode), t] = count
    true = Projection(problem, lots)
    flow, loads = true.stock, true.loads
    for (k, t), variable in model.ship.items():
        variable.set_value(lots[k, t], skip_validation=True)
    for name, values in (
        ("vehicles", loads.vehicles),
        ("on_hand", flow.closing),
        ("sales", flow.sales),
        ("waste", flow.waste),
        ("lane_kg", loads.lane_kg),
        ("lane_m3", loads.lane_m3),
        ("charge", loads.variable),
        ("used", true.used),
        ("line", lots > 0),
        ("change", abs(true.cases - ship.previous)),
        ("overtime", true.use - problem.capacities.limit),
    ):
        for key in model.component(name):
            point.set(name, key, max(0.0, float(values[key])))
    from planner_models.curve import terminal_shortage

    short = terminal_shortage(problem.stock, flow.position)[0]
    for n in model.short:
        point.set("short", n, float(short[n]))
    assert {cause: point.cost(cause) for cause in true.costs} == pytest.approx(true.costs)
    assert point.cost() == pytest.approx(true.cost)
    assert all(
        true.costs[cause] > 0
        for cause in ("freight", "holding", "lost_sales", "handling", "co2", "changes", "terminal")
    )

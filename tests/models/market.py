"""One small network in which every family of the joint model has rows; the golden files show it."""

from planner_models.joint.declare import Model
from planner_models.joint.formulation import build
from planner_models.joint.touching import Curves, guards
from planner_models.problem import Problem
from tests.models.builder import World, day, world


def market() -> World:
    """S → D → X and Y in two days: trucks in, a van route and a part load with weight breaks out."""
    built = world(2, terminal_value="useful", change_cost_per_case=2.0, co2_price_per_kg=0.1)
    built.item("A", case_size=5, unit_weight_kg=1.0, unit_volume_m3=0.1, unit_cost=10.0, unit_price=14.0)
    built.item("B", case_size=2, unit_weight_kg=2.0, unit_cost=4.0, unit_price=6.0, shelf_life_days=3)
    built.place("S", "supplier").place("D", "dc").place("X", "store").place("Y", "store")
    built.lane("S", "D", vehicle_kg=100, vehicle_m3=5, cost_per_vehicle=50, max_vehicles_per_day=2)
    for store in "XY":
        van = {
            "route": "tour",
            "vehicle_kg": 40,
            "cost_per_vehicle": 20,
            "kg_co2_per_vehicle": 8,
            "stop_cost": 2,
        }
        built.lane("D", store, "van", lead_time_days=0, **van)
    built.lane("D", "X", "part", lead_time_days=1, min_charge=5, cost_per_m3=3)
    for from_kg, rate in ((0, 1.0), (20, 0.8)):
        built.row(
            "weight_breaks", origin="D", destination="X", mode="part", from_kg=from_kg, cost_per_kg=rate
        )
    built.stock("D", 60).stock("D", 20, "B").stock("X", 10).stock("Y", 8, "B")
    built.demand("X", [6, 8], sd=3).demand("Y", [4, 4], item="B").demand("X", [2, 2], sd=1, item="B")
    supplied = {"min_order_quantity": 20, "order_multiple": 10, "max_per_day": 60, "unit_cost": 11}
    built.row("supply", item_id="A", location_id="S", **supplied)
    built.row("supply", item_id="B", location_id="S")
    built.row("order_minimums", supplier="S", destination="D", min_value=100, min_kg=10)
    built.row(
        "handling",
        location_id="D",
        cost_per_line=1,
        cost_per_case=0.2,
        hours_per_line=0.5,
        hours_per_case=0.1,
    )
    built.row(
        "capacities", location_id="D", resource="handling_hours", limit=8, overtime_limit=2, overtime_cost=30
    )
    built.row("capacities", location_id="X", resource="inbound_vehicles", limit=2)
    built.row("capacities", location_id="X", resource="storage_m3", date=day(0), limit=9)
    built.policy(holding_cost_per_unit_day=0.5)
    built.policy(item_id="A", location_id="X", min_stock=4, max_stock=50)
    built.policy(item_id="B", location_id="Y", lost_sales_allowed=False)
    built.given("D", "X", 5, 0, mode="part")
    return built.given("D", "X", 10, 1, mode="van", status="planned")


def market_model(problem: Problem) -> Model:
    """With its first lines, and with guards at certain (B at Y) and uncertain demand (A at X)."""
    curves = Curves.of(problem)
    points = range(len(problem.stock.item))
    return build(problem, curves.first_sales_lines(), curves.first_terminal_lines(), guards(problem, points))

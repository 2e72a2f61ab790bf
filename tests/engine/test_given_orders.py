"""Given orders that are out of the ordinary mean the same to the engine and to the evaluator."""

import pytest

from planner import evaluate
from planner.compile import compile_problem
from planner.plan.build import plan_tables
from planner_models.projection import Projection
from tests.audit.world import World, chain, day
from tests.engine.agreement import differences
from tests.models.search.relaxed import idle


def late(arrival: int) -> World:
    """Two units on the way to X that should have been there on this day."""
    world = chain().demand("X", [2.0, 2.0, 2.0])
    world.row(
        "open_orders",
        order_id="T",
        item_id="A",
        destination="X",
        quantity=2,
        status="in_transit",
        arrival_date=day(arrival),
    )
    return world


def test_what_is_overdue_arrives_on_the_first_day() -> None:
    for arrival in (-3, 0):
        data = late(arrival).data()
        projection = Projection(compile_problem(data), idle(compile_problem(data)).lots)
        assert projection.stock.arrivals.sum(axis=0).tolist() == [2.0, 0.0, 0.0]
        _, loads, inventory, kpis = plan_tables(data, projection)
        assert differences(loads, inventory, kpis, late(arrival).evaluate()) == []


def tour(*rows: tuple[str, int, int, float]) -> World:
    """Vans from D to X and Y; a row is (destination, first day, last day, kg of a van), and a van costs 1 per kg."""
    world = World(4).item().place("D", "dc").place("X", "store").place("Y", "store").stock("D", 100)
    for store, first, last, kg in rows:
        valid = {"valid_from": day(first), "valid_to": day(last)}
        van = {"vehicle_kg": kg, "cost_per_vehicle": kg, "max_vehicles_per_day": kg, "kg_co2_per_vehicle": kg}
        world.lane("D", store, "van", route="tour", **valid, **van)
    return world.demand("X", [1.0] * 4).demand("Y", [1.0] * 4)


TOURS = {  # rows of a tour, where 12 units go on day 2, kg of the vans that take them
    "the other lane is valid": ([("X", 0, 1, 5.0), ("Y", 2, 3, 7.0)], "X", 7.0),
    "none is, the other began last": ([("X", 0, 0, 5.0), ("Y", 1, 1, 7.0)], "X", 7.0),
    "none is, its own began last": ([("X", 0, 0, 5.0), ("Y", 1, 1, 7.0)], "Y", 7.0),
    "none has begun": ([("Y", 3, 3, 5.0), ("X", 4, 9, 7.0)], "X", 5.0),
    "one has begun": ([("Y", 3, 3, 5.0), ("X", 1, 1, 7.0)], "Y", 7.0),
    "both began at once": ([("Y", 0, 1, 5.0), ("X", 0, 1, 5.0)], "Y", 5.0),
}


@pytest.mark.parametrize("kind", TOURS)
def test_given_orders_of_a_route_meet_the_same_vehicles_everywhere(kind: str) -> None:
    rows, store, kg = TOURS[kind]
    world = tour(*rows)
    order = {"origin": "D", "destination": store, "mode": "van", "quantity": 12, "status": "firm"}
    world.row("open_orders", order_id="F", item_id="A", dispatch_date=day(2), **order)
    data = world.data()
    projection = Projection(compile_problem(data), idle(compile_problem(data)).lots)
    vans = -(-12 // kg)  # 12 kg
    assert projection.loads.vehicles.sum() == vans
    assert projection.costs["freight"] == vans * kg
    orders, loads, inventory, kpis = plan_tables(data, projection)
    truth = evaluate(data, orders)
    assert differences(loads, inventory, kpis, truth) == []
    assert truth.loads["vehicles"].tolist() == [vans]
    assert truth.kpis["kg_co2"] == vans * kg

"""Given orders that are out of the ordinary mean the same to the engine and to the evaluator."""

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

"""Loads, vehicles and every rule of the tariff."""

from typing import Any

import pytest

from tests.audit.world import World, chain, covers, day


def freight(quantity: float, **lane: Any) -> float:
    """Freight of one order of A (1 kg, 0.1 m³ a unit) on D > X."""
    return chain(lane=lane).stock("D", 1e6).order("D", "X", quantity).evaluate().costs["freight"]


@covers("freight")
@pytest.mark.parametrize(("quantity", "vehicles"), [(1.0, 1), (10.0, 1), (10.5, 2), (20.0, 2), (21.0, 3)])
def test_vehicles_are_whole(quantity: float, vehicles: int) -> None:
    assert freight(quantity, vehicle_kg=10.0, cost_per_vehicle=100.0) == 100.0 * vehicles


@covers("freight")
def test_rounding_of_sums_does_not_cost_a_vehicle() -> None:
    # 3 · 0.1 kg in floating point is a little more than 0.3
    world = chain(item={"unit_weight_kg": 0.1}, lane={"vehicle_kg": 0.3, "cost_per_vehicle": 1.0}).stock(
        "D", 9.0
    )
    assert world.order("D", "X", 3.0).evaluate().costs["freight"] == 1.0


@covers("freight")
def test_the_tighter_of_weight_and_volume_decides() -> None:
    # 25 kg need 2 vehicles of 20 kg, 2.5 m³ need 3 of 1 m³
    assert freight(25.0, vehicle_kg=20.0, vehicle_m3=1.0, cost_per_vehicle=100.0) == 300.0


@covers("freight")
def test_a_lane_without_limits_costs_once_per_dispatch() -> None:
    assert freight(1e5, cost_per_vehicle=100.0) == 100.0


@covers("freight")
def test_part_loads_pay_for_weight_and_volume_or_the_minimum() -> None:
    # 30 kg · 0.5 + 3 m³ · 2 = 21
    assert freight(30.0, cost_per_kg=0.5, cost_per_m3=2.0) == pytest.approx(21.0)
    assert freight(30.0, cost_per_kg=0.5, cost_per_m3=2.0, min_charge=25.0) == 25.0


@covers("freight")
@pytest.mark.parametrize(
    ("quantity", "own_rate", "expected"),
    [
        (5.0, 2.0, 10.0),  # below the first band the rate of the lane
        (5.0, None, 5.0),  # or that of the first band
        (10.0, 2.0, 10.0),  # a band begins with its weight
        (99.0, 2.0, 99.0),
        (100.0, 2.0, 50.0),  # all units: the rate holds for the whole weight
        (200.0, 2.0, 100.0),
    ],
)
def test_weight_breaks_hold_for_the_whole_weight(
    quantity: float, own_rate: float | None, expected: float
) -> None:
    world = chain(lane={"cost_per_kg": own_rate}).stock("D", 1e6)
    for begin, rate in ((100.0, 0.5), (10.0, 1.0)):
        world.row("weight_breaks", origin="D", destination="X", mode="truck", from_kg=begin, cost_per_kg=rate)
    assert world.order("D", "X", quantity).evaluate().costs["freight"] == pytest.approx(expected)


@covers("freight")
def test_the_minimum_charge_holds_with_weight_breaks_too() -> None:
    world = chain(lane={"min_charge": 30.0}).stock("D", 1e6)
    world.row("weight_breaks", origin="D", destination="X", mode="truck", from_kg=0, cost_per_kg=1.0)
    assert world.order("D", "X", 20.0).evaluate().costs["freight"] == 30.0


def route() -> World:
    shared: dict[str, Any] = {"vehicle_kg": 10.0, "cost_per_vehicle": 100.0, "route": "north"}
    world = (
        World()
        .item()
        .place("D", "dc")
        .place("Y", "store")
        .place("X", "store")
        .place("Z", "store")
        .stock("D", 1e3)
    )
    world.lane("D", "X", stop_cost=7.0, min_charge=2.0, **shared).lane("D", "Y", stop_cost=5.0, **shared)
    return world.lane("D", "Z", cost_per_vehicle=100.0, vehicle_kg=10.0)


@covers("freight")
def test_lanes_of_a_route_share_vehicles_and_pay_their_own_stops() -> None:
    world = route().order("D", "X", 4.0).order("D", "Y", 6.0).order("D", "Z", 1.0)
    result = world.evaluate()
    # one vehicle for 10 kg on the route, stops 7 + 5, minimum 2 for X; Z has its own vehicle
    assert list(result.loads["cost"]) == [114.0, 100.0]
    assert list(result.loads["destination"]) == ["Y + X", "Z"]
    assert list(result.loads["route"]) == ["north", ""]
    assert list(result.loads["load_id"]) == ["L000001", "L000002"]


@covers("freight")
def test_a_stop_that_is_not_made_costs_nothing() -> None:
    assert route().order("D", "Y", 11.0).evaluate().costs["freight"] == 2 * 100.0 + 5.0


@covers("freight")
def test_a_tariff_that_changes_holds_by_dispatch_day() -> None:
    world = World().item().place("D", "dc").place("X", "store").stock("D", 100.0)
    world.lane("D", "X", cost_per_vehicle=100.0, valid_to=day(0))
    world.lane("D", "X", cost_per_vehicle=130.0, valid_from=day(1), lead_time_days=2)
    result = world.order("D", "X", 5.0).order("D", "X", 5.0, dispatch=1, arrival=3).evaluate()
    assert list(result.loads["cost"]) == [100.0, 130.0]
    assert result.feasible


@covers("freight")
def test_given_and_free_orders_ride_together() -> None:
    world = chain(lane={"vehicle_kg": 10.0, "cost_per_vehicle": 100.0}).stock("D", 100.0)
    world.row("open_orders", order_id="F", item_id="A", origin="D", destination="X", mode="truck", quantity=6)
    world.tables["open_orders"][0] |= {"status": "firm", "dispatch_date": day(0)}
    result = world.order("D", "X", 6.0, order_id="F").order("D", "X", 4.0).evaluate()
    assert list(result.loads["vehicles"]) == [1]
    assert list(result.loads["fill"]) == [1.0]


@covers("freight")
def test_a_given_order_on_an_expired_lane_pays_its_last_tariff() -> None:
    world = World().item().place("D", "dc").place("X", "store").stock("D", 100.0)
    world.lane("D", "X", cost_per_vehicle=100.0, valid_to=day(-5)).lane(
        "D", "X", valid_from=day(9), cost_per_vehicle=1
    )
    world.row("open_orders", order_id="F", item_id="A", origin="D", destination="X", mode="truck", quantity=6)
    world.tables["open_orders"][0] |= {"status": "firm", "dispatch_date": day(0)}
    result = world.order("D", "X", 6.0, order_id="F").evaluate()
    assert result.costs["freight"] == 100.0
    assert result.feasible

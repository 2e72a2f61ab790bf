"""Loads, vehicles and tariffs at a point. Equations (7) to (19)."""

import pytest

from tests.models.builder import Point, World, direct, world


def banded() -> World:
    """One lane with 1.00 per kg below 20 kg, 0.80 from there on, and at least 5."""
    built = direct(1, item={"unit_price": 20.0}, lane={"min_charge": 5, "cost_per_m3": 3}).demand("X", [60])
    for from_kg, rate in ((0, 1.0), (20, 0.8)):
        built.row(
            "weight_breaks", origin="S", destination="X", mode="truck", from_kg=from_kg, cost_per_kg=rate
        )
    return built


def test_weight_and_volume_are_those_of_all_orders_given_ones_included() -> None:
    built = direct(1, item={"case_size": 4}, lane={"vehicle_kg": 50, "vehicle_m3": 5}).item(
        "B", unit_weight_kg=3.0, unit_volume_m3=0.5
    )
    built.demand("X", [9]).demand("X", [9], item="B").given("S", "X", 2, item_id="B")
    point = Point(built.problem())
    point.set("ship", (point.shipment("A", "S", "X"), 0), 2).set(
        "ship", (point.shipment("B", "S", "X"), 0), 5
    )
    # 2 cases of 4 at 1 kg + 5 at 3 kg + 2 given at 3 kg = 29 kg; 8 · 0.1 + 5 · 0.5 + 2 · 0.5 = 4.3 m³.
    point.set("lane_kg", (0, 0), 29).set("lane_m3", (0, 0), 4.3)
    assert point.violation("load_weight", (0, 0)) == pytest.approx(0)
    assert point.violation("load_volume", (0, 0)) == pytest.approx(0)
    point.set("lane_kg", (0, 0), 28).set("lane_m3", (0, 0), 4)
    assert point.violation("load_weight", (0, 0)) == pytest.approx(1)
    assert point.violation("load_volume", (0, 0)) == pytest.approx(0.3)


def test_vehicles_carry_the_larger_need() -> None:
    point = Point(direct(1, lane={"vehicle_kg": 10, "vehicle_m3": 2}).demand("X", [9]).problem())
    # 25 kg need 2.5 vehicles of 10, 4 m³ need 2 of 2: with two, 5 kg are left standing.
    point.set("lane_kg", (0, 0), 25).set("lane_m3", (0, 0), 4).set("vehicles", (0, 0), 2)
    assert point.violation("vehicle_weight", (0, 0)) == pytest.approx(5)
    assert point.violation("vehicle_volume", (0, 0)) == pytest.approx(0)


def test_the_lanes_of_a_route_share_their_vehicles() -> None:
    built = world(1).item().place("S", "supplier").place("X", "store").place("Y", "store")
    for store in "XY":
        built.lane("S", store, lead_time_days=0, route="tour", vehicle_kg=10, vehicle_m3=3).demand(store, [9])
    point = Point(built.problem())
    # 6 kg for X and 7 kg for Y on one vehicle of 10: 3 too many. 1 m³ + 1.5 m³: 0.5 to spare.
    point.set("lane_kg", (0, 0), 6).set("lane_kg", (1, 0), 7).set("vehicles", (0, 0), 1)
    point.set("lane_m3", (0, 0), 1).set("lane_m3", (1, 0), 1.5)
    assert point.keys("vehicle_weight") == [(0, 0)]
    assert point.violation("vehicle_weight", (0, 0)) == pytest.approx(3)
    assert point.violation("vehicle_volume", (0, 0)) == pytest.approx(-0.5)


def test_a_lane_without_vehicle_limits_costs_a_vehicle_as_soon_as_anything_travels() -> None:
    point = Point(direct(1, lane={"cost_per_vehicle": 7}).demand("X", [9]).problem())
    most = float(point.problem.shipments.max_lots[0])
    assert most >= 9
    # One case without `used` is one case too many; with `used` there is room for the rest.
    point.set("ship", (0, 0), 1)
    assert point.violation("lane_in_use", (0, 0)) == pytest.approx(1)
    point.set("used", (0, 0), 1)
    assert point.violation("lane_in_use", (0, 0)) == pytest.approx(1 - most)
    # Used without a vehicle, and with one.
    assert point.violation("use_needs_vehicle", (0, 0)) == pytest.approx(1)
    point.set("vehicles", (0, 0), 1)
    assert point.violation("use_needs_vehicle", (0, 0)) == pytest.approx(0)


def test_variable_freight_is_at_least_the_minimum_charge_of_a_lane_in_use() -> None:
    point = Point(direct(1, lane={"min_charge": 5, "cost_per_kg": 0.5}).demand("X", [60]).problem())
    # Not in use: nothing. In use with 4 kg: the tariff says 2, the minimum 5.
    assert point.violation("minimum_charge", (0, 0)) == pytest.approx(0)
    point.set("used", (0, 0), 1).set("lane_kg", (0, 0), 4).set("charge", (0, 0), 2)
    assert point.violation("minimum_charge", (0, 0)) == pytest.approx(3)
    assert point.violation("variable_freight", (0, 0)) == pytest.approx(0)


def test_the_tariff_is_the_rate_of_the_band_for_the_whole_weight_and_the_volume() -> None:
    point = Point(banded().problem())
    # 30 kg in the band from 20 on: 30 · 0.8 + 3 m³ · 3 = 33; a charge of 30 is 3 too low.
    point.set("band_kg", (0, 0, 1), 30).set("lane_m3", (0, 0), 3).set("charge", (0, 0), 30)
    assert point.violation("variable_freight", (0, 0)) == pytest.approx(3)


def test_the_weight_lies_in_one_band_between_its_ends() -> None:
    point = Point(banded().problem())
    # 25 kg claimed in the band up to 20: 5 too many; 15 kg in the band from 20: 5 too few.
    point.set("band", (0, 0, 0), 1).set("band_kg", (0, 0, 0), 25)
    assert point.violation("band_ceiling", (0, 0, 0)) == pytest.approx(5)
    point.set("band", (0, 0, 1), 1).set("band_kg", (0, 0, 1), 15)
    assert point.violation("band_floor", (0, 0, 1)) == pytest.approx(5)
    # The first band begins at 0 and the last one ends with the largest load.
    most = float(point.problem.shipments.max_lots[0])
    assert point.violation("band_floor", (0, 0, 0)) == pytest.approx(-25)
    assert point.violation("band_ceiling", (0, 0, 1)) == pytest.approx(15 - most)
    # 25 + 15 = 40 kg in bands, 40 kg on the lane; two bands although it is in use once.
    point.set("lane_kg", (0, 0), 40).set("used", (0, 0), 1)
    assert point.violation("band_weight", (0, 0)) == pytest.approx(0)
    assert point.violation("one_band", (0, 0)) == pytest.approx(1)


def test_below_the_first_break_the_lane_rate_holds() -> None:
    built = direct(1, lane={"cost_per_kg": 2}).demand("X", [60])
    built.row("weight_breaks", origin="S", destination="X", mode="truck", from_kg=20, cost_per_kg=0.8)
    point = Point(built.problem())
    # 10 kg below the break: 10 · 2 = 20; without a charge all of it is missing.
    point.set("band_kg", (0, 0, 0), 10)
    assert point.violation("variable_freight", (0, 0)) == pytest.approx(20)
    # A band of 10 kg without its switch.
    assert point.violation("band_ceiling", (0, 0, 0)) == pytest.approx(10)


def test_a_lane_with_a_given_order_is_in_use() -> None:
    built = direct(2, lane={"stop_cost": 3}).demand("X", [5, 5]).given("S", "X", 5, 1)
    point = Point(built.problem())
    assert point.keys("given_loads") == [(0, 1)]
    assert point.violation("given_loads", (0, 1)) == pytest.approx(1)
    point.set("used", (0, 1), 1)
    assert point.violation("given_loads", (0, 1)) == pytest.approx(0)


def test_vehicles_are_at_least_those_of_the_given_orders_and_at_most_the_fleet() -> None:
    built = (
        direct(2, lane={"vehicle_kg": 10, "max_vehicles_per_day": 4})
        .demand("X", [5, 5])
        .given("S", "X", 25, 1)
    )
    point = Point(built.problem())
    # 25 kg given on day 1 need three vehicles of 10 kg.
    assert [point.model.vehicles[0, t].bounds for t in (0, 1)] == [(0, 4), (3, 4)]

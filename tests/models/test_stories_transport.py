"""Loads and tariffs, small enough to be solved by hand: equations (7) to (19)."""

import pytest

from tests.models.builder import World, causes, direct, shipped, world

MUST = {"lost_sales_allowed": False}


def with_express(built: World) -> World:
    return built.lane("S", "X", "express", lead_time_days=0, cost_per_kg=2)


def test_what_does_not_fill_a_truck_goes_by_express() -> None:
    lane = {"vehicle_kg": 10, "cost_per_vehicle": 7}
    plan = with_express(direct(1, lane=lane)).demand("X", [12]).policy(**MUST).solve()
    # 12 kg: one truck 7 and 2 kg at 2, not two trucks for 14.
    assert causes(plan) == {"freight.truck": 7, "freight.express": 4}


def test_volume_can_fill_a_truck_before_weight() -> None:
    lane = {"vehicle_kg": 10, "vehicle_m3": 0.5, "cost_per_vehicle": 7}
    plan = with_express(direct(1, lane=lane)).demand("X", [12]).policy(**MUST).solve()
    # 5 units of 0.1 m³ fill a truck: 2 · 7 and 2 kg at 2; three trucks are 21, one and 7 kg too.
    assert causes(plan) == {"freight.truck": 14, "freight.express": 4}


def test_two_small_parcels_become_one_to_reach_the_minimum_charge() -> None:
    lane = {"min_charge": 9, "cost_per_kg": 1}
    plan = direct(2, lane=lane).demand("X", [4, 4]).policy(holding_cost_per_unit_day=0.5, **MUST).solve()
    # Together 8 kg for 9, and 4 held for a day: 11; apart 18.
    assert causes(plan) == {"freight.truck": 9, "holding": 2}


def breaks(built: World, *bands: tuple[float, float]) -> World:
    for from_kg, rate in bands:
        built.row(
            "weight_breaks", origin="S", destination="X", mode="truck", from_kg=from_kg, cost_per_kg=rate
        )
    return built


def test_a_heavier_parcel_can_be_cheaper() -> None:
    built = breaks(direct(1, item={"unit_price": 30.0}), (0, 1.0), (10, 0.5)).demand("X", [8])
    # 8 kg at 1 are 8; 10 kg at 0.5 are 5, and 2 units stay for 1 each.
    assert causes(built.policy(holding_cost_per_unit_day=1).solve()) == {"freight.truck": 5, "holding": 2}


def test_a_weight_at_a_break_has_the_rate_of_the_band_that_begins_there() -> None:
    built = breaks(direct(1), (0, 1.0), (10, 0.5)).demand("X", [10]).policy(**MUST)
    assert causes(built.solve()) == {"freight.truck": 5}


def test_below_the_first_break_the_rate_of_the_lane_holds_and_a_minimum_above_all() -> None:
    built = breaks(direct(1, lane={"cost_per_kg": 3, "min_charge": 14}), (10, 1.0)).demand("X", [6])
    # 6 kg at 3 are 18; 10 kg at 1 are 10, raised to 14, and 4 units stay for 0.5 each.
    plan = built.policy(holding_cost_per_unit_day=0.5, **MUST).solve()
    assert causes(plan) == {"freight.truck": 14, "holding": 2}


def tour(days: int) -> World:
    built = world(days).item().place("S", "supplier").place("X", "store").place("Y", "store")
    lane = {"lead_time_days": 0, "route": "tour", "vehicle_kg": 10, "cost_per_vehicle": 20, "stop_cost": 2}
    return built.lane("S", "X", **lane).lane("S", "Y", **lane).policy(holding_cost_per_unit_day=1, **MUST)


def test_stores_on_one_route_share_the_vehicle() -> None:
    plan = tour(2).demand("X", [5, 0]).demand("Y", [0, 5]).solve()
    # Both on Monday: 20 + 2 stops · 2 + 5 held at Y; on two days it would be 44.
    assert causes(plan) == {"freight.truck": 24, "holding": 5}


def test_a_route_does_not_stop_where_nothing_is_unloaded() -> None:
    plan = tour(2).demand("X", [5, 5]).demand("Y", [0, 0]).solve()
    # One vehicle with 10 kg, one stop; 5 held.
    assert causes(plan) == {"freight.truck": 22, "holding": 5}


def test_free_goods_ride_on_the_vehicle_of_a_firm_order() -> None:
    lane = {"vehicle_kg": 10, "cost_per_vehicle": 10}
    built = direct(2, item={"unit_price": 12.0}, lane=lane).demand("X", [3, 7]).given("S", "X", 4, 1)
    plan = built.policy(holding_cost_per_unit_day=1).solve()
    # The firm order pays for Tuesday's truck. Three more units ride for nothing; Monday's are not worth
    # a truck: 3 · 2 lost.
    assert causes(plan) == {"freight.truck": 10, "lost_sales": 6}
    assert shipped(plan) == {("A", "S", "X", "truck", 1): 7}


def test_a_firm_order_makes_its_stop_and_pays_its_minimum() -> None:
    built = (
        direct(1, lane={"stop_cost": 3, "min_charge": 6, "cost_per_kg": 1})
        .demand("X", [4])
        .given("S", "X", 4)
    )
    assert causes(built.solve()) == {"freight.truck": 9}


def test_a_lane_without_vehicle_size_costs_once_per_dispatch() -> None:
    built = direct(2, lane={"cost_per_vehicle": 6}).demand("X", [50, 50])
    plan = built.policy(holding_cost_per_unit_day=0.1, **MUST).solve()
    # 100 kg in one dispatch: 6 + 5 held; two dispatches 12.
    assert causes(plan) == {"freight.truck": 6, "holding": 5}


def test_emissions_can_turn_the_choice_of_mode() -> None:
    built = direct(1, lane={"cost_per_vehicle": 10, "kg_co2_per_vehicle": 20}, co2_price_per_kg=0.2)
    built.lane("S", "X", "rail", lead_time_days=0, cost_per_vehicle=12, kg_co2_per_kg=0.5).demand("X", [10])
    # Truck 10 + 4; rail 12 + 0.2 · 5.
    assert causes(built.policy(**MUST).solve()) == {"freight.rail": 12, "co2": 1}


def test_a_fleet_that_is_too_small_sends_a_part_a_day_earlier() -> None:
    lane = {"vehicle_kg": 5, "cost_per_vehicle": 1, "max_vehicles_per_day": 2}
    plan = direct(2, lane=lane).demand("X", [0, 14]).policy(holding_cost_per_unit_day=1, **MUST).solve()
    # 10 on the day itself, 4 the day before: three trucks and 4 held.
    assert causes(plan) == {"freight.truck": 3, "holding": 4}


def test_a_tariff_change_is_anticipated() -> None:
    from tests.models.builder import day

    built = world(2).item().place("S", "supplier").place("X", "store")
    built.lane("S", "X", lead_time_days=0, cost_per_kg=1, valid_to=day(0))
    built.lane("S", "X", lead_time_days=0, cost_per_kg=3, valid_from=day(1)).demand("X", [0, 5])
    # A day earlier at 1 and a day of holding at 0.5 are cheaper than 3.
    plan = built.policy(holding_cost_per_unit_day=0.5, **MUST).solve()
    assert causes(plan) == pytest.approx({"freight.truck": 5, "holding": 2.5})

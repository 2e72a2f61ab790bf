"""Main sources, dependants, windows, calendars and the days after the horizon."""

from typing import Any

import numpy as np
import pytest

from planner.audit.given import read_given
from planner.audit.needs import read_needs, until
from planner.audit.network import Network, read_network
from planner.audit.orders import read_orders
from tests.audit.world import World, chain, column, day, limits


def network(world: World) -> Network:
    return read_network(world.data())


def main_source(world: World, location: str) -> str | None:
    net = network(world)
    source = int(net.main_source[net.locations.get_loc(location)])
    return str(net.locations[source]) if source >= 0 else None


def places(**kinds: str) -> World:
    world = World().item()
    for name, kind in kinds.items():
        world.place(name, kind)
    return world


def test_a_store_prefers_a_dc_then_a_supplier_then_a_store() -> None:
    world = places(Y="store", S="supplier", D="dc", X="store").lane("Y", "X")
    assert main_source(world, "X") == "Y"
    assert main_source(world.lane("S", "X", distance_km=500), "X") == "S"
    assert main_source(world.lane("D", "X", distance_km=900), "X") == "D"


def test_a_dc_prefers_a_supplier_then_a_dc() -> None:
    world = places(E="dc", S="supplier", D="dc").lane("E", "D", distance_km=1)
    assert main_source(world, "D") == "E"
    assert main_source(world.lane("S", "D"), "D") == "S"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"distance_km": 20}, {"distance_km": 10}, "E"),
        ({}, {"distance_km": 10}, "E"),  # not given = farthest
        ({"distance_km": 10, "lead_time_days": 2}, {"distance_km": 10}, "E"),
        ({"distance_km": 10}, {"distance_km": 10}, "D"),  # the first in the order of locations
        ({"emergency": True}, {"distance_km": 10}, "E"),
    ],
)
def test_among_several_dcs_distance_lead_time_and_order_decide(
    first: dict[str, Any], second: dict[str, Any], expected: str
) -> None:
    world = places(D="dc", E="dc", X="store").lane("E", "X", **second).lane("D", "X", **first)
    assert main_source(world, "X") == expected


def test_emergency_lanes_are_no_main_source() -> None:
    assert main_source(places(D="dc", X="store").lane("D", "X", emergency=True), "X") is None


def test_main_sources_in_a_circle_end() -> None:
    world = places(X="store", Y="store", Z="store").lane("X", "Y").lane("Y", "X").lane("Y", "Z")
    net = network(world)
    assert net.chain.tolist() == [[1, -1], [0, -1], [1, 0]]


def test_the_window_is_the_shortest_usual_lead_time_and_the_review() -> None:
    world = places(S="supplier", D="dc", X="store", Y="store", Z="store")
    world.lane("S", "D", lead_time_days=5, valid_to=day(0)).lane(
        "S", "D", lead_time_days=4, valid_from=day(1)
    )
    world.lane("D", "X", lead_time_days=2).lane("D", "X", "air", lead_time_days=0, emergency=True)
    world.lane("D", "Y", "air", lead_time_days=1, emergency=True)
    world.settings["review_days"] = 3
    # S has no lane into it, D 4 + 3, X 2 + 3, Y only the emergency 1 + 3, Z none
    assert network(world).window.tolist() == [3, 7, 5, 4, 3]


def test_dependent_demand_sums_means_and_variances_over_all_levels() -> None:
    world = places(S="supplier", C="dc", D="dc", X="store", Y="store").lane("S", "C").lane("C", "D")
    world.lane("D", "X").lane("D", "Y").demand("X", [1.0], sd=3.0).demand("Y", [2.0], sd=4.0).demand(
        "D", [5.0], sd=1.0
    )
    data, net = world.data(), network(world)
    given = read_given(data, net)
    needs = read_needs(data, net, given, read_orders(world.frame(), net, given)[0])
    names = net.locations[needs.pairs.location].tolist()
    assert dict(zip(names, needs.dependent_mean[:, 0].tolist(), strict=True)) == {
        "C": 8,
        "D": 8,
        "X": 1,
        "Y": 2,
    }
    assert dict(zip(names, needs.dependent_variance[:, 0].tolist(), strict=True)) == {
        "C": 26,
        "D": 26,
        "X": 9,
        "Y": 16,
    }


def test_the_last_seven_days_repeat_after_the_horizon() -> None:
    values = np.arange(1.0, 10.0)[None, :]  # days 0 … 8 have 1 … 9; 3 … 9 repeat
    assert until(values, np.array([[9.0]]))[0, 0] == 45.0
    assert until(values, np.array([[10.0, 16.0, 17.0, 9.5]]))[0].tolist() == [48.0, 87.0, 90.0, 46.5]
    short = np.array([[2.0, 5.0]])
    assert until(short, np.array([[2.0, 3.0, 4.0, 5.0, 6.25]]))[0].tolist() == [7.0, 9.0, 14.0, 16.0, 21.5]


def test_goods_wait_until_the_destination_opens() -> None:
    world = chain(4).stock("D", 9.0).row("calendar", location_id="X", date=day(1))
    world.row("calendar", location_id="X", date=day(2)).row(
        "calendar", location_id="X", date=day(3), closed=False
    )
    assert world.order("D", "X", 1.0, arrival=3).evaluate().feasible
    world.orders[0]["arrival_date"] = day(1)
    assert limits(world.evaluate()) == ["orders"]


def test_closures_after_the_horizon_delay_arrivals_too() -> None:
    world = (
        chain(1).stock("D", 9.0).row("calendar", location_id="X", date=day(1)).order("D", "X", 1.0, arrival=2)
    )
    assert world.evaluate().feasible


def test_nothing_is_sold_on_a_closed_day() -> None:
    world = chain().stock("X", 9.0).demand("X", [2.0, 2.0, 2.0]).row("calendar", location_id="X", date=day(1))
    assert column(world.evaluate(), "X", "expected_sales") == [2.0, 0.0, 2.0]


def test_lead_time_zero_is_usable_on_the_day_of_dispatch() -> None:
    world = (
        chain(1, lane={"lead_time_days": 0})
        .stock("D", 9.0)
        .demand("X", [2.0])
        .order("D", "X", 3.0, arrival=0)
    )
    assert column(world.evaluate(), "X", "expected_sales") == [2.0]


def test_goods_in_transit_without_origin_just_arrive_late_ones_on_the_first_day() -> None:
    world = chain().demand("X", [2.0, 2.0, 2.0])
    for number, arrival in enumerate((-2, 1, 9)):
        world.row(
            "open_orders",
            order_id=f"T{number}",
            item_id="A",
            destination="X",
            quantity=2,
            status="in_transit",
        )
        world.tables["open_orders"][number]["arrival_date"] = day(arrival)
    assert column(world.evaluate(), "X", "arrivals") == [2.0, 2.0, 0.0]


def test_orders_of_a_firm_order_without_arrival_date_arrive_by_the_lane() -> None:
    world = chain(lane={"lead_time_days": 2}).stock("D", 9.0)
    world.row("open_orders", order_id="F", item_id="A", origin="D", destination="X", mode="truck", quantity=2)
    world.tables["open_orders"][0] |= {"status": "firm", "dispatch_date": day(0)}
    assert world.order("D", "X", 2.0, arrival=2, order_id="F").evaluate().feasible


def test_returns_to_a_dc_and_laterals_between_stores_move_stock() -> None:
    world = places(D="dc", X="store", Y="store").lane("X", "D").lane("X", "Y").stock("X", 5.0)
    result = world.order("X", "D", 2.0).order("X", "Y", 3.0).evaluate()
    assert result.feasible
    assert column(result, "D", "closing") == [0.0, 2.0, 2.0]
    assert column(result, "Y", "closing") == [0.0, 3.0, 3.0]

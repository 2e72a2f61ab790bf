"""What events touch."""

import pytest

from planner.response.events import scope
from tests.response.events.shop import PLAN, events, shop


def touched(*rows, orders=PLAN, data=None):
    found = scope(data or shop(), orders, events(*rows))
    pairs = {tuple(row) for row in found.pairs.to_numpy()}
    return pairs, {tuple(row) for row in found.lanes.to_numpy()}, found


def test_a_shift_of_demand_touches_its_items_where_they_are_sold():
    pairs, lanes, found = touched(
        {"type": "demand_shift", "category": "food", "factor": 2, "date_to": "2026-06-02"}
    )
    assert (pairs, lanes) == ({("A", "S1"), ("A", "S2")}, set())
    assert [f"{day:%m-%d}" for day in (found.first, found.last)] == ["06-01", "06-02"]
    assert found.sentences == {
        "E1": "E1, demand for food is 2 times as high from 2026-06-01 to 2026-06-02: it touches 2 stock points."
    }


def test_a_late_order_touches_where_it_arrives_and_what_is_supplied_from_there():
    pairs, lanes, _ = touched({"type": "inbound_late", "order_id": "T1", "days": 1})
    assert pairs == {("A", "DC"), ("A", "S1")}
    assert lanes == set()  # on the way already


def test_a_closed_lane_touches_the_orders_on_its_days():
    lane = {"type": "lane_closed", "origin": "DC", "destination": "S1", "mode": "van"}
    pairs, lanes, _ = touched(lane | {"date_to": "2026-06-03"})
    assert pairs == {("A", "DC"), ("A", "S1")}
    assert lanes == {("DC", "S1", "van")}
    assert touched(lane | {"date_from": "2026-06-04"})[0] == set()


def test_what_gets_better_touches_everything_that_could_use_it():
    lane = {"origin": "DC", "destination": "S2", "mode": "parcel"}
    everything = {("A", "S2"), ("B", "S2")}
    assert touched(lane | {"type": "tariff_change", "factor": 0.5})[0] == everything
    assert touched(lane | {"type": "lane_closed", "factor": 1})[0] == everything
    assert touched(lane | {"type": "tariff_change", "factor": 2})[0] == {("B", "DC"), ("B", "S2")}  # P1
    more = {"type": "lane_capacity", "origin": "SUP", "destination": "DC", "quantity": 9}
    assert touched(more)[0] == {("A", "DC"), ("B", "DC")}
    assert touched(more | {"quantity": 1})[0] == {("A", "DC"), ("A", "S1")}


def test_a_limit_of_a_route_touches_all_its_lanes():
    van = {"type": "lane_capacity", "origin": "DC", "destination": "S2", "mode": "van", "quantity": 1}
    pairs, lanes, _ = touched(van)
    assert lanes == {("DC", "S1", "van"), ("DC", "S2", "van")}
    assert ("A", "S1") in pairs


def test_a_closed_location_touches_what_is_there_and_what_comes_and_goes():
    pairs, lanes, _ = touched({"type": "location_closed", "location_id": "DC"})
    assert pairs == {("A", "DC"), ("B", "DC"), ("A", "S1"), ("B", "S2")}
    assert len(lanes) == 5  # truck; van to both, ltl, parcel


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("outbound_kg", {("A", "DC"), ("A", "S1"), ("B", "DC"), ("B", "S2")}),
        ("inbound_kg", {("A", "DC"), ("A", "S1")}),
        ("storage_m3", {("A", "DC"), ("B", "DC"), ("A", "S1")}),
    ],
)
def test_a_capacity_touches_what_uses_it(resource, expected):
    less = {"type": "capacity_change", "location_id": "DC", "resource": resource, "quantity": 1}
    assert touched(less)[0] == expected


def test_stock_touches_what_is_supplied_from_it():
    count = {"type": "stock_correction", "item_id": "A", "location_id": "DC", "quantity": -1}
    assert touched(count)[0] == {("A", "DC"), ("A", "S1")}


def test_several_events_and_one_that_touches_nothing():
    old = {"type": "location_closed", "location_id": "S1", "date_from": "2026-05-01", "date_to": "2026-05-02"}
    pairs, _, found = touched(
        old, {"type": "quality_hold", "item_id": "B", "location_id": "S2", "quantity": 1}
    )
    assert pairs == {("B", "S2")}
    assert found.sentences["E1"] == "E1 is outside the days of the plan and touches nothing."
    assert len(found.sentences) == 2


def test_nothing_is_touched_by_nothing():
    pairs, lanes, found = touched()
    assert (pairs, lanes, found.first, found.sentences) == (set(), set(), None, {})


def test_without_any_order():
    assert touched({"type": "tariff_change", "factor": 2}, orders=PLAN.iloc[:0])[0] == {
        ("A", "DC"),
        ("A", "S1"),
        ("B", "DC"),
        ("B", "S2"),
    }

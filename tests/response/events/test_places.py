"""location_closed and capacity_change: rows of `calendar` and `capacities` for single days."""

import pytest

from planner.demand import demand
from planner.errors import InvalidData
from planner.response.events.places import limits_of
from tests.response.events.shop import after

SHUT = {"type": "location_closed", "location_id": "S1"}
LESS = {"type": "capacity_change", "location_id": "DC", "resource": "outbound_kg"}


def closed_days(data, location):
    table = data["calendar"]
    return table.loc[(table["location_id"] == location) & table["closed"], "date"].dt.day.tolist()


def test_a_location_is_closed_on_its_days_and_sells_nothing():
    data = after(SHUT | {"date_from": "2026-06-02", "date_to": "2026-06-03"})
    assert closed_days(data, "S1") == [2, 3]
    assert closed_days(data, "S2") == [7]
    sold = demand(data)
    assert sold.loc[sold["location_id"] == "S1", "mean"].tolist() == [10, 0, 0, 13, 14, 15, 16]


def test_until_further_notice_is_until_the_end_and_a_later_event_ends_it():
    assert closed_days(after(SHUT), "S1") == [1, 2, 3, 4, 5, 6, 7]
    assert closed_days(after(SHUT, SHUT | {"factor": 1, "date_from": "2026-06-04"}), "S1") == [1, 2, 3]


def test_what_the_calendar_closes_no_event_opens():
    assert closed_days(after(SHUT | {"location_id": "S2", "factor": 1}), "S2") == [7]


def test_goods_arrive_when_the_location_is_open_again_and_firm_orders_from_there_are_gone():
    orders = after(SHUT | {"location_id": "DC", "date_to": "2026-06-04"})["open_orders"].set_index("order_id")
    assert orders.index.tolist() == ["T1", "P1"]  # F1 would leave the DC on the second
    assert orders.loc["T1", "arrival_date"].day == 5


def test_a_factor_is_of_what_the_table_says_for_the_day():
    data = after(LESS | {"factor": 0.5})
    # Monday 80 without overtime, Wednesday the third 50, else 100 with 20 more
    assert limits_of(data, "DC", "outbound_kg")[:, 0].tolist() == [40, 50, 25, 50, 50, 50, 50]
    assert limits_of(data, "DC", "outbound_kg")[:, 1].tolist() == [0, 10, 0, 10, 10, 10, 10]
    again = after(LESS | {"factor": 0.5}, LESS | {"factor": 0.8, "date_from": "2026-06-05"})
    assert limits_of(again, "DC", "outbound_kg")[:, 0].tolist() == [40, 50, 25, 50, 80, 80, 80]


def test_a_quantity_is_the_new_limit_and_overtime_stays():
    data = after(LESS | {"quantity": 70, "date_from": "2026-06-02", "date_to": "2026-06-03"})
    assert limits_of(data, "DC", "outbound_kg")[:3].tolist() == [[80, 0, 0], [70, 20, 1], [70, 0, 0]]


def test_a_resource_without_a_limit_gets_one_by_a_quantity_only():
    data = after(LESS | {"resource": "inbound_kg", "quantity": 30, "date_to": "2026-06-01"})
    assert limits_of(data, "DC", "inbound_kg")[0].tolist() == [30, 0, 0]
    with pytest.raises(InvalidData, match="no limit of inbound_kg that could be multiplied"):
        after(LESS | {"resource": "inbound_kg", "factor": 0.5})


def test_several_resources_at_once():
    data = after(LESS | {"factor": 0}, LESS | {"resource": "storage_m3", "quantity": 9})
    assert limits_of(data, "DC", "outbound_kg")[:, :2].max() == 0
    assert limits_of(data, "DC", "storage_m3")[:, 0].tolist() == [9] * 7

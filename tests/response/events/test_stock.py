"""stock_correction and quality_hold."""

import pytest

from planner.errors import InvalidData
from planner.response.events.apply import outcome
from tests.response.events.shop import after, events, shop

COUNT = {"type": "stock_correction", "item_id": "A", "location_id": "S1"}
HOLD = {"type": "quality_hold", "item_id": "A", "location_id": "DC"}


def stock(data):
    return data["inventory"].set_index(["item_id", "location_id"])["on_hand"].to_dict()


def returning(data):
    orders = data["open_orders"]
    back = orders[orders["order_id"].str.startswith("hold")]
    return [(row.order_id, row.quantity, f"{row.arrival_date:%m-%d}") for row in back.itertuples()]


def test_a_correction_is_added():
    assert stock(after(COUNT | {"quantity": -3}))["A", "S1"] == 7
    assert stock(after(COUNT | {"quantity": 3}, COUNT | {"quantity": 1.5}))["A", "S1"] == 14.5


def test_stock_where_there_was_none():
    assert stock(after(COUNT | {"location_id": "S2", "quantity": 4}))["A", "S2"] == 4
    assert len(after(COUNT | {"location_id": "S2", "quantity": 4})["inventory"]) == 4


def test_stock_does_not_become_negative():
    with pytest.raises(
        InvalidData, match=r"event E2: quantity is -6; there are only 5 of A at S1; .*-3 means"
    ):
        after(COUNT | {"quantity": -5}, COUNT | {"quantity": -6})


def test_a_correction_before_the_first_day_is_in_the_stock_already():
    assert stock(after(COUNT | {"at": "2026-05-31T23:00", "quantity": -3})) == stock(shop())
    dated = COUNT | {"at": "2026-05-31T23:00", "date_from": "2026-06-01", "quantity": -3}
    assert stock(after(dated))["A", "S1"] == 7


def test_held_stock_is_gone_until_further_notice():
    data = after(HOLD)
    assert stock(data)["A", "DC"] == 0
    assert returning(data) == []


def test_held_stock_comes_back_on_the_day_after():
    data = after(HOLD | {"quantity": 20, "date_to": "2026-06-03"})
    assert stock(data)["A", "DC"] == 40
    assert returning(data) == [("hold E1", 20, "06-04")]


def test_holds_add_up_and_one_event_releases_them():
    first, second = HOLD | {"quantity": 20}, HOLD | {"quantity": 30, "date_to": "2026-06-02"}
    assert stock(after(first, second))["A", "DC"] == 10
    released = after(first, second, HOLD | {"factor": 1})
    assert released.content_hash == shop().content_hash


def test_corrections_come_before_holds():
    assert (
        stock(after(HOLD | {"quantity": 50}, COUNT | {"location_id": "DC", "quantity": -20}))["A", "DC"] == 0
    )


def test_more_is_held_than_there_is():
    data, faults = outcome(shop(), events(HOLD | {"quantity": 70, "date_to": "2026-06-02"}))
    assert [(fault.code, fault.severity) for fault in faults] == [("less_to_hold", "warning")]
    assert returning(data) == [("hold E1", 60, "06-03")]


def test_a_hold_that_ended_before_the_first_day_changes_nothing():
    old = HOLD | {"date_from": "2026-05-20", "date_to": "2026-05-31"}
    assert after(old).content_hash == shop().content_hash

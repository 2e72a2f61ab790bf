"""inbound_late and order_confirmed."""

import pandas as pd
import pytest

from planner.errors import InvalidData
from planner.response.events import applied
from tests.response.events.shop import PLAN, after, events, shop

LATE = {"type": "inbound_late", "days": 2}
SURE = {"type": "order_confirmed"}


def order(data, name):
    return data["open_orders"].set_index("order_id").loc[name]


def day(stamp):
    return f"{stamp:%m-%d}"


def test_goods_on_the_way_arrive_later():
    late = order(after(LATE | {"order_id": "T1"}), "T1")
    assert (day(late["arrival_date"]), late["status"]) == ("06-05", "in_transit")


def test_delays_add_up_and_nothing_arrives_before_the_first_day():
    assert (
        day(order(after(LATE | {"order_id": "T1"}, LATE | {"order_id": "T1"}), "T1")["arrival_date"])
        == "06-07"
    )
    assert day(order(after(LATE | {"order_id": "T1", "days": -9}), "T1")["arrival_date"]) == "06-01"


def test_a_firm_order_without_arrival_is_late_against_its_lane():
    assert day(order(after(LATE | {"order_id": "F1"}), "F1")["arrival_date"]) == "06-05"  # 2 + 1 + 2


def test_a_planned_order_that_is_late_has_been_placed():
    late = order(after(LATE | {"order_id": "P1"}), "P1")
    assert (late["status"], day(late["dispatch_date"])) == ("firm", "06-04")
    assert day(late["arrival_date"]) == "06-08"  # lead time 1: the fifth; two days later the store is closed


def test_a_confirmed_order_is_firm_with_what_was_confirmed():
    sure = order(
        after(SURE | {"order_id": "P1", "quantity": 2, "date_from": "2026-06-05", "date_to": "2026-06-06"}),
        "P1",
    )
    assert (sure["status"], sure["quantity"]) == ("firm", 2)
    assert (day(sure["dispatch_date"]), day(sure["arrival_date"])) == ("06-05", "06-06")


def test_a_confirmed_arrival_replaces_earlier_delays_and_later_ones_come_on_top():
    sure = SURE | {"order_id": "T1", "date_to": "2026-06-04"}
    late = LATE | {"order_id": "T1"}
    assert day(order(after(late, sure), "T1")["arrival_date"]) == "06-04"
    assert day(order(after(sure, late), "T1")["arrival_date"]) == "06-06"


def test_nothing_confirmed_is_no_order():
    assert after(SURE | {"order_id": "P1", "quantity": 0})["open_orders"]["order_id"].tolist() == ["T1", "F1"]


def test_a_firm_order_is_in_whole_cases():
    with pytest.raises(InvalidData, match=r"event E1: quantity is 7; the case has 6 units"):
        after(SURE | {"order_id": "F1", "quantity": 7})
    assert (
        order(after(SURE | {"order_id": "T1", "quantity": 7}), "T1")["quantity"] == 7
    )  # on the way is what is


def test_an_order_of_the_plan_becomes_a_firm_order_by_what_the_event_knows():
    facts = {
        "order_id": "O000001",
        "item_id": "A",
        "origin": "SUP",
        "destination": "DC",
        "mode": "truck",
        "quantity": 60,
        "date_from": "2026-06-02",
        "date_to": "2026-06-04",
    }
    late = order(after(LATE | facts), "O000001")
    assert (late["status"], late["quantity"], day(late["arrival_date"])) == ("firm", 60, "06-06")
    back = after(LATE | facts, LATE | {"order_id": "O000001", "days": -2})
    assert back.content_hash == shop().content_hash
    assert len(PLAN) == 3


def test_an_order_of_the_plan_that_should_have_left_is_what_the_tables_say():
    facts = {"order_id": "O9", "item_id": "A", "origin": "SUP", "destination": "DC", "mode": "truck"}
    told = events(SURE | facts | {"quantity": 60, "date_from": "2026-05-30", "date_to": "2026-06-02"})
    assert applied(shop(), told).content_hash == shop().content_hash


def test_one_line_of_an_order_of_several_items():
    lines = shop()["open_orders"]
    more = lines[lines["order_id"] == "T1"].assign(item_id="B", quantity=4.0)
    data = shop().replace(open_orders=pd.concat([lines, more]))
    late = applied(data, events(LATE | {"order_id": "T1", "item_id": "B"}))["open_orders"]
    assert late.loc[late["order_id"] == "T1", "arrival_date"].dt.day.tolist() == [3, 5]

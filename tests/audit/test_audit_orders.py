"""Orders that make no sense are refuted, and count no further where they can't be placed."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.audit import evaluate
from tests.audit.world import World, chain, column, covers, day, limits


def world() -> World:
    return chain(item={"case_size": 6}).stock("D", 600.0).order("D", "X", 2.0, size=6.0)


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"item_id": "nope"}, "there is no item nope"),
    ({"origin": "nope"}, "there is no location nope"),
    ({"destination": "nope"}, "there is no location nope"),
    ({"mode": "zeppelin"}, "there is no lane D > X (zeppelin)"),
    ({"origin": "X", "destination": "D"}, "there is no lane X > D (truck)"),
    ({"origin": ""}, "there is no location"),
    ({"arrival_date": day(2)}, "it can't arrive on 2026-01-07"),
    ({"arrival_date": day(-1)}, "it arrives before the horizon"),
    ({"dispatch_date": day(-1)}, "it is dispatched outside the horizon"),
    ({"dispatch_date": day(3), "arrival_date": day(4)}, "it is dispatched outside the horizon"),
    ({"dispatch_date": None}, "dispatch_date is not a date"),
    ({"dispatch_date": "tomorrow"}, "dispatch_date is not a date"),
    ({"arrival_date": "2026-01-06T12:00:00"}, "arrival_date is not a date without time"),
    ({"arrival_date": "2026-01-06T00:00:00+01:00"}, "arrival_date is not a date"),
    ({"quantity": 13.0}, "13 units are not 2 cases"),
    ({"cases": 3.0}, "12 units are not 3 cases"),
    ({"cases": -2.0, "quantity": -12.0}, "can't be negative"),
    ({"cases": 0.0, "quantity": 0.0}, "an order of nothing"),
    ({"quantity": float("nan")}, "quantity is not a number"),
    ({"quantity": float("inf")}, "quantity is not a number"),
    ({"cases": "two"}, "cases is not a number"),
    ({"cases": True}, "cases is not a number"),
    ({"order_id": ""}, "it has no order_id"),
    ({"order_id": None}, "order_id is not text"),
    ({"order_id": 7}, "order_id is not text"),
    ({"item_id": 7}, "item_id is not text"),
]


@covers("orders")
@pytest.mark.parametrize(("change", "words"), FAULTS)
def test_a_malformed_order_is_refuted(change: dict[str, Any], words: str) -> None:
    base = world()
    assert base.evaluate().feasible
    base.orders[0] |= change
    result = base.evaluate()
    assert "orders" in limits(result)
    assert any(words in message for message in result.violations["message"])


@covers("orders")
def test_an_order_id_is_there_once() -> None:
    assert limits(world().order("D", "X", 1.0, size=6.0, order_id="O000001").evaluate()) == ["orders"]


@covers("orders")
def test_a_given_order_is_there_once_and_goods_in_transit_are_not_sent_again() -> None:
    base = world()
    base.row("open_orders", order_id="F", item_id="A", origin="D", destination="X", mode="truck", quantity=6)
    base.tables["open_orders"][0] |= {"status": "firm", "dispatch_date": day(0)}
    base.order("D", "X", 1.0, size=6.0, order_id="F")
    assert base.evaluate().feasible
    base.order("D", "X", 1.0, size=6.0, order_id="F")
    assert limits(base.evaluate()) == ["orders"]
    base.orders.pop()
    base.tables["open_orders"][0] |= {"status": "in_transit", "arrival_date": day(1)}
    assert limits(base.evaluate()) == ["orders"]


@covers("orders")
def test_orders_without_a_column_or_without_rows_are_judged_too() -> None:
    base = world()
    assert limits(evaluate(base.data(), base.frame().drop(columns="mode"))) == ["orders"]
    assert evaluate(base.data(), base.frame().iloc[:0]).feasible


@covers("orders")
def test_what_can_not_be_placed_does_not_move_stock() -> None:
    base = world().order("D", "X", -1.0, size=6.0).order("D", "X", 1.0, size=6.0, mode="zeppelin")
    assert column(base.evaluate(), "X", "arrivals") == [0.0, 12.0, 0.0]


def test_orders_may_be_text_dates_or_datetimes() -> None:
    base = world()
    frame = base.frame()
    expected = evaluate(base.data(), frame).total
    for dates in (frame["dispatch_date"].astype(str), pd.to_datetime(frame["dispatch_date"])):
        again = frame.assign(dispatch_date=dates, cases=np.array([2.0]))
        assert evaluate(base.data(), again).total == expected
        assert evaluate(base.data(), again).feasible


def test_the_order_of_rows_does_not_matter() -> None:
    base = (
        world()
        .order("S", "D", 1.0, size=6.0)
        .order("D", "X", 1.0, dispatch=1, size=6.0)
        .demand("X", [5.0] * 3, 2.0)
    )
    forwards = evaluate(base.data(), base.frame())
    backwards = evaluate(base.data(), base.frame().iloc[::-1])
    assert forwards.total == pytest.approx(backwards.total, rel=1e-12)
    pd.testing.assert_frame_equal(forwards.loads, backwards.loads)

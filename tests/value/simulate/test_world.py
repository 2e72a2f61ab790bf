"""What happens on a day, by hand."""

import numpy as np
import pandas as pd
import pytest

from planner.value.simulate.world import World
from tests.value.simulate.shop import DC, MILK, S1, SOAP, START, certain, orders, shop


def world(late: int = 0, **wanted: list[float]) -> World:
    units = {(MILK, S1): wanted.get("milk", [0, 0, 0, 0, 0]), (SOAP, S1): wanted.get("soap", [0, 0, 0, 0, 0])}
    return World(certain(shop(), units, late))


def test_customers_who_find_an_empty_shelf_are_lost() -> None:
    happened = world(milk=[9, 9, 0, 0, 0])
    assert happened.sell(0).lost[MILK, S1] == 0  # 12 are there
    second = happened.sell(1)
    assert (second.sold[MILK, S1], second.lost[MILK, S1]) == (3, 6)


def test_goods_are_sold_on_as_many_days_as_they_keep_and_then_are_waste() -> None:
    """12 units of milk, received before day 0, keep 3 days: 0, 1 and 2."""
    happened = world(milk=[1, 1, 1, 1, 0])
    wasted = [happened.sell(day).wasted[MILK, S1] for day in range(4)]
    assert wasted == [0, 0, 9, 0]
    assert happened.on_hand[MILK, S1] == 0


def test_soap_never_expires() -> None:
    happened = world()
    assert sum(happened.sell(day).wasted[SOAP, S1] for day in range(5)) == 0
    assert happened.on_hand[SOAP, S1] == 20


def test_shelf_life_counts_from_the_day_of_receipt() -> None:
    """6 more units come on day 1; they are still good on day 3, when the first 12 have gone."""
    happened = world(milk=[0, 0, 0, 0, 0])
    happened.dispatch(0, orders(("MILK", "FARM", "S1", "truck", 6, 0, 1)).assign(origin="DC", mode="van"))
    for day in range(3):
        happened.arrive(day)
        happened.sell(day)
    assert happened.on_hand[MILK, S1] == 6
    assert happened.sell(3).wasted[MILK, S1] == 6


def test_the_oldest_goods_go_first() -> None:
    """Day 1: 12 old units and 6 new ones; 10 are sold, so 2 old ones expire after day 2, and the 6 after day 3."""
    happened = world(milk=[0, 10, 0, 0, 0])
    happened.dispatch(0, orders(("MILK", "DC", "S1", "van", 6, 0, 1)))
    wasted = []
    for day in range(4):
        happened.arrive(day)
        wasted.append(happened.sell(day).wasted[MILK, S1])
    assert wasted == [0, 0, 2, 6]


def test_nothing_leaves_that_is_not_there_and_cases_stay_whole() -> None:
    """The DC has 10 units of milk in cases of 6: the first order gets its case, nothing is left for the second."""
    happened = world()
    left = happened.dispatch(
        0, orders(("MILK", "DC", "S1", "van", 6, 0, 0), ("MILK", "DC", "S2", "van", 12, 0, 1))
    )
    assert left["quantity"].tolist() == [6]
    assert left["cases"].tolist() == [1]
    assert happened.on_hand[MILK, DC] == 4


def test_what_was_asked_for_exactly_may_leave_though_it_is_no_whole_case() -> None:
    happened = world()
    left = happened.dispatch(0, orders(("MILK", "DC", "S1", "van", 10, 0, 0)))
    assert left["quantity"].tolist() == [10]


def test_suppliers_have_what_is_ordered() -> None:
    happened = world()
    left = happened.dispatch(0, orders(("MILK", "FARM", "DC", "truck", 600, 0, 1)))
    assert left["quantity"].tolist() == [600]
    assert happened.arrive(1)[MILK, DC] == 600


def test_goods_that_are_late_come_later_and_are_expected_every_morning() -> None:
    happened = world(late=2)
    happened.dispatch(0, orders(("SOAP", "FARM", "DC", "truck", 40, 0, 1)))
    arrived = []
    for day in range(4):
        expected = happened.way.open_orders(day)
        if day < 3:
            promised = pd.Timestamp(START) + pd.Timedelta(days=max(1, day))
            assert expected["arrival_date"].tolist() == [promised]
        arrived.append(happened.arrive(day)[SOAP, DC])
    assert arrived == [0, 0, 0, 40]  # promised for day 1, two days late


def test_orders_in_transit_arrive_and_overdue_ones_on_the_first_day() -> None:
    moving = pd.DataFrame(
        {
            "order_id": ["A", "B"],
            "item_id": "SOAP",
            "origin": "FARM",
            "destination": "DC",
            "mode": "truck",
            "quantity": [8, 4],
            "dispatch_date": pd.Timestamp("2026-02-27"),
            "arrival_date": [pd.Timestamp("2026-03-03"), pd.Timestamp("2026-02-28")],
            "status": "in_transit",
        }
    )
    happened = World(certain(shop(open_orders=moving), {(SOAP, S1): [0, 0]}))
    assert [happened.arrive(day)[SOAP, DC] for day in (0, 1)] == [4, 8]


def test_goods_wait_for_the_first_day_on_which_the_destination_is_open() -> None:
    closed = pd.DataFrame({"location_id": "S1", "date": [pd.Timestamp("2026-03-03")], "closed": True})
    happened = World(certain(shop(calendar=closed), {(SOAP, S1): [0, 0, 0]}))
    happened.dispatch(0, orders(("SOAP", "DC", "S1", "van", 4, 0, 1)))
    assert [happened.arrive(day)[SOAP, S1] for day in range(3)] == [0, 0, 4]


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_made_or_lost(seed: int) -> None:
    """Stock at the end = stock at the beginning + what suppliers sent − sold − wasted − on the way."""
    random = np.random.default_rng(seed)
    happened = world(milk=random.poisson(6, 5).tolist(), soap=random.poisson(3, 5).tolist())
    begun, bought, gone = happened.on_hand.sum(), 0.0, 0.0
    for day in range(5):
        happened.arrive(day)
        sent = orders(
            ("MILK", "FARM", "DC", "truck", 12, day, day + 1),
            ("MILK", "DC", "S1", "van", 12, day, day),
            ("SOAP", "DC", "S1", "van", 24, day, day + 1),
        )
        left = happened.dispatch(day, sent)
        bought += left.loc[left["origin"] == "FARM", "quantity"].sum()
        today = happened.sell(day)
        gone += today.sold.sum() + today.wasted.sum()
    assert happened.on_hand.sum() + happened.way.table["quantity"].sum() == pytest.approx(
        begun + bought - gone
    )

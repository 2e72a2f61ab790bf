"""What was written down, and the tables that a policy gets to see."""

import numpy as np
import pandas as pd

from planner.value.simulate.knowledge import Records, known_data
from planner.value.simulate.world import World
from tests.value.simulate.shop import MILK, S1, SOAP, START, certain, orders, shop


def records_of(days: int, wanted: dict[tuple[int, int], list[float]]) -> Records:
    """Records of so many days on which nothing was sent."""
    world = World(certain(shop(), wanted))
    records = Records(world)
    for day in range(days):
        records.opening[day] = world.on_hand
        records.arrived[day] = world.arrive(day)
        happened = world.sell(day)
        records.sold[day], records.out[day] = happened.sold, happened.closing <= 0
    records.opening[days] = world.on_hand
    return records


def test_a_day_on_which_the_shelf_ran_empty_is_marked_in_the_sales() -> None:
    """12 units of milk, 15 wanted on day 1: what was sold is no longer what was wanted, and forecasts must know."""
    records = records_of(2, {(MILK, S1): [2, 15, 0]})
    since = records.sales(2)
    since = since[
        (since["date"] >= pd.Timestamp(START)) & (since["item_id"] == "MILK") & (since["location_id"] == "S1")
    ]
    assert since["units"].tolist() == [2, 10]
    assert since["stocked_out"].tolist() == [False, True]


def test_a_day_without_sales_is_a_zero_and_not_a_gap() -> None:
    records = records_of(3, {(SOAP, S1): [0, 0, 5, 0]})
    since = records.sales(3)
    soap = since[
        (since["date"] >= pd.Timestamp(START)) & (since["item_id"] == "SOAP") & (since["location_id"] == "S1")
    ]
    assert soap["units"].tolist() == [0, 0, 5]


def test_the_horizon_moves_with_the_review() -> None:
    known = known_data(records_of(3, {(SOAP, S1): [1, 1, 1, 1]}), 3, 0, orders())
    assert str(known.settings.start_date) == "2026-03-05"
    assert known.settings.horizon_days == 7
    dates = known["demand"]["date"]
    assert (dates.min(), dates.max()) == (pd.Timestamp("2026-03-05"), pd.Timestamp("2026-03-11"))
    assert known["sales"]["date"].max() == pd.Timestamp("2026-03-04")


def test_plans_that_have_not_left_are_known_as_planned_and_what_has_left_is_gone() -> None:
    plan = orders(("SOAP", "DC", "S1", "van", 4, 1, 1), ("SOAP", "DC", "S1", "van", 8, 2, 2))
    known = known_data(records_of(2, {(SOAP, S1): [1, 1, 1]}), 2, 0, plan)
    table = known["open_orders"]
    assert table["status"].tolist() == ["planned"]
    assert table["quantity"].tolist() == [8]


def test_names_that_come_twice_are_told_apart() -> None:
    """Every plan begins with O000001, and so does what left of the plan before."""
    records = records_of(1, {(SOAP, S1): [1, 1]})
    records.world.way.send(0, orders(("SOAP", "FARM", "DC", "truck", 40, 0, 3)))
    known = known_data(records, 1, 0, orders(("SOAP", "DC", "S1", "van", 4, 1, 1)))
    names = known["open_orders"]["order_id"].tolist()
    assert len(set(names)) == len(names) == 2


def test_stock_of_the_day_is_known_with_fresh_information() -> None:
    records = records_of(2, {(SOAP, S1): [3, 4, 0]})
    known = known_data(records, 2, 0, orders())
    table = known["inventory"].set_index(["item_id", "location_id"])["on_hand"]
    assert table["SOAP", "S1"] == 13  # 20 − 3 − 4
    assert np.isclose(table["SOAP", "DC"], 50)

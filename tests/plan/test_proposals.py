"""The sheets that planners work with, on a plan of three orders and two loads."""

from dataclasses import replace

import pandas as pd
import pytest

from planner.plan.plan import INVENTORY_COLUMNS, LOAD_COLUMNS, ORDER_COLUMNS, Plan
from planner.plan.proposals import load_list, low_stock, order_proposal, stock_projection, supplier_orders

MONDAY, TUESDAY, WEDNESDAY = (pd.Timestamp(f"2026-03-0{day}") for day in (2, 3, 4))


@pytest.fixture
def plan() -> Plan:
    """Milk to DC by truck, then to X and Y on one van; X sells 8 of 10 milk, Y all."""
    orders = [
        ("O1", "milk", "S", "DC", "truck", MONDAY, TUESDAY, 5.0, 50.0),
        ("O2", "milk", "DC", "X", "van", TUESDAY, WEDNESDAY, 1.0, 10.0),
        ("O3", "milk", "DC", "Y", "van", TUESDAY, WEDNESDAY, 2.0, 20.0),
    ]
    loads = [
        ("L1", "S", "DC", "truck", MONDAY, 1, 50.0, 0.1, 20.0, 0.5, ""),
        ("L2", "DC", "X + Y", "van", TUESDAY, 1, 30.0, 0.1, 9.0, 1.0, "hills"),
    ]
    inventory = [
        ("milk", "DC", TUESDAY, 0.0, 50.0, 0.0, 0.0, 30.0, 0.0, 20.0),
        ("milk", "DC", WEDNESDAY, 20.0, 0.0, 0.0, 0.0, 0.0, 0.0, 20.0),
        ("milk", "X", TUESDAY, 3.0, 0.0, 3.0, 2.0, 0.0, 0.0, 0.0),
        ("milk", "X", WEDNESDAY, 0.0, 10.0, 5.0, 0.0, 0.0, 0.0, 5.0),
        ("milk", "Y", TUESDAY, 5.0, 0.0, 1.0, 0.0, 0.0, 0.0, 4.0),
        ("milk", "Y", WEDNESDAY, 4.0, 20.0, 1.0, 0.0, 0.0, 0.0, 23.0),
    ]
    frames = [
        pd.DataFrame(rows, columns=list(columns))
        for rows, columns in ((orders, ORDER_COLUMNS), (loads, LOAD_COLUMNS), (inventory, INVENTORY_COLUMNS))
    ]
    return Plan(*frames, kpis={}, certificate={"cost": 29.0, "bound": 29.0, "gap": 0.0})


def test_the_order_proposal_has_a_row_per_store_and_item_and_a_column_per_day_of_arrival(plan: Plan) -> None:
    table = order_proposal(plan)
    assert list(table.columns) == ["destination", "item_id", "cases", "quantity", "2026-03-03", "2026-03-04"]
    assert table["destination"].tolist() == ["DC", "X", "Y"]
    assert table["2026-03-04"].tolist()[1:] == [1.0, 2.0]
    assert pd.isna(table["2026-03-04"][0])  # empty, not 0: nothing is to be typed there


def test_the_load_list_has_a_row_per_stop_and_its_sums_count_each_load_once(plan: Plan) -> None:
    table = load_list(plan)
    assert table[["load_id", "stop", "destination"]].to_numpy().tolist() == [
        ["L1", 1, "DC"],
        ["L2", 1, "X"],
        ["L2", 2, "Y"],
    ]
    assert table["cases"].tolist() == [5.0, 1.0, 2.0]
    assert (table["vehicles"].sum(), table["kg"].sum(), table["cost"].sum()) == (2, 80.0, 29.0)


def test_supplier_orders_are_those_from_places_without_stock(plan: Plan) -> None:
    table = supplier_orders(plan)
    assert table[["supplier", "destination", "cases"]].to_numpy().tolist() == [["S", "DC", 5.0]]


def test_low_stock_lists_what_serves_too_little_with_its_lowest_day(plan: Plan) -> None:
    table = low_stock(plan)
    # X: 2 of 10 are lost, the lowest closing is 0 on Tuesday; Y has 4 in stock at least, at a demand of 1 a day
    assert table["location_id"].tolist() == ["X"]
    row = table.iloc[0]
    assert (row["lost"], row["fill_rate"], row["lowest_on"]) == (2.0, pytest.approx(0.8), TUESDAY)
    assert row["lowest_cover_days"] == 0.0


def test_cover_is_in_days_also_where_rows_are_periods(plan: Plan) -> None:
    # two periods of a week: 2 of demand in 14 days, so the lowest stock of 0.5 lasts 3.5 days
    inventory = plan.inventory[plan.inventory["location_id"] == "Y"].assign(
        closing=[0.5, 9.0], expected_lost=[0.1, 0.0]
    )
    certificate = plan.certificate | {"options": {"buckets": "2x1w"}}
    table = low_stock(replace(plan, inventory=inventory, certificate=certificate))
    assert table["lowest_cover_days"].tolist() == [pytest.approx(0.5 / (2.1 / 14))]


def test_the_projection_has_a_column_per_day(plan: Plan) -> None:
    table = stock_projection(plan).set_index(["location_id", "item_id"])
    assert table.loc[("Y", "milk")].tolist() == [4.0, 23.0]


def test_a_plan_of_nothing_has_empty_sheets(plan: Plan) -> None:
    nothing = replace(
        plan, orders=plan.orders.iloc[:0], loads=plan.loads.iloc[:0], inventory=plan.inventory.iloc[:0]
    )
    for sheet in (order_proposal, load_list, supplier_orders, low_stock, stock_projection):
        assert sheet(nothing).empty

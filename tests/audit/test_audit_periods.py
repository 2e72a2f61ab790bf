"""Plans in periods of several days: each sentence of models/README.md, section 1, alone. Day 7 is a Monday; W is its week."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.audit import check
from planner.audit.curve import expected_sales
from tests.audit.world import World, chain, column, covers, day, limits, write_run

W = "7d,1w"


def week(**lane: object) -> World:
    """Two weeks, the second one a period."""
    return chain(14, lane=dict(lane))


def test_goods_that_arrive_within_the_period_serve_its_demand() -> None:
    world = week(lead_time_days=2).stock("D", 9.0).demand("X", [0.0] * 7 + [1.0] * 7)
    result = world.order("D", "X", 7.0, dispatch=7, arrival=9).evaluate(W)
    assert result.feasible
    assert column(result, "X", "expected_sales") == [0.0] * 7 + [7.0]
    assert column(result, "X", "arrivals") == [0.0] * 7 + [7.0]
    assert sum(column(world.evaluate("14d"), "X", "expected_lost")) == 2.0  # the days before they are there


def test_goods_that_arrive_after_the_period_do_not() -> None:
    world = chain(21, lane={"lead_time_days": 8}).stock("D", 9.0).order("D", "X", 7.0, dispatch=7, arrival=15)
    assert column(world.evaluate("7d,2w"), "X", "arrivals") == [0.0] * 8 + [7.0]


def test_the_inventory_has_a_row_per_period_under_its_first_day() -> None:
    dates = week().stock("X", 1.0).evaluate(W).inventory["date"].dt.date
    assert list(dates) == [day(number) for number in range(8)]


@covers("first_open_day")
def test_what_leaves_in_a_period_leaves_on_the_first_day_on_which_the_lane_dispatches() -> None:
    def world(dispatch: int) -> World:
        built = week(dispatch_days="Tue Thu").stock("D", 9.0)
        return built.order("D", "X", 1.0, dispatch=dispatch)

    assert world(8).evaluate(W).feasible
    assert limits(world(10).evaluate(W)) == ["first_open_day"]
    assert limits(world(7).evaluate(W)) == ["dispatch_day"]
    assert world(10).evaluate("14d").feasible
    assert list(world(8).evaluate(W).loads["dispatch_date"].dt.date) == [day(8)]


def test_stock_is_charged_for_every_day_of_its_period() -> None:
    world = week().stock("X", 3.0).policy(holding_cost_per_unit_day=2.0)
    assert world.evaluate(W).costs["holding"] == 3.0 * 2.0 * 14


def test_vehicles_add_up_over_the_days_on_which_the_lane_dispatches() -> None:
    def world(cases: float) -> World:
        lane = {"dispatch_days": "Mon Wed Fri", "vehicle_kg": 10.0, "max_vehicles_per_day": 1.0}
        return week(**lane).stock("D", 99.0).order("D", "X", cases, dispatch=7)

    assert world(30.0).evaluate(W).feasible
    assert limits(world(31.0).evaluate(W)) == ["vehicles_per_day"]


def test_a_supplier_limit_adds_up_from_the_day_on_which_the_item_is_offered() -> None:
    def world(units: float, **values: object) -> World:
        built = week().row("supply", item_id="A", location_id="S", max_per_day=2.0, **values)
        return built.order("S", "D", units, dispatch=7)

    assert world(14.0).evaluate(W).feasible
    assert limits(world(15.0).evaluate(W)) == ["max_per_day"]
    # on the day on which the lane dispatches it isn't offered yet
    assert "offered" in limits(world(1.0, available_from=day(9)).evaluate(W))


def test_capacities_add_up_over_the_days_on_which_the_location_is_open() -> None:
    def world(units: float) -> World:
        built = (
            week().stock("D", 99.0).row("capacities", location_id="D", resource="outbound_units", limit=2.0)
        )
        built.row("calendar", location_id="D", date=day(13), closed=True)
        return built.order("D", "X", units, dispatch=7)

    assert world(12.0).evaluate(W).feasible
    assert limits(world(13.0).evaluate(W)) == ["capacity"]


def test_a_resource_that_is_not_limited_on_every_day_is_not_limited_in_the_period() -> None:
    world = week().stock("D", 99.0).order("D", "X", 99.0, dispatch=7)
    world.row("capacities", location_id="D", resource="outbound_units", weekday="Mon", limit=2.0)
    assert world.evaluate(W).feasible


def test_overtime_adds_up_and_costs_what_the_cheapest_day_asks() -> None:
    world = week().stock("D", 99.0).order("D", "X", 17.0, dispatch=7)
    world.row(
        "capacities",
        location_id="D",
        resource="outbound_units",
        limit=2.0,
        overtime_limit=1.0,
        overtime_cost=5.0,
    )
    world.row(
        "capacities",
        location_id="D",
        resource="outbound_units",
        weekday="Fri",
        limit=2.0,
        overtime_limit=1.0,
        overtime_cost=4.0,
    )
    result = world.evaluate(W)
    assert result.feasible
    assert result.costs["overtime"] == (17.0 - 14.0) * 4.0


def test_storage_is_that_at_the_end_of_the_period_and_its_overtime_is_paid_every_day() -> None:
    world = week().stock("D", 30.0)
    world.row(
        "capacities",
        location_id="D",
        resource="storage_m3",
        limit=2.0,
        overtime_limit=1.0,
        overtime_cost=5.0,
    )
    assert world.evaluate(W).costs["overtime"] == pytest.approx((3.0 - 2.0) * 5.0 * 14)


def test_what_the_next_days_sell_before_it_expires_is_kept_at_the_end_of_a_period() -> None:
    # 3 days of shelf life: of what is there after Sunday, day 13, days 14 and 15 can sell one unit each
    world = chain(21, item={"shelf_life_days": 3}).stock("X", 99.0).demand("X", [1.0] * 21)
    result = world.order("D", "X", 0.0).evaluate("1x14d,1x7d")
    assert column(result, "X", "closing")[0] == 2.0
    fresh = chain(14, item={"shelf_life_days": 3}).stock("D", 99.0).demand("X", [0.0] * 7 + [1.0] * 7)
    # goods that come within the week and are sold in it never expire, as if ordered on several days
    assert column(fresh.order("D", "X", 7.0, dispatch=7).evaluate(W), "X", "waste")[-1] == 0.0


def test_the_window_of_a_period_are_the_days_before_its_end() -> None:
    # the lane takes a day and plans are made daily: two days, day 12 and day 13
    world = week().stock("X", 6.0).demand("X", [0.0] * 7 + [1.0] * 7, sd=0.5)
    sales = column(world.evaluate(W), "X", "expected_sales")[-1]
    expected = expected_sales(*(np.array([value]) for value in (6.0, 0.0, 7.0, np.sqrt(2 * 0.25))))
    assert sales == pytest.approx(float(expected.units[0]), abs=1e-9)
    assert 5.9 < sales < 6.0


def test_a_window_longer_than_the_period_begins_before_it() -> None:
    world = chain(6, review_days=3).stock("X", 9.0).demand("X", [2.0] * 6, sd=1.0)
    result = world.evaluate("4d,1x2d")
    # days 2 and 3 are before the period of days 4 and 5, and within the window of 4 days
    available = column(result, "X", "opening")[-1]
    expected = expected_sales(*(np.array([value]) for value in (available, 4.0, 4.0, 2.0)))
    assert column(result, "X", "expected_sales")[-1] == pytest.approx(float(expected.units[0]), abs=1e-9)


def test_least_and_most_stock_hold_at_the_end_of_periods() -> None:
    world = (
        week()
        .stock("X", 5.0)
        .demand("X", [0.0] * 7 + [1.0] * 4 + [0.0] * 3)
        .policy(location_id="X", min_stock=2.0)
    )
    violations = world.evaluate(W).violations
    assert list(violations["date"].dt.date) == [day(7)]
    assert list(violations["limit"]) == ["min_stock"]


def test_given_orders_belong_to_the_periods_of_their_dates() -> None:
    world = week().stock("D", 9.0).row(
        "open_orders",
        order_id="F",
        item_id="A",
        origin="D",
        destination="X",
        mode="truck",
        quantity=4.0,
        dispatch_date=day(9),
        arrival_date=day(12),
        status="firm",
    )  # fmt: skip
    result = world.order("D", "X", 4.0, dispatch=9, arrival=12, order_id="F").evaluate(W)
    assert result.feasible
    assert column(result, "D", "dispatched")[-1] == column(result, "X", "arrivals")[-1] == 4.0


def busy() -> World:
    world = week(vehicle_kg=5.0, cost_per_vehicle=3.0).stock("D", 40.0).policy(holding_cost_per_unit_day=0.5)
    world.demand("X", [2.0] * 14, sd=1.0)
    return world.order("D", "X", 9.0, dispatch=0).order("D", "X", 12.0, dispatch=7)


def test_periods_of_a_day_are_no_periods() -> None:
    plain, days = busy().evaluate(), busy().evaluate("14d")
    assert plain.total == days.total
    assert plain.kpis == days.kpis
    pd.testing.assert_frame_equal(plain.inventory, days.inventory, check_exact=True)
    pd.testing.assert_frame_equal(plain.loads, days.loads, check_exact=True)


def write_week(folder: Path) -> World:
    world = busy()
    write_run(folder, world.data(), world.frame(), world.evaluate(W), bound=1.0)
    claim(folder, buckets=W)
    return world


def claim(folder: Path, **options: object) -> None:
    path = folder / "certificate.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"options": options}))


def test_the_check_reads_the_periods_from_the_certificate(tmp_path: Path) -> None:
    data = write_week(tmp_path).data()
    assert check(tmp_path, data).agrees
    claim(tmp_path)
    assert not check(tmp_path, data).agrees
    claim(tmp_path, buckets="2w")
    assert not check(tmp_path, data).agrees


@pytest.mark.parametrize("buckets", ["7x", "7d,3w", 7, None, ["7d"]])
def test_periods_that_can_not_be_are_a_finding(tmp_path: Path, buckets: object) -> None:
    data = write_week(tmp_path).data()
    claim(tmp_path, buckets=buckets)
    found = check(tmp_path, data).differences
    assert ("options", "buckets") in {*zip(found["row"], found["column"], strict=True)}


@pytest.mark.parametrize("column_", ["cases", "quantity"])
def test_a_changed_order_is_refuted(tmp_path: Path, column_: str) -> None:
    data = write_week(tmp_path).data()
    orders = pd.read_csv(tmp_path / "orders.csv")
    orders.loc[1, column_] += 1
    orders.to_csv(tmp_path / "orders.csv", index=False)
    assert not check(tmp_path, data).agrees


def test_a_changed_stock_at_the_end_of_a_period_is_refuted(tmp_path: Path) -> None:
    data = write_week(tmp_path).data()
    rows = pd.read_parquet(tmp_path / "inventory.parquet")
    rows.loc[rows.index[-1], "closing"] += 0.01
    rows.to_parquet(tmp_path / "inventory.parquet", index=False)
    assert not check(tmp_path, data).agrees

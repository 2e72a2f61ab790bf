"""Key figures and the inventory table."""

import math

import pytest

from tests.audit.world import World, chain, column


def test_key_figures_of_a_plan_that_can_be_computed_by_hand() -> None:
    lane = {"vehicle_kg": 10.0, "cost_per_vehicle": 20.0, "kg_co2_per_vehicle": 3.0}
    world = chain(2, lane=lane).lane("D", "X", "air", lead_time_days=0, cost_per_kg=5.0, emergency=True)
    world.stock("D", 20.0).stock("X", 2.0).demand("X", [4.0, 6.0])
    world.order("D", "X", 5.0).order("D", "X", 1.0, mode="air", arrival=0)
    figures = world.evaluate().kpis
    # X has 3 and sells 3 of 4; then has 5 and sells 5 of 6. D closes with 14 twice.
    assert figures["fill_rate"] == pytest.approx(8.0 / 10.0)
    assert figures["in_stock_rate"] == 0.0
    assert figures["inventory_turns"] == pytest.approx(8.0 * 10.0 / 2 * 365 / (28.0 * 10.0 / 2))
    assert figures["days_of_cover"] == pytest.approx(28.0 / 8.0)
    # only the truck has a limit: 5 of 10 kg
    assert figures["vehicle_fill"] == pytest.approx(0.5)
    assert figures["loads"] == 2
    assert figures["emergency_share"] == pytest.approx(5.0 / 25.0)
    assert figures["kg_co2"] == 3.0
    assert figures["freight_per_unit"] == pytest.approx(25.0 / 8.0)


def test_ratios_without_a_denominator_are_null() -> None:
    figures = chain().evaluate().kpis
    empty = ["fill_rate", "in_stock_rate", "inventory_turns", "days_of_cover", "vehicle_fill"]
    assert all(figures[name] is None for name in [*empty, "emergency_share", "freight_per_unit"])
    assert (figures["loads"], figures["kg_co2"], figures["cost"]["total"]) == (0, 0.0, 0.0)


def test_the_in_stock_rate_is_a_probability_under_uncertainty() -> None:
    # exponential demand of mean 4, window of one day: P(D < 6) = 1 − exp(−6/4); day 1 begins with what is
    # expected to be left, 6 − 4·(1 − exp(−6/4)); the item without demand does not count
    world = (
        World(2).item().item("B").place("S", "supplier").place("X", "store").lane("S", "X", lead_time_days=0)
    )
    world.stock("X", 6.0).stock("X", 9.0, item="B").demand("X", [4.0, 4.0], sd=4.0)
    left = 6.0 - 4.0 * (1.0 - math.exp(-1.5))
    expected = ((1.0 - math.exp(-1.5)) + (1.0 - math.exp(-left / 4.0))) / 2.0
    assert world.evaluate().kpis["in_stock_rate"] == pytest.approx(expected)


def test_inventory_lists_what_ever_moves_sorted_by_item_location_and_day() -> None:
    world = (
        chain(2)
        .item("B")
        .place("Y", "store")
        .stock("X", 3.0, item="B")
        .demand("X", [1.0, 1.0])
        .stock("D", 0.0)
    )
    rows = world.evaluate().inventory
    assert [*zip(rows["item_id"], rows["location_id"], strict=True)] == [("A", "X")] * 2 + [("B", "X")] * 2
    assert rows["date"].is_monotonic_increasing is False
    assert list(rows.columns[3:]) == [
        "opening", "arrivals", "expected_sales", "expected_lost", "dispatched", "waste", "closing"
    ]  # fmt: skip


def test_stock_is_conserved_day_by_day() -> None:
    world = (
        chain(3, item={"shelf_life_days": 2})
        .stock("D", 40.0)
        .stock("X", 8.0)
        .demand("X", [5.0, 6.0, 4.0], sd=3.0)
    )
    rows = world.order("D", "X", 7.0).order("S", "D", 9.0, dispatch=1).evaluate().inventory
    left = rows["opening"] + rows["arrivals"] - rows["dispatched"] - rows["expected_sales"] - rows["waste"]
    assert (left - rows["closing"]).abs().max() < 1e-12
    assert column(world.evaluate(), "X", "opening")[1:] == column(world.evaluate(), "X", "closing")[:-1]

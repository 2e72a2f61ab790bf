"""Bounds that can be worked out by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.audit.bound import recompute
from tests.audit.world import World, day

NO_PRICES = pd.DataFrame(
    columns=[
        "kind", "origin", "destination", "mode", "route", "item_id", "location_id", "resource", "date", "leaf", "price",
    ]
).astype({"price": float, "leaf": int})  # fmt: skip


def two_lorries(**lane: float) -> World:
    """15 kg must come to X in lorries of 10 kg that cost 100 each: 150 if lorries could be divided, 200 as they can't."""
    world = World(3, defaults={"holding_rate_per_year": 0.0, "lost_sale_penalty": 1_000.0})
    world.item().place("S", "supplier").place("X", "store")
    world.lane("S", "X", vehicle_kg=10.0, cost_per_vehicle=100.0, **lane)
    return world.demand("X", [0.0, 8.0, 7.0])


def prices(*by_leaf: float) -> pd.DataFrame:
    """Prices per kg on the way to X, the same on all days, leaf by leaf."""
    texts = {"kind": "kg", "origin": "S", "destination": "X", "mode": "truck", "route": ""}
    rows = [
        texts | {"date": pd.Timestamp(day(number)), "leaf": leaf, "price": price}
        for leaf, price in enumerate(by_leaf)
        for number in range(3)
    ]
    return pd.DataFrame(rows).assign(item_id="", location_id="", resource="")


LORRIES = {
    "origin": "S",
    "destination": "X",
    "mode": "truck",
    "route": "",
    "first": "2026-01-05",
    "last": "2026-01-06",
}


def tree(few: float, many: float, most: int = 1, *members: dict[str, str]) -> dict[str, Any]:
    """A split on the lorries that arrive in time, with its multipliers in both leaves."""
    split = {"members": list(members or (LORRIES,)), "at_most": most, "yes": 1, "no": 2}
    leaves = [
        {"node": 1 + leaf, "leaf": leaf, "multipliers": [{"node": 0, "price": price}]}
        for leaf, price in enumerate((few, many))
    ]
    return {"blocks": [{"locations": ["X"], "nodes": [{"node": 0, "split": split}, *leaves]}]}


def test_full_lorries_cost_their_share() -> None:
    # 10 money per kg × 15 kg; the lorry of 10 kg is just paid.
    assert recompute(two_lorries().data(), prices(10.0), None).total == pytest.approx(150.0)
    # a higher price would make lorries pay for themselves: no more than 10 is believed
    found = recompute(two_lorries().data(), prices(12.0), None)
    assert found.total == pytest.approx(150.0)
    assert found.by_block == {"X": pytest.approx(150.0)}


def test_a_split_makes_lorries_whole() -> None:
    # one lorry: at 1,000 per kg it brings 10,000, so it has to cost 9,900 more: 15 · 1,000 − 9,900 = 5,100;
    # two lorries or more: each is cheaper by 100, and 2 · 100 are gained
    assert recompute(two_lorries().data(), prices(1_000.0, 0.0), tree(9_900.0, 100.0)).total == pytest.approx(
        200.0
    )
    # with a rate of 3 per kg beside this, both count: 9 · 10 + 10 = 100
    found = recompute(two_lorries().data(), prices(1_000.0, 1.0), tree(9_900.0, 90.0))
    assert found.total == pytest.approx(195.0)
    # no more than 90 + 10 · 1 is paid by a lorry
    found = recompute(two_lorries().data(), prices(1_000.0, 3.0), tree(9_900.0, 90.0))
    assert found.total == pytest.approx(195.0)


def test_the_lowest_leaf_counts() -> None:
    found = recompute(two_lorries().data(), prices(20.0, 0.0), tree(100.0, 100.0))
    assert found.total == pytest.approx(200.0)  # both prove 200: 15 · 20 − 100
    found = recompute(two_lorries().data(), prices(19.0, 0.0), tree(90.0, 100.0))
    assert found.total == pytest.approx(195.0)
    # without prices of room, lorries that are dearer prove nothing, and their multiplier is paid
    assert recompute(two_lorries().data(), NO_PRICES, tree(0.0, 100.0)).total == pytest.approx(0.0)
    assert recompute(two_lorries().data(), NO_PRICES, tree(7.0, 100.0)).total == pytest.approx(-7.0)


def test_multipliers_are_lowered_where_lorries_would_pay_for_themselves() -> None:
    # 250 of a lorry that costs 100, of which there are any number: 40 % of it is believed
    found = recompute(two_lorries().data(), prices(1_000.0, 0.0), tree(9_900.0, 250.0))
    assert found.total == pytest.approx(200.0)


def test_of_few_lorries_all_are_taken_that_pay_for_themselves() -> None:
    # at most 2 on each of 2 days: 4 · (100 − 250) + 2 · 250 < 0; the third day has no split
    data = two_lorries(max_vehicles_per_day=2.0).data()
    found = recompute(data, prices(1_000.0, 0.0), tree(9_900.0, 250.0))
    assert found.total == pytest.approx(-100.0)
    # with one lorry a day both have to go: 2 · (100 − 250) + 2 · 250
    data = two_lorries(max_vehicles_per_day=1.0).data()
    found = recompute(data, prices(1_000.0, 0.0), tree(9_900.0, 250.0))
    assert found.total == pytest.approx(200.0)


def test_what_is_listed_twice_counts_twice() -> None:
    # 2 X ≥ 4 is X ≥ 2; at 50 a lorry is paid
    trees = tree(4_950.0, 50.0, 3, LORRIES, LORRIES)
    # X ≤ 1.5: 15 · 1,000 − 3 · 4,950 = 150
    assert recompute(two_lorries().data(), prices(1_000.0, 0.0), trees).total == pytest.approx(150.0)
    trees = tree(4_950.0, 50.0, 2, LORRIES, LORRIES)
    assert recompute(two_lorries().data(), prices(1_000.0, 0.0), trees).total == pytest.approx(150.0)


def test_what_carries_anything_is_one_vehicle() -> None:
    world = two_lorries()
    del world.tables["lanes"][0]["vehicle_kg"]
    # X ≥ 3 in two days is impossible, and 3 · 1,000 − 2 · (1,000 − 100) = 1,200; X ≤ 2 proves nothing
    found = recompute(world.data(), prices(0.0, 0.0), tree(0.0, 1_000.0, 2))
    assert found.total == pytest.approx(0.0)
    # X ≥ 1: 1,000 − 2 · 900
    found = recompute(world.data(), prices(0.0, 0.0), tree(0.0, 1_000.0, 0))
    assert found.total == pytest.approx(-800.0)


def test_a_route_makes_one_block_of_the_places_that_it_serves() -> None:
    world = World(3).item().place("S", "supplier")
    for name, route in (("X", ""), ("Y", "R"), ("Z", "R"), ("W", "Q")):
        world.place(name, "store").lane("S", name, route=route, vehicle_kg=10.0).demand(name, [1.0] * 3)
    world.place("V", "store")
    assert list(recompute(world.data(), NO_PRICES, None).by_block) == ["X", "Y", "W", "V"]


def test_without_prices_the_bound_is_what_no_plan_can_avoid() -> None:
    world = two_lorries()
    world.tables["lanes"][0]["lead_time_days"] = 2
    # nothing arrives before day 2, so the 8 units of day 1 are lost; everything else is free without prices
    assert recompute(world.data(), NO_PRICES, None).total == pytest.approx(8_000.0)


def test_stock_that_is_paid_for_being_taken_proves_nothing() -> None:
    found = recompute(two_lorries().data(), prices(-5.0), None)
    assert np.isneginf(found.total)
    assert np.isneginf(found.by_block["X"])

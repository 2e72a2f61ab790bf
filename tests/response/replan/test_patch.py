"""The problem of some changed items put into that of all is the problem that is compiled from the tables."""

from dataclasses import fields, is_dataclass
from random import Random
from typing import Any

import numpy as np
import pytest

from planner.compile import compile_problem
from planner.compile.index import index_of
from planner.compile.network import network_of
from planner.compile.patch import changed_items, patched
from planner.errors import InvalidData
from planner.response.events import applied
from planner_models.problem import GivenOrders
from tests.engine.instances import random_data
from tests.response.events.drawn import draw
from tests.response.events.shop import events, shop
from tests.seeds import seeds


@pytest.mark.parametrize("seed", seeds(90))
def test_a_patched_problem_is_the_compiled_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.compile.patch.MOST", 1.0)
    try:
        after = applied(shop(), events(draw(Random(seed), seed)[0]))
    except InvalidData:
        return
    before = shop()
    found = patched(compile_problem(before), network_of(before, index_of(before)), before, after, None)
    if found is not None:
        same(found, compile_problem(after))


@pytest.mark.parametrize("seed", range(20))
def test_it_is_on_random_networks(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.compile.patch.MOST", 1.0)
    before, random = random_data(seed, stores=2, days=4), np.random.default_rng(seed)
    frames: dict[str, Any] = {}
    item = random.choice(before["items"]["item_id"])
    if len(before["demand"]):
        demand = before["demand"].copy()
        demand.loc[demand["item_id"] == item, "mean"] *= 1.5
        frames["demand"] = demand
    if len(before["open_orders"]) and random.random() < 0.7:
        frames["open_orders"] = before["open_orders"].iloc[1:]
    stock = before["inventory"].copy()
    stock.loc[stock["item_id"] == item, "on_hand"] += 3
    after = before.replace(**frames, inventory=stock)
    found = patched(compile_problem(before), network_of(before, index_of(before)), before, after, None)
    if found is not None:
        same(found, compile_problem(after))


SHARED = {  # events that change tables which name no item
    "tariff_change": {"mode": "truck", "factor": 1.3},
    "lane_closed": {"origin": "DC", "destination": "S1", "date_from": "2026-06-05", "date_to": "2026-06-06"},
    "lane_capacity": {"origin": "DC", "destination": "S1", "quantity": 1},
    "capacity_change": {"location_id": "DC", "resource": "outbound_units", "quantity": 50},
}


@pytest.mark.parametrize("type_", SHARED)
def test_lanes_and_capacities_are_put_in(type_: str) -> None:
    before = shop()
    after = applied(
        before, events({"event_id": "E", "at": "2026-06-01T06:00", "type": type_} | SHARED[type_])
    )
    whole = compile_problem(after)
    found = patched(compile_problem(before), network_of(before, index_of(before)), before, after, None)
    assert found is not None
    same(found, whole)
    with pytest.raises(AssertionError):  # it is another one
        same(compile_problem(before), whole)


def test_a_lane_that_is_opened_is_compiled_anew() -> None:
    after, event = (
        shop(),
        {"event_id": "E", "at": "2026-06-01T06:00", "type": "lane_closed"} | SHARED["lane_closed"],
    )
    before = applied(after, events(event))
    assert patched(compile_problem(before), network_of(before, index_of(before)), before, after, None) is None


def test_only_items_whose_rows_differ_are_changed() -> None:
    before = shop()
    shift = {
        "event_id": "E",
        "type": "stock_correction",
        "item_id": "B",
        "location_id": "S2",
        "quantity": 1,
        "at": "2026-06-01T06:00",
    }
    changed = changed_items(before, applied(before, events(shift)))
    assert changed is not None
    assert list(changed) == ["B"]
    told = {"event_id": "E", "at": "2026-06-01T06:00"}
    closed = told | {"type": "location_closed", "location_id": "S1"}
    assert changed_items(before, applied(before, events(closed))) is None


def same(one: Any, other: Any) -> None:
    """All arrays are equal; given orders in any order."""
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, GivenOrders):
            assert sorted(zip(a.order_id, a.item, a.lane, a.leaves, a.lands, a.units, strict=True)) == sorted(
                zip(b.order_id, b.item, b.lane, b.leaves, b.lands, b.units, strict=True)
            )
        elif is_dataclass(a):
            same(a, b)
        elif isinstance(a, np.ndarray):
            np.testing.assert_allclose(a.astype(float), b.astype(float), atol=1e-9, err_msg=field.name)
        elif isinstance(a, float):
            assert a == pytest.approx(b, abs=1e-9), field.name
        else:
            assert a == b, field.name

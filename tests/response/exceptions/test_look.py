"""What is said beside the exceptions: bad service, signs of misalignment, and since when an exception is known."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.errors import UsageError
from planner.response.exceptions.bands import bands_of
from planner.response.exceptions.document import Clock, document, write
from planner.response.exceptions.look import look
from planner.response.exceptions.service import badly_served
from planner.response.exceptions.signs import Snapshot, signs
from tests.audit.world import day
from tests.demand.shop import START, open_shop
from tests.response.exceptions.shop import published, seen, store

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def test_what_was_sold_of_what_was_wanted_in_four_weeks() -> None:
    shop = open_shop(10, spread=0.0, shape=(4, 2, 120), seed=1)
    units, out = shop.wanted.copy(), np.zeros(shop.wanted.shape, bool)
    units[:, 1, -14:], out[:, 1, -14:] = 0.0, True  # half of the time nothing on the shelf
    data = shop.data(shop.sales(units, stocked_out=out), policies=[{"min_actual_fill_rate": 0.9}])
    found = badly_served(data, bands_of(data))
    assert {(one.category, one.location) for one in found} == {("a", 1), ("b", 1)}
    assert [one.fill_rate for one in found] == pytest.approx([0.5, 0.5], abs=0.06)


def test_without_a_plan_only_what_needs_none_is_looked_for() -> None:
    shop = open_shop(20, spread=0.1, shape=(20, 5, 120), seed=3)
    units = shop.wanted.copy()
    units[4, 2, -7:] = np.round(2.5 * units[4, 2, -7:])
    data = shop.data(shop.sales(units), policies=[{"min_projected_fill_rate": 0.99, "low_days_of_cover": 5}])
    items = data["items"].assign(unit_price=2.0)
    found = look(data.replace(items=items))
    [one] = [*found.listed, *found.below]
    assert (one.kind, one.recoverable, one.actions) == ("demand_shift", None, ())
    more = one.measures[0].value - one.measures[0].band
    assert one.stake == pytest.approx(more / 7 * 14 * 1.0)  # a margin of 1, over the horizon of 14 days


def test_a_shift_of_demand_takes_the_shortage_that_it_leads_to(tmp_path: Path) -> None:
    def world(days: int, first: int, shift: float = 1.0):
        made = (
            store(days, start_date=day(first))
            .stock("X", 10.0 * days)
            .stock("D", 1000)
            .policy(min_projected_fill_rate=0.95)
        )
        made.tables["demand"] = []
        random = np.random.default_rng(2)
        for number in range(-120, first):
            units = 10 * (shift if number >= 0 else 1.0) + random.integers(-2, 3)
            made.row("sales", item_id="A", location_id="X", date=day(number), units=float(units))
        return made

    plan = published(tmp_path, world(14, 0)).plan
    found = look(world(7, 7, shift=3.0).data(), plan)
    [one] = found.listed
    assert one.kind == "demand_shift"
    assert {measure.kind for measure in one.measures} == {"demand_shift", "low_service"}
    assert one.points.tolist()
    assert one.recoverable is not None
    assert one.recoverable > 0.5 * one.stake > 0


def test_the_signs_say_what_can_not_be_told() -> None:
    shop = open_shop(10, shape=(4, 2, 120), seed=1)
    data = shop.data(inventory=[])
    told = {one.name: one for one in signs(data, bands_of(data))}
    assert told["turns fall while stockouts rise"].holds is False  # stockouts don't rise, whatever turns do
    emergency = told["the share of emergency freight rises"]
    assert emergency.holds is None
    assert "not in the tables" in emergency.says


def test_turns_that_fall_while_stockouts_rise_over_several_runs() -> None:
    shop = open_shop(10, shape=(4, 2, 120), seed=1)
    out = np.zeros(shop.wanted.shape, bool)
    out[0, :, -20:] = True
    data = shop.data(shop.sales(stocked_out=out))
    start = pd.Timestamp(START)

    def found(values: list[float]) -> list[bool | None]:
        runs = [
            Snapshot(start - pd.Timedelta(days=7 * (3 - number)), value, 0.02 * (number + 1))
            for number, value in enumerate(values)
        ]
        return [one.holds for one in signs(data, bands_of(data), runs)[:2]]

    assert found([1000, 1500, 2000, 2500]) == [True, True]  # more stock for the same sales
    assert found([2500, 2000, 1500, 1000]) == [False, True]
    assert found([1000, 1500]) == [None, None]


def test_items_that_run_out_here_and_lie_there() -> None:
    shop = open_shop(10, spread=0.0, shape=(3, 2, 120), seed=1)
    stock = [
        ("I000", "S00", 0),
        ("I000", "S01", 500),
        ("I001", "S00", 20),
        ("I001", "S01", 20),
        ("I002", "S01", 20),
    ]
    inventory = pd.DataFrame(stock, columns=["item_id", "location_id", "on_hand"])
    data = shop.data(inventory=inventory)
    sign = signs(data, bands_of(data))[2]
    assert sign.holds is True
    assert sign.says.startswith("1 of 3 items")


def test_what_is_left_of_the_response_target_counts_from_the_first_look(tmp_path: Path) -> None:
    world = store().stock("X", 20).stock("D", 100).policy(min_projected_fill_rate=0.95, response_hours=12)
    found, file = seen(tmp_path, world), tmp_path / "exceptions.json"
    first = document(found, Clock.read(file, NOW))
    assert [(one["response_hours"], one["hours_left"]) for one in first["exceptions"]] == [(12, 12)]
    write(first, file)
    again = document(found, Clock.read(file, NOW + timedelta(hours=20)))
    assert [(one["since"], one["hours_left"]) for one in again["exceptions"]] == [
        ("2026-01-05T08:00:00Z", -8)
    ]


def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    file.write_text('{"kind": "diary"}')
    with pytest.raises(UsageError, match="has no exceptions; nothing was written"):
        Clock.read(file)
    assert file.read_text() == '{"kind": "diary"}'


def test_usual_targets_follow_the_category() -> None:
    world = store(item={"category": "Fashion"}).item("B", category="durables").item("C", category="toys")
    hours = bands_of(world.policy(item_id="C", response_hours=6).data()).response_hours
    assert hours[:, 0].tolist() == [24, 168, 6]


def test_a_plan_of_other_days_is_refused(tmp_path: Path) -> None:
    plan = published(tmp_path, store().stock("X", 60)).plan
    late = store(start_date=day(5)).stock("X", 60)
    late.tables["demand"] = []
    with pytest.raises(UsageError, match="goes until 2026-01-09, the tables begin on 2026-01-10"):
        look(late.data(), plan)
    early = store(start_date=day(-1)).stock("X", 60)
    with pytest.raises(UsageError, match="begins on 2026-01-05, after the first day"):
        look(early.data(), plan)

"""Too little stock: what is at stake, what can be recovered, and until when."""

from pathlib import Path

import numpy as np
import pytest

from planner.response.exceptions.today import carried_out
from planner.response.replan.situation import Situation
from tests.audit.world import day
from tests.response.exceptions.shop import only, seen, store, typed


def test_a_quiet_plan_has_no_exceptions(tmp_path: Path) -> None:
    world = (
        store()
        .stock("X", 60)
        .policy(min_projected_fill_rate=0.95, low_days_of_cover=1, high_days_of_cover=30, kind="store")
    )
    found = seen(tmp_path, world)
    assert (found.listed, found.below, found.unpriced, found.impossible) == ((), (), (), 0)


def test_a_fill_rate_below_its_band_is_worth_the_sales_that_a_dispatch_can_still_save(tmp_path: Path) -> None:
    world = (
        store(lane={"cost_per_vehicle": 40.0})
        .stock("X", 20)
        .stock("D", 100)
        .policy(min_projected_fill_rate=0.95)
    )
    found = only(seen(tmp_path, world))
    assert found.kind == "low_service"
    [measure] = found.measures
    assert (measure.value, measure.band) == (pytest.approx(0.4), 0.95)  # 20 of 50
    assert found.stake == pytest.approx(30 * 5)
    assert found.recoverable == pytest.approx(30 * 5 - 40)  # one truck
    assert (found.first, found.last) == (day(2), day(4))
    assert (found.deadline, found.deadline_way) == (day(1), "D > X (truck)")  # there on day 2
    [action] = found.actions
    assert (action.action, action.item, action.origin, action.destination, action.units) == (
        "order",
        "A",
        "D",
        "X",
        30,
    )
    assert action.arrival <= day(2)


def test_where_sales_are_lost_today_the_deadline_is_the_last_dispatch_that_saves_some(tmp_path: Path) -> None:
    world = store().stock("D", 100).policy(min_projected_fill_rate=0.95)
    found = only(seen(tmp_path, world))
    assert found.stake == pytest.approx(50 * 5)
    assert found.recoverable == pytest.approx(40 * 5)  # today's sales are out of reach
    assert found.deadline == day(3)


def test_the_deadline_keeps_to_the_days_of_dispatch(tmp_path: Path) -> None:
    # day 0 is a Monday; stock lasts for Monday to Wednesday
    world = store(lane={"dispatch_days": "Mon Thu"}).stock("X", 30).stock("D", 100)
    found = only(seen(tmp_path, world.policy(min_projected_fill_rate=0.95)))
    assert found.deadline == day(0)  # Thursday's comes on Friday, when sales are lost since Thursday


def test_less_cover_than_the_band_is_an_exception_though_nothing_is_lost_yet(tmp_path: Path) -> None:
    world = store().stock("X", 50).policy(low_days_of_cover=2, kind="store")
    found = seen(tmp_path, world)
    assert found.listed == ()
    [below] = found.below
    assert (below.kind, below.stake) == ("low_cover", 0.0)
    assert below.measures[0].value == pytest.approx(0.0)  # nothing is left on the last day


def test_exceptions_with_less_money_than_the_threshold_are_counted(tmp_path: Path) -> None:
    world = store(exceptions={"least_money": 151.0}).stock("X", 20).stock("D", 100)
    found = seen(tmp_path, world.policy(min_projected_fill_rate=0.95))
    assert (len(found.listed), len(found.below)) == (0, 1)
    assert found.below[0].recoverable is None  # 150 are at stake: no answer is needed to know


def test_what_is_lost_whatever_one_does_is_no_recoverable_money(tmp_path: Path) -> None:
    world = store().stock("X", 20).policy(min_projected_fill_rate=0.95)
    world.row("supply", item_id="A", location_id="S", unit_cost=10.0, available_from=day(4))
    found = seen(tmp_path, world)
    assert found.listed == ()
    assert [one.stake for one in found.below] == [pytest.approx(150)]


def test_items_that_are_short_at_one_place_are_one_exception(tmp_path: Path) -> None:
    world = store().stock("X", 20).stock("D", 100).policy(min_projected_fill_rate=0.95)
    for name in ("B", "C"):
        world.item(name, unit_price=15.0).demand("X", [10.0] * 5, item=name).stock("D", 100, item=name)
    found = only(seen(tmp_path, world))
    assert (found.items, found.locations) == (("A", "B", "C"), ("X",))
    assert found.stake == pytest.approx(150 + 2 * 250)


def test_the_best_are_the_same_however_many_are_listed(tmp_path: Path) -> None:
    world = store().stock("D", 1000).stock("X", 20).policy(min_projected_fill_rate=0.95)
    for number, wanted in enumerate((30.0, 20.0, 5.0)):
        world.place(f"Y{number}", "store").lane("D", f"Y{number}").demand(f"Y{number}", [0.0, *[wanted] * 4])
        world.item(f"I{number}", unit_price=15.0).stock("D", 1000, item=f"I{number}")
        world.demand(f"Y{number}", [0.0, *[wanted] * 4], item=f"I{number}")
    every = seen(tmp_path, world)
    few = seen(tmp_path / "few", world, most=1)
    assert len(every.listed) > 1
    money = [one.recoverable or 0.0 for one in every.listed]
    assert money == sorted(money, reverse=True)
    assert few.listed[0].says == every.listed[0].says
    assert len(few.listed) + len(few.unpriced) + len(few.below) == len(every.listed) + len(every.below)


def test_a_plan_goes_on_only_as_far_as_its_origins_have_the_goods() -> None:
    world = store().stock("D", 5).place("Y", "store").lane("D", "Y").demand("Y", [10.0] * 5)
    world.order("D", "X", 10, dispatch=1).order("D", "Y", 10, dispatch=1).order("D", "X", 4, dispatch=2)
    world.row(
        "open_orders",
        order_id="T",
        item_id="A",
        destination="D",
        quantity=3,
        arrival_date=day(2),
        status="in_transit",
    )
    now = Situation.of(world.data(), typed(world.frame()))
    kept = carried_out(now.problem, now.published)
    assert kept.sum(axis=0)[:3].tolist() == [0, 5, 3]  # shared out; what came on day 2 leaves on day 2
    assert sorted(kept[:, 1][kept[:, 1] > 0].tolist()) == [2, 3]
    assert np.array_equal(carried_out(now.problem, kept), kept)


def test_idle_stock_beside_a_shortage_is_an_imbalance_and_a_transfer_answers_it(tmp_path: Path) -> None:
    world = store().stock("X", 20).policy(min_projected_fill_rate=0.95)
    world.place("Y", "store").lane("D", "Y").stock("Y", 100).lane("Y", "X")
    found = only(seen(tmp_path, world))
    assert found.kind == "imbalance"
    assert [one.kind for one in found.measures] == ["imbalance", "low_service"]
    assert found.recoverable == pytest.approx(150)
    assert {action.action for action in found.actions} == {"transfer"}
    assert sum(action.units for action in found.actions) == 30

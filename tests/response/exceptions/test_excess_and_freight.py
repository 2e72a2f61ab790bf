"""Too much stock, dear freight, late loads: one exception each, with its money by hand."""

from pathlib import Path

import pytest

from planner.plan.plan import Plan
from planner.response.exceptions.inbound import late
from tests.audit.world import day
from tests.response.exceptions.shop import only, published, seen, store


def test_stock_that_lasts_too_long_costs_its_holding_above_the_band(tmp_path: Path) -> None:
    world = (
        store().stock("X", 1000).policy(kind="store", high_days_of_cover=30, holding_cost_per_unit_day=0.1)
    )
    found = seen(tmp_path, world.policy(kind="dc", holding_cost_per_unit_day=0.0))
    [below] = found.below
    assert below.kind == "high_cover"
    assert below.measures[0].value == pytest.approx(99.0)  # 990 after the first day, 10 a day
    assert below.stake == pytest.approx(0.1 * (690 + 680 + 670 + 660 + 650))
    assert below.recoverable == pytest.approx(0.0)  # there is no way back


def test_a_way_back_recovers_the_holding(tmp_path: Path) -> None:
    world = (
        store().stock("X", 1000).policy(kind="store", high_days_of_cover=30, holding_cost_per_unit_day=0.1)
    )
    found = only(seen(tmp_path, world.policy(kind="dc", holding_cost_per_unit_day=0.0).lane("X", "D")))
    assert found.kind == "high_cover"
    assert found.recoverable == pytest.approx(335)
    back = [action for action in found.actions if (action.origin, action.destination) == ("X", "D")]
    assert {action.action for action in back} == {"transfer"}
    assert sum(action.units for action in back) >= 690  # what is above the band after the first day


def test_freight_per_unit_above_its_band(tmp_path: Path) -> None:
    lane = {"cost_per_vehicle": 40.0, "vehicle_kg": 1000.0}
    world = store(lane=lane).stock("X", 40).stock("D", 100).policy(max_freight_per_unit=1.0, location_id="X")
    world.lane("D", "X", "cheap", lead_time_days=1, cost_per_kg=0.5).order("D", "X", 10, dispatch=1)
    found = only(seen(tmp_path, world))
    assert found.kind == "freight"
    assert (found.measures[0].value, found.measures[0].band) == (pytest.approx(4.0), 1.0)
    assert found.stake == pytest.approx(40 - 10)
    assert found.recoverable == pytest.approx(30)  # by the cheap mode it costs 5
    [action] = found.actions
    assert (action.mode, action.units, action.instead[:10]) == ("cheap", 10, "10 from D ")
    assert (found.deadline, found.owners) == (day(1), ("distribution",))


def test_emergencies_beyond_their_share(tmp_path: Path) -> None:
    lane = {"emergency": True, "cost_per_kg": 6.0}
    world = store(lane=lane).stock("X", 40).stock("D", 100).policy(max_emergency_share=0.25, location_id="X")
    world.lane("D", "X", "cheap", lead_time_days=1, cost_per_kg=1.0)
    world.order("D", "X", 5, dispatch=1).order("D", "X", 10, dispatch=1, mode="cheap")
    found = only(seen(tmp_path, world))
    assert found.kind == "emergency"
    assert found.measures[0].value == pytest.approx(30 / 40)
    assert found.stake == pytest.approx(30 - 0.25 * 40)
    assert found.recoverable == pytest.approx(20)  # all of it, of the 25 that the cheap mode saves


def test_a_late_load_that_hurts_three_items_is_one_exception(tmp_path: Path) -> None:
    planned, now = store(), store()
    for world, comes in ((planned, 1), (now, 3)):
        world.stock("X", 10).policy(min_projected_fill_rate=0.95).lane("D", "X", "express", cost_per_kg=1.0)
        world.stock("D", 1000)
        for item in ("B", "C"):
            world.item(item, unit_price=15.0).demand("X", [10.0] * 5, item=item).stock("X", 10, item=item)
            world.stock("D", 1000, item=item)
        for number, item in enumerate("ABC"):
            world.row(
                "open_orders", order_id=f"T{number}", item_id=item, origin="D", destination="X", mode="truck", quantity=40,
                dispatch_date=day(-1), arrival_date=day(comes), status="in_transit",
            )  # fmt: skip
    found = only(seen(tmp_path, planned, now))
    assert found.kind == "late_inbound"
    assert (found.items, found.orders, found.lanes) == (
        ("A", "B", "C"),
        ("T0", "T1", "T2"),
        ("D > X (truck)",),
    )
    assert found.measures[0].value == 2.0
    assert (found.first, found.last) == (day(1), day(2))
    assert found.stake == pytest.approx(3 * 2 * 10 * 5)
    assert found.recoverable == pytest.approx(
        300
    )  # what is sent today by the same truck lane is there in time
    assert seen(tmp_path / "planned", planned).listed == ()


def test_without_a_plan_a_load_is_late_by_its_lane(tmp_path: Path) -> None:
    world = store(lane={"lead_time_sd_days": 0.4})

    def moving(name: str, left: int, comes: int) -> None:
        world.row(
            "open_orders", order_id=name, item_id="A", origin="D", destination="X", mode="truck", quantity=1,
            dispatch_date=day(left), arrival_date=day(comes), status="in_transit",
        )  # fmt: skip

    moving("usual", -1, 0)
    moving("within its spread", -1, 1)  # one day and two standard deviations: day 1
    moving("late", -1, 2)
    moving("overdue", -5, -1)  # expected on the first day
    found = {one.orders[0]: (one.planned, one.expected) for one in late(world.data())}
    assert found == {"late": (1, 2), "overdue": (-3, 0)}


def test_an_order_of_the_plan_is_late_by_the_plan(tmp_path: Path) -> None:
    planned = store().stock("X", 60).stock("D", 60).order("D", "X", 10, dispatch=0)
    run = published(tmp_path, planned)
    now = store(days=4, start_date=day(1)).stock("X", 60)
    for order, name in (("O000001", "by its id"), ("ERP-7", "by its lane and day")):
        world = store(days=4, start_date=day(1)).stock("X", 60)
        world.row(
            "open_orders", order_id=order, item_id="A", origin="D", destination="X", mode="truck", quantity=10,
            dispatch_date=day(0), arrival_date=day(3), status="in_transit",
        )  # fmt: skip
        [one] = late(world.data(), run.plan)
        assert (one.planned, one.expected) == (0, 2), (
            name
        )  # from day 1 of the plan, the first day of the tables
    assert late(now.data(), run.plan) == []
    assert isinstance(run.plan, Plan)

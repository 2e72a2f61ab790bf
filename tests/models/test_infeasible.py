"""Where there is no plan, the limits that conflict are named: location, day, item, amount."""

from collections.abc import Callable

import pytest

import planner_models.diagnose as diagnosis
from planner import solve
from planner.errors import Conflict, NoFeasiblePlan
from tests.engine.instances import random_data
from tests.models.builder import World, chain, day, direct

MUST = {"lost_sales_allowed": False}


def conflicts(built: World) -> list[Conflict]:
    with pytest.raises(NoFeasiblePlan) as raised:
        solve(built.data(), gap=0.0, threads=1, time_limit=20)
    found = raised.value.conflicts
    assert all(conflict.amount > 0 and conflict.message in str(raised.value) for conflict in found)
    return found


def names(built: World) -> set[tuple[str, str, str, int | None, float]]:
    return {(c.limit, c.location, c.item, c.day, round(c.amount, 6)) for c in conflicts(built)}


def test_demand_before_the_first_arrival_can_not_be_met() -> None:
    built = chain(3).demand("X", [4, 0, 0]).stock("X", 1).stock("D", 9).policy(**MUST)
    # The lane takes a day: 3 of Monday's 4 are missing.
    assert names(built) == {("lost_sales_allowed", "X", "A", 0, 3)}


def test_demand_without_any_supply_is_missing_day_by_day() -> None:
    built = direct(2, lane={"dispatch_days": "Sun"}).demand("X", [4, 5]).stock("X", 4).policy(**MUST)
    assert names(built) == {("lost_sales_allowed", "X", "A", 1, 5)}


@pytest.mark.parametrize(
    ("resource", "location", "limit", "missing"),
    [
        ("outbound_units", "S", 6, 4),
        ("outbound_kg", "S", 6, 4),
        ("inbound_kg", "X", 6, 4),
        ("outbound_vehicles", "S", 1, 1),  # 10 kg are two vehicles of 5
        ("inbound_vehicles", "X", 1, 1),
        ("handling_hours", "X", 7, 3),  # 10 cases of 1
    ],
)
def test_a_capacity_that_is_too_small_is_named(
    resource: str, location: str, limit: float, missing: float
) -> None:
    built = direct(1, lane={"vehicle_kg": 5}).demand("X", [10]).policy(**MUST)
    built.row("handling", location_id="X", hours_per_case=1)
    built.row("capacities", location_id=location, resource=resource, limit=limit)
    found = conflicts(built)
    # Either the capacity gives by what is missing, or the demand does; which one is the smaller share
    # decides.
    assert {c.limit for c in found} <= {resource, "lost_sales_allowed"}
    assert {(c.location, c.day, round(c.amount, 6)) for c in found if c.limit == resource} <= {
        (location, 0, missing)
    }


def test_storage_that_is_full_of_what_is_there_is_named() -> None:
    built = direct(1).demand("X", [1]).stock("X", 9)
    built.row("capacities", location_id="X", resource="storage_m3", limit=0.5)
    # 8 units of 0.1 m³ are 0.3 m³ too much.
    assert names(built) == {("storage_m3", "X", "", 0, 0.3)}


def test_what_gives_is_the_smaller_share_of_its_limit_however_small_the_limit_is() -> None:
    built = direct(1).demand("X", [1]).policy(location_id="X", min_stock=8, **MUST)
    built.row("capacities", location_id="X", resource="storage_m3", limit=0.5)
    # 3 of 8 units are less than 0.3 of 0.5 m³.
    assert names(built) == {("min_stock", "X", "A", 0, 3)}


def test_what_customers_take_is_missing_from_a_minimum_and_not_kept_from_them() -> None:
    built = direct(1).demand("X", [5]).stock("X", 5).policy(location_id="X", min_stock=3)
    built.row("supply", item_id="A", location_id="S", max_per_day=2)
    # All 5 are sold and 2 can come: 1 of 3 is missing.
    assert names(built) == {("min_stock", "X", "A", 0, 1)}


@pytest.mark.parametrize("seed", [236, 276, 353])
def test_there_is_a_conflict_also_where_only_customers_are_in_the_way(seed: int) -> None:
    with pytest.raises(NoFeasiblePlan) as raised:
        solve(random_data(seed), gap=0.0, threads=1, time_limit=20)
    assert raised.value.conflicts
    assert all(conflict.amount > 0 for conflict in raised.value.conflicts)


def test_a_limit_of_the_supplier_is_named() -> None:
    built = direct(2).demand("X", [2, 10]).row("supply", item_id="A", location_id="S", max_per_day=5)
    # 10 in two days, 12 are needed: 2 units, day 1 or 2, of the supplier or of the demand.
    found = conflicts(built.policy(**MUST))
    assert {c.limit for c in found} <= {"max_per_day", "lost_sales_allowed"}
    assert sum(c.amount for c in found) == pytest.approx(2)
    assert {c.item for c in found} == {"A"}
    assert {c.location for c in found} <= {"S", "X"}


def test_a_fleet_that_is_too_small_is_named() -> None:
    lane = {"vehicle_kg": 5, "max_vehicles_per_day": 2}
    found = conflicts(direct(1, lane=lane).demand("X", [11]).policy(**MUST))
    # 11 kg need a third vehicle of 5, or a unit is not sold.
    assert [(c.limit, c.day, round(c.amount, 6)) for c in found] in (
        [("max_vehicles_per_day", 0, 1)],
        [("lost_sales_allowed", 0, 1)],
    )


def test_a_minimum_that_can_not_be_reached_in_time_is_named() -> None:
    built = chain(3).demand("X", [1, 1, 1]).stock("D", 6).policy(location_id="X", min_stock=10, item_id="A")
    built.tables["lanes"] = [row for row in built.tables["lanes"] if row["origin"] != "S"]
    # 6 at D reach X on Tuesday, when customers take 1, and another on Wednesday: 5 and 4 of 10 are left.
    assert names(built) == {("min_stock", "X", "A", 1, 5), ("min_stock", "X", "A", 2, 6)}


def test_a_firm_order_that_is_larger_than_the_stock_is_named() -> None:
    built = chain(2).demand("X", [1, 1]).stock("D", 4).given("D", "X", 10, 0)
    assert names(built) == {("available_stock", "D", "A", 0, 6)}


def test_firm_orders_that_need_too_many_vehicles_are_named() -> None:
    lane = {"vehicle_kg": 5, "max_vehicles_per_day": 1}
    built = direct(1, lane=lane).demand("X", [9]).given("S", "X", 9, 0)
    assert names(built) == {("max_vehicles_per_day", "S", "", 0, 1)}


@pytest.mark.parametrize("frozen", [0, 1])
def test_a_firm_order_above_a_capacity_is_named_whether_anything_free_could_use_it_or_not(
    frozen: int,
) -> None:
    built = direct(2, frozen_days=frozen).demand("X", [5, 5]).given("S", "X", 10, 0)
    built.row("capacities", location_id="S", resource="outbound_units", limit=6)
    assert names(built) == {("outbound_units", "S", "", 0, 4)}


@pytest.mark.parametrize("frozen", [0, 1])
def test_a_firm_order_above_the_limit_of_the_supplier_is_named(frozen: int) -> None:
    built = direct(2, frozen_days=frozen).demand("X", [5, 5]).given("S", "X", 10, 0)
    built.row("supply", item_id="A", location_id="S", max_per_day=6)
    assert names(built) == {("max_per_day", "S", "A", 0, 4)}


def test_two_limits_that_conflict_are_both_explained_in_words() -> None:
    built = direct(2).demand("X", [3, 3]).policy(**MUST).row("calendar", location_id="S", date=day(0))
    [conflict] = conflicts(built)
    assert conflict.message.startswith("X, day 1, A: 3 units")


def test_a_plan_that_is_possible_only_with_overtime_is_a_plan() -> None:
    built = direct(1).demand("X", [8]).policy(**MUST)
    limit = {"limit": 5, "overtime_limit": 3, "overtime_cost": 2}
    assert built.row("capacities", location_id="S", resource="outbound_units", **limit).solve().cost == 6


def fleet() -> World:
    """10 kg and vehicles of 4: two drive, and half a vehicle more would be enough if there were halves."""
    lane = {"vehicle_kg": 4, "max_vehicles_per_day": 2, "cost_per_vehicle": 1}
    return direct(1, lane=lane).demand("X", [10]).policy(**MUST)


def late() -> World:
    return chain(3).demand("X", [4, 0, 0]).stock("X", 1).stock("D", 9).policy(**MUST)


def dock() -> World:
    built = direct(1).demand("X", [10]).policy(**MUST)
    return built.row("capacities", location_id="X", resource="inbound_kg", limit=8)


@pytest.mark.parametrize("built", [late, dock, fleet])
def test_limits_of_large_problems_are_named_by_the_relaxation(
    built: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There the search for whole orders ends with none at all, and every unit of demand would be named."""
    whole = names(built())
    monkeypatch.setattr(diagnosis, "LARGE", 0)
    monkeypatch.setattr(diagnosis, "_attempts", lambda _: iter(()))
    assert names(built()) == whole

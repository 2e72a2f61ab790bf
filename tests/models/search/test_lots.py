"""Whole lots for one place: orders from a supplier reach their minimum or are not made, and lots make room for each other."""

import numpy as np
import pytest

from planner_models.joint.columns import value
from planner_models.problem import Problem
from planner_models.projection import Projection
from planner_models.search.lots import LotDive
from planner_models.search.part import Part, own_columns
from planner_models.search.plan import LOTS
from tests.models.builder import World, direct, world
from tests.models.search.relaxed import Relaxed


def dive(problem: Problem) -> Projection | None:
    """The plan that the dive makes of the relaxation, with X as the place; None if it finds none."""
    found = Relaxed.of(problem)
    whole, answer = found.whole(), found.answer()
    place = np.array([name == "X" for name in problem.locations.names])
    part = Part(whole, own_columns(whole, place), answer, LOTS, light=False)
    if not LotDive(whole, part).run():
        return None
    x = answer.x.copy()
    part.write(x)
    lots = found.columns.lots(x)
    assert value(x, found.columns.ship) == pytest.approx(lots, abs=1e-5)
    return Projection(problem, lots)


def shop(wanted: float, **policy: object) -> World:
    """X wants so many kg on one day; S sends nothing or at least 10 kg."""
    built = direct(1).row("supply", item_id="A", location_id="S")
    built.row("order_minimums", supplier="S", destination="X", min_kg=10).demand("X", [wanted])
    return built.policy(holding_cost_per_unit_day=0.1, lost_sale_penalty=5.0, **policy)


@pytest.mark.parametrize(
    ("wanted", "policy", "ordered"),
    [
        (6.0, {}, 10),  # more than half of the minimum
        (3.0, {}, 0),  # less than half of it
        (3.0, {"lost_sales_allowed": False}, 10),  # less than half, but it has to be
    ],
)
def test_an_order_reaches_its_minimum_or_is_not_made(
    wanted: float, policy: dict[str, object], ordered: int
) -> None:
    problem = shop(wanted, **policy).problem()
    plan = dive(problem)
    assert plan is not None
    assert plan.excess == {}
    assert plan.lots.tolist() == [[ordered]]


def full_truck() -> Problem:
    """One truck of 18 kg has to be full. Cases of A to D weigh 2 kg, those of E 4 kg; wanted are 0.9 cases of A, B, C and D
    each and 2.7 of E, which is 4 · 0.9 · 2 + 2.7 · 4 = 18 kg."""
    built = world(1).place("S", "supplier").place("X", "store")
    lane = {"lead_time_days": 0, "vehicle_kg": 18, "max_vehicles_per_day": 1, "cost_per_vehicle": 1}
    built.lane("S", "X", **lane).row("order_minimums", supplier="S", destination="X", min_kg=18)
    for name, kg, wanted in (*((name, 0.2, 9.0) for name in "ABCD"), ("E", 0.4, 27.0)):
        built.item(name, case_size=10, unit_weight_kg=kg)
        built.row("supply", item_id=name, location_id="S").demand("X", [wanted], item=name)
    return built.policy(holding_cost_per_unit_day=0.1, lost_sale_penalty=5.0).problem()


def test_where_a_lot_fits_neither_up_nor_down_the_others_make_room() -> None:
    """One case each of A to D leaves 10 kg, and E then fits neither twice (16 kg) nor three times (20 kg)."""
    problem = full_truck()
    plan = dive(problem)
    assert plan is not None
    assert plan.excess == {}
    assert (plan.lots[:4].sum() * 2 + plan.lots[4] * 4).tolist() == [18]

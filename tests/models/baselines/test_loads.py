"""The cheapest loads, held against every way to split the goods."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from planner_models.baselines.ledger import Ledger
from planner_models.baselines.loading import Cargo, cheapest, rides_of
from planner_models.movements import movements
from planner_models.problem import Problem
from planner_models.projection import load_flow
from tests.models.builder import World

KG = Cargo(kg=1.0, m3=0.1, units=1.0, hours_out=0.0, hours_in=0.0)


def lanes(*modes: dict[str, Any], days: int = 1) -> World:
    """S → X by several modes; a unit weighs 1 kg."""
    world = World(days).item().place("S", "supplier").place("X", "store")
    for number, mode in enumerate(modes):
        world.lane("S", "X", f"mode{number}", **({"lead_time_days": 0} | mode))
    return world.stock("X", 0).demand("X", [50] * days)


def cost_of(problem: Problem, split: tuple[int, ...]) -> float:
    """Freight by the definitions; infinite if a mode has not so many vehicles."""
    units = np.zeros(problem.shipments.open.shape)
    units[:, 0] = split
    flow = load_flow(problem, movements(problem, units))
    return np.inf if (flow.vehicles > problem.loads.max_vehicles).any() else float(flow.group_cost.sum())


def least(problem: Problem, kg: int) -> float:
    """The least cost over all splits into whole kg."""
    splits = product(range(kg + 1), repeat=len(problem.shipments.lane))
    return min(cost_of(problem, split) for split in splits if sum(split) == kg)


def found(problem: Problem, kg: int) -> float:
    ledger = Ledger.of(problem)
    rides = rides_of(ledger, KG, [(lane, 0) for lane in range(len(problem.lanes.mode))])
    money, chosen = cheapest(ledger, ledger.docks(), KG, rides, np.array([float(kg)]))
    assert chosen.parts[:, 0].sum() == pytest.approx(kg)
    return float(money[0])


@pytest.mark.parametrize("seed", range(12))
def test_no_split_over_two_vehicles_and_a_part_load_costs_less(seed: int) -> None:
    random = np.random.default_rng(seed)
    large = {"vehicle_kg": 9.0, "cost_per_vehicle": float(random.integers(8, 15))}
    small = {"vehicle_kg": 4.0, "cost_per_vehicle": float(random.integers(3, 8)), "max_vehicles_per_day": 2}
    part = {"cost_per_kg": float(random.integers(1, 4)), "min_charge": float(random.integers(0, 6))}
    problem = lanes(large, small, part).problem()
    for kg in (1, 4, 7, 10, 13, 17):
        assert found(problem, kg) == pytest.approx(least(problem, kg)), kg


def test_a_weight_break_holds_for_the_whole_part_load() -> None:
    # below 10 kg 2.00, from there 1.00 per kg: 9 kg cost 18, 10 kg 10
    world = lanes({"cost_per_kg": None})
    for start, rate in ((0, 2.0), (10, 1.0)):
        world.row("weight_breaks", origin="S", destination="X", mode="mode0", from_kg=start, cost_per_kg=rate)
    problem = world.problem()
    assert (found(problem, 9), found(problem, 10)) == (18, 10)


def test_room_on_a_vehicle_that_drives_anyway_costs_nothing() -> None:
    # a truck for 10 kg costs 30 and carries a firm order of 4: 6 kg more are free, the 7th takes another truck
    problem = lanes({"vehicle_kg": 10, "cost_per_vehicle": 30}).given("S", "X", 4, mode="mode0").problem()
    assert (found(problem, 6), found(problem, 7)) == (0, 30)


def test_overtime_at_the_dock_is_part_of_the_price_of_a_vehicle() -> None:
    # vans for 4 kg cost 5, and everything after the first vehicle 9 of overtime, a part load is one, too. 8 kg: two vans
    # 10 + 9 = 19, van and part load 5 + 8 + 9 = 22, all by part load at 2 per kg 16
    world = lanes({"vehicle_kg": 4, "cost_per_vehicle": 5}, {"cost_per_kg": 2.0})
    world.row(
        "capacities",
        location_id="S",
        resource="outbound_vehicles",
        limit=1,
        overtime_limit=5,
        overtime_cost=9,
    )
    assert (found(world.problem(), 4), found(world.problem(), 8)) == (5, 16)

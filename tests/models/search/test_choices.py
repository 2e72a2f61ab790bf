"""What can be decided before lots, and in how many ways."""

import numpy as np

from planner_models.search.choices import MOST_STATES, Choice, choices_of
from tests.models.builder import World, world
from tests.models.search.relaxed import Relaxed


def two_stores() -> World:
    built = world().item().place("D", "dc").place("X", "store").place("Y", "store").stock("D", 500)
    return built.demand("X", [40.0] * 3).demand("Y", [20.0] * 3)


def choices(built: World) -> tuple[Relaxed, list[Choice]]:
    found = Relaxed.of(built.problem())
    return found, choices_of(found.problem, found.columns)


def test_vans_have_a_state_per_number_that_may_drive() -> None:
    built = two_stores().lane("D", "X", "van", cost_per_vehicle=9, vehicle_kg=20, max_vehicles_per_day=3)
    found, listed = choices(built)
    assert [(choice.day, choice.stop, choice.banded) for choice in listed] == [
        (t, False, False) for t in sorted({choice.day for choice in listed})
    ]
    assert all(choice.states.ravel().tolist() == [0, 1, 2, 3] for choice in listed)
    x = np.zeros(len(found.matrix.cost))
    x[listed[0].columns] = 1.25
    assert listed[0].level(x) == 1.25
    assert listed[0].reached(x, 1.25) == 2


def test_without_a_fleet_there_are_some_vehicles_beyond_those_that_given_orders_need() -> None:
    built = two_stores().lane("D", "X", "van", cost_per_vehicle=9, vehicle_kg=20)
    built.given("D", "X", 45, mode="van", arrival=1)
    _, listed = choices(built)
    assert listed[0].states.ravel().tolist() == list(range(3, 3 + MOST_STATES + 1))
    assert listed[1].states.ravel().tolist() == list(range(MOST_STATES + 1))


def test_a_part_load_has_a_state_per_band_of_its_tariff() -> None:
    built = two_stores().lane("D", "X", "ltl", min_charge=5)
    for start, rate in ((0, 1.0), (10, 0.8), (30, 0.5)):
        built.row("weight_breaks", origin="D", destination="X", mode="ltl", from_kg=start, cost_per_kg=rate)
    found, listed = choices(built)
    choice = listed[0]
    assert choice.banded
    assert len(choice.states) == 4
    assert not choice.states[0].any()
    assert choice.starts.tolist() == [0, 10, 30]
    assert choice.full == 5.0  # from 5 kg on the rate of 1 is more than the minimum charge
    x = np.zeros(len(found.matrix.cost))
    assert choice.level(x) == 0.0
    x[choice.kg[1]] = 12.0
    assert choice.reached(x, choice.level(x)) == 2


def test_express_with_a_minimum_charge_is_used_or_not() -> None:
    built = two_stores().lane(
        "D", "X", "express", lead_time_days=0, cost_per_kg=2, min_charge=12, emergency=True
    )
    _, listed = choices(built)
    assert [choice.states.shape[0] for choice in listed] == [2] * len(listed)
    assert not any(choice.stop or choice.banded for choice in listed)


def test_a_route_has_vehicles_and_a_stop_per_store() -> None:
    built = two_stores()
    shared = {"cost_per_vehicle": 9, "vehicle_kg": 20, "route": "tour", "stop_cost": 3}
    for store in ("X", "Y"):
        built.lane("D", store, "van", max_vehicles_per_day=2, **shared)
    found, listed = choices(built)
    today = [choice for choice in listed if choice.day == 0]
    assert [choice.stop for choice in today] == [False, True, True]
    names = found.problem.locations.names
    assert {names[location] for location in today[0].destinations} == {"X", "Y"}
    assert all(choice.states.ravel().tolist() == [0, 1] for choice in today[1:])

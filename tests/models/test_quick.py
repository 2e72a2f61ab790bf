"""The quick plan: never dearer than what it begins with, the same every time, and improved from day to day."""

from dataclasses import replace

import numpy as np

from planner.compile import compile_problem
from planner_models.baselines import asked_for
from planner_models.problem import Problem
from planner_models.projection import Projection
from planner_models.quick import previous, quick
from tests.engine.instances import random_data


def problem_of(seed: int) -> Problem:
    return compile_problem(random_data(seed))


def test_a_quick_plan_is_no_dearer_than_the_sequential_one() -> None:
    compared = cheaper = 0
    for seed in range(0, 40, 2):
        problem = problem_of(seed)
        sequential, found = (
            Projection(problem, lots) for lots in (asked_for(problem, "sequential"), quick(problem))
        )
        if sequential.excess:
            continue
        assert not found.excess
        assert found.cost <= sequential.cost + 1e-6
        compared += 1
        cheaper += found.cost < sequential.cost - 1e-6
    assert compared >= 10
    assert cheaper >= 5  # and mostly it is cheaper


def test_the_same_question_has_the_same_answer() -> None:
    problem = problem_of(4)
    assert np.array_equal(quick(problem), quick(problem))


def test_it_goes_on_from_the_previous_plan() -> None:
    """Nothing else has changed, so what begins with that plan is no dearer."""
    compared = 0
    for seed in range(12):
        problem = problem_of(seed)
        once = quick(problem)
        if Projection(problem, once).excess:
            continue
        ship = problem.shipments
        known = problem.replace(
            shipments=replace(ship, previous=once * ship.lot_cases[:, None].astype(float))
        )
        assert np.array_equal(previous(known), once)
        assert Projection(known, quick(known)).cost <= Projection(known, once).cost + 1e-6
        compared += 1
    assert compared >= 6


def test_what_can_no_longer_be_dispatched_is_not_begun_with() -> None:
    problem = problem_of(3)
    ship = problem.shipments
    wanted = np.ones(ship.open.shape) * ship.lot_cases[:, None]
    known = problem.replace(shipments=replace(ship, previous=wanted, open=np.zeros_like(ship.open)))
    assert previous(known).sum() == 0

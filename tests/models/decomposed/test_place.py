"""Blocks alone: planned, planned again with the same vehicles, and for what others ask."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from planner.bench.make import instance
from planner.bench.size import Size
from planner.compile import compile_problem
from planner_models.decomposed import master as master_module
from planner_models.decomposed.agreement import Agreement
from planner_models.decomposed.ascent import Ascent, shortage_of
from planner_models.decomposed.block import Block, blocks_of
from planner_models.decomposed.dual import Dual
from planner_models.decomposed.master import Master, Room
from planner_models.decomposed.place import PlacePlan, Task, plan_place
from planner_models.decomposed.prices import Prices
from planner_models.decomposed.tree import Tree
from planner_models.problem import Floats


@pytest.fixture(scope="module")
def dual() -> Dual:
    """Four stores and a DC with 20 items."""
    return Dual.of(compile_problem(instance(Size(stores=4, items=20, dcs=1, days=14, seed=1))))


@pytest.fixture(scope="module")
def prices(dual: Dual) -> Prices:
    found = Ascent.of(dual).run(20).prices
    return found.replace(vehicles=np.zeros(found.vehicles.shape))


def task_of(block: Block, prices: Prices) -> Task:
    nothing = np.zeros(block.problem.loads.vehicle_kg.shape)
    return Task(block.outer(prices), Room(nothing, nothing, np.zeros(0)), None, None, plan=True)


def served(dual: Dual) -> list[Block]:
    return [block for block in blocks_of(dual.problem) if not block.leaves.any() and len(block.ways.day)]


def test_the_same_vehicles_give_the_same_plan(dual: Dual, prices: Prices) -> None:
    for block in served(dual):
        task = task_of(block, prices)
        plan = plan_place(task)
        again = plan_place(replace(task, room=plan.room, vehicles=plan.vehicles))
        assert plan.bound <= plan.cost * (1 + 1e-9)
        assert again.cost == pytest.approx(plan.cost, rel=2e-3)
        np.testing.assert_array_equal(again.vehicles, plan.vehicles)


def test_other_vehicles_are_taken_only_if_they_cost_less(dual: Dual, prices: Prices) -> None:
    for block in served(dual):
        task = task_of(block, prices)
        plan = plan_place(task)
        again = plan_place(replace(task, vehicles=plan.vehicles, replan=True))
        assert again.cost <= plan.cost * (1 + 1e-3)


def test_vehicles_of_nodes_cost_no_more_and_sometimes_less(dual: Dual, prices: Prices) -> None:
    cheaper = 0
    for block in blocks_of(dual.problem):
        task = task_of(block, prices)
        if block.leaves.any():
            nothing = np.zeros(block.leaves.shape)
            asked = np.where(block.leaves, nothing + 5.0, 0.0)
            task = replace(task, asked=asked, shortage=shortage_of(dual)[block.points])
        plan, searched = plan_place(task), plan_place(replace(task, nodes=10))
        assert searched.cost <= plan.cost * (1 + 1e-3)
        again = plan_place(replace(task, room=searched.room, vehicles=searched.vehicles))
        assert again.cost == pytest.approx(searched.cost, rel=2e-3)
        cheaper += searched.cost < plan.cost * (1 - 2e-3)
    assert cheaper


def test_a_programme_that_forgets_proves_what_one_that_keeps_all_proves(
    dual: Dual, prices: Prices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns that were not used for long can be found again; prices of splits that are no longer in force are gone."""
    for block in served(dual):
        task = task_of(block, prices)
        plan = plan_place(task)
        whole, few = (Tree(Master(task.outer, task.room.kg, task.room.m3), 40) for _ in range(2))
        whole.grow(partial(float, plan.cost), 15)
        with monkeypatch.context() as patch:
            patch.setattr(master_module, "FULL", 12)
            patch.setattr(master_module, "KEPT", 6)
            few.grow(partial(float, plan.cost), 15)
        assert few.master.highs.getNumCol() < whole.master.highs.getNumCol()
        assert whole.bound * (1 - 2e-2) <= few.bound <= plan.cost * (1 + 1e-9)


def test_bounds_hold_for_what_is_asked_however_much(dual: Dual, prices: Prices) -> None:
    """Shortage that costs less than goods do: what is not sent then costs no more."""
    random = np.random.default_rng(3)
    for block in blocks_of(dual.problem):
        if not block.leaves.any():
            continue
        for most in (5.0, 50.0, 500.0):
            asked = np.where(block.leaves, random.uniform(0.0, most, block.leaves.shape), 0.0)
            shortage: Floats = random.uniform(0.01, 3.0, len(asked))
            task = task_of(block, prices)
            master = Master(task.outer, task.room.kg, task.room.m3, asked, shortage)
            bound, _, mixture = master.search(master.start, most=30)
            assert bound <= mixture.cost * (1 + 1e-9)


def test_places_agree_on_what_there_is(dual: Dual, prices: Prices) -> None:
    """What is missing where it is asked for becomes less, and plans go on to fit into their vehicles."""
    agreement = Agreement(dual.ways, prices, shortage_of(dual))
    blocks = blocks_of(dual.problem)
    for serving in (False, True):
        asked = agreement.asked
        planned: list[tuple[Block, PlacePlan]] = []
        for block in blocks:
            if bool(block.leaves.any()) != serving:
                continue
            task = task_of(block, prices)
            if serving:
                task = replace(task, asked=asked[block.points], shortage=shortage_of(dual)[block.points])
            planned.append((block, plan_place(task)))
        agreement.add(planned)
    vehicles = [planned.plan.vehicles for wave in agreement.waves for planned in wave]
    before = missing(dual, agreement)
    for _ in range(4):
        agreement.advance(lambda tasks: [plan_place(task) for task in tasks])
    assert missing(dual, agreement) <= before * (1 + 1e-6) + 1.0
    for number, planned in enumerate(planned for wave in agreement.waves for planned in wave):
        np.testing.assert_array_equal(planned.plan.vehicles, vehicles[number])
    assert not np.allclose(agreement.prices.stock[dual.ways.leaves], prices.stock[dual.ways.leaves])


def missing(dual: Dual, agreement: Agreement) -> float:
    """Units that are asked for and never there, at the worst moment of every stock point."""
    ways, stock, rows = dual.ways, dual.problem.stock, dual.upstream
    arrivals = np.zeros((len(stock.item), dual.problem.days + 1))
    np.add.at(arrivals, (ways.target, ways.arrival), agreement.flow)
    change = arrivals[rows, :-1] + dual.points.given[rows] - agreement.asked[rows]
    there = stock.on_hand[rows][:, None] + np.cumsum(change, axis=1)
    return float(np.maximum(0.0, -there.min(axis=1)).sum())

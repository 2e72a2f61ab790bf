"""The local search over whole lots: costs of changes against the definitions, and plans where single lots find none."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numba import typeof

from planner.bench.make import instance
from planner.bench.size import Size
from planner.compile import compile_problem
from planner_models.decomposed.dual import Dual
from planner_models.decomposed.engine import solve as decompose
from planner_models.decomposed.exchange import (
    LOOK,
    NONE,
    apply,
    delta,
    do,
    improve,
    rearrange,
    share_out,
    state_of,
    swap_all,
    too_dear,
    undo,
    wander,
)
from planner_models.decomposed.facts import BREACH, LEAST_LOTS, MOST_LOTS, Facts, State, facts_of, lots_of
from planner_models.incumbent import Effort
from planner_models.problem import Problem
from planner_models.projection import Projection
from tests.engine.instances import random_data
from tests.models.builder import World, direct
from tests.seeds import blocks

KINDS = np.cumsum(np.ones(6)) / 6.0
NEEDS_MORE_THAN_SINGLE_LOTS = (73, 98, 134, 138, 141, 153, 161, 217, 251, 253, 282, 342)


def start(problem: Problem) -> tuple[Dual, Facts]:
    dual = Dual.of(problem)
    return dual, facts_of(problem, dual.ways, dual.points)


def random_lots(facts: Facts, random: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Some ways carry something, none less than it must or more than it may."""
    least, most = facts.way[:, LEAST_LOTS], facts.way[:, MOST_LOTS]
    lots = random.integers(least, np.maximum(least, np.minimum(most, least + 3)) + 1)
    return np.where((random.random(len(least)) < 0.3) & (least <= most), lots, 0)


def penalised(problem: Problem, dual: Dual, state: State) -> float:
    """Cost with a penalty for each unit of a broken limit; lost sales that are not allowed cost the penalty instead."""
    projection = Projection(problem, lots_of(problem, dual.ways, state.lots))
    forbidden = problem.stock.must_meet[:, None] * (problem.stock.mean - projection.stock.sales)
    paid = float(np.sum(problem.stock.lost_cost[:, None] * forbidden))
    excess = projection.excess
    excess.pop("demand_met", None)
    return projection.cost - paid + BREACH * (sum(excess.values()) + float(forbidden.sum()))


def certain(problem: Problem) -> bool:
    """Whether the curves have no bends between the points at which the search knows them."""
    stock = problem.stock
    return not stock.sd.any() and not (stock.terminal_sd * stock.terminal_cost).any()


def test_kernels_are_compiled_for_one_kind_of_arrays() -> None:
    """Also where arrays of a problem are views, as in parts of another problem: compiling takes a minute."""
    problem = compile_problem(random_data(1))
    view = np.stack([problem.stock.location, problem.stock.item], axis=1)[:, 0]
    view.flags.writeable = False
    assert not view.flags.c_contiguous
    part = replace(problem, stock=replace(problem.stock, location=view))
    assert typeof(start(part)[1]) == typeof(start(problem)[1])


@pytest.mark.parametrize("first", blocks(140, 35))
def test_every_change_costs_what_the_definitions_say(first: int) -> None:
    seen = 0
    for seed in range(first, first + 35):
        problem = compile_problem(random_data(seed))
        random = np.random.default_rng(seed)
        dual, facts = start(problem)
        if not certain(problem) or not len(facts.way):
            continue
        seen += 1
        state = state_of(problem, facts, random_lots(facts, random))
        before = penalised(problem, dual, state)
        for _ in range(12):
            w = int(random.integers(len(facts.way)))
            d = int(-state.lots[w] if state.lots[w] else facts.way[w, LEAST_LOTS])
            change = delta(facts, state, w, d)
            apply(facts, state, w, d)
            after = penalised(problem, dual, state)
            # the definitions allow a little that the search does not
            assert change == pytest.approx(after - before, rel=1e-6, abs=0.2), (seed, w, d)
            before = after
    assert seen >= 5


@pytest.mark.parametrize("first", blocks(120, 40))
def test_what_is_remembered_is_what_is_computed_and_no_bargain_is_too_dear(first: int) -> None:
    """`delta` with what was found in earlier looks is that without, and what is passed over costs more than it may."""
    dear = 0
    for seed in range(first, first + 40):
        problem = compile_problem(random_data(seed))
        random = np.random.default_rng(seed)
        _, facts = start(problem)
        if not len(facts.way):
            continue
        state = state_of(problem, facts, random_lots(facts, random))
        for _ in range(15):
            for w in random.integers(len(facts.way), size=20).tolist():
                d = 1 if state.lots[w] else int(facts.way[w, LEAST_LOTS])
                cost = delta(facts, state, w, d)
                little = 1e-7 * max(1.0, abs(cost))
                assert not too_dear(facts, state, w, d, cost + little, NONE), (seed, w)
                dear += too_dear(facts, state, w, d, 0.0, NONE)
                kept = state.known.copy()
                state.known[:] = 0.0
                assert delta(facts, state, w, d) == cost, (seed, w)
                state.known[:] = kept
            w = int(random.integers(len(facts.way)))
            apply(facts, state, w, int(-state.lots[w] if state.lots[w] else facts.way[w, LEAST_LOTS]))
    assert dear >= 1_000


def test_what_was_done_can_be_taken_back() -> None:
    for seed in range(40):
        problem = compile_problem(random_data(seed))
        random = np.random.default_rng(seed)
        _, facts = start(problem)
        if not len(facts.way):
            continue
        state = state_of(problem, facts, random_lots(facts, random))
        kept = state_of(problem, facts, state.lots)
        for w in random.integers(len(facts.way), size=20).tolist():
            do(facts, state, w, int(-state.lots[w] if state.lots[w] else facts.way[w, LEAST_LOTS]))
        undo(facts, state, LOOK)
        for name in ("lots", "own", "flow", "cell", "lane", "use", "supplied", "ordered"):
            assert np.allclose(getattr(state, name), getattr(kept, name), atol=1e-6), (seed, name)


def test_the_search_saves_what_it_says() -> None:
    for seed in range(0, 140, 4):
        problem = compile_problem(random_data(seed))
        random = np.random.default_rng(seed)
        dual, facts = start(problem)
        if not certain(problem) or not len(facts.way):
            continue
        state = state_of(problem, facts, random_lots(facts, random))
        before = penalised(problem, dual, state)
        saved = improve(facts, state, np.arange(len(problem.stock.item)))
        saved += swap_all(facts, state)
        saved += share_out(facts, state, np.arange(len(problem.stock.item)))
        saved += rearrange(facts, state, 3)
        saved += wander(facts, state, random.random((60, 8)), KINDS, 1)
        assert saved >= 0.0
        assert saved == pytest.approx(before - penalised(problem, dual, state), rel=1e-6, abs=1.0), seed


@pytest.mark.parametrize("look", [swap_all, share_out])
def test_goods_take_the_place_of_others_where_single_lots_find_nothing_more(
    look: Callable[..., float],
) -> None:
    """On full vehicles, and where there is not enough for all; what is saved is saved by the definitions, too."""
    found = 0.0
    for seed in (1, 2):
        problem = compile_problem(instance(Size(stores=4, items=40, dcs=1, days=14, seed=seed)))
        dual, facts = start(problem)
        order = np.arange(len(problem.stock.item))
        state = state_of(problem, facts, np.zeros(len(facts.way), np.int64))
        while improve(facts, state, order) + rearrange(facts, state, 3) > 1.0:
            pass
        before = penalised(problem, dual, state)
        saved = look(facts, state, order) if look is share_out else look(facts, state)
        after = penalised(problem, dual, state)
        assert before - after == pytest.approx(saved, rel=0.2, abs=1.0)  # the search knows curves by lines
        found += saved
    assert found > 1.0


def searched(world: World) -> Projection:
    """The plan of the search that begins with nothing."""
    problem = world.problem()
    dual, facts = start(problem)
    state = state_of(problem, facts, np.zeros(len(facts.way), np.int64))
    random = np.random.default_rng(0)
    improve(facts, state, np.arange(len(problem.stock.item)))
    rearrange(facts, state, 3)
    wander(facts, state, random.random((200, 8)), KINDS, 1)
    return Projection(problem, lots_of(problem, dual.ways, state.lots))


def shop(**lane: object) -> World:
    return direct(lane=dict(lane)).row("supply", item_id="A", location_id="S").demand("X", [3.0, 3.0, 3.0])


def test_orders_are_gathered_until_they_reach_the_order_minimum() -> None:
    least = {"supplier": "S", "destination": "X", "min_value": 40}
    plan = searched(shop().row("order_minimums", **least).policy(location_id="X", lost_sale_penalty=50))
    assert not plan.excess
    assert plan.lots.sum(axis=0).max() >= 4


def test_no_more_is_stored_than_there_is_room_for() -> None:
    world = shop(cost_per_vehicle=9.0, vehicle_kg=100.0).policy(location_id="X", lost_sale_penalty=50)
    free = searched(world)
    tight = searched(world.row("capacities", location_id="X", resource="storage_m3", limit=0.0))
    assert free.loads.vehicles.sum() == 1
    assert not tight.excess
    assert tight.loads.vehicles.sum() > 1 or tight.costs["lost_sales"] > free.costs["lost_sales"]


@pytest.mark.parametrize("seed", NEEDS_MORE_THAN_SINGLE_LOTS)
def test_a_plan_is_found_where_single_lots_find_none(seed: int) -> None:
    problem = compile_problem(random_data(seed))
    assert decompose(problem, Effort(gap=0.0, time_limit=20.0)).lots is not None

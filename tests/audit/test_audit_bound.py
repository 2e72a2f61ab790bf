"""No prices and trees prove more than the best plan costs; good prices prove as much as the engine says."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.audit.bound import recompute
from planner.audit.bound.scene import Scene, read_scene
from planner.audit.bound.total import leaf_values, prove
from planner.bench.make import instance
from planner.bench.size import Size
from planner.compile import compile_problem
from planner_models.problem import Ints, Problem
from tests.audit.certificate import first_ascent, leaf_of, leaf_prices, price_frame, random_trees
from tests.engine.exhaustive import best, count, vehicles
from tests.engine.instances import bounded_data
from tests.seeds import blocks

MOST_PLANS = 500


@pytest.mark.parametrize("first", blocks(75, 25))
def test_no_prices_and_no_trees_prove_more_than_the_best_plan_costs(first: int) -> None:
    """At prices of the engine and at prices that make no sense, with random trees of random multipliers."""
    looked_at = 0
    for seed in range(first, first + 25):
        data = bounded_data(seed)
        problem = compile_problem(data)
        if not 0 <= count(problem) <= MOST_PLANS:
            continue
        plan = best(problem)
        if np.isinf(plan.cost):
            continue
        looked_at += 1
        random, most = np.random.default_rng(seed), plan.cost * (1 + 1e-6) + 1e-6
        good = price_frame(data, problem, first_ascent(problem, 4).prices)
        noise = good["price"] * random.uniform(0.0, 2.0, len(good)) + random.exponential(0.1, len(good))
        scene = read_scene(data)
        for prices in (good, good.assign(price=noise)):
            assert prove(scene, prices, None).total <= most, seed
            for _ in range(2):
                trees = random_trees(scene, random)
                leafy = leaf_prices(prices, scene, trees, random)
                lowest, there = at_plan(scene, leafy, trees, problem, plan.lots)
                assert there <= most, seed
                assert lowest <= there + 1e-9 * most, seed
    assert looked_at >= 2


def at_plan(
    scene: Scene, prices: pd.DataFrame, trees: dict[str, Any], problem: Problem, lots: Ints
) -> tuple[float, float]:
    """What all leaves prove, and what those prove in which a plan is: not more than it costs, whatever the others prove."""
    loads, lanes, start = problem.loads, problem.lanes, pd.Timestamp(scene.given.data.settings.start_date)
    first = np.unique(lanes.load, return_index=True)[1].tolist()
    sent, names = vehicles(problem, lots), problem.locations.names
    number = {
        (names[lanes.origin[m]], "" if route else names[lanes.destination[m]], lanes.mode[m], route): load
        for load, (m, route) in enumerate(zip(first, loads.route, strict=True))
    }

    def of_member(member: dict[str, str]) -> float:
        load = number[member["origin"], member["destination"], member["mode"], member["route"]]
        begin, end = ((pd.Timestamp(member[name]) - start).days for name in ("first", "last"))
        return float(sent[load, begin : end + 1].sum())

    branching, values, rest = leaf_values(scene, prices, trees)
    leaves, total = branching.rows(), rest
    for block in np.unique(branching.blocks.of_place).tolist():
        leaf = leaf_of(trees, scene.network.locations[block], of_member)
        layer = leaves["layer"][(leaves["block"] == block) & (leaves["leaf"] == leaf)].item()
        total += float(values[layer, block])
    return float(values.min(axis=0).sum()) + rest, total


def test_it_proves_what_the_engine_says_where_the_engine_prices_nothing_more() -> None:
    """A network as `planner bench make` writes it, with all that it has: docks, routes, breaks, overtime."""
    data = instance(Size(stores=3, items=40, days=10))
    problem = compile_problem(data)
    found = first_ascent(problem)
    parts = recompute(data, price_frame(data, problem, found.prices), None)
    assert parts.total >= 0.999 * found.bound

"""A part of a plan beside the rest of it: what changes there costs what it costs in the whole."""

import numpy as np
import pytest

from planner.compile import compile_problem
from planner_models import exact
from planner_models.incumbent import Effort, Infeasible
from planner_models.neighbourhood import Neighbourhood, narrowed
from planner_models.problem import Flags, Ints, Problem
from planner_models.projection import Projection
from tests.engine.instances import bounded_data, random_data
from tests.engine.test_random_orders import random_lots
from tests.seeds import seeds


@pytest.mark.parametrize("seed", seeds(120))
def test_a_change_inside_costs_and_breaks_what_it_does_in_the_whole(seed: int) -> None:
    problem = compile_problem(random_data(seed, stores=2, days=4))
    random = np.random.default_rng(seed)
    plan = Projection(problem, random_lots(problem, seed))
    for free in parts(problem, random):
        part = narrowed(plan, free)
        lots = changed(part, random)
        before, after = Projection(part.problem, part.lots), Projection(part.problem, lots)
        whole = Projection(problem, part.whole(lots))
        if "available" not in {*plan.excess, *whole.excess}:  # else stock has no meaning
            assert after.cost - before.cost == pytest.approx(whole.cost - plan.cost, abs=1e-6)
        for name in after.exceeded:
            more = after.exceeded[name].sum() - before.exceeded[name].sum()
            assert more == pytest.approx(whole.exceeded[name].sum() - plan.exceeded[name].sum(), abs=1e-6), (
                name
            )


def parts(problem: Problem, random: np.random.Generator) -> list[Flags]:
    """An item, a location, some shipments on some days, everything, nothing."""
    ship, lanes = problem.shipments, problem.lanes
    all_days = np.ones(ship.open.shape, bool)
    item = ship.item == random.integers(len(problem.items.names))
    place = lanes.destination[ship.lane] == random.integers(len(problem.locations.names))
    some = random.random(ship.open.shape) < random.random()
    return [item[:, None] & all_days, place[:, None] & all_days, some, all_days, ~all_days]


def changed(part: Neighbourhood, random: np.random.Generator) -> Ints:
    """Other lots where something is free."""
    ship = part.problem.shipments
    lots = random.integers(0, 3, ship.open.shape) * (
        random.random(ship.open.shape) < random.choice([0.05, 0.5])
    )
    return np.where(part.free[part.shipments], np.minimum(lots, ship.max_lots[:, None]), 0).astype(np.int64)


@pytest.mark.parametrize("seed", range(12))
def test_the_bound_of_a_part_holds_for_every_plan_with_the_same_rest(seed: int) -> None:
    problem = compile_problem(bounded_data(seed))
    try:
        best = exact.solve(problem, Effort(gap=0.0, time_limit=20.0))
    except Infeasible:
        return
    if best.lots is None or best.gap > 0:
        return
    plan, random = Projection(problem, best.lots), np.random.default_rng(seed)
    for free in parts(problem, random)[:3]:
        part = narrowed(plan, free)
        found = exact.solve(part.problem, Effort(gap=0.0, time_limit=20.0), start=part.lots)
        assert found.lots is not None
        whole = Projection(problem, part.whole(found.lots))
        assert not whole.excess
        assert found.bound + part.outside <= plan.cost + 1e-6 * max(1.0, plan.cost)
        assert found.bound + part.outside <= whole.cost + 1e-6 * max(1.0, whole.cost)
        assert whole.cost == pytest.approx(plan.cost, rel=1e-5, abs=1e-5)  # the optimum has an optimal part

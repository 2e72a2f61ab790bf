"""The search for prices: what it proves where the answer is known by hand, and how near it comes to the relaxation.

That no prices ever prove more than the best plan costs is shown in tests/engine/test_all_plans.py, for every data set there.
"""

import numpy as np
import pytest

from planner.compile import compile_problem
from planner_models.decomposed.ascent import Ascent
from planner_models.decomposed.dual import Dual
from planner_models.decomposed.prices import without_arbitrage
from planner_models.problem import Problem
from tests.audit.world import World
from tests.engine.instances import random_data
from tests.models.search.relaxed import Relaxed

STEPS = 120


def ascent(problem: Problem, steps: int = STEPS) -> Ascent:
    found = Ascent.of(Dual.of(problem))
    found.run(steps)
    return found


def shop() -> World:
    """A DC with plenty and a shop that sells 4 units a day, which weigh 1 kg each; a truck carries 10 kg and costs 20."""
    world = World().item(unit_cost=1.0, unit_price=11.0).place("D", "dc").place("X", "store")
    world.lane("D", "X", vehicle_kg=10.0, cost_per_vehicle=20.0, lead_time_days=0)
    return world.stock("D", 100.0).demand("X", [4.0, 4.0, 4.0])


def test_a_kg_costs_its_share_of_a_full_truck() -> None:
    """12 units are 1.2 trucks: 24. To lose them costs 10 each: 120. Nothing is paid for keeping stock."""
    assert ascent(compile_problem(shop().data())).best.bound == pytest.approx(24.0, rel=1e-6)


def test_scarce_stock_is_worth_what_customers_pay() -> None:
    """Of 12 units only 6 are there: 6 lost at 10 each, 6 carried at 2 each."""
    world = shop()
    world.tables["inventory"][0]["on_hand"] = 6.0
    found = ascent(compile_problem(world.data()))
    assert 0.98 * 72.0 <= found.best.bound <= 72.0 * (1 + 1e-9)
    assert found.best.prices.stock.max() == pytest.approx(8.0, rel=0.05)


def test_bounds_come_near_those_of_the_relaxation() -> None:
    """Lines of the relaxation see vehicles in part, too; duals of limits are found slowly, so not every data set is close."""
    shares = []
    for seed in range(30):
        found = Relaxed.of(compile_problem(random_data(seed, stores=3, items=6, days=6)))
        if found.solvable and found.bound > 1.0:
            shares.append(ascent(found.problem).best.bound / found.bound)
    assert len(shares) > 15
    assert np.median(shares) > 0.9


def test_a_search_from_given_prices_begins_no_worse() -> None:
    problem = compile_problem(shop().data())
    best = ascent(problem).best
    again = Ascent.of(Dual.of(problem), best.prices)
    assert again.best.bound == pytest.approx(best.bound, rel=1e-6)


def test_nobody_buys_only_to_give_away() -> None:
    for seed in range(10):
        dual = Dual.of(compile_problem(random_data(seed)))
        prices = dual.first_prices()
        dear = prices.replace(stock=prices.stock * 5.0 + 1.0)
        cut = without_arbitrage(dual.ways, dear)
        assert (cut.stock <= dear.stock).all()
        again = without_arbitrage(dual.ways, cut)
        np.testing.assert_allclose(again.stock[dual.ways.leaves], cut.stock[dual.ways.leaves], rtol=1e-6)

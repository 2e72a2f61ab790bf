"""Dynamic lot sizing: published optima, and a textbook dynamic programme over random instances.

A dispatch is a set-up: a lane without vehicle limits costs `cost_per_vehicle` once per day on which anything
travels. Demand is certain and must be met, holding is paid on the stock at the end of each day.
"""

import math
import random
from collections.abc import Sequence

import pytest

from tests.models.builder import World, day, shipped, world


def lot_sizing(demand: Sequence[float], setups: Sequence[float], holding: float) -> World:
    built = world(len(demand)).item().place("S", "supplier").place("X", "store")
    for t, setup in enumerate(setups):
        dates = {"valid_from": day(t), "valid_to": day(t)}
        built.lane("S", "X", lead_time_days=0, cost_per_vehicle=setup, **dates)
    built.policy(holding_cost_per_unit_day=holding, lost_sales_allowed=False)
    return built.demand("X", list(demand))


def wagner_whitin(demand: Sequence[float], setups: Sequence[float], holding: float) -> float:
    """Wagner and Whitin (1958): F(t) = min over the last set-up j ≤ t of F(j−1) + setup_j + holding."""
    best = [0.0]
    for t in range(len(demand)):
        ways = []
        for j in range(t + 1):
            kept = sum((u - j) * demand[u] for u in range(j, t + 1))
            needs = any(demand[u] > 0 for u in range(j, t + 1))
            ways.append(best[j] + needs * setups[j] + holding * kept)
        best.append(min(ways))
    return best[-1]


# (demand, set-up cost per period, holding cost, optimum, orders by day)
PUBLISHED = {
    # Snyder & Shen (2019), Fundamentals of Supply Chain Theory, 2nd ed., example 3.9.
    "Snyder and Shen": ([90, 120, 80, 70], [500] * 4, 2.0, 1380.0, {0: 210, 2: 150}),
    # Wagner & Whitin (1958), Dynamic version of the economic lot size model, Management Science 5(1),
    # table 1.
    "Wagner and Whitin": (
        [69, 29, 36, 61, 61, 26, 34, 67, 45, 67, 79, 56],
        [85, 102, 102, 101, 98, 114, 105, 86, 119, 110, 98, 114],
        1.0,
        864.0,
        {0: 98, 2: 97, 4: 121, 7: 112, 9: 67, 10: 135},
    ),
    # Silver, Pyke & Peterson (1998), Inventory Management and Production Planning and Scheduling, 3rd
    # ed., ch. 6:
    # set-up 54, carrying 0.02 a month of a value of 20.
    "Silver, Pyke and Peterson": (
        [10, 62, 12, 130, 154, 129, 88, 52, 124, 160, 238, 41],
        [54] * 12,
        0.4,
        501.2,
        {0: 84, 3: 130, 4: 283, 6: 140, 8: 124, 9: 160, 10: 279},
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_lot_sizes(name: str) -> None:
    demand, setups, holding, optimum, orders = PUBLISHED[name]
    assert wagner_whitin(demand, setups, holding) == pytest.approx(optimum)
    plan = lot_sizing(demand, setups, holding).solve()
    assert plan.cost == pytest.approx(optimum)
    # The original paper has several optima: Wagner and Whitin's own one is only compared in its cost.
    if name != "Wagner and Whitin":
        assert {key[4]: units for key, units in shipped(plan).items()} == orders


@pytest.mark.parametrize("seed", range(60))
def test_random_lot_sizes_agree_with_the_dynamic_programme(seed: int) -> None:
    chance = random.Random(seed)
    days = chance.randint(2, 9)
    demand = [chance.choice([0, chance.randint(1, 40), chance.randint(1, 150)]) for _ in range(days)]
    demand[chance.randrange(days)] = 20
    usual = chance.choice([5, 30, 120])
    setups = [usual * chance.choice([1.0, 1.0, 0.5, 1.7]) for _ in range(days)]
    holding = chance.choice([0.1, 0.5, 2.0])
    optimum = wagner_whitin(demand, setups, holding)
    assert lot_sizing(demand, setups, holding).solve().cost == pytest.approx(optimum)


def test_zero_inventory_ordering() -> None:
    """Wagner and Whitin's theorem 1: some optimum orders only when the stock is 0."""
    demand = [20, 50, 10, 50, 50, 10, 20, 40]
    plan = lot_sizing(demand, [100] * 8, 1.0).solve()
    assert plan.cost == pytest.approx(wagner_whitin(demand, [100] * 8, 1.0))
    orders = {key[4]: units for key, units in shipped(plan).items()}
    stock = 0.0
    for t, wanted in enumerate(demand):
        assert math.isclose(stock * orders.get(t, 0.0), 0.0)
        stock += orders.get(t, 0.0) - wanted

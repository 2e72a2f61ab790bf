"""An evaluation that knows an earlier one says what it says without."""

from random import Random

import numpy as np
import pandas as pd
import pytest

from planner.audit import Evaluation, evaluate
from planner.audit.again import demanded_again
from planner.audit.needs import read_demanded
from planner.audit.network import read_network
from planner.compile import compile_problem
from planner.compile.index import index_of
from planner.errors import InvalidData
from planner.plan.build import orders_of
from planner.response.events import applied
from planner.tables.dataset import DataSet
from planner_models.problem import Ints
from planner_models.projection import Projection
from tests.engine.instances import random_data
from tests.response.events.drawn import draw
from tests.response.events.shop import PLAN, events, shop
from tests.seeds import seeds


def same(one: Evaluation, other: Evaluation) -> None:
    """Everything that is said of a plan."""
    assert one.costs == pytest.approx(other.costs, rel=1e-12, abs=1e-9)
    assert one.kpis["fill_rate"] == pytest.approx(other.kpis["fill_rate"])
    for name in ("loads", "inventory", "violations"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), rtol=1e-12, atol=1e-9)


def lots_of(data: DataSet, random: np.random.Generator) -> Ints:
    """Any lots that may be dispatched, many of them or few."""
    ship = compile_problem(data).shipments
    chosen = random.random(ship.open.shape) < random.choice([0.05, 0.3])
    return np.asarray((chosen & ship.open) * random.integers(1, 3, ship.open.shape))


@pytest.mark.parametrize("seed", seeds(40))
def test_after_any_event(seed: int) -> None:
    before = shop()
    try:
        after = applied(before, events(draw(Random(seed), seed)[0]))
    except InvalidData:
        return
    known = evaluate(before, PLAN)
    same(evaluate(after, PLAN, known=known), evaluate(after, PLAN))


@pytest.mark.parametrize("seed", seeds(40))
def test_with_other_demand_and_other_orders(seed: int) -> None:
    random, data = np.random.default_rng(seed), random_data(seed, stores=2, days=4)
    demand = data["demand"].copy()
    some = random.random(len(demand)) < 0.4
    demand.loc[some, "mean"] *= random.choice([0.0, 0.5, 2.0])
    demand.loc[random.random(len(demand)) < 0.2, "sd"] = np.nan
    after = data.replace(demand=demand)
    plans = [
        orders_of(data, index_of(data), Projection(compile_problem(data), lots_of(data, random)))
        for _ in range(2)
    ]
    known = evaluate(data, plans[0])
    for orders in plans:
        same(evaluate(after, orders, known=known), evaluate(after, orders))


@pytest.mark.parametrize("seed", seeds(16))
def test_in_periods_and_after_other_periods(seed: int) -> None:
    """Known in the same periods, in others, or in days."""
    random, data = np.random.default_rng(seed), random_data(seed, stores=2, days=4)
    demand = data["demand"].copy()
    demand.loc[random.random(len(demand)) < 0.2, "mean"] *= 2.0
    after = data.replace(demand=demand)
    orders = orders_of(data, index_of(data), Projection(compile_problem(data), lots_of(data, random)))
    days = data.settings.horizon_days
    longer = [f"1d,{days - 1}d", f"{days - 1}d,1d"]
    for buckets in (*longer, ""):
        known = evaluate(data, orders, buckets)
        for wanted in longer:
            same(evaluate(after, orders, wanted, known), evaluate(after, orders, wanted))


def test_only_items_with_other_demand_are_read_again() -> None:
    data = random_data(3, stores=2, days=4)
    network = read_network(data)
    known = read_demanded(data, network)
    demand = data["demand"].copy()
    item = demand["item_id"].iloc[0]
    demand.loc[demand["item_id"] == item, "mean"] *= 2
    read = demanded_again(data.replace(demand=demand), network, known, data, network)
    assert read is not None
    found, again = read
    assert network.items.names[again].tolist() == [item]
    assert len(found.item) == len(known.item)
    assert found.mean.sum() > known.mean.sum()
    unchanged = demanded_again(data, network, known, data, network)
    assert unchanged is not None
    assert unchanged[0] is known
    assert not len(unchanged[1])
    assert demanded_again(data.replace(demand=demand.iloc[1:]), network, known, data, network) is None


@pytest.mark.parametrize("seed", seeds(40))
def test_a_projection_that_knows_one_at_other_tables_is_the_same(seed: int) -> None:
    before = shop()
    try:
        after = applied(before, events(draw(Random(seed), seed)[0]))
    except InvalidData:
        return
    old, new = compile_problem(before), compile_problem(after)
    if old.shipments.open.shape != new.shipments.open.shape:
        return
    random = np.random.default_rng(seed)
    lots = random.integers(0, 3, new.shipments.open.shape) * new.shipments.open
    known = Projection(old, lots)
    assert known.cost > 0
    one, other = Projection(new, lots, known), Projection(new, lots)
    assert one.costs == pytest.approx(other.costs)
    assert one.excess == pytest.approx(other.excess)

"""No prices, windows and references prove more than the best plan costs; good prices prove as much as the engine says."""

import numpy as np
import pandas as pd
import pytest

from planner.audit.bound import recompute
from planner.audit.bound.scene import read_scene
from planner.audit.bound.total import prove
from planner.bench.make import Size, instance
from planner.compile import compile_problem
from tests.audit.certificate import first_ascent, price_frame, random_reference, random_windows
from tests.audit.world import World, day
from tests.engine.exhaustive import best, count
from tests.engine.instances import bounded_data

MOST_PLANS = 500
NO_PRICES = pd.DataFrame(
    columns=[
        "kind", "origin", "destination", "mode", "route", "item_id", "location_id", "resource", "date", "price",
    ]
).astype({"price": float})  # fmt: skip


@pytest.mark.parametrize("first", range(0, 100, 25))
def test_no_prices_and_no_windows_prove_more_than_the_best_plan_costs(first: int) -> None:
    """At prices of the engine, at prices that make no sense, and with random windows and references at both."""
    looked_at = 0
    for seed in range(first, first + 25):
        data = bounded_data(seed)
        problem = compile_problem(data)
        if not 0 <= count(problem) <= MOST_PLANS:
            continue
        truth = best(problem).cost
        if np.isinf(truth):
            continue
        looked_at += 1
        random, most = np.random.default_rng(seed), truth * (1 + 1e-6) + 1e-6
        good = price_frame(data, problem, first_ascent(problem, 4).prices)
        noise = good["price"] * random.uniform(0.0, 2.0, len(good)) + random.exponential(0.1, len(good))
        scene = read_scene(data)
        for prices in (good, good.assign(price=noise)):
            assert prove(scene, prices, None, None).total <= most, seed
            for number in (1, 3):
                windows = random_windows(data, problem, random, number)
                reference = random_reference(data, problem, random)
                assert prove(scene, prices, windows, reference).total <= most, (seed, number)
    assert looked_at >= 2


def test_it_proves_what_the_engine_says_where_the_engine_prices_nothing_more() -> None:
    """A network as `planner bench make` writes it, with all that it has: docks, routes, breaks, overtime."""
    data = instance(Size(stores=3, items=40, days=10))
    problem = compile_problem(data)
    found = first_ascent(problem)
    parts = recompute(data, price_frame(data, problem, found.prices), None, None)
    assert parts.total >= 0.999 * found.bound
    places = problem.stock.location
    for place in np.unique(places):
        mine = parts.by_location[problem.locations.names[place]]
        assert mine == pytest.approx(found.by_point[places == place].sum(), abs=0.005 * found.bound)


def two_lorries() -> World:
    """15 kg must come to X in lorries of 10 kg that cost 100 each: 150 if lorries could be divided, 200 as they can't."""
    world = World(3, defaults={"holding_rate_per_year": 0.0, "lost_sale_penalty": 1_000.0})
    world.item().place("S", "supplier").place("X", "store")
    world.lane("S", "X", vehicle_kg=10.0, cost_per_vehicle=100.0)
    return world.demand("X", [0.0, 8.0, 7.0])


def prices(price: float) -> pd.DataFrame:
    """A price per kg on the way to X on all days."""
    rows = pd.DataFrame({"date": [day(number) for number in range(3)], "price": price})
    rows["date"] = pd.to_datetime(rows["date"])
    texts = {"kind": "kg", "origin": "S", "destination": "X", "mode": "truck", "route": ""}
    return rows.assign(**texts, item_id="", location_id="", resource="")


def window(multiplier: float, **changes: object) -> pd.DataFrame:
    """Lorries that arrive on days 1 and 2."""
    row = {"location_id": "X", "first": day(1), "last": day(2), "measure": "kg", "divisor": 10.0}
    frame = pd.DataFrame([row | {"multiplier": multiplier} | changes])
    return frame.assign(first=pd.to_datetime(frame["first"]), last=pd.to_datetime(frame["last"]))


def test_full_lorries_cost_their_share() -> None:
    # 10 money per kg × 15 kg; the lorry of 10 kg is just paid.
    assert recompute(two_lorries().data(), prices(10.0), None, None).total == pytest.approx(150.0)
    # a higher price would make lorries pay for themselves: no more than 10 is believed
    assert recompute(two_lorries().data(), prices(12.0), None, None).total == pytest.approx(150.0)


def test_a_window_makes_lorries_whole() -> None:
    # W = 15, f₀ = 0.5: 5 per lorry and 5 · ⌈1.5⌉ = 10 are needed. At 20 a lorry pays 100, and 20 · 10 = 200 is gained.
    total = recompute(two_lorries().data(), prices(0.0), window(20.0), None).total
    assert total == pytest.approx(200.0)
    # no multiplier makes a lorry pay more than it costs
    assert recompute(two_lorries().data(), prices(0.0), window(30.0), None).total == pytest.approx(200.0)


def test_a_window_pays_back_lost_sales() -> None:
    world = two_lorries()
    world.settings["defaults"]["lost_sale_penalty"] = 12.0
    # 12 − 20 < 0: all is lost, (12 − 20) · 15 + 200 = 80; losing all 15 costs 180 in fact
    assert recompute(world.data(), prices(0.0), window(20.0), None).total == pytest.approx(80.0)


def test_a_window_pays_back_stock_that_is_early() -> None:
    # Of day 2 alone: W = 7, 7 per lorry, 7 needed. At 5 a lorry of that day costs 100 − 35, 6.5 per kg; a unit of the day before
    # costs 10 and brings 5 when it is kept: 8 · 10 + 7 · (10 − 5) + 5 · 7 = 150.
    begins = window(5.0, first=pd.Timestamp(day(2)))
    assert recompute(two_lorries().data(), prices(10.0), begins, None).total == pytest.approx(150.0)
    # At 12 a unit of the day before would bring more than it costs, in any number.
    begins = window(12.0, first=pd.Timestamp(day(2)))
    assert np.isneginf(recompute(two_lorries().data(), prices(10.0), begins, None).total)


def test_a_reference_moves_what_a_window_asks_for() -> None:
    """With 3 units at the end of day 2 in the reference, 18 have to come; 3 are paid back if none are there."""
    texts = {"item_id": "A", "location_id": "X", "date": pd.Timestamp(day(2))}
    reference = pd.DataFrame([texts | {"closing": 3.0, "dispatched": 0.0}])
    # W = 18, f₀ = 0.8: 8 per lorry and 16 are needed; 12.5 · 8 = 100 pays a lorry: 12.5 · 16 − 12.5 · 3 = 162.5
    found = recompute(two_lorries().data(), prices(0.0), window(12.5), reference)
    assert found.total == pytest.approx(162.5)


def test_a_window_that_needs_whole_lorries_says_nothing() -> None:
    world = two_lorries().demand("X", [0.0, 0.0, 0.0])
    world.tables["demand"] = world.tables["demand"][:3]
    world.tables["demand"][2]["mean"] = 12.0  # W = 20 = 2 · 10
    assert recompute(world.data(), prices(10.0), window(20.0), None).total == pytest.approx(200.0)


def test_without_prices_the_bound_is_what_no_plan_can_avoid() -> None:
    world = two_lorries()
    world.tables["lanes"][0]["lead_time_days"] = 2
    # nothing arrives before day 2, so the 8 units of day 1 are lost; everything else is free without prices
    assert recompute(world.data(), NO_PRICES, None, None).total == pytest.approx(8_000.0)


def test_stock_that_is_paid_for_being_taken_proves_nothing() -> None:
    found = recompute(two_lorries().data(), prices(-5.0), None, None)
    assert np.isneginf(found.total)
    assert np.isneginf(found.by_location["X"])

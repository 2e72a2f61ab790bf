"""Plans in periods of several days: engines, projection, evaluator and every plan there is, on random tiny data sets."""

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner import evaluate, solve
from planner.audit import check
from planner.audit.bound import recompute
from planner.bench.make import instance
from planner.bench.size import Size
from planner.compile import compile_problem
from planner.compile.index import index_of
from planner.compile.periods import in_periods
from planner.errors import NoFeasiblePlan, UsageError
from planner.plan.build import plan_tables
from planner.plan.proof import proof_files
from planner.plan.run import write_plan
from planner.tables.dataset import DataSet
from planner_models.engines import Engine
from planner_models.engines import solve as search
from planner_models.incumbent import Effort, Infeasible
from planner_models.projection import Projection
from tests.engine.agreement import agree, differences
from tests.engine.exhaustive import best, count
from tests.engine.instances import bounded_data, random_data
from tests.engine.test_random_orders import random_lots
from tests.seeds import blocks

BLOCK = 25
MOST_PLANS = 20_000
FEW = 4_000
EFFORT = Effort(gap=0.0, time_limit=20.0)


def random_buckets(days: int, seed: int) -> str:
    """Periods of one to three days, at least one of them longer than a day."""
    random, lengths = np.random.default_rng(seed), list[int]()
    while (left := days - sum(lengths)) > 0:
        lengths.append(int(random.integers(1, min(3, left) + 1)))
    if max(lengths) == 1 and days > 1:
        lengths = [2, *lengths[2:]]
    return ",".join(f"1x{length}d" for length in lengths)


def buckets_of(data: DataSet, seed: int) -> str:
    return random_buckets(data.settings.horizon_days, seed)


def same(left: Any, right: Any) -> bool:
    """Whether two problems, or parts of them, are the same to the last bit."""
    if is_dataclass(left):
        names = [field.name for field in fields(left)]
        return all(same(getattr(left, name), getattr(right, name)) for name in names)
    if isinstance(left, np.ndarray):
        return left.shape == right.shape and bool(
            np.array_equal(left, right, equal_nan=left.dtype.kind == "f")
        )
    return bool(left == right)


def test_periods_of_a_day_are_the_same_problem() -> None:
    for seed in range(35):
        data = random_data(seed)
        days = data.settings.horizon_days
        daily, again = compile_problem(data), compile_problem(data, f"{days}d")
        assert same(daily, again), seed
        # the step that is passed over there would change nothing
        closed = index_of(data).closed[:, :days]
        first = np.full(len(daily.supply.item), -np.inf)
        stepped = in_periods(daily, daily.length, closed, first)
        for name in ("lanes", "loads", "shipments", "supply", "minimums", "given"):
            assert same(getattr(daily, name), getattr(stepped, name)), (seed, name)
        assert np.array_equal(daily.stock.scale, stepped.stock.scale), seed


def test_the_plan_for_periods_of_a_day_is_the_plan_for_days() -> None:
    """Of the exact engine: how far the local search of the other one comes, the clock says."""
    data = random_data(12, stores=2, days=4)
    days, buckets = (
        solve(data, gap=0.0, time_limit=60.0, threads=1, engine="exact", buckets=wanted)
        for wanted in (None, f"{data.settings.horizon_days}d")
    )
    pd.testing.assert_frame_equal(days.orders, buckets.orders, check_exact=True)
    pd.testing.assert_frame_equal(days.inventory, buckets.inventory, check_exact=True)
    assert (days.cost, days.bound, days.kpis) == (buckets.cost, buckets.bound, buckets.kpis)


@pytest.mark.parametrize("first", blocks(50, BLOCK, 2000))
def test_projection_and_evaluator_agree_on_any_orders(first: int) -> None:
    feasible = 0
    for seed in range(first, first + BLOCK):
        data = random_data(seed, stores=2, days=3 + seed % 5)
        buckets = buckets_of(data, seed)
        problem = compile_problem(data, buckets)
        for lots in (np.zeros(problem.shipments.open.shape, np.int64), random_lots(problem, seed)):
            feasible += agree(seed, data, Projection(problem, lots), buckets)
    assert feasible > 0  # else the test says little


@pytest.mark.parametrize(
    ("engine", "first"),
    [*(("exact", first) for first in blocks(50, BLOCK)), ("decomposed", 0)],
)  # fmt: skip
def test_cost_and_bound_bracket_the_optimum(engine: Engine, first: int) -> None:
    seen = 0
    for seed in range(first, first + BLOCK):
        data = bounded_data(seed)
        buckets = buckets_of(data, seed)
        problem = compile_problem(data, buckets)
        if not 0 <= count(problem) <= (MOST_PLANS if engine == "exact" else FEW):
            continue
        seen += 1
        optimum = best(problem).cost
        if np.isinf(optimum):
            with pytest.raises(Infeasible):
                search(problem, EFFORT, engine=engine)
            continue
        found = search(problem, EFFORT, engine=engine)
        assert found.lots is not None, seed
        below, above = optimum * (1 - 1e-6) - 1e-6, optimum * (1 + 1e-6) + 1e-6
        assert found.bound <= above, seed
        assert below <= found.cost, seed
        assert engine == "decomposed" or found.cost <= above, seed
        orders, loads, inventory, kpis = plan_tables(data, Projection(problem, found.lots))
        judged = evaluate(data, orders, buckets)
        assert judged.feasible, (seed, judged.violations["message"].tolist())
        assert differences(loads, inventory, kpis, judged) == [], seed
        if found.proof is not None:
            files = proof_files(problem, found.proof, pd.Timestamp(data.settings.start_date))
            assert recompute(data, *files, buckets).total <= above, seed
    assert seen >= 7


@pytest.mark.parametrize("engine", ["exact", "decomposed"])
def test_the_check_confirms_plan_and_bound_and_refutes_other_periods(engine: Engine, tmp_path: Path) -> None:
    confirmed = refuted = 0
    for seed in range(4):
        data = random_data(seed)
        buckets = buckets_of(data, seed)
        try:
            plan = solve(data, gap=0.0, time_limit=20.0, threads=1, engine=engine, buckets=buckets)
        except NoFeasiblePlan:
            continue
        assert plan.certificate["options"]["buckets"] == buckets
        folder = tmp_path / str(seed)
        folder.mkdir()
        write_plan(folder, plan)
        report = check(folder, data)
        assert report.agrees, (seed, report.text())
        confirmed += 1
        plan.certificate["options"]["buckets"] = ""
        write_plan(folder, plan)
        refuted += not check(folder, data).agrees
    assert confirmed >= 3
    assert refuted == confirmed


def test_periods_of_the_settings_are_those_of_a_solve_and_of_an_evaluation() -> None:
    data = random_data(12, stores=2, days=4)
    buckets = buckets_of(data, 1)
    wanted = data.replace(settings=data.settings.model_copy(update={"buckets": buckets}))
    asked = solve(data, gap=0.0, time_limit=20.0, threads=1, buckets=buckets)
    plan = solve(wanted, gap=0.0, time_limit=20.0, threads=1)
    pd.testing.assert_frame_equal(plan.orders, asked.orders)
    assert evaluate(wanted, plan.orders).total == pytest.approx(plan.cost)


def test_periods_that_do_not_divide_the_horizon_are_refused() -> None:
    with pytest.raises(UsageError, match="but the horizon has"):
        solve(random_data(5, days=4), buckets="7d,3w")


def test_a_long_horizon_in_periods_is_a_smaller_problem() -> None:
    data = instance(Size(stores=3, items=20, dcs=1, days=28, seed=2))
    daily, periods = compile_problem(data), compile_problem(data, "7d,3w")
    assert (daily.days, periods.days) == (28, 10)
    assert periods.shipments.open.sum() < 0.6 * daily.shipments.open.sum()
    plan = solve(data, gap=0.05, time_limit=20.0, threads=1, engine="decomposed", buckets="7d,3w")
    assert evaluate(data, plan.orders, "7d,3w").total == pytest.approx(plan.cost)

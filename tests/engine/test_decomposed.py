"""The decomposed engine against every plan there is, and its certificate against the check, on random tiny data sets."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner import evaluate, solve
from planner.audit import check
from planner.bench.make import instance
from planner.bench.size import Size
from planner.compile import compile_problem
from planner.errors import NoFeasiblePlan
from planner.plan.progress import Progress
from planner.plan.proof import read_prices
from planner.plan.run import write_plan
from planner_models.decomposed.ascent import Ascent
from planner_models.decomposed.dual import Dual
from planner_models.decomposed.engine import solve as decompose
from planner_models.decomposed.engine import threads
from planner_models.decomposed.lots import LotSearch
from planner_models.engines import solve as search
from planner_models.incumbent import Effort, Infeasible
from tests.engine.exhaustive import best, count
from tests.engine.instances import bounded_data, random_data
from tests.seeds import seeds

BLOCK = 25
BLOCKS = 8
FEW = 4_000  # plans
EFFORT = Effort(gap=0.0, time_limit=20.0)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_cost_and_bound_bracket_the_optimum(block: int) -> None:
    seen = 0
    for seed in range(BLOCK * block, BLOCK * (block + 1)):
        problem = compile_problem(bounded_data(seed))
        if not 0 <= count(problem) <= FEW:
            continue
        seen += 1
        optimum = best(problem).cost
        if np.isinf(optimum):
            with pytest.raises(Infeasible):
                search(problem, EFFORT, engine="decomposed")
            continue
        found = search(problem, EFFORT, engine="decomposed")
        assert found.lots is not None, seed
        assert found.bound <= optimum * (1 + 1e-6) + 1e-6, seed
        assert found.cost >= optimum * (1 - 1e-6) - 1e-6, seed
    assert seen >= 7


def test_the_check_confirms_plan_and_bound(tmp_path: Path) -> None:
    for seed in seeds(20):
        data = random_data(seed)
        try:
            plan = solve(data, gap=0.0, time_limit=20.0, threads=1, engine="decomposed")
        except NoFeasiblePlan:
            continue
        assert evaluate(data, plan.orders).feasible, seed
        folder = tmp_path / str(seed)
        folder.mkdir()
        write_plan(folder, plan)
        report = check(folder, data)
        assert report.agrees, (seed, report.text())


def test_a_bound_that_its_prices_do_not_prove_is_refuted(tmp_path: Path) -> None:
    for seed in range(10):
        data = random_data(seed)
        plan = solve(data, gap=0.0, time_limit=20.0, threads=1, engine="decomposed")
        if plan.certificate.get("proof") == "prices" and plan.gap > 0.01:
            break
    write_plan(tmp_path, plan)
    claimed = plan.certificate | {"bound": plan.bound + 0.5 * (plan.cost - plan.bound)}
    claimed["gap"] = (plan.cost - claimed["bound"]) / plan.cost
    (tmp_path / "certificate.json").write_text(json.dumps(claimed))
    found = check(tmp_path, data).differences
    assert found["column"].tolist() == [""]
    assert found["row"].tolist() == ["bound"]


def test_results_do_not_depend_on_the_number_of_workers() -> None:
    for seed in (1, 4, 12, 30):
        problem = compile_problem(random_data(seed))
        one, three = (decompose(problem, EFFORT, workers=threads(number)) for number in (1, 3))
        assert one.cost == three.cost, seed
        assert one.bound == three.bound, seed
        if one.lots is not None and three.lots is not None:
            assert np.array_equal(one.lots, three.lots), seed


def test_a_warm_start_begins_where_the_last_solve_ended() -> None:
    data = instance(Size(stores=3, items=20, dcs=1, days=7, seed=2))
    problem = compile_problem(data)
    plan = solve(data, gap=0.0, time_limit=5.0, threads=1, engine="decomposed")
    assert plan.prices is not None
    prices = read_prices(problem, plan.prices, pd.Timestamp(data.settings.start_date))
    cold, warm = (Ascent.of(Dual.of(problem), begin).best.bound for begin in (None, prices))
    assert warm > cold
    said: list[Progress] = []
    solve(
        data,
        gap=1.0,
        time_limit=60.0,
        threads=1,
        engine="decomposed",
        warm=plan.prices,
        progress=said.append,
    )
    first = next(progress.bound for progress in said if progress.bound)
    assert first == pytest.approx(warm, rel=1e-9)


def test_prices_of_another_network_are_passed_over() -> None:
    plan = solve(random_data(12), gap=0.0, time_limit=20.0, threads=1, engine="decomposed")
    assert plan.prices is not None
    strange = plan.prices.assign(item_id="nobody", location_id="nowhere", origin="nowhere")
    data = random_data(3)
    prices = read_prices(compile_problem(data), strange, pd.Timestamp(data.settings.start_date))
    assert all(not price.any() for price in vars(prices).values())


def test_progress_counts_the_blocks_of_a_phase() -> None:
    said: list[Progress] = []
    for engine in ("exact", "decomposed"):
        solve(random_data(12), gap=0.0, time_limit=20.0, threads=1, engine=engine, progress=said.append)  # type: ignore[arg-type]
        if engine == "exact":
            assert all(progress.blocks is None for progress in said)
    counted = [progress for progress in said if progress.blocks is not None]
    assert {progress.phase for progress in counted} == {"planning places", "whole lots and bounds"}
    for phase in ("planning places", "whole lots and bounds"):
        done = [progress.done for progress in counted if progress.phase == phase]
        assert done == sorted(done, key=lambda number: number or 0)
        assert done[-1] == next(progress.blocks for progress in counted if progress.phase == phase)


@pytest.mark.parametrize("seed", [118, 124])
def test_customers_that_are_turned_away_make_no_bound_too_high(seed: int) -> None:
    """Stock that others pay more for than customers do: a bound above the cost would be a fault of the engine."""
    plan = solve(random_data(seed), gap=0.0, time_limit=10.0, threads=1, engine="decomposed")
    assert plan.bound <= plan.cost


def test_a_gap_that_is_proven_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first whole lots, if they are good enough; on and on, if none are."""
    begun: list[float] = []
    begin = LotSearch.begin

    def counted(search: LotSearch, *flow: Any) -> None:
        begin(search, *flow)
        begun.append(search.best.cost)

    monkeypatch.setattr(LotSearch, "begin", counted)
    rounds = []
    for gap in (0.9, 0.0):
        begun.clear()
        solve(random_data(12, stores=2), gap=gap, time_limit=20.0, threads=1, engine="decomposed")
        rounds.append(len(begun))
    assert rounds[0] == 1 < rounds[1]

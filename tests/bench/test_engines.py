"""The benchmark of engines: every solver gets the same model; bounds are below the optimum, costs are those of the orders."""

import csv
import pickle
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy import sparse

from benchmarks.peers.chart import chart
from benchmarks.peers.compact import Compact, end_lines, sales_lines
from benchmarks.peers.integers import Integers, bounded, discretised
from benchmarks.peers.known import Known
from benchmarks.peers.own import decomposed
from benchmarks.peers.process import make, measure, missing
from benchmarks.peers.record import Network, Run, Task
from benchmarks.peers.size import Extent, extent
from benchmarks.peers.table import COLUMNS, cells, growth, write_csv
from planner.bench.make import instance
from planner.bench.size import Size
from planner.compile import compile_problem
from planner_models.curve import terminal_shortage
from planner_models.exact import solve
from planner_models.incumbent import Effort, Report, Solution
from planner_models.joint.touching import Curves
from planner_models.problem import Problem

TINY = "1x3x1x5x2"  # a store with 3 items, 5 days, seed 2: doing nothing costs a third more than the optimum
TASK = Task(gap=1e-4, seconds=15.0, threads=1)


@pytest.fixture(scope="module")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engines") / "arrays.pickle"


@pytest.fixture(scope="module")
def network(arrays: Path) -> Network:
    return make(TINY, TASK.lines, arrays)


@pytest.fixture(scope="module")
def optimum(arrays: Path, network: Network) -> float:
    problem: Problem = pickle.loads(arrays.read_bytes())
    found = solve(problem, Effort(gap=0.0, time_limit=15.0))
    assert found.gap == 0.0
    return found.cost


@pytest.mark.parametrize("engine", ["exact", "highs", "scip", "cp-sat"])
def test_an_engine_proves_a_bound_below_the_optimum_and_finds_a_plan(
    engine: str, network: Network, arrays: Path, optimum: float
) -> None:
    if reason := missing(engine):
        pytest.skip(reason)
    run = measure(network, engine, arrays, TASK, most_columns=1_000)
    assert run.cost is not None, run.note
    assert run.bound is not None
    assert run.bound <= optimum * (1 + 1e-7)
    assert optimum <= run.cost * (1 + 1e-7)
    assert run.gap is not None
    assert run.gap < 0.01  # 20 lines per curve leave less than that
    assert set(run.reached) == {0.05, 0.02, 0.01}
    assert run.seconds is not None
    assert run.memory is not None
    assert run.memory > 50
    assert len(cells(run)) == len(COLUMNS)
    assert "–" not in cells(run)[:-1]


def test_the_decomposed_engine_is_reached_by_its_name_and_its_orders_are_priced(
    network: Network, arrays: Path, optimum: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    def engines(
        problem: Problem, effort: Effort, *, engine: str, report: Callable[[Report], None]
    ) -> Solution:
        assert engine == "decomposed"
        return replace(solve(problem, effort, report=report), cost=1.0)

    monkeypatch.setitem(sys.modules, "planner_models.engines", SimpleNamespace(solve=engines))
    told: list[tuple[float | None, float]] = []
    known = Known(pickle.loads(arrays.read_bytes()), TASK, lambda _, cost, bound: told.append((cost, bound)))
    note = decomposed(known.problem, known)
    assert told[-1][0] == pytest.approx(optimum, rel=1e-4)
    assert note.startswith("says 1.00 of a plan that costs 118.")


def test_a_model_that_is_too_large_and_an_engine_that_is_not_there_are_rows_with_the_reason(
    network: Network, arrays: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(measure.__globals__["NEEDS"], "scip", "no_such_package")
    large = measure(network, "highs", arrays, TASK, most_columns=10)
    absent = measure(network, "scip", arrays, TASK, most_columns=1_000)
    assert (large.note, absent.note) == (
        "not tried: more than 10 columns",
        "no_such_package is not installed",
    )
    assert [len(cells(run)) for run in (large, absent)] == [len(COLUMNS)] * 2


def test_a_run_that_does_not_end_is_ended_and_what_it_told_is_kept(
    network: Network, arrays: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(measure.__globals__, "PATIENCE", (0.0, 0.05))
    run = measure(network, "exact", arrays, Task(gap=0.0, seconds=15.0), most_columns=1_000)
    assert run.note == "ended after 0 s"
    assert run.memory is not None


@pytest.mark.parametrize("size", [Size(1, 3, 1, 5, 2), Size(6, 40, 2, 14, 3), Size(30, 5, 3, 10, 1)])
def test_a_model_has_the_size_that_was_counted_without_building_it(size: Size) -> None:
    problem = compile_problem(instance(size))
    matrix = Compact.of(problem, 0).matrix
    counted = Extent(matrix.rows.count, len(matrix.cost), int(matrix.integer.sum()))
    assert extent(problem, 0) == counted


def test_lines_of_the_compact_model_touch_the_curves_from_outside(arrays: Path, network: Network) -> None:
    problem: Problem = pickle.loads(arrays.read_bytes())
    curves = Curves.of(problem)
    lines = sales_lines(curves, 20)
    assert len(lines) == len({(n, t, slope) for n, t, _, slope in lines}) > 0
    for level in np.geomspace(0.01, 1_000.0, 60):
        sales, _ = curves.sales.evaluate(np.full(curves.sales.mean.shape, level))
        short, _ = terminal_shortage(problem.stock, np.full(len(sales), level))
        assert all(c + s * level >= sales[n, t] - 1e-7 for n, t, c, s in lines)
        assert all(c + s * level <= short[n] + 1e-7 for n, c, s in end_lines(curves, 20))


def test_every_solution_is_one_in_whole_numbers_and_costs_little_more_there() -> None:
    """2·n + x/3 + y ≥ 1.7 and x − y·π = 0.1, n whole, x and y not; any solution, rounded, keeps the loosened rows."""
    cost, integer = np.array([1.0, 0.3, -0.2]), np.array([True, False, False])
    lower, upper = np.zeros(3), np.array([3.0, np.inf, 2.0])
    matrix = sparse.csr_array(np.array([[2.0, 1 / 3, 1.0], [0.0, 1.0, -np.pi]]))
    rows = (matrix, np.array([1.7, 0.1]), np.array([np.inf, 0.1]))
    upper = bounded(cost, lower, upper, rows, room=100.0, rounds=3)
    assert upper[1] == pytest.approx(0.1 + 2 * np.pi, abs=1e-4)  # x = 0.1 + π·y
    whole = discretised(cost, 0.0, lower, upper, integer, rows)
    random = np.random.default_rng(0)
    for n, y in zip(random.integers(1, 4, 200), random.uniform(0, 2, 200), strict=True):
        x = np.array([n, 0.1 + np.pi * y, y])
        rounded = np.round(x * np.array([1, 10_000, 10_000])).astype(np.int64)
        assert _kept(whole, rounded)
        assert whole.cost @ rounded / whole.money <= cost @ x + whole.loss + 1e-9
    assert not _kept(whole, np.array([0, 11_000, 3_183]))  # 2·0 + 1.1/3 + 0.3183 < 1.7


def _kept(whole: Integers, x: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> bool:
    count = len(whole.row_lower)
    row = np.repeat(np.arange(count), np.diff(whole.starts))
    sums = np.zeros(count, np.int64)
    np.add.at(sums, row, whole.values * x[whole.columns])
    inside = (whole.lower <= x) & (x <= whole.upper)
    return bool(inside.all() and (whole.row_lower <= sums).all() and (sums <= whole.row_upper).all())


def _run(engine: str, item_stores: int, seconds: float, cost: float, bound: float) -> Run:
    run = Run(Network(f"1x{item_stores}", item_stores, 2 * item_stores, 10, 20, 5), engine)
    run.update(seconds / 2, cost, bound)
    run.seconds, run.memory = seconds, 100.0
    return run


def test_times_are_those_at_which_the_best_cost_and_the_best_bound_prove_a_gap() -> None:
    run = Run(Network("1x3", 3, 6, 10, 20, 5), "exact")
    run.update(1.0, None, 90.0)
    run.update(2.0, 100.0, 90.0)  # 10 %
    run.update(3.0, 100.0, 96.0)  # 4 %
    run.update(4.0, 97.0, 95.0)  # (97 − 96) ÷ 97 = 1.03 %
    assert run.reached == {0.05: 3.0, 0.02: 4.0}


def test_growth_divides_seconds_by_stock_points() -> None:
    runs = [_run("decomposed", 1_000, 30.0, 100.0, 99.5), _run("decomposed", 10, 1.0, 100.0, 90.0)]
    lines = list(growth(runs))
    assert lines[-2:] == [
        "| 1x10 | 10 | 20 | 1.0 s | 50.00 s | – | 10.00 % |",
        "| 1x1000 | 1,000 | 2,000 | 30.0 s | 15.00 s | 15.0 s | 0.50 % |",
    ]


def test_the_chart_is_xml_without_anything_from_elsewhere_and_the_csv_has_a_line_per_run(
    tmp_path: Path,
) -> None:
    runs = [_run("exact", 10, 0.0, 100.0, 90.0), _run("exact", 300, 40.0, 100.0, 99.9)]
    drawn = chart(runs, 0.01)
    circles = [part for part in ElementTree.fromstring(drawn).iter() if part.tag.endswith("circle")]
    assert [circle.get("fill") == "white" for circle in circles] == [True, False]
    assert drawn.count("http") == 1  # the name of the format
    write_csv(tmp_path / "runs.csv", [*runs, Run(runs[0].network, "scip", note="not installed")])
    with (tmp_path / "runs.csv").open() as file:
        assert [line["gap"] for line in csv.DictReader(file)] == ["0.1", "0.0009999999999999432", ""]

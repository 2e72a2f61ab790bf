"""From Pyomo to the solver: the matrix is the model, and added rows are those of the families."""

import subprocess
import sys
from pathlib import Path

import highspy
import numpy as np
import pyomo.environ as pyo  # with the writer of LP files
import pytest
from scipy import sparse

from planner_models.joint.columns import Columns
from planner_models.joint.declare import Model
from planner_models.joint.formulation import build
from planner_models.joint.touching import Curves
from planner_models.matrix import Matrix, Rows, to_highs, to_matrix
from tests.models.builder import World, chain, direct
from tests.models.market import market, market_model


def small() -> World:
    built = chain(
        3, item={"case_size": 4, "unit_price": 14.0}, lane={"vehicle_kg": 10, "cost_per_vehicle": 6}
    )
    return built.demand("X", [3, 5, 4], sd=2).stock("D", 20).policy(holding_cost_per_unit_day=0.2)


def solved(highs: highspy.Highs) -> float:
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(highs.getInfo().objective_function_value)


def dense(rows: Rows, columns: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return sparse.csr_array((rows.values, rows.columns, rows.starts), (rows.count, columns)).toarray()


@pytest.fixture(scope="module", params=[market, small], ids=["market", "small"])
def model(request: pytest.FixtureRequest) -> Model:
    return market_model(request.param().problem())


def test_the_matrix_and_the_lp_file_of_pyomo_are_the_same_programme(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.lp"
    model.write(str(path), io_options={"symbolic_solver_labels": False})
    other = highspy.Highs()
    other.silent()
    other.readModel(str(path))
    matrix = to_matrix(model)
    there = other.getLp()
    assert int(matrix.integer.sum()) == sum(
        kind != highspy.HighsVarType.kContinuous for kind in there.integrality_
    )
    assert len(matrix.rows.values) == len(there.a_matrix_.value_)
    assert sorted(matrix.rows.values.tolist()) == pytest.approx(sorted(there.a_matrix_.value_))
    # The relaxation and the whole programme, both ways.
    assert solved(to_highs(matrix)) == pytest.approx(solved(other), rel=1e-7)


def test_the_relaxation_leaves_out_nothing_but_whole_numbers(model: Model) -> None:
    matrix = to_matrix(model)
    assert solved(to_highs(matrix, relaxed=True)) <= solved(to_highs(matrix)) + 1e-9


def test_rows_bounds_and_costs_are_those_of_pyomo_at_any_point(model: Model) -> None:
    matrix = to_matrix(model)
    chance = np.random.default_rng(1)
    x = chance.uniform(0, 9, len(matrix.cost))
    for variable, value in zip(matrix.variables, x, strict=True):
        variable.set_value(float(value), skip_validation=True)
    body = dense(matrix.rows, len(x)) @ x
    for number, name in enumerate(matrix.row_names):
        row = model.find_component(name)
        here = float(pyo.value(row.body))
        if row.has_ub():
            assert pyo.value(row.upper) - here == pytest.approx(matrix.rows.upper[number] - body[number])
        if row.has_lb():
            assert pyo.value(row.lower) - here == pytest.approx(matrix.rows.lower[number] - body[number])
    assert float(matrix.cost @ x) + matrix.offset == pytest.approx(float(pyo.value(model.total_cost)))


def of_family(matrix: Matrix, family: str) -> tuple[list[list[float]], list[float], list[float]]:
    where = [n for n, name in enumerate(matrix.row_names) if name.startswith(f"{family}[")]
    rows = dense(matrix.rows, len(matrix.cost))[where]
    return rows.tolist(), matrix.rows.lower[where].tolist(), matrix.rows.upper[where].tolist()


@pytest.mark.parametrize("instance", [market, small], ids=["market", "small"])
def test_added_rows_are_those_of_the_families(instance: object) -> None:
    problem = instance().problem()  # type: ignore[operator]
    curves = Curves.of(problem)
    chance = np.random.default_rng(2)
    level = chance.uniform(0, 20, problem.stock.mean.shape)
    sales = curves.first_sales_lines() + curves.sales_lines(level, curves.uncertain)
    ends = curves.first_terminal_lines()
    whole = build(problem, sales, ends)
    matrix = to_matrix(whole)
    added = Columns.of(problem, whole, matrix).rows(sales, ends)
    in_model = [of_family(matrix, family) for family in ("sales_curve", "terminal_cover")]
    assert added.count == len(sales) + len(ends) > 0
    for here, there in zip(
        (dense(added, len(matrix.cost)), added.lower, added.upper), zip(*in_model, strict=True), strict=True
    ):
        joined = np.array([value for part in there for value in part])
        assert np.asarray(here) == pytest.approx(joined)


def test_columns_find_the_decisions_of_the_model() -> None:
    problem = market().problem()
    model = build(problem)
    matrix = to_matrix(model)
    columns = Columns.of(problem, model, matrix)
    for name in ("ship", "vehicles", "on_hand", "sales", "waste"):
        where = getattr(columns, name)
        for key, variable in model.component(name).items():
            # A decision that is in no equation and costs nothing has no column.
            assert where[key] == -1 or matrix.variables[where[key]] is variable
        assert (where >= 0).any()


@pytest.mark.parametrize("late", ["clears", "repeats"])
def test_what_arrives_after_the_horizon_is_a_decision_where_it_can_pay(late: str) -> None:
    if late == "clears":
        # 40 units at 1 a day; a truck for 1 takes them away, and they arrive when nothing counts any more.
        built = chain(2, lane={"lead_time_days": 5, "cost_per_vehicle": 1}).demand("X", [20, 20])
        built.stock("D", 40).policy(location_id="D", holding_cost_per_unit_day=1)
        assert built.solve().cost == pytest.approx(1)
    else:
        # Leaving out the previous order costs 10 · 3.
        built = direct(2, lane={"lead_time_days": 5}, change_cost_per_case=3.0).demand("X", [5, 5])
        assert built.given("S", "X", 10, 1, status="planned").solve().cost == pytest.approx(0)


def test_a_matrix_is_made_without_parts_of_libraries_that_load_longer_than_it_takes() -> None:
    code = """
import sys
from planner_models.matrix import to_matrix
from tests.models.market import market, market_model

to_matrix(market_model(market().problem()))
print([name for name in ("scipy.stats", "pyomo.environ") if name in sys.modules])
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"

"""The one place that knows both Pyomo and HiGHS: a model becomes a matrix, a matrix becomes a solver."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import highspy
import numpy as np
from pyomo.common.gc_manager import PauseGC
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler, _LinearStandardFormCompiler_impl
from scipy import sparse

from planner_models.problem import Flags, Floats, Ints

# Left to itself, Pyomo looks these up on first use by loading scipy.stats, which takes longer than a small solve.
_LinearStandardFormCompiler_impl._to_vector = np.fromiter
_LinearStandardFormCompiler_impl._csc_matrix = sparse.csc_array
_LinearStandardFormCompiler_impl._csr_matrix = sparse.csr_array


@dataclass(frozen=True)
class Rows:
    """Constraints `lower ≤ A·x ≤ upper` in compressed row form."""

    starts: Ints
    columns: Ints
    values: Floats
    lower: Floats
    upper: Floats

    @classmethod
    def of(
        cls, columns: list[list[int]], values: list[list[float]], lower: list[float], upper: list[float]
    ) -> "Rows":
        """Rows from lists, one entry per row."""
        starts = np.concatenate([[0], np.cumsum([len(row) for row in columns])]).astype(np.int64)
        return cls(
            starts,
            np.array([j for row in columns for j in row], np.int64),
            np.array([v for row in values for v in row], float),
            np.array(lower, float),
            np.array(upper, float),
        )

    @property
    def count(self) -> int:
        """How many constraints."""
        return len(self.lower)


@dataclass(frozen=True)
class Matrix:
    """A mixed-integer programme `min c·x + offset`, rows and bounds, with the Pyomo variable of every column.

    `constraints` holds the Pyomo constraint of every row.
    """

    cost: Floats
    offset: float
    lower: Floats
    upper: Floats
    integer: Flags
    rows: Rows
    variables: tuple[Any, ...]
    constraints: tuple[Any, ...]

    def columns_of(self, family: Any, shape: tuple[int, ...]) -> Ints:
        """Column numbers of an indexed variable as an array of that shape; -1 where it does not exist."""
        found = np.full(shape, -1, np.int64)
        for key, variable in family.items():
            found[key] = self.positions.get(id(variable), -1)
        return found

    def rows_of(self, family: Any, shape: tuple[int, ...]) -> Ints:
        """Row numbers of an indexed constraint as an array of that shape; -1 where it does not exist."""
        number = {id(constraint): row for row, constraint in enumerate(self.constraints)}
        found = np.full(shape, -1, np.int64)
        for key, constraint in family.items():
            found[key] = number.get(id(constraint), -1)
        return found

    @property
    def row_names(self) -> list[str]:
        """The names of the rows in the model."""
        return [constraint.name for constraint in self.constraints]

    @cached_property
    def positions(self) -> dict[int, int]:
        """Column number by the identity of the Pyomo variable."""
        return {id(variable): j for j, variable in enumerate(self.variables)}


def to_matrix(model: Any) -> Matrix:
    """Compile a Pyomo model with a linear objective."""
    with PauseGC():
        form = LinearStandardFormCompiler().write(model, mixed_form=True)
    kind = np.array([bound for _, bound in form.rows], np.int64)
    rhs = np.asarray(form.rhs, float)
    matrix = sparse.csr_array(form.A)
    rows = Rows(
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int64),
        matrix.data.astype(float),
        np.where(kind == 1, -np.inf, rhs),
        np.where(kind == -1, np.inf, rhs),
    )
    columns = tuple(form.columns)
    bounds = [variable.bounds for variable in columns]
    return Matrix(
        cost=np.asarray(form.c.todense(), float).ravel(),
        offset=float(form.c_offset[0]),
        lower=np.array([-np.inf if low is None else low for low, _ in bounds], float),
        upper=np.array([np.inf if up is None else up for _, up in bounds], float),
        integer=np.array([not variable.is_continuous() for variable in columns], bool),
        rows=rows,
        variables=columns,
        constraints=tuple(constraint for constraint, _ in form.rows),
    )


def to_highs(matrix: Matrix, *, relaxed: bool = False, seed: int = 0) -> highspy.Highs:
    """A silent HiGHS that holds the programme; `relaxed` leaves integrality out."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(matrix.cost), matrix.rows.count
    lp.col_cost_, lp.offset_ = matrix.cost, matrix.offset
    lp.col_lower_, lp.col_upper_ = matrix.lower, matrix.upper
    lp.row_lower_, lp.row_upper_ = matrix.rows.lower, matrix.rows.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.rows.starts
    lp.a_matrix_.index_ = matrix.rows.columns
    lp.a_matrix_.value_ = matrix.rows.values
    if not relaxed:
        whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        lp.integrality_ = [whole if flag else real for flag in matrix.integer]
    highs = new_highs(scaled=not relaxed)
    highs.setOptionValue("random_seed", seed)
    highs.passModel(lp)
    return highs


def use_threads(threads: int) -> None:
    """Let all solvers of this process have so many threads from now on.

    HiGHS has one pool of threads per process, made by the first solve; a solver that asks for another number of threads
    refuses to run. So the pool is made anew, and `new_highs` asks for its size.
    """
    if _pool["threads"] != threads:
        highspy.Highs.resetGlobalScheduler(True)
        _pool["threads"] = threads


_pool = {"threads": 1}

UNSOLVABLE = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)


def new_highs(*, scaled: bool = True) -> highspy.Highs:
    """A silent solver."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", _pool["threads"])
    scale(highs, wanted=scaled)
    return highs


def scale(highs: highspy.Highs, *, wanted: bool) -> None:
    """Whether the simplex method scales rows and columns: relaxations take half the time without."""
    highs.setOptionValue("simplex_scale_strategy", 2 if wanted else 0)


def run(highs: highspy.Highs, *, sure: bool = False) -> None:
    """Solve a programme, once more with scaling where the solver lost its precision or, if `sure`, finds no solution.

    Raises SolverFault if the solver refuses; a time limit or infeasibility is no refusal.
    """
    _run(highs)
    status, (_, strategy) = highs.getModelStatus(), highs.getOptionValue("simplex_scale_strategy")
    doubtful = status == highspy.HighsModelStatus.kUnknown or (sure and status in UNSOLVABLE)
    if doubtful and strategy == 0:
        highs.clearSolver()
        scale(highs, wanted=True)
        _run(highs)
        scale(highs, wanted=False)


def _run(highs: highspy.Highs) -> None:
    if highs.run() == highspy.HighsStatus.kError:
        raise SolverFault("HiGHS refused to solve a model; please report this")


class SolverFault(Exception):  # noqa: N818
    """The solver was used in a way that it refuses."""


def add_rows(highs: highspy.Highs, rows: Rows) -> None:
    """Append constraints to a live solver."""
    if rows.count:
        highs.addRows(
            rows.count,
            rows.lower,
            rows.upper,
            len(rows.values),
            rows.starts[:-1].astype(np.int32),
            rows.columns.astype(np.int32),
            rows.values,
        )

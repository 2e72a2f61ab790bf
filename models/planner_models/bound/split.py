"""Cut the relaxation into places: rows that join several are priced by their duals (Geoffrion 1974)."""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from planner_models.matrix import Matrix, Rows, add_rows, new_highs, run
from planner_models.problem import Floats, Ints, Problem


@dataclass(frozen=True)
class Relaxation:
    """The solved relaxation: all rows that it has by now, and their duals."""

    rows: sparse.csr_array
    lower: Floats
    upper: Floats
    dual: Floats

    @classmethod
    def of(cls, highs: highspy.Highs) -> "Relaxation":
        """Read it from the solver."""
        lp = highs.getLp()
        matrix = lp.a_matrix_
        kind = sparse.csr_array if matrix.format_ == highspy.MatrixFormat.kRowwise else sparse.csc_array
        parts = (np.array(matrix.value_), np.array(matrix.index_), np.array(matrix.start_))
        rows = sparse.csr_array(kind(parts, shape=(lp.num_row_, lp.num_col_)))
        dual = np.array(highs.getSolution().row_dual)
        return cls(rows, np.array(lp.row_lower_), np.array(lp.row_upper_), dual)


@dataclass
class Place:
    """One part: its columns, and a solver that holds its rows at the prices of the shared ones."""

    columns: Ints
    highs: highspy.Highs
    bound: float = 0.0

    def solve(self, x: Floats, seconds: float) -> bool:
        """Solve the part and write its solution into `x`; False if it could not be solved in time."""
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(0.1, seconds))
        run(self.highs)
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return False
        x[self.columns] = np.array(self.highs.getSolution().col_value)
        self.bound = self.highs.getInfo().objective_function_value
        return True


@dataclass(frozen=True)
class Split:
    """The parts, and what the prices alone contribute to the bound [money]."""

    places: tuple[Place, ...]
    constant: float
    part: Ints  # per column: the number of its place
    position: Ints  # per column: where it stands in its place

    @property
    def bound(self) -> float:
        """The Lagrangian bound by now."""
        return self.constant + sum(place.bound for place in self.places)

    def add(self, rows: Rows) -> int:
        """Give each row to the place of its columns; how many."""
        of_row = self.part[rows.columns[rows.starts[:-1]]] if rows.count else np.zeros(0, np.int64)
        for number, place in enumerate(self.places):
            mine = np.flatnonzero(of_row == number)
            columns = [
                self.position[rows.columns[rows.starts[r] : rows.starts[r + 1]]].tolist() for r in mine
            ]
            values = [rows.values[rows.starts[r] : rows.starts[r + 1]].tolist() for r in mine]
            add_rows(
                place.highs, Rows.of(columns, values, rows.lower[mine].tolist(), rows.upper[mine].tolist())
            )
        return rows.count


def groups_of(problem: Problem) -> Ints:
    """Number of the place of every location: locations that share vehicles belong together."""
    group = np.arange(len(problem.locations.names))
    lanes = problem.lanes
    for load in range(len(problem.loads.route)):
        together = np.unique(group[lanes.destination[lanes.load == load]])
        group[np.isin(group, together)] = together.min()
    return group


def split(matrix: Matrix, relaxation: Relaxation, location: Ints, group: Ints) -> Split:
    """Cut the relaxation by the `location` of every column (-1 = none: every such column is a place of its own kind)."""
    label = np.where(location >= 0, group[np.maximum(location, 0)], -1)
    names, part = np.unique(label, return_inverse=True)
    rows = relaxation.rows
    entry = part[rows.indices]
    filled = np.flatnonzero(np.diff(rows.indptr) > 0)
    starts = rows.indptr[:-1][filled]
    lowest, highest = np.full(rows.shape[0], -1), np.full(rows.shape[0], -2)
    lowest[filled], highest[filled] = np.minimum.reduceat(entry, starts), np.maximum.reduceat(entry, starts)
    shared = lowest != highest
    lower, upper = relaxation.lower, relaxation.upper
    y = np.where(shared, relaxation.dual, 0.0)
    y = np.where(((y > 0) & np.isinf(lower)) | ((y < 0) & np.isinf(upper)), 0.0, y)
    side = np.where(y > 0, lower, np.where(y < 0, upper, 0.0))
    reduced = matrix.cost - rows.T @ y
    position = np.zeros(len(part), np.int64)
    places = []
    for number in range(len(names)):
        columns, mine = np.flatnonzero(part == number), np.flatnonzero(lowest == number)
        mine = mine[~shared[mine]]
        position[columns] = np.arange(len(columns))
        places.append(
            Place(
                columns,
                _programme(matrix, rows[mine][:, columns], reduced, columns, lower[mine], upper[mine]),
            )
        )
    return Split(tuple(places), matrix.offset + float(y @ side), part, position)


def _programme(
    matrix: Matrix, rows: sparse.csr_array, reduced: Floats, columns: Ints, lower: Floats, upper: Floats
) -> highspy.Highs:
    rows = sparse.csr_array(rows)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(columns), len(lower)
    lp.col_cost_ = reduced[columns]
    lp.col_lower_, lp.col_upper_ = matrix.lower[columns], matrix.upper[columns]
    lp.row_lower_, lp.row_upper_ = lower, upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    highs = new_highs(scaled=False)
    highs.passModel(lp)
    return highs

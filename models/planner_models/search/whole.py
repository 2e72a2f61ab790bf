"""The relaxation of the whole problem as arrays, ready to be cut into parts."""

from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np
from scipy import sparse

from planner_models.joint.columns import Columns
from planner_models.joint.touching import Curves
from planner_models.matrix import Matrix, Rows, new_highs, run
from planner_models.problem import Flags, Floats, Problem


@dataclass(frozen=True)
class Answer:
    """A solution of a linear programme: money, values of the columns, prices of the rows."""

    cost: float
    x: Floats
    price: Floats


class Whole:
    """All rows of the relaxation. An order line is a share of its shipment here, which is what the relaxation says of it.

    `kept` are the columns and `rows` the rows that are left; all arrays keep the numbers of the joint model.
    """

    def __init__(
        self, problem: Problem, matrix: Matrix, columns: Columns, curves: Curves, highs: highspy.Highs
    ) -> None:
        self.problem, self.columns, self.curves = problem, columns, curves
        lp = highs.getLp()
        stored = lp.a_matrix_
        kind = sparse.csr_array if stored.format_ == highspy.MatrixFormat.kRowwise else sparse.csc_array
        parts = (np.array(stored.value_), np.array(stored.index_), np.array(stored.start_))
        by_row = sparse.csr_array(kind(parts, shape=(lp.num_row_, lp.num_col_)))
        self.offset, self.lower, self.upper = matrix.offset, matrix.lower, matrix.upper
        self.row_lower, self.row_upper = np.array(lp.row_lower_), np.array(lp.row_upper_)
        foldable = (columns.line >= 0) & (problem.shipments.min_units <= 0)[:, None]
        line, ship = columns.line[foldable], columns.ship[foldable]
        asks = columns.order_line[foldable]
        most = np.broadcast_to(problem.shipments.max_lots[:, None], foldable.shape)[foldable]
        self.line_cost = np.zeros(len(matrix.cost))
        self.line_cost[ship] = matrix.cost[line]
        size = len(matrix.cost)
        share = sparse.csr_array((1.0 / most, (line, ship)), shape=(size, size))
        self.cost = matrix.cost + share.T @ matrix.cost
        self.kept = np.ones(size, bool)
        self.kept[line] = False
        self.folded = np.zeros(lp.num_row_, bool)
        self.folded[asks] = True
        self._set(sparse.csr_array(by_row + by_row @ share))

    def _set(self, by_row: sparse.csr_array) -> None:
        self.by_row = by_row
        self.by_column = sparse.csc_array(by_row)

    def add(self, rows: Rows) -> None:
        """Append rows (lines that touch the curves)."""
        if not rows.count:
            return
        more = sparse.csr_array(
            (rows.values, rows.columns, rows.starts), shape=(rows.count, self.by_row.shape[1])
        )
        self._set(sparse.csr_array(sparse.vstack([self.by_row, more])))
        self.row_lower = np.r_[self.row_lower, rows.lower]
        self.row_upper = np.r_[self.row_upper, rows.upper]
        self.folded = np.r_[self.folded, np.zeros(rows.count, bool)]

    def missing_lines(self, x: Floats, tolerance: float) -> Rows:
        """Lines that a solution asks for, beyond `tolerance` money per curve."""
        from_columns = self.columns
        sales = np.where(from_columns.sales >= 0, x[from_columns.sales], 0.0)
        short = np.where(from_columns.short >= 0, x[from_columns.short], 0.0)
        return from_columns.rows(
            self.curves.missing_sales_lines(from_columns.available(x), sales, tolerance),
            self.curves.missing_terminal_lines(from_columns.position(x), short, tolerance),
        )

    def solve(self, lower: Floats, upper: Floats, seconds: float) -> Answer | None:
        """The relaxation with these bounds of its columns; None if there is no solution, or none in time."""
        columns, rows = np.flatnonzero(self.kept), np.flatnonzero(~self.folded)
        highs = programme(
            sparse.csr_array(self.by_row[rows][:, columns]),
            self.cost[columns],
            (lower[columns], upper[columns]),
            (self.row_lower[rows], self.row_upper[rows]),
        )
        highs.setOptionValue("time_limit", max(0.1, seconds))
        run(highs)
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        x, price = np.zeros(len(self.cost)), np.zeros(len(self.row_lower))
        solution = highs.getSolution()
        x[columns], price[rows] = solution.col_value, solution.row_dual
        return Answer(highs.getInfo().objective_function_value + self.offset, x, price)

    @cached_property
    def feeding(self) -> Flags:
        """Locations that send goods on and sell nothing themselves, `L`."""
        stock, ship = self.problem.stock, self.problem.shipments
        found = np.zeros(len(self.problem.locations.names), bool)
        found[stock.location[ship.source[ship.source >= 0]]] = True
        found[stock.location[stock.mean.sum(axis=1) > 0]] = False
        return found

    def common(self, own: Flags) -> Flags:
        """Columns that a part may change besides its own: the stock of feeding locations that it takes from, and overtime."""
        columns, ship, stock = self.columns, self.problem.shipments, self.problem.stock
        taking = (np.where(columns.ship >= 0, own[columns.ship], False)).any(axis=1) & (ship.source >= 0)
        sources = np.unique(ship.source[taking])
        sources = sources[self.feeding[stock.location[sources]]]
        found = np.zeros(len(self.cost), bool)
        for family in (columns.on_hand[sources], columns.waste[sources]):
            found[family[family >= 0]] = True
        found[columns.overtime] = True
        return found


def programme(
    rows: sparse.csr_array, cost: Floats, bounds: tuple[Floats, Floats], sides: tuple[Floats, Floats]
) -> highspy.Highs:
    """A silent solver that holds a linear programme."""
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows.shape
    lp.col_cost_ = cost
    lp.col_lower_, lp.col_upper_ = bounds
    lp.row_lower_, lp.row_upper_ = sides
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    highs = new_highs(scaled=False)
    highs.passModel(lp)
    return highs

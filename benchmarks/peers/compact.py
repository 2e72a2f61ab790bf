"""The compact model that every peer gets: the joint model, with so many lines at each of its curves from the beginning."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import gammaincinv

from planner_models.joint.columns import Columns
from planner_models.joint.formulation import SalesLine, TerminalLine, build
from planner_models.joint.touching import Curves
from planner_models.matrix import Matrix, Rows, to_matrix
from planner_models.problem import Floats, Problem


@dataclass(frozen=True)
class Compact:
    """A mixed-integer programme whose bound holds for every plan of the problem."""

    problem: Problem
    matrix: Matrix
    columns: Columns
    lines: Rows  # further rows: the lines that touch the curves

    @classmethod
    def of(cls, problem: Problem, lines: int) -> "Compact":
        """The compact model of a problem."""
        curves = Curves.of(problem)
        model = build(problem)
        matrix = to_matrix(model)
        columns = Columns.of(problem, model, matrix)
        return cls(
            problem, matrix, columns, columns.rows(sales_lines(curves, lines), end_lines(curves, lines))
        )

    @property
    def rows(self) -> tuple[sparse.csr_array, Floats, Floats]:
        """All rows: `lower ≤ A·x ≤ upper`."""
        parts, width = (self.matrix.rows, self.lines), len(self.matrix.cost)
        stacked = [
            sparse.csr_array((part.values, part.columns, part.starts), shape=(part.count, width))
            for part in parts
        ]
        matrix = sparse.csr_array(sparse.vstack(stacked))
        matrix.eliminate_zeros()
        return (
            matrix,
            np.concatenate([part.lower for part in parts]),
            np.concatenate([part.upper for part in parts]),
        )


def slopes(lines: int) -> Floats:
    """Chebyshev's nodes between 0 and 1, so that the flat and the steep end of a curve, which bend less, get more of them.

    With four digits, so that whole numbers can state them exactly.
    """
    return np.round(0.5 - 0.5 * np.cos(np.pi * (np.arange(lines) + 0.5) / lines), 4)


def sales_lines(curves: Curves, lines: int) -> list[SalesLine]:
    """Lines with these slopes at every uncertain sales curve; one at the beginning of a curve that is never so steep."""
    shape, found = curves.sales.mean.shape, dict[tuple[int, int, float], SalesLine]()
    for wanted in slopes(lines).tolist():
        available = curves.sales.at_slope(np.full(shape, wanted))
        for n, t, constant, slope in curves.sales_lines(available, curves.uncertain):
            short = _short(
                slope
            )  # where that is a little less, the line turns about the point where it touches
            found[n, t, short] = (n, t, constant + max(0.0, slope - short) * float(available[n, t]), short)
    return list(found.values())


def end_lines(curves: Curves, lines: int) -> list[TerminalLine]:
    """The same for the expected shortage after the horizon; its slope at a stock is the chance of a shortage, negative."""
    stock = curves.problem.stock
    where = (stock.terminal_cost > 0) & (stock.terminal_mean > 0)
    mean = np.where(where, stock.terminal_mean, 1.0)
    scale = np.where(stock.terminal_sd > 0, stock.terminal_sd**2 / mean, 1.0)
    made: list[TerminalLine] = []
    for chance in slopes(lines).tolist():
        quantile = scale * gammaincinv(mean / scale, 1.0 - chance)
        position = np.where(stock.terminal_sd > 0, quantile, (1.0 - chance) * mean)
        for n, constant, slope in curves.terminal_lines(position, where):
            short = _short(slope)
            made.append((n, constant + min(0.0, slope - short) * float(position[n]), short))
    return made


def _short(slope: float) -> float:
    """A slope with four digits, not below the one that was found but for its rounding."""
    return float(np.ceil(slope * 1e4 - 1e-4) / 1e4)

"""Lines that touch the two curves of the model: where they begin, and which ones a solution asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner_models.curve import SalesCurve, sales_curves, terminal_shortage
from planner_models.joint.formulation import SalesLine, TerminalLine
from planner_models.problem import RESOURCES, Flags, Floats, Problem

FIRST_SLOPES = (0.4, 0.1, 0.02)  # where the sales curve is touched before anything is known
FIRST_COVERS = (0.7, 1.1, 1.5)  # the same for the stock at the end, as a share of the mean demand
PRECISION = 5e-7  # units; the solver keeps its constraints up to 1e-7
STEEPEST = 1.0 - 1e-9  # steeper lines say no more than that sales need stock


@dataclass(frozen=True)
class Curves:
    """The sales curves of a problem and where they are not trivial."""

    problem: Problem
    sales: SalesCurve
    uncertain: Flags  # N × T

    @classmethod
    def of(cls, problem: Problem) -> "Curves":
        """The curves of a problem."""
        sales = sales_curves(problem.stock)
        return cls(problem, sales, (problem.stock.mean > 0) & (sales.scale > 0))

    def first_sales_lines(self) -> list[SalesLine]:
        """A few lines per curve."""
        lines: list[SalesLine] = []
        for slope in FIRST_SLOPES:
            at = self.sales.at_slope(np.full(self.sales.mean.shape, slope))
            lines += self.sales_lines(at, self.uncertain)
        return lines

    def sales_lines(self, available: Floats, where: Flags) -> list[SalesLine]:
        """The lines that touch the curves at these available stocks (`N × T`)."""
        value, slope = self.sales.evaluate(available)
        where = where & (slope < STEEPEST)
        constant = value - slope * available
        points, days = np.nonzero(where)
        return list(
            zip(points.tolist(), days.tolist(), constant[where].tolist(), slope[where].tolist(), strict=True)
        )

    def first_terminal_lines(self) -> list[TerminalLine]:
        """A few lines per stock point that has to end with cover."""
        stock = self.problem.stock
        where = (stock.terminal_cost > 0) & (stock.terminal_mean > 0)
        lines: list[TerminalLine] = []
        for cover in FIRST_COVERS:
            lines += self.terminal_lines(stock.terminal_mean * cover, where)
        return lines

    def terminal_lines(self, position: Floats, where: Flags) -> list[TerminalLine]:
        """The lines that touch the expected terminal shortage at these positions (`N`)."""
        value, slope = terminal_shortage(self.problem.stock, position)
        constant = value - slope * position
        points = np.flatnonzero(where)
        return list(zip(points.tolist(), constant[points].tolist(), slope[points].tolist(), strict=True))

    def missing_sales_lines(self, available: Floats, sales: Floats, tolerance: float) -> list[SalesLine]:
        """Lines at the points where a solution sells more than the curve allows, beyond `tolerance` [money]."""
        true, _ = self.sales.evaluate(available)
        stock = self.problem.stock
        price = np.maximum(stock.lost_cost + stock.holding.max(axis=1) * self.problem.days, 1e-3)[:, None]
        units = np.where(self._limited()[:, None], PRECISION, np.maximum(tolerance / price, PRECISION))
        return self.sales_lines(available, self.uncertain & (sales - true > units))

    def _limited(self) -> Flags:
        """Points whose stock is limited: there a little less stock than there will be is no small matter."""
        stock, limits = self.problem.stock, self.problem.capacities.limit
        storage = np.isfinite(limits[RESOURCES.index("storage_m3")]).any(axis=1)
        return np.asarray(np.isfinite(stock.max_stock).any(axis=1) | storage[stock.location])

    def missing_terminal_lines(self, position: Floats, short: Floats, tolerance: float) -> list[TerminalLine]:
        """Lines at the points where a solution ends with less shortage than expected, beyond `tolerance` [money]."""
        stock = self.problem.stock
        true, _ = terminal_shortage(stock, position)
        where = (stock.terminal_cost > 0) & (
            true - short > np.maximum(tolerance / np.maximum(stock.terminal_cost, 1e-9), PRECISION)
        )
        return self.terminal_lines(position, where)


def most_available(problem: Problem) -> Floats:
    """A bound of the available stock of every point [units]: all that there is and all that can arrive."""
    stock, ship = problem.stock, problem.shipments
    days = (ship.open & (problem.lanes.arrival[ship.lane] < problem.days)).sum(axis=1)
    most = stock.on_hand + stock.given_in.sum(axis=1) + 1.0
    np.add.at(most, ship.target, days * ship.max_lots * ship.lot_cases * problem.items.case_size[ship.item])
    return np.asarray(np.minimum(most, (stock.max_stock + stock.mean).max(axis=1)))


def guards(problem: Problem, points: Sequence[int]) -> list[tuple[int, int, float, float, float, float]]:
    """(n, t, knee, sales at the knee, most, sales at the most) for the family `nothing_withheld`."""
    if not points:
        return []
    chosen = np.array(sorted(points))
    stock = problem.stock
    curves = sales_curves(stock)
    most = most_available(problem)
    knee = curves.at_slope(np.full(curves.mean.shape, 0.5))
    knee = np.where(curves.scale > 0, np.minimum(knee, most[:, None]), np.minimum(curves.mean, most[:, None]))
    at_knee, _ = curves.evaluate(knee)
    at_most, _ = curves.evaluate(np.broadcast_to(most[:, None], knee.shape))
    return [
        (int(n), t, float(knee[n, t]), float(at_knee[n, t]), float(most[n]), float(at_most[n, t]))
        for n in chosen
        for t in range(problem.days)
        if stock.mean[n, t] > 0 and knee[n, t] > 0
    ]

"""Where the decisions of the joint model stand in its matrix, and rows for lines that are added later."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner_models.joint.declare import Model
from planner_models.joint.formulation import SalesLine, TerminalLine
from planner_models.matrix import Matrix, Rows
from planner_models.problem import Floats, Ints, Problem


@dataclass(frozen=True)
class Columns:
    """Column numbers; -1 where a decision does not exist."""

    problem: Problem
    ship: Ints  # K × T
    vehicles: Ints  # G × T
    line: Ints  # K × T
    on_hand: Ints  # N × T
    sales: Ints  # N × T
    waste: Ints  # N × T
    short: Ints  # N
    pipeline: tuple[tuple[tuple[int, float], ...], ...]  # per stock point: (column, units per lot) that arrive later

    @classmethod
    def of(cls, problem: Problem, model: Model, matrix: Matrix) -> "Columns":
        """Find the columns of a model's decisions."""
        points, days = problem.stock.mean.shape
        ship = matrix.columns_of(model.ship, problem.shipments.open.shape)
        lot = problem.shipments.lot_cases * problem.items.case_size[problem.shipments.item]
        arrival = problem.lanes.arrival[problem.shipments.lane]
        later: list[list[tuple[int, float]]] = [[] for _ in range(points)]
        for k, t in np.argwhere((ship >= 0) & (arrival >= days)).tolist():
            later[problem.shipments.target[k]].append((int(ship[k, t]), float(lot[k])))
        return cls(
            problem=problem,
            ship=ship,
            vehicles=matrix.columns_of(model.vehicles, problem.loads.vehicle_kg.shape),
            line=matrix.columns_of(model.line, problem.shipments.open.shape),
            on_hand=matrix.columns_of(model.on_hand, (points, days)),
            sales=matrix.columns_of(model.sales, (points, days)),
            waste=matrix.columns_of(model.waste, (points, days)),
            short=matrix.columns_of(model.short, (points,)),
            pipeline=tuple(tuple(entries) for entries in later),
        )

    def lots(self, x: Floats) -> Ints:
        """Whole lots shipped, `K × T`."""
        return np.round(value(x, self.ship)).astype(np.int64)

    def available(self, x: Floats) -> Floats:
        """Available stock of every point and day in a solution [units]."""
        return value(x, self.on_hand) + value(x, self.sales) + value(x, self.waste)

    def position(self, x: Floats) -> Floats:
        """Stock at the end and on the way to every point in a solution [units]."""
        coming = [sum(x[column] * units for column, units in entries) for entries in self.pipeline]
        return value(x, self.on_hand)[:, -1] + self.problem.stock.given_later + np.array(coming, float)

    def rows(self, sales_lines: Sequence[SalesLine], terminal_lines: Sequence[TerminalLine]) -> Rows:
        """The same rows as the families `sales_curve` and `terminal_cover`, without Pyomo."""
        columns: list[list[int]] = []
        values: list[list[float]] = []
        lower: list[float] = []
        upper: list[float] = []
        for n, t, constant, slope in sales_lines:
            kept = [int(self.on_hand[n, t])] + ([int(self.waste[n, t])] if self.waste[n, t] >= 0 else [])
            columns.append([int(self.sales[n, t]), *kept])
            values.append([1.0 - slope] + [-slope] * len(kept))
            lower.append(-np.inf)
            upper.append(constant)
        for n, constant, slope in terminal_lines:
            coming = self.pipeline[n]
            columns.append([int(self.short[n]), int(self.on_hand[n, -1])] + [column for column, _ in coming])
            values.append([1.0, -slope] + [-slope * units for _, units in coming])
            lower.append(constant + slope * float(self.problem.stock.given_later[n]))
            upper.append(np.inf)
        return Rows.of(columns, values, lower, upper)


def value(x: Floats, columns: Ints) -> Floats:
    """Values of columns in a solution; 0 where a decision does not exist."""
    return np.where(columns >= 0, x[columns], 0.0)

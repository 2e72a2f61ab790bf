"""Where the decisions of the joint model stand in its matrix, and rows for lines that are added later."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner_models.joint.declare import Model
from planner_models.joint.formulation import SalesLine, TerminalLine
from planner_models.joint.transport import largest_load
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
    lane_kg: Ints  # M × T
    bands: dict[tuple[int, int, int], tuple[int, int]]  # (m, t, band) → weight in the band, band in use
    used: Ints  # M × T
    ordered: Ints  # P × T
    balance: Ints  # N × T, the rows of the stock balance
    order_line: Ints  # K × T, the rows that ask for an order line
    overtime: Ints  # all columns of overtime
    location: Ints  # of every column: the location that it plans for; -1 = none
    item: Ints  # of every column: the item that it plans for; -1 = none or several
    largest: list[float]  # per lane-mode: the most that it can carry on a day [kg]
    pipeline: tuple[
        tuple[tuple[int, float], ...], ...
    ]  # per stock point: (column, units per lot) that arrive later

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
            lane_kg=matrix.columns_of(model.lane_kg, problem.lanes.open.shape),
            bands=_bands(model, matrix),
            used=matrix.columns_of(model.used, problem.lanes.open.shape),
            ordered=matrix.columns_of(model.ordered, problem.minimums.given_kg.shape),
            balance=matrix.rows_of(model.stock_balance, (points, days)),
            overtime=np.array(
                [matrix.positions[id(v)] for v in model.overtime.values() if id(v) in matrix.positions],
                np.int64,
            ),
            order_line=matrix.rows_of(model.order_line, problem.shipments.open.shape),
            location=_locations(problem, model, matrix),
            item=_items(problem, model, matrix),
            largest=largest_load(model),
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
        return np.asarray(
            value(x, self.on_hand)[:, -1] + self.problem.stock.given_later + np.array(coming, float)
        )

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


def _bands(model: Model, matrix: Matrix) -> dict[tuple[int, int, int], tuple[int, int]]:
    position = matrix.positions
    return {
        key: (position.get(id(model.band_kg[key]), -1), position.get(id(model.band[key]), -1))
        for key in model.BANDS
    }


def _locations(problem: Problem, model: Model, matrix: Matrix) -> Ints:
    """The location of every column: where goods arrive, where stock lies, where a resource is used."""
    destination, position = problem.lanes.destination, matrix.positions
    first = np.unique(problem.lanes.load, return_index=True)[1]
    of_shipment, of_load = destination[problem.shipments.lane], destination[first]
    at = problem.stock.location
    families = (
        (model.ship, of_shipment),
        (model.line, of_shipment),
        (model.change, of_shipment),
        (model.vehicles, of_load),
        (model.on_hand, at),
        (model.sales, at),
        (model.waste, at),
        (model.ample, at),
        (model.short, at),
        (model.lane_kg, destination),
        (model.lane_m3, destination),
        (model.used, destination),
        (model.charge, destination),
        (model.band, destination),
        (model.band_kg, destination),
        (model.ordered, problem.minimums.destination),
    )
    found = _labels(matrix, families)
    for (_, where, _), variable in model.overtime.items():
        if id(variable) in position:
            found[position[id(variable)]] = where
    return found


def _items(problem: Problem, model: Model, matrix: Matrix) -> Ints:
    """The item of every column that belongs to one item."""
    of_shipment, of_point = problem.shipments.item, problem.stock.item
    families = (
        (model.ship, of_shipment),
        (model.line, of_shipment),
        (model.change, of_shipment),
        (model.on_hand, of_point),
        (model.sales, of_point),
        (model.waste, of_point),
        (model.ample, of_point),
        (model.short, of_point),
    )
    return _labels(matrix, families)


def _labels(matrix: Matrix, families: Sequence[tuple[Any, Ints]]) -> Ints:
    """For every column the label of the first index of its decision; -1 where its family is not among these."""
    found, position = np.full(len(matrix.cost), -1, np.int64), matrix.positions
    for family, label in families:
        for key, variable in family.items():
            if id(variable) in position:
                found[position[id(variable)]] = label[key[0] if isinstance(key, tuple) else key]
    return found

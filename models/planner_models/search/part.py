"""A part of the relaxation: one place with the rest of the plan as it stands."""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from planner_models.matrix import run
from planner_models.problem import Flags, Floats, Ints
from planner_models.search.whole import Answer, Whole, programme

LIGHT = 0.03  # of the weight or volume: goods that may be left out when loads are planned
LEAST_PENALTY = 1e-3  # money per unit of a shared row


@dataclass(frozen=True)
class Strictness:
    """What it costs to take more of what is shared than the others leave: the price of the row times `price`, for stock
    at least the value of missing stock times `stock`, and never less than `least`."""

    price: float
    stock: float
    least: float = LEAST_PENALTY


class Part:
    """The columns of a place and a solver that holds them.

    Column numbers are those of the part; `columns` has those of the model.
    """

    def __init__(
        self,
        whole: Whole,
        own: Flags,
        answer: Answer,
        strictness: Strictness,
        *,
        light: bool,
        bounds: tuple[Floats, Floats] | None = None,
    ) -> None:
        self.whole = whole
        free = own | whole.common(own)
        dropped = free & self._light(own, answer.x) if light else np.zeros(len(own), bool)
        columns = np.flatnonzero(free & ~dropped & whole.kept)
        mine = sparse.csr_array(whole.by_column[:, columns])
        count = np.diff(mine.indptr)
        candidates = np.flatnonzero((count > 0) & ~whole.folded)
        rows = whole.by_row[candidates]
        of_dropped = abs(rows) @ dropped.astype(float) > 0
        useful = ~(of_dropped & (count[candidates] == 1))  # a row that only speaks of goods left out
        candidates, rows = candidates[useful], rows[np.flatnonzero(useful)]
        others = ~free & whole.kept
        taken = rows @ np.where(others, answer.x, 0.0)
        shared = np.flatnonzero(abs(rows) @ others.astype(float) > 0)
        penalty = self._penalty(answer.price, candidates[shared], strictness)
        number = np.arange(len(shared))
        elastic = sparse.csr_array(
            (
                np.r_[np.ones(len(shared)), -np.ones(len(shared))],
                (np.r_[shared, shared], np.r_[number, number + len(shared)]),
            ),
            shape=(len(candidates), 2 * len(shared)),
        )
        self.columns, self.own = columns, own[columns]
        zero, free_above = np.zeros(2 * len(shared)), np.full(2 * len(shared), np.inf)
        lower, upper = bounds or (whole.lower, whole.upper)
        self.lower = np.r_[lower[columns], zero]
        self.upper = np.r_[upper[columns], free_above]
        self.cost = np.r_[whole.cost[columns], penalty, penalty]
        self.highs = programme(
            sparse.csr_array(sparse.hstack([mine[candidates], elastic])),
            self.cost,
            (self.lower, self.upper),
            (whole.row_lower[candidates] - taken, whole.row_upper[candidates] - taken),
        )
        self.place = np.full(len(own), -1, np.int64)
        self.place[columns] = np.arange(len(columns))
        self.solves = 0

    def _light(self, own: Flags, x: Floats) -> Flags:
        """Columns of goods that together are a small part of what the place receives."""
        problem, columns = self.whole.problem, self.whole.columns
        ship = problem.shipments
        there = (columns.ship >= 0) & own[columns.ship]
        lots = np.where(there, x[columns.ship], 0.0).sum(axis=1)
        units = lots * ship.lot_cases * problem.items.case_size[ship.item]
        share = np.zeros(len(problem.items.names))
        for size in (problem.items.weight, problem.items.volume):
            amount = np.bincount(ship.item, units * size[ship.item], len(share))
            share = np.maximum(share, amount / max(amount.sum(), 1e-9))
        order = np.argsort(share, kind="stable")
        light = np.zeros(len(share), bool)
        light[order[np.cumsum(share[order]) < LIGHT * share.sum()]] = True
        return np.asarray((columns.item >= 0) & light[columns.item])

    def _penalty(self, price: Floats, rows: Ints, strictness: Strictness) -> Floats:
        stock, balance = self.whole.problem.stock, self.whole.columns.balance
        worth = np.zeros(len(price))
        for day in range(balance.shape[1]):
            there = balance[:, day] >= 0
            worth[balance[there, day]] = stock.terminal_cost[there]
        return np.asarray(
            np.maximum.reduce(
                [
                    np.abs(price[rows]) * strictness.price,
                    worth[rows] * strictness.stock,
                    np.full(len(rows), strictness.least),
                ]
            )
        )

    def inside(self, columns: Ints) -> Ints:
        """Numbers in the part of an array of model columns; -1 where a column does not exist or is not in the part."""
        return np.where(columns >= 0, self.place[columns], -1)

    def fix(self, columns: Ints, values: Floats) -> None:
        """Set columns to values."""
        self.bound(columns, values, values)

    def bound(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Set the bounds of columns."""
        if len(columns):
            self.highs.changeColsBounds(
                len(columns), columns.astype(np.int32), np.asarray(lower, float), np.asarray(upper, float)
            )

    def solve(self, hopeless: float = np.inf) -> float:
        """Money of the best solution; infinite if there is none, or if the solver sees on its way that it is above `hopeless`."""
        self.highs.setOptionValue("objective_bound", float(hopeless))
        run(self.highs)
        self.solves += 1
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return np.inf
        return float(self.highs.getInfo().objective_function_value)

    def values(self) -> Floats:
        """The solution, in the numbers of the part."""
        return np.array(self.highs.getSolution().col_value)

    def write_own(self, x: Floats) -> None:
        """The same, without what the part shares with others."""
        x[self.columns[self.own]] = self.values()[: len(self.columns)][self.own]

    def write(self, x: Floats) -> None:
        """Write the solution into that of the whole model."""
        x[self.columns] = self.values()[: len(self.columns)]


def own_columns(whole: Whole, locations: Flags) -> Flags:
    """Columns that plan for one of these locations."""
    at = whole.columns.location
    return np.asarray((at >= 0) & locations[at])

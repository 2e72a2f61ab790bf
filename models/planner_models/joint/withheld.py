"""What a solution may not do though it would pay: keep stock from customers, or throw goods away before they expire.

Both follow from the definitions and are no decisions. The relaxation leaves them free, because they seldom pay; where a
solution uses that freedom, it is taken away at that stock point and day, on the live solver. A sales curve is concave, so
"not below the curve" is not convex: binaries tell on which side of a breakpoint the stock is, and sales are not below the
chord between neighbouring breakpoints. Every new breakpoint is the stock of the last solution, where the chord is the curve.
"""

import bisect
from dataclasses import dataclass, field

import highspy
import numpy as np

from planner_models.joint.columns import Columns, value
from planner_models.joint.touching import Curves, most_available
from planner_models.matrix import Rows, add_rows
from planner_models.problem import Floats

UNITS = 1e-6  # less than this is rounding


@dataclass
class _Steps:
    """Breakpoints of one curve [units], the sales there, and the columns of "the stock is above"; -1 at both ends."""

    stock: list[float]
    sales: list[float]
    above: list[int]


@dataclass
class Withheld:
    """Binaries and rows that were added to the live solver so far."""

    highs: highspy.Highs
    columns: Columns
    curves: Curves
    steps: dict[tuple[int, int], _Steps] = field(default_factory=dict)
    expiring: set[tuple[int, int]] = field(default_factory=set)

    def forbid(self, x: Floats) -> int:
        """Forbid what a solution does by its own choice; at how many points and days."""
        available = self.columns.available(x)
        true, _ = self.curves.sales.evaluate(available)
        kept = np.argwhere(true - value(x, self.columns.sales) > UNITS)
        stock = self.curves.problem.stock
        early = (value(x, self.columns.waste) > UNITS) & (
            value(x, self.columns.on_hand) < stock.shelf - UNITS
        )
        count = 0
        knee = np.where(self.curves.uncertain, available, stock.mean)
        sold = np.where(self.curves.uncertain, true, stock.mean)
        for n, t in kept.tolist():
            count += self._add_breakpoint(n, t, float(knee[n, t]), float(sold[n, t]))
        for n, t in np.argwhere(early).tolist():
            count += self._only_what_expires(n, t)
        return count

    def _binary(self) -> int:
        column = self.highs.getNumCol()
        self.highs.addCol(0.0, 0.0, 1.0, 0, np.zeros(0, np.int32), np.zeros(0))
        self.highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        return column

    def _add_breakpoint(self, n: int, t: int, stock: float, sales: float) -> int:
        most = float(most_available(self.curves.problem)[n])
        there = [int(self.columns.on_hand[n, t]), int(self.columns.sales[n, t])]
        there += [int(self.columns.waste[n, t])] if self.columns.waste[n, t] >= 0 else []
        new = (n, t) not in self.steps
        if new:
            self._add_curve(n, t, there, most)
        steps = self.steps[n, t]
        at = bisect.bisect(steps.stock, stock)
        if at == len(steps.stock) or min(stock - steps.stock[at - 1], steps.stock[at] - stock) < UNITS:
            return int(new)
        column = self._binary()
        steps.stock.insert(at, stock)
        steps.sales.insert(at, sales)
        steps.above.insert(at, column)
        ones = [1.0] * len(there)
        columns = [[*there, column], [*there, column]]
        values = [[*ones, -stock], [*ones, stock - most]]
        lower, upper = [0.0, -np.inf], [np.inf, stock]
        for left in (at - 1, at):
            row, coefficients, least = self._chord(steps, left, there, most)
            columns.append(row)
            values.append(coefficients)
            lower.append(least)
            upper.append(np.inf)
        add_rows(self.highs, Rows.of(columns, values, lower, upper))
        return 1

    def _add_curve(self, n: int, t: int, there: list[int], most: float) -> None:
        """Sales are not below the chord of the whole curve: all that there is to say where no stock reaches its bend."""
        at_most = float(self.curves.sales[n, t].evaluate(np.array(most))[0])
        self.steps[n, t] = _Steps([0.0, most], [0.0, at_most], [-1, -1])
        row, coefficients, least = self._chord(self.steps[n, t], 0, there, most)
        add_rows(self.highs, Rows.of([row], [coefficients], [least], [np.inf]))

    def _chord(
        self, steps: _Steps, left: int, there: list[int], most: float
    ) -> tuple[list[int], list[float], float]:
        """Sales are not below the chord from breakpoint `left` to the next, if the stock lies between them."""
        (a, b), (f, g) = steps.stock[left : left + 2], steps.sales[left : left + 2]
        slope = (g - f) / (b - a)
        constant = f - slope * a
        large = max(0.0, constant + slope * most)
        columns, values, least = list(there), [-slope, 1.0 - slope, *[-slope] * (len(there) - 2)], constant
        if steps.above[left] >= 0:  # below the left end: not meant
            columns.append(steps.above[left])
            values.append(-large)
            least -= large
        if steps.above[left + 1] >= 0:  # above the right end: not meant
            columns.append(steps.above[left + 1])
            values.append(large)
        return columns, values, least

    def _only_what_expires(self, n: int, t: int) -> int:
        """`waste > 0` only where the stock that is left is all that can be sold in time."""
        if (n, t) in self.expiring:
            return 0
        self.expiring.add((n, t))
        most, shelf = (
            float(most_available(self.curves.problem)[n]),
            float(self.curves.problem.stock.shelf[n, t]),
        )
        column = self._binary()
        rows = Rows.of(
            [[int(self.columns.waste[n, t]), column], [int(self.columns.on_hand[n, t]), column]],
            [[1.0, -most], [1.0, -shelf]],
            [-np.inf, 0.0],
            [0.0, np.inf],
        )
        add_rows(self.highs, rows)
        return 1

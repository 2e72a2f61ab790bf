"""What a stock point needs in a window of arrival days, from lines that touch its curves.

A line `sales_e ≤ c + s·available_e` says `available_e + lost_e/s ≥ (μ_e − c)/s`. With the balance of the days `a … e` this is

    Q(a..e) + on_hand_{a−1} + Σ_{a ≤ u < e} lost_u + lost_e/s ≥ (μ_e − c)/s + Σ_{a ≤ u < e} μ_u − given(a..e)

for the arrivals Q of free orders (waste and dispatches only help). At the end of the horizon a line of the expected shortage
takes the place of the sales line. In the solution where the lines touch, both sides are equal, so nothing is given away.
"""

from dataclasses import dataclass

import numpy as np

from planner_models.curve import terminal_shortage
from planner_models.joint.columns import Columns, value
from planner_models.joint.touching import Curves
from planner_models.problem import Floats, Ints, Problem

FLATTEST = 0.02  # slope: flatter lines would weigh lost sales too much


@dataclass(frozen=True)
class Needs:
    """Lines at a solution, and the parts of the inequality above that depend on them."""

    problem: Problem
    columns: Columns
    weight: Floats  # N, kg per unit
    slope: Floats  # N × T
    level: Floats  # N × T, (μ − c)/s; NaN where there is no line
    end_slope: Floats  # N, positive
    end_level: Floats  # N
    lost: Floats  # N × T in the solution
    short: Floats  # N
    on_hand: Floats  # N × T

    @classmethod
    def at(cls, curves: Curves, columns: Columns, flat: tuple[Floats, Floats], x: Floats) -> "Needs":
        """The needs as lines at solution `x` state them; `flat` holds (c, s) of lines with the slope `FLATTEST`."""
        problem, stock = curves.problem, curves.problem.stock
        available = columns.available(x)
        sales, slope = curves.sales.evaluate(available)
        constant = sales - slope * available
        steep = slope >= FLATTEST
        constant, slope = np.where(steep, constant, flat[0]), np.where(steep, slope, flat[1])
        certain = curves.sales.scale <= 0
        constant, slope = np.where(certain, 0.0, constant), np.where(certain, 1.0, slope)
        known = (stock.mean > 0) & (slope > 1e-3)
        level = np.where(known, (stock.mean - constant) / np.where(known, slope, 1.0), np.nan)
        position = columns.position(x)
        short, falling = terminal_shortage(stock, position)
        far = -falling < FLATTEST
        position = np.where(far, stock.terminal_mean + 2.0 * stock.terminal_sd, position)
        short, falling = terminal_shortage(stock, position)
        ends = (columns.short >= 0) & (-falling > 1e-3)
        rise = np.where(ends, -falling, 1.0)
        return cls(
            problem=problem,
            columns=columns,
            weight=problem.items.weight[stock.item],
            slope=np.where(known, slope, 1.0),
            level=level,
            end_slope=rise,
            end_level=np.where(ends, (short + rise * position) / rise, np.nan),
            lost=np.where(columns.sales >= 0, stock.mean - value(x, columns.sales), 0.0),
            short=value(x, columns.short),
            on_hand=value(x, columns.on_hand),
        )

    def window(self, first: int, points: Ints) -> tuple[Floats, Floats]:
        """Right side W and the value of B for windows `first … e`, e = first … T (columns); NaN where nothing is known."""
        stock = self.problem.stock
        mean, given = stock.mean[points, first:], stock.given_in[points, first:]
        lost, slope = self.lost[points, first:], self.slope[points, first:]
        before = np.cumsum(mean, axis=1) - mean
        required = self.level[points, first:] + before - np.cumsum(given, axis=1)
        covered = np.cumsum(lost, axis=1) - lost + lost / slope
        ends = self.end_level[points] + mean.sum(axis=1) - given.sum(axis=1) - stock.given_later[points]
        end_cover = lost.sum(axis=1) + self.short[points] / self.end_slope[points]
        required, covered = np.c_[required, ends], np.c_[covered, end_cover]
        if first == 0:
            return required - stock.on_hand[points, None], covered
        return required, covered + self.on_hand[points, first - 1][:, None]

    def enter(self, entries: dict[int, float], points: Ints, first: int, last: int, scale: float) -> float:
        """Add B of the points to the coefficients of a cut; returns the constant part of it."""
        stock, columns, days = self.problem.stock, self.columns, self.problem.days
        constant = 0.0

        def add(column: int, amount: float) -> None:
            entries[column] = entries.get(column, 0.0) + amount

        for n in points.tolist():
            unit = scale * float(self.weight[n])
            if first > 0:
                add(int(columns.on_hand[n, first - 1]), unit)
            for day in range(first, min(last + 1, days)):
                if columns.sales[n, day] < 0:
                    continue
                amount = unit / float(self.slope[n, day]) if day == last else unit
                add(int(columns.sales[n, day]), -amount)
                constant += amount * float(stock.mean[n, day])
            if last == days:
                add(int(columns.short[n]), unit / float(self.end_slope[n]))
        return constant

"""Sales curves and terminal shortages tabulated once, so that the search looks them up.

A curve is stored on a uniform grid of the available stock; beyond its end all demand is sold. The table comes from the
parametric form `a(y), closing(y)` of `planner_models.curve`, so nothing is inverted.
"""

from dataclasses import dataclass

import numpy as np

from planner_models.curve import sales_curves, terminal_shortage, unsold
from planner_models.problem import Floats, Ints, Problem, StockPoints

NODES, CELLS = 72, 96  # stock levels at which a curve is computed; cells of its table


@dataclass(frozen=True)
class Tables:
    """Expected sales `N × T × (CELLS + 1)` and terminal shortage `N × (CELLS + 1)` [units] on uniform grids."""

    sales: Floats
    cells_per_unit: Floats  # N × T, reciprocal of the grid's step
    short: Floats
    short_per_unit: Floats  # N

    def sold(self, point: Ints, day: int, available: Floats) -> Floats:
        """Expected sales of stock points `point` on a day, for `available` (… × levels)."""
        return _lookup(self.sales[point, day], self.cells_per_unit[point, day], available)

    def missing(self, point: Ints, position: Floats) -> Floats:
        """Expected terminal shortage for positions (… × levels)."""
        return _lookup(self.short[point], self.short_per_unit[point], position)


def _lookup(table: Floats, per_unit: Floats, value: Floats) -> Floats:
    x = np.clip(value * per_unit[..., None], 0.0, CELLS - 1e-9)
    cell = x.astype(np.int64)
    left = np.take_along_axis(table, cell, -1)
    return np.asarray(left + (x - cell) * (np.take_along_axis(table, cell + 1, -1) - left))


def tabulate(problem: Problem) -> Tables:
    """The tables of every stock point and day."""
    stock = problem.stock
    curve = sales_curves(stock)
    shape = stock.mean.shape
    sales = np.zeros((*shape, CELLS + 1))
    cells_per_unit = np.full(shape, 1e-9)  # no demand: nothing is sold, at any stock
    unit_grid = np.linspace(0.0, 1.0, CELLS + 1)
    certain = (stock.mean > 0) & (curve.scale <= 0)
    sales[certain] = stock.mean[certain][:, None] * unit_grid
    cells_per_unit[certain] = CELLS / stock.mean[certain]

    n, t = np.nonzero((stock.mean > 0) & (curve.scale > 0))
    before, scale = curve.before[n, t][:, None], curve.scale[n, t][:, None]
    total = before + stock.mean[n, t][:, None]
    top = total + 5.0 * np.sqrt(scale * total) + 8.0 * scale
    level = top * np.linspace(0.0, 1.0, NODES) ** 1.5
    left = np.where(before > 0, unsold(level, np.maximum(before, 1e-12), scale), level)
    after = np.minimum(unsold(level, total, scale), left)
    for row, (point, day) in enumerate(zip(n, t, strict=True)):
        end = left[row, -1]
        closing = np.interp(unit_grid * end, left[row], after[row])
        sales[point, day] = np.minimum(unit_grid * end - closing, stock.mean[point, day])
        cells_per_unit[point, day] = CELLS / end
    sales[n, t, -1] = stock.mean[n, t]
    short, per_unit = _terminal(stock, unit_grid)
    return Tables(sales, cells_per_unit, short, per_unit)


def _terminal(stock: StockPoints, unit_grid: Floats) -> tuple[Floats, Floats]:
    mean, sd = stock.terminal_mean, stock.terminal_sd
    scale = np.divide(sd**2, mean, out=np.zeros_like(mean), where=mean > 0)
    top = np.maximum(mean + 5.0 * sd + 8.0 * scale, 1e-9)
    short = np.stack([terminal_shortage(stock, top * x)[0] for x in unit_grid], axis=1)
    short[:, -1] = 0.0
    return short, CELLS / top

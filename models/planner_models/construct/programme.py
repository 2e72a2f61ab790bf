"""The best order quantities of many stock points at given prices: a dynamic programme, vectorised over the points.

The state is the stock of a point on a uniform grid. A lot is a whole number of grid steps (or a step is a whole number of
lots, where lots are small against the stock), so that "how many lots" is a running minimum along the grid. All arrays begin
with the stock points `P`; `T + 1` arrival days, the last one stands for everything that arrives after the horizon.
"""

from dataclasses import dataclass

import numpy as np

from planner_models.construct.tables import Tables
from planner_models.construct.variation import day_costs
from planner_models.problem import Floats, Ints, Problem

APART = 1e8  # keeps the chains of a running minimum apart [money]
FEW = 20  # order steps up to which a maximum per line is kept exactly
FINE = 30  # stock points up to which the grid is finer than time would allow for many
BREACH = 100.0  # money for a day on which a stock limit is not kept


@dataclass(frozen=True)
class Grid:
    """Stock levels of every point: `levels` steps of `step` units; one order step is `stride` grid steps."""

    levels: int
    step: Floats
    stride: Ints
    lots: Ints  # lots per order step
    order: Ints  # P × levels, levels sorted into chains, from the top down
    place: Ints  # P × levels, where a level is in `order`
    apart: Floats  # P × levels, what separates the chains


def grid_of(lot_units: Floats, most_units: Floats, levels: int) -> Grid:
    """A grid of `levels` stock levels that reaches about `most_units`."""
    spread: Floats = lot_units * (levels - 1) / np.maximum(most_units, lot_units)
    stride = np.maximum(1, np.floor(spread)).astype(np.int64)
    lots = np.where(spread < 1, np.ceil(1 / np.maximum(spread, 1e-9)), 1).astype(np.int64)
    level = np.arange(levels)
    chain, rank = level[None, :] % stride[:, None], level[None, :] // stride[:, None]
    order = np.argsort(chain * levels - rank, axis=1, kind="stable")
    place = np.argsort(order, axis=1)
    apart = np.asarray(-APART * np.take_along_axis(chain, order, 1), float)
    return Grid(levels, np.asarray(lot_units * lots / stride, float), stride, lots, order, place, apart)


@dataclass
class Outlook:
    """What a stock level leads to on each day, before any order: `P × T × levels`."""

    cost: Floats
    cell: Ints  # the grid cell of the next morning's stock, arrivals of given orders included
    part: Floats  # the position in the cell
    end: Floats  # P × levels, terminal cost by final position (later arrivals included)
    begin: Floats  # P, stock on the first morning [grid steps]


class Programme:
    """Order quantities for a fixed set of stock points."""

    def __init__(
        self, problem: Problem, tables: Tables, points: Ints, lot_units: Floats, most: Floats, steep: Floats
    ) -> None:
        self.problem, self.tables, self.points, self.steep = problem, tables, points, steep
        self.days, self.breach = problem.days, BREACH
        least, top = (40, 97) if len(points) > FINE else (289, 289)
        widest = int(np.clip(np.max(most / lot_units, initial=1) + 1, least, top))
        self.grid = grid_of(lot_units, most, widest)
        self.rows = np.arange(len(points))[:, None]
        self.levels = self.grid.step[:, None] * np.arange(widest)
        self.flat = self.rows * widest

    def outlook(self, arrivals: Floats, dispatched: Floats, later: Floats) -> Outlook:
        """Tabulate costs for what arrives and leaves in any case (`P × T`, `P × T`, `P`)."""
        stock, n, days, grid = self.problem.stock, self.points, self.days, self.grid
        size = (len(n), days, grid.levels)
        cost, cell, part = np.zeros(size), np.zeros(size, np.int64), np.zeros(size)
        following = np.concatenate([arrivals[:, 1:], later[:, None]], axis=1)
        for t in range(days):
            available = self.levels - dispatched[:, t : t + 1]
            cost[:, t], kept = day_costs(self.problem, self.tables, n, t, available, self.steep, self.breach)
            x = np.clip((kept + following[:, t : t + 1]) / grid.step[:, None], 0.0, grid.levels - 1 - 1e-9)
            cell[:, t] = x.astype(np.int64)
            part[:, t] = x - cell[:, t]
            cell[:, t] += self.flat
        end = stock.terminal_cost[n][:, None] * self.tables.missing(n, self.levels)
        begin = (stock.on_hand[n] + arrivals[:, 0]) / grid.step
        return Outlook(cost, cell, part, end, begin)

    def solve(
        self, view: Outlook, price: Floats, line: Floats, least: Ints, most: Ints | None = None
    ) -> tuple[Ints, Floats]:
        """Lots per point and arrival day (`P × (T + 1)`) and money per point, at `price` per order step (inf = none),
        `line` per order line, at least `least` order steps per line and at most `most` (where that is few)."""
        grid, days = self.grid, self.days
        top = grid.levels - 1
        worth = [np.empty(0)] * (days + 1)  # of a stock level after the day's orders
        value = view.end
        for t in range(days, -1, -1):
            if t < days:
                flat = value.ravel()
                cell = view.cell[:, t]
                left = flat[cell]
                value = view.cost[:, t] + left + view.part[:, t] * (flat[cell + 1] - left)
            worth[t] = value
            ordering = np.flatnonzero(np.isfinite(price[:, t]))
            if len(ordering) == 0:
                continue
            full = len(ordering) == len(value)
            rows = slice(None) if full else ordering
            stride = grid.stride[rows]
            slope = (price[rows, t] / stride)[:, None] * np.arange(grid.levels)
            base = np.arange(len(ordering))[:, None] * grid.levels
            chained = (value[rows] + slope).ravel()[grid.order[rows] + base] + grid.apart[rows]
            best = np.minimum.accumulate(chained, axis=1) - grid.apart[rows]
            target = np.arange(grid.levels) + (stride * least[rows, t])[:, None]
            at = np.minimum(target, top)
            found = best.ravel()[np.take_along_axis(grid.place[rows], at, 1) + base]
            ordered = np.where(target <= top, found - slope + line[rows, t][:, None], np.inf)
            if most is not None:
                for row in np.flatnonzero(most[rows, t] <= FEW):
                    p = int(row if full else ordering[row])
                    ordered[row] = self._few(
                        worth[t][p], p, price[p, t], line[p, t], int(least[p, t]), int(most[p, t])
                    )
            if full:
                value = np.minimum(value, ordered)
            else:
                value = value.copy()
                value[ordering] = np.minimum(value[ordering], ordered)
        return self._follow(view, price, line, least, most, worth)

    def _few(self, worth: Floats, p: int, price: float, line: float, least: int, most: int) -> Floats:
        """Value of a point's stock levels where an order line may have few steps only."""
        best = np.full(len(worth), np.inf)
        stride = int(self.grid.stride[p])
        for count in range(least, most + 1):
            more = count * stride
            if more >= len(worth):
                break
            best[: len(worth) - more] = np.minimum(
                best[: len(worth) - more], worth[more:] + price * count + line
            )
        return best

    def _follow(
        self, view: Outlook, price: Floats, line: Floats, least: Ints, most: Ints | None, worth: list[Floats]
    ) -> tuple[Ints, Floats]:
        grid, days = self.grid, self.days
        top = grid.levels - 1 - 1e-9
        x = np.minimum(view.begin, top)
        steps = np.zeros((len(x), days + 1), np.int64)
        total = np.zeros(len(x))
        longest = int(np.max((grid.levels - 1) // grid.stride, initial=1)) + 1
        count = np.arange(longest)
        base = self.flat[:, 0]
        for t in range(days + 1):
            ordering = np.flatnonzero(np.isfinite(price[:, t]))
            if len(ordering):
                y = x[ordering, None] + count * grid.stride[ordering, None]
                inside = (y <= top) & ((count == 0) | (count >= least[ordering, t][:, None]))
                if most is not None:
                    inside &= count <= np.where(most[ordering, t] <= FEW, most[ordering, t], longest)[:, None]
                y = np.minimum(y, top)
                cell = y.astype(np.int64)
                at = worth[t].ravel()
                where = cell + base[ordering, None]
                left = at[where]
                money = left + (y - cell) * (at[where + 1] - left) + price[ordering, t][:, None] * count
                money += np.where(count > 0, line[ordering, t][:, None], 0.0)
                choice = np.argmin(np.where(inside, money, np.inf), axis=1)
                steps[ordering, t] = choice
                x = x.copy()
                x[ordering] += choice * grid.stride[ordering]
                total[ordering] += price[ordering, t] * choice + np.where(choice > 0, line[ordering, t], 0.0)
            cell = x.astype(np.int64)
            part = x - cell
            if t == days:
                left = view.end.ravel()[cell + base]
                total += left + part * (view.end.ravel()[cell + base + 1] - left)
                break
            here = view.cost[:, t]
            rows = self.rows[:, 0]
            total += here[rows, cell] + part * (here[rows, cell + 1] - here[rows, cell])
            low = view.cell[rows, t, cell] - base + view.part[rows, t, cell]
            high = view.cell[rows, t, cell + 1] - base + view.part[rows, t, cell + 1]
            x = np.minimum(low + part * (high - low), top)
        return steps * grid.lots[:, None], total

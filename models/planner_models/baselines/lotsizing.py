"""Optimal orders of stock points, each alone: whole lots, a cost per order line, and any curve of expected sales.

With the stock s at the beginning of a day and lots n that arrive on it,

    V_t(s) = min over n of { line·[n > 0] + price·n·lot + G_t(s + given + n·lot) },
    G_t(a) = lost·(μ − S_t(a)) + W_t(a − S_t(a)),   W_t(x) = holding·kept + unit_cost·waste + limits(x) + V_{t+1}(kept)

from the last day to the first, on a grid of stocks whose step divides the lot, or is a multiple of it where demand is many lots
(Scarf 1960 for the recursion). The plan is then read off forwards with the stock as it really is.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from planner_models.baselines.links import Chain
from planner_models.curve import sales_curves, terminal_shortage
from planner_models.decomposed.tangents import Tangents
from planner_models.problem import Floats, Ints, StockPoints

GRID = 192  # stocks per day
FINEST = 16  # steps per lot at most; a power of two
LIMIT = 1e4  # money per unit outside a limit
FAR = 4.0  # standard deviations above the mean of all demand that there is to come: no order reaches further


@dataclass(frozen=True)
class Orders:
    """What may be ordered and what it costs; arrays of `P` points, the same as those of the stock."""

    lot: Floats  # [units]
    least: Ints  # lots of an order at least
    most: Ints
    line_cost: Floats  # [money per order]
    price: Floats  # [money per unit]
    opens: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]"  # P × T, by day of order
    due: Ints  # P × T


def orders_of(chain: Chain, points: Ints, freight: Floats) -> Orders:
    """The orders of some stock points; `freight` is paid per unit besides (`P`)."""
    return Orders(
        np.where(chain.lot[points] > 0, chain.lot[points], 1.0),
        chain.least[points],
        chain.most[points],
        chain.line_cost[points],
        chain.cost[points] + freight,
        chain.opens[points] & (chain.lot[points] > 0)[:, None],
        chain.due[points],
    )


def best_orders(stock: StockPoints, unit_cost: Floats, orders: Orders, lost: Floats) -> Ints:
    """Lots by day of order (`P × T`) that cost least; `lost` is what a unit is worth that is asked for and not there."""
    return _Recursion(stock, unit_cost, orders, lost).run()


class _Recursion:
    def __init__(self, stock: StockPoints, unit_cost: Floats, orders: Orders, lost: Floats) -> None:
        self.stock, self.unit_cost, self.orders, self.lost = stock, unit_cost[:, None], orders, lost[:, None]
        self.points, self.days = stock.mean.shape
        self.given = stock.given_in - stock.given_out
        self._grid()
        self.tangents = Tangents.of(stock)
        self.arrives = np.full(
            (self.points, self.days + 1), -1
        )  # day of order by day of arrival; the last: after the horizon
        for t in range(self.days):
            rows = np.flatnonzero(orders.opens[:, t])
            self.arrives[rows, np.minimum(orders.due[rows, t], self.days)] = t
        self.value = np.zeros((self.points, self.days + 1, GRID))  # G

    def _grid(self) -> None:
        """Steps of the grid, and how many of them are an order's unit of so many lots."""
        stock, lot = self.stock, self.orders.lot
        mean = stock.mean.sum(axis=1) + stock.terminal_mean
        spread = np.sqrt((stock.sd**2).sum(axis=1) + stock.terminal_sd**2)
        far = mean + FAR * spread + stock.min_stock + stock.given_out.sum(axis=1)
        top = np.maximum(far, stock.on_hand + stock.given_in.sum(axis=1)) + lot * self.orders.least
        fine = np.floor((GRID - 1) * lot / top)
        self.stride = np.where(fine >= 1, 2 ** np.floor(np.log2(np.clip(fine, 1, FINEST))), 1).astype(
            np.int64
        )
        self.lots = np.where(fine >= 1, 1, np.ceil(top / ((GRID - 1) * lot))).astype(np.int64)
        self.step = lot * self.lots / self.stride
        self.fewest = np.ceil(self.orders.least / self.lots).astype(np.int64)
        self.units = self.orders.lot * self.lots  # of one order unit

    def run(self) -> Ints:
        self._backward()
        return self._forward()

    def _backward(self) -> None:
        stock, orders, points = self.stock, self.orders, self.tangents
        short, _ = terminal_shortage(
            stock, (np.arange(GRID) * self.step[:, None] + stock.given_later[:, None]).T
        )
        self.value[:, self.days] = (stock.terminal_cost * short).T
        certain = (stock.scale <= 0) | (stock.mean <= 0)
        least = np.where(np.arange(self.days) >= stock.min_from[:, None], stock.min_stock[:, None], 0.0)
        _cost_to_go(
            self.value, self.step, self.stride, self.fewest, orders.price * self.units, orders.line_cost,
            self.arrives >= 0, self.given, self.lost[:, 0], self.unit_cost[:, 0],
            np.stack([stock.mean, stock.holding, stock.shelf, least, stock.max_stock, certain], axis=-1),
            np.stack([points.stock, points.sales, points.slope], axis=-1),
        )  # fmt: skip

    def _forward(self) -> Ints:
        """The orders that the values lead to, with the stock that there really is."""
        stock, found = self.stock, np.zeros((self.points, self.days), np.int64)
        curves, level = sales_curves(stock), stock.on_hand.copy()
        rows = np.arange(self.points)
        for t in range(self.days + 1):
            available = level + (self.given[:, t] if t < self.days else 0.0)
            number = self._choose(t, available)
            some = number > 0
            found[rows[some], self.arrives[some, t]] = (number * self.lots)[some]
            if t == self.days:
                break
            available = np.maximum(0.0, available + number * self.units)
            sold, _ = curves[:, t].evaluate(available)
            level = np.minimum(available - sold, stock.shelf[:, t])
        return np.minimum(found, self.orders.most[:, None])

    def _between(self, values: Floats, stocks: Floats) -> Floats:
        """Values at stocks between those of the grid; below nothing a limit is broken."""
        place = np.clip(stocks / self.step[:, None], 0.0, GRID - 1.0)
        low = np.minimum(place.astype(np.int64), GRID - 2)
        part = place - low
        here = (
            np.take_along_axis(values, low, 1) * (1.0 - part) + np.take_along_axis(values, low + 1, 1) * part
        )
        return np.asarray(here + LIMIT * np.maximum(0.0, -stocks))

    def _choose(self, t: int, available: Floats) -> Ints:
        """Units of order that arrive on day t at this stock."""
        most = GRID // self.stride.min(initial=1)
        number = np.arange(most)[None, :]
        stocks = available[:, None] + number * self.units[:, None]
        inside = stocks <= self.step[:, None] * (GRID - 1)
        cost = self._between(self.value[:, t], stocks) + number * (self.orders.price * self.units)[:, None]
        cost += self.orders.line_cost[:, None] * (number > 0)
        allowed = (number == 0) | (
            inside & (number >= self.fewest[:, None]) & (self.arrives[:, t, None] >= 0)
        )
        return np.asarray(np.argmin(np.where(allowed, cost, np.inf), axis=1))


@njit(cache=True, error_model="numpy")
def _cost_to_go(
    value: Any,  # P × (T + 1) × GRID, filled from the last day on: G
    step: Any,
    stride: Any,
    fewest: Any,
    money: Any,  # of an order unit
    line_cost: Any,
    arrives: Any,  # P × (T + 1), whether an order may arrive
    given: Any,  # P × T
    lost: Any,
    unit_cost: Any,
    daily: Any,  # P × T × (mean, holding, shelf, least, most, certain)
    curve: Any,  # P × T × J × (stock, sales, slope)
) -> None:
    count, days = given.shape
    best, following = np.zeros(GRID), np.zeros(GRID)
    for n in range(count):
        for t in range(days, -1, -1):
            for g in range(GRID) if t < days else range(0):
                level, (mean, holding, shelf, least, most, certain) = g * step[n], daily[n, t]
                sold = level
                if certain == 0:
                    sold = _expected(level, curve[n, t])
                sold = max(0.0, min(sold, level, mean))
                left = level - sold
                kept = min(left, shelf)
                cost = lost[n] * (mean - sold) + holding * kept + unit_cost[n] * (left - kept)
                cost += LIMIT * (max(0.0, least - left) + max(0.0, left - most))
                value[n, t, g] = cost + _at(following, kept, step[n])
            _ordered(value[n, t], stride[n], fewest[n], money[n], line_cost[n], arrives[n, t], best)
            for g in range(GRID):
                following[g] = _at(best, g * step[n] + (given[n, t] if t < days else 0.0), step[n])


@njit(cache=True, error_model="numpy")
def _ordered(
    value: Any, stride: int, fewest: int, money: float, line_cost: float, arrives: bool, best: Any
) -> None:
    """The stocks' values with the best order that may arrive, into `best`: least of `n` units and what follows, over all n."""
    best[:] = value
    if not arrives:
        return
    least = np.zeros(GRID)
    for g in range(GRID - 1, -1, -1):
        least[g] = value[g] + money * (g // stride)
        if g + stride < GRID:
            least[g] = min(least[g], least[g + stride])
    for g in range(GRID - stride * fewest):
        best[g] = min(value[g], least[g + stride * fewest] - money * (g // stride) + line_cost)


@njit(cache=True, error_model="numpy")
def _at(values: Any, stock: float, step: float) -> float:
    """The value at a stock between those of the grid; below nothing a limit is broken."""
    place = min(max(stock / step, 0.0), GRID - 1.0)
    low = min(int(place), GRID - 2)
    part = place - low
    return float(values[low] * (1.0 - part) + values[low + 1] * part + LIMIT * max(0.0, -stock))


@njit(cache=True, error_model="numpy")
def _expected(level: float, curve: Any) -> float:
    """Expected sales, interpolated between tangents' points (cubic Hermite) and never above the tangents."""
    j = -1  # the last point below the level; the first point of all is nothing, where the slope is 1
    while j + 1 < len(curve) - 1 and curve[j + 1, 0] < level:
        j += 1
    x0, y0, s0 = 0.0, 0.0, 1.0
    if j >= 0:
        x0, y0, s0 = curve[j]
    x1, y1, s1 = curve[j + 1]
    wide = max(x1 - x0, 1e-12)
    u = min(max((level - x0) / wide, 0.0), 1.0)
    v = 1.0 - u
    above = min(y0 + s0 * (level - x0), y1 + s1 * (level - x1))
    if level <= x1:
        curved = y0 * v * v * (1 + 2 * u) + y1 * u * u * (3 - 2 * u) + wide * u * v * (s0 * v - s1 * u)
        above = min(above, curved)
    return float(above)

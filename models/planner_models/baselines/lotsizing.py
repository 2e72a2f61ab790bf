"""Optimal orders of stock points, each alone: whole lots, a cost per order line, and any curve of expected sales.

With the stock s at the beginning of a day and lots n that arrive on it,

    V_t(s) = min over n of { line·[n > 0] + price·n·lot + G_t(s + given + n·lot) },
    G_t(a) = lost·(μ − S_t(a)) + W_t(a − S_t(a)),   W_t(x) = holding·kept + unit_cost·waste + limits(x) + V_{t+1}(kept)

from the last day to the first, on a grid of stocks whose step divides the lot, or is a multiple of it where demand is many lots
(Scarf 1960 for the recursion). The plan is then read off forwards with the stock as it really is.
"""

from dataclasses import dataclass

import numpy as np

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
        stock, levels = self.stock, np.arange(GRID) * self.step[:, None]
        short, _ = terminal_shortage(stock, (levels + stock.given_later[:, None]).T)
        self.value[:, self.days] = (stock.terminal_cost * short).T
        nothing = np.zeros(self.points)
        following = self._best(self.days, levels, nothing)
        for t in range(self.days - 1, -1, -1):
            sold = self._sales(t, levels)
            self.value[:, t] = self._keep(t, levels, sold, following)
            following = self._best(t, levels, self.given[:, t])

    def _keep(self, t: int, levels: Floats, sold: Floats, following: Floats) -> Floats:
        """G: what the stocks cost from the sales of day t on."""
        stock = self.stock
        left = levels - sold
        kept = np.minimum(left, stock.shelf[:, t, None])
        least = np.where(t >= stock.min_from, stock.min_stock, 0.0)[:, None]
        limits = np.maximum(0.0, least - left) + np.maximum(0.0, left - stock.max_stock[:, t, None])
        cost = self.lost * (stock.mean[:, t, None] - sold) + stock.holding[:, t, None] * kept
        return cost + self.unit_cost * (left - kept) + LIMIT * limits + self._between(following, kept)

    def _best(self, t: int, levels: Floats, given: Floats) -> Floats:
        """V: the stocks at the beginning of day t, with what is given on it and the best order that arrives on it."""
        value = self.value[:, t]
        ordered = np.minimum(value, self._ordering(value) + self.orders.line_cost[:, None])
        best = np.where(self.arrives[:, t, None] >= 0, ordered, value)
        return self._between(best, levels + given[:, None])

    def _ordering(self, value: Floats) -> Floats:
        """The least of `n` units of order and what follows, over all n that are allowed, at every stock."""
        money = (self.orders.price * self.units)[:, None]
        number = np.arange(GRID)
        found = np.full(value.shape, np.inf)
        for stride in np.unique(self.stride).tolist():
            rows = np.flatnonzero(self.stride == stride)
            total = value[rows] + money[rows] * (number // stride)
            by_rest = total.reshape(len(rows), GRID // stride, stride)
            least = np.minimum.accumulate(by_rest[:, ::-1], axis=1)[:, ::-1].reshape(len(rows), GRID)
            at = number + stride * self.fewest[rows, None]
            inside = at < GRID
            got = np.take_along_axis(least, np.minimum(at, GRID - 1), 1)
            found[rows] = np.where(inside, got - money[rows] * (number // stride), np.inf)
        return found

    def _between(self, values: Floats, stocks: Floats) -> Floats:
        """Values at stocks between those of the grid; below nothing a limit is broken."""
        place = np.clip(stocks / self.step[:, None], 0.0, GRID - 1.0)
        low = np.minimum(place.astype(np.int64), GRID - 2)
        part = place - low
        here = (
            np.take_along_axis(values, low, 1) * (1.0 - part) + np.take_along_axis(values, low + 1, 1) * part
        )
        return np.asarray(here + LIMIT * np.maximum(0.0, -stocks))

    def _sales(self, t: int, levels: Floats) -> Floats:
        """Expected sales, interpolated between tangents' points (cubic Hermite) and never above the tangents."""
        at, sales, slope = (getattr(self.tangents, name)[:, t] for name in ("stock", "sales", "slope"))
        nothing = np.zeros((self.points, 1))
        at, sales = np.concatenate([nothing, at], axis=1), np.concatenate([nothing, sales], axis=1)
        slope = np.concatenate([nothing + 1.0, slope], axis=1)
        last = at.shape[1] - 2
        j = np.clip((at[:, None, :] < levels[:, :, None]).sum(axis=2) - 1, 0, last)

        def take(values: Floats, index: Ints) -> Floats:
            return np.take_along_axis(values, index, 1)

        x0, y0, s0 = take(at, j), take(sales, j), take(slope, j)
        x1, y1, s1 = take(at, j + 1), take(sales, j + 1), take(slope, j + 1)
        wide = np.maximum(x1 - x0, 1e-12)
        u = np.clip((levels - x0) / wide, 0.0, 1.0)
        v = 1.0 - u
        curve = y0 * v * v * (1 + 2 * u) + y1 * u * u * (3 - 2 * u) + wide * u * v * (s0 * v - s1 * u)
        above = np.minimum(y0 + s0 * (levels - x0), y1 + s1 * (levels - x1))
        mean = self.stock.mean[:, t, None]
        smooth = np.where(levels > x1, above, np.minimum(curve, above))
        certain = (self.stock.scale[:, t, None] <= 0) | (mean <= 0)
        return np.asarray(np.clip(np.where(certain, levels, smooth), 0.0, np.minimum(levels, mean)))

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

"""Lower bounds on the cost of many stock points at given prices: dynamic programming over closing stock, all points at once.

The state is the stock with which a day begins, cut into cells. On every cell the cost-to-go is bounded from below by a
line, kept as its two ends. Two facts make that valid and accurate to the second order of the cell's width:

* With `c(a)` the expected closing stock (convex in the available stock a, by `models/README.md`, section 2) a day costs
  `−p·(a − c) + h·c + l(c)` where l is the line of the cell that c falls into. If `p + h + l' ≥ 0` this is convex in a, so a
  tangent of c bounds it; else a chord of c does.
* The least of several lines on a cell is concave, so the line through the least values at the ends bounds it.

Lots, order lines and the curves are exact. Minimum and maximum stock, minimum quantities and daily maxima are left out, which
can only lower the bound.
"""

from dataclasses import dataclass

import numpy as np

from planner_models.bound.envelope import Envelope
from planner_models.curve import terminal_shortage
from planner_models.problem import Floats, Ints, StockPoints

@dataclass(frozen=True)
class PointPrices:
    """What stock points pay. `n` points, T days; `W` ways to order, padded with infinite prices."""

    holding: Floats  # n × T, money per unit at the end of a day
    sale: Floats  # n × T, what a unit sold earns
    waste: Floats  # n × T, money per expired unit
    short: Floats  # n, money per unit missing after the horizon
    price: Floats  # n × (T+1) × W, money per lot that arrives on the day (last = after the horizon)
    line: Floats  # n × (T+1) × W, money per order line
    lot: Floats  # n, units
    most: Floats  # n, lots in one order


@dataclass(frozen=True)
class _Lines:
    """A line per point and cell, by its ends; and a line for everything above the last cell."""

    left: Floats  # n × cells
    right: Floats
    least: Floats  # n, at the top
    per_unit: Floats  # n, above the top


def point_bounds(
    stock: StockPoints, envelope: Envelope, top: Floats, prices: PointPrices, cells: int
) -> Floats:
    """The least cost of each point at these prices, from below [money].

    `stock` and `envelope` hold the same points; `top` [units] is where the last of the `cells` ends at least.
    """
    days = stock.mean.shape[1]
    shift = np.maximum(1.0, np.floor(cells * prices.lot / top)).astype(np.int64)  # cells in a lot
    width = prices.lot / shift

    lines = _end(stock, width, prices, cells)
    lines = _order(lines, width, shift, prices, days)
    for day in range(days - 1, -1, -1):
        lines = _day(stock, envelope, width, prices, lines, day)
        lines = _order(lines, width, shift, prices, day)
    start = stock.on_hand
    cell = np.clip((start / width).astype(np.int64), 0, cells - 1)
    at = np.arange(len(start))
    share = start / width - cell
    return np.asarray(lines.left[at, cell] + share * (lines.right[at, cell] - lines.left[at, cell]))


def _end(stock: StockPoints, width: Floats, prices: PointPrices, cells: int) -> _Lines:
    """Terminal cost: convex, so bounded by its tangent in the middle of each cell."""
    middle = (np.arange(cells) + 0.5)[None, :] * width[:, None]
    value, slope = np.zeros(middle.shape), np.zeros(middle.shape)
    for cell in range(cells):
        value[:, cell], slope[:, cell] = terminal_shortage(stock, middle[:, cell] + stock.given_later)
    value, slope = value * prices.short[:, None], slope * prices.short[:, None]
    half = 0.5 * width[:, None] * slope
    nothing = np.zeros(len(width))
    return _Lines(value - half, value + half, nothing, nothing)


def _order(lines: _Lines, width: Floats, shift: Ints, prices: PointPrices, day: int) -> _Lines:
    """The best of ordering nothing and any number of whole lots that arrive on the day."""
    price, line = prices.price[:, day], prices.line[:, day]
    if not np.isfinite(price).any():
        return lines
    left, right = lines.left.copy(), lines.right.copy()
    cells = left.shape[1]
    cell = np.arange(cells)[None, :]
    least, per_unit = lines.least.copy(), lines.per_unit
    lot = shift * width
    for q in range(1, int((cells // shift).max()) + 2):
        cost = (line + price * q).min(axis=1)[:, None]
        source = cell + q * shift[:, None]
        inside = source < cells
        index = np.minimum(source, cells - 1)
        above = (source - cells) * width[:, None]
        far = lines.least[:, None] + per_unit[:, None] * np.maximum(above, 0.0)
        farther = lines.least[:, None] + per_unit[:, None] * np.maximum(above + width[:, None], 0.0)
        moved_left = np.where(inside, np.take_along_axis(lines.left, index, 1), far)
        moved_right = np.where(inside, np.take_along_axis(lines.right, index, 1), farther)
        np.minimum(left, cost + moved_left, out=left)
        np.minimum(right, cost + moved_right, out=right)
    # beyond the cells the cost of q lots is straight: only the largest order can be better, if a lot pays for itself
    gain = price + (per_unit * lot)[:, None]
    largest = np.where(gain < 0, line + gain * prices.most[:, None], np.inf).min(axis=1) + lines.least
    pays = np.isfinite(largest)
    if pays.any():
        left[pays] = np.minimum(left[pays], largest[pays, None] - (per_unit * lot)[pays, None])
        right[pays] = np.minimum(right[pays], largest[pays, None] - (per_unit * lot)[pays, None])
        least = np.where(pays, np.minimum(least, largest), least)
    return _Lines(left, right, least, per_unit)


def _day(
    stock: StockPoints, envelope: Envelope, width: Floats, prices: PointPrices, later: _Lines, day: int
) -> _Lines:
    """Cost-to-go of the stock with which the day begins (orders of the day not yet made)."""
    points, cells = np.arange(len(width))[:, None], later.left.shape[1]
    flow = (stock.given_in[:, day] - stock.given_out[:, day])[:, None]
    begin = np.arange(cells)[None, :] * width[:, None] + flow
    end = begin + width[:, None]
    mean = stock.mean[:, day][:, None]
    low_begin, low_end, high_begin, high_end = envelope.closing(day, begin, end)
    none = mean <= 0
    low_begin, high_begin = np.where(none, begin, low_begin), np.where(none, begin, high_begin)
    low_end, high_end = np.where(none, end, low_end), np.where(none, end, high_end)
    sale, holding = prices.sale[:, day][:, None], prices.holding[:, day][:, None]
    shelf = stock.shelf[:, day][:, None]
    expires = np.isfinite(shelf)

    left, right = np.full(begin.shape, np.inf), np.full(begin.shape, np.inf)
    first = np.floor(np.maximum(low_begin, 0.0) / width[:, None]).astype(np.int64)
    for step in range(3):
        cell = first + step
        touched = (cell * width[:, None] <= np.minimum(high_end, shelf)) & (cell < cells)
        if not touched.any():
            continue
        index = np.minimum(cell, cells - 1)
        base, ahead = later.left[points, index], later.right[points, index]
        slope = (ahead - base) / width[:, None]
        steep = sale + holding + slope
        for out, available, low, high in (
            (left, begin, low_begin, high_begin),
            (right, end, low_end, high_end),
        ):
            closing = np.where(steep >= 0, low, high)
            value = -sale * available + (sale + holding) * closing + base + slope * (closing - cell * width[:, None])
            np.minimum(out, np.where(touched, value, np.inf), out=out)
    above = high_end > cells * width[:, None]
    if above.any():
        top = cells * width[:, None]
        steep = sale + holding + later.per_unit[:, None]
        for out, available, low, high in ((left, begin, low_begin, high_begin), (right, end, low_end, high_end)):
            closing = np.where(steep >= 0, low, high)
            value = -sale * available + (sale + holding) * closing + later.least[:, None]
            value = value + later.per_unit[:, None] * (closing - top)
            np.minimum(out, np.where(above, value, np.inf), out=out)
    if expires.any():
        kept = np.where(expires, shelf, 0.0)
        cell = np.clip((kept / width[:, None]).astype(np.int64), 0, cells - 1)
        share = np.minimum(kept / width[:, None] - cell, 1.0)
        base = later.left[points, cell]
        at_shelf = base + share * (later.right[points, cell] - base)
        waste = prices.waste[:, day][:, None]
        over = expires & (high_end > shelf)
        for out, available, low in ((left, begin, low_begin), (right, end, low_end)):
            value = -sale * available + sale * low + holding * kept + waste * (low - kept) + at_shelf
            np.minimum(out, np.where(over, value, np.inf), out=out)
    unmet = stock.must_meet[:, None] & (end < mean - 1e-9)
    left, right = np.where(unmet, np.inf, left), np.where(unmet, np.inf, right)
    least = _least(stock, cells * width, prices, day)
    gone = np.where(np.isfinite(stock.shelf[:, day]), prices.waste[:, day], np.inf)
    per_unit = np.minimum(gone, later.per_unit + np.maximum(prices.holding[:, day], 0.0))
    return _Lines(left, right, least, per_unit)


def _least(stock: StockPoints, top: Floats, prices: PointPrices, day: int) -> Floats:
    """The least cost-to-go from stock `top` or more: all demand sold, and closing stock not below its mean (Jensen).

    Stock that expires is not held for ever: there only what is beyond the shelf life on the first day counts, as waste.
    """
    mean, holding = stock.mean[:, day:], np.maximum(prices.holding[:, day:], 0.0)
    sold = (prices.sale[:, day:] * mean).sum(axis=1)
    held = (holding * np.maximum(0.0, top[:, None] - np.cumsum(mean, axis=1))).sum(axis=1)
    shelf = stock.shelf[:, day]
    expired = prices.waste[:, day] * np.maximum(0.0, top - mean[:, 0] - np.where(np.isfinite(shelf), shelf, 0.0))
    return np.asarray(np.where(np.isfinite(shelf), expired, held) - sold)

"""The bound of the whole plan at given prices (Geoffrion 1974): shared rows are priced, stock points plan alone."""

import warnings
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from scipy import sparse

from planner_models.bound.envelope import Envelope
from planner_models.bound.pointwise import PointPrices, point_bounds
from planner_models.curve import sales_curves
from planner_models.joint.columns import Columns
from planner_models.matrix import Matrix
from planner_models.problem import Flags, Floats, Ints, Problem, StockPoints


Arrays = TypeVar("Arrays", StockPoints, PointPrices)

FEWEST, MOST = 64, 1024  # cells of a stock point
FINENESS = 0.25  # width of a cell in standard deviations of the window's demand


def leaves_of(problem: Problem) -> Ints:
    """Stock points that no shipment leaves and that some shipment reaches."""
    ship = problem.shipments
    leaf = np.zeros(len(problem.stock.item), bool)
    leaf[ship.target] = True
    leaf[ship.source[ship.source >= 0]] = False
    lot = ship.lot_cases * problem.items.case_size[ship.item]
    smallest, largest = np.full(len(leaf), np.inf), np.zeros(len(leaf))
    np.minimum.at(smallest, ship.target, lot)
    np.maximum.at(largest, ship.target, lot)
    alike = smallest == largest  # one lot size, so that cells of stock divide it
    return np.flatnonzero(leaf & alike & (problem.stock.given_out.sum(axis=1) == 0))


@dataclass(frozen=True)
class Priced:
    """The bound, what each leaf contributes, and how far its own plan is above the relaxation's."""

    bound: float
    leaves: Ints
    points: Floats


def priced_bound(
    problem: Problem, matrix: Matrix, columns: Columns, rows: sparse.csr_array, sides: tuple[Floats, Floats], dual: Floats
) -> Priced:
    """The Lagrangian bound at the duals of the rows `lower ≤ rows·x ≤ upper` (`sides`).

    Rows that belong to one leaf alone are kept and replaced by its own exact problem; all others are priced.
    """
    leaves = leaves_of(problem)
    owner = _owners(problem, columns, leaves, len(matrix.cost))
    own_row = _own_rows(rows, owner)
    lower, upper = sides
    y = np.where(own_row, 0.0, dual)
    y = np.where(((y > 0) & np.isinf(lower)) | ((y < 0) & np.isinf(upper)), 0.0, y)
    reduced = matrix.cost - rows.T @ y
    side = np.where(y > 0, lower, np.where(y < 0, upper, 0.0))
    shared = owner < 0
    low, high = matrix.lower[shared], matrix.upper[shared]
    price = reduced[shared]
    best = np.where(price >= 0, low, np.where(np.isfinite(high), high, 1e5)) * price
    base = matrix.offset + float(y @ side) + float(best.sum())
    points = _points(problem, columns, leaves, reduced)
    return Priced(base + float(points.sum()), leaves, points)


def _owners(problem: Problem, columns: Columns, leaves: Ints, count: int) -> Ints:
    owner = np.full(count, -1, np.int64)
    leaf = np.zeros(len(problem.stock.item), bool)
    leaf[leaves] = True
    target = problem.shipments.target
    point = np.arange(len(leaf))
    for family, place in (
        (columns.ship, target[:, None]),
        (columns.line, target[:, None]),
        (columns.on_hand, point[:, None]),
        (columns.sales, point[:, None]),
        (columns.waste, point[:, None]),
        (columns.short, point),
    ):
        place = np.broadcast_to(place, family.shape)
        mine = (family >= 0) & leaf[place]
        owner[family[mine]] = place[mine]
    return owner


def _own_rows(rows: sparse.csr_array, owner: Ints) -> Flags:
    """Rows whose columns all belong to the same leaf."""
    of_entry = owner[rows.indices]
    filled = np.diff(rows.indptr) > 0
    own = np.zeros(rows.shape[0], bool)
    starts = rows.indptr[:-1][filled]
    lowest, highest = np.minimum.reduceat(of_entry, starts), np.maximum.reduceat(of_entry, starts)
    own[filled] = (lowest == highest) & (lowest >= 0)
    return own


def _points(problem: Problem, columns: Columns, leaves: Ints, reduced: Floats) -> Floats:
    """The bound of every leaf at the prices that the reduced costs of its columns are."""
    stock, ship, days = problem.stock, problem.shipments, problem.days
    value = np.append(reduced, 0.0)  # column -1 costs nothing
    row = np.full(len(stock.item), -1, np.int64)
    row[leaves] = np.arange(len(leaves))
    lot = ship.lot_cases * problem.items.case_size[ship.item]
    arrival = np.minimum(problem.lanes.arrival[ship.lane], days)
    k, t = np.nonzero((columns.ship >= 0) & (row[ship.target] >= 0)[:, None])
    place, day = row[ship.target[k]], arrival[k, t]
    order = np.lexsort([day, place])
    k, t, place, day = k[order], t[order], place[order], day[order]
    group = place * (days + 1) + day
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    way = np.arange(len(group)) - np.repeat(starts, np.diff(np.r_[starts, len(group)]))
    shape = (len(leaves), days + 1, int(way.max(initial=0)) + 1)
    price, line = np.full(shape, np.inf), np.full(shape, np.inf)
    price[place, day, way] = value[columns.ship[k, t]]
    line[place, day, way] = value[columns.line[k, t]]
    size, most = np.ones(len(leaves)), np.zeros(len(leaves))
    size[place] = lot[k]
    np.maximum.at(most, place, ship.max_lots[k])
    points = _subset(stock, leaves)
    spread = (points.sd**2).sum(axis=1) + points.terminal_sd**2
    top = points.mean.sum(axis=1) + points.terminal_mean + 3.0 * np.sqrt(spread)
    top = np.maximum(1.0, top + points.on_hand + points.given_in.sum(axis=1))
    prices = PointPrices(
        holding=value[columns.on_hand[leaves]],
        sale=-value[columns.sales[leaves]],
        waste=value[columns.waste[leaves]],
        short=value[columns.short[leaves]],
        price=price,
        line=line,
        lot=size,
        most=most,
    )
    cells = _cells(points, top)
    bounds = np.zeros(len(leaves))
    for count in np.unique(cells).tolist():
        mine = np.flatnonzero(cells == count)
        some, height = _subset(points, mine), top[mine]
        bounds[mine] = point_bounds(
            some, Envelope.of(sales_curves(some), height), height, _subset(prices, mine), count
        )
    return bounds


def _cells(points: StockPoints, top: Floats) -> Ints:
    """Cells for each point, in powers of two: as fine as its demand is uncertain, where the curves bend."""
    variance = np.where(points.mean > 0, points.sd**2, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        spread = np.sqrt(np.nan_to_num(np.nanmean(variance, axis=1)) * points.window)
    wanted = np.clip(top / np.maximum(FINENESS * spread, 1e-9), FEWEST, MOST)
    return (2 ** np.ceil(np.log2(wanted))).astype(np.int64)


def _subset(arrays: Arrays, chosen: Ints) -> Arrays:
    """The chosen entries of every array."""
    return type(arrays)(**{field.name: getattr(arrays, field.name)[chosen] for field in fields(arrays)})

"""One block at given outer prices: vehicles against what stock points, planned together at prices of room, would do.

The restricted master of a Dantzig-Wolfe decomposition (Dantzig & Wolfe 1960): a column is what a class of stock points does at
some prices of room; the programme mixes columns and buys vehicles, and its duals are the next prices. Every evaluation of prices
gives a valid bound, whatever the programme says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import highspy
import numpy as np
from numpy.typing import NDArray

from planner_models.decomposed.block import Outer
from planner_models.decomposed.points import NEVER, Response
from planner_models.problem import Flags, Floats, Ints

CLASSES = 24
LITTLE = 1e-7  # relative; a column must be cheaper by this to be worth keeping
CLOSE = 3e-4  # of the cost of a block: bound and programme agree
DEAR = 3.0  # times the cost of a vehicle
HALFWAY = 0.5  # from the best prices so far to those of the programme
FULL, KEPT = 30, 12  # columns per class: with more than so many, those go that were not used for longest


@dataclass(frozen=True)
class Split:
    """The vehicles of some loads and days together are at least, or at most, a whole number."""

    cells: Ints  # numbers in G·T
    at_least: bool
    number: int


@dataclass(frozen=True)
class Room:
    """Prices within a block: of room beyond its rate, and of the splits."""

    kg: Floats  # G × T [money per kg]
    m3: Floats  # G × T [money per m³]
    splits: Floats  # [money per vehicle], ≥ 0

    def towards(self, other: "Room", share: float) -> "Room":
        """Prices between the two."""
        return Room(
            self.kg + share * (other.kg - self.kg),
            self.m3 + share * (other.m3 - self.m3),
            self.splits + share * (other.splits - self.splits),
        )


@dataclass(frozen=True)
class Column:
    """What the stock points of a block do at some prices."""

    available: NDArray[np.float32]  # N × T [units]
    point: Ints  # of everything that arrives
    way: Ints
    units: Floats
    numbers: Ints  # of its classes in the programme, −1 = not worth keeping


@dataclass(frozen=True)
class Mixture:
    """A solution of the programme."""

    cost: float
    vehicles: Floats  # G × T
    room: Room
    values: Floats  # of the columns of the programme


class Master:
    """Columns and prices of one block."""

    def __init__(
        self,
        outer: Outer,
        kg: Floats,
        m3: Floats,
        asked: Floats | None = None,
        shortage: Floats | None = None,
    ) -> None:
        """Begin at prices of room (`G × T`).

        What is `asked` for (`N × T`) leaves, and costs `shortage` (`N`) where it is not there; nothing else leaves then.
        """
        self.outer, self.block = outer, outer.block
        self.asked, self.shortage = asked, shortage
        problem, freight = self.block.problem, self.block.freight
        self.days, self.lanes, self.loads = problem.days, problem.lanes, problem.loads
        self.shape = problem.loads.vehicle_kg.shape
        self.least = freight.given_vehicles
        self.most = np.maximum(self.least, freight.most_vehicles)
        self.cost = freight.vehicle_cost(outer.prices)
        self.room_kg, self.room_m3 = freight.room
        self.m3_rate = freight.m3_rate
        self.group = _classes(outer)
        self.classes = int(self.group.max(initial=0)) + 1
        self.hint = np.zeros(self.block.leaves.shape)
        self.columns: list[Column] = []
        self.evaluations = self.solves = 0
        self.rows: dict[tuple[bool, int, bytes], tuple[int, int]] = {}  # row and slack of a split
        self.new = True  # nothing is known yet: every column is worth keeping
        self._begin()
        start = Room(np.where(self.room_kg > 0, kg, 0.0), np.where(self.room_m3 > 0, m3, 0.0), np.zeros(0))
        self.evaluate(start, closed=np.ones(self.shape, bool))  # order nothing: always possible
        self.evaluate(start)
        self.bound = self.evaluate(start)  # with what was learnt
        self.new = False
        self.first = self.highs.getNumCol()  # columns that stay: with them there is always a solution
        self.start = start

    # --- prices

    def evaluate(
        self,
        room: Room,
        splits: Sequence[Split] = (),
        closed: Flags | None = None,
        fixed: Floats | None = None,
    ) -> float:
        """The bound at these prices for plans that keep the splits; the response becomes a column.

        Loads that are `closed` (`G × T`) are not used; with `fixed` vehicles (`G × T`) it is a bound for plans with these.
        """
        kg, m3 = self.rates(room)
        if closed is not None:
            kg = np.where(closed[self.lanes.load], NEVER, kg)
        response, way = self.outer.respond(kg, m3, self.hint, self.asked, self.shortage)
        self.hint = response.available
        self._keep(response, way, room)
        return float(response.bound.sum()) + self.constant(room, splits, fixed)

    def rates(self, room: Room) -> tuple[Floats, Floats]:
        """`M × T`, what a kg and a m³ cost on every lane-mode."""
        load = self.lanes.load
        return self.block.freight.rate + room.kg[load], self.m3_rate + room.m3[load]

    @cached_property
    def given(self) -> tuple[Floats, Floats, float]:
        """`G × T`, weight and volume of given orders, and what they cost beside vehicles."""
        lanes = self.lanes
        kg, m3 = np.zeros(self.shape), np.zeros(self.shape)
        np.add.at(kg, lanes.load, lanes.given_kg)
        np.add.at(m3, lanes.load, lanes.given_m3)
        fixed = self.block.freight.rate * lanes.given_kg + self.m3_rate * lanes.given_m3
        return kg, m3, float(fixed.sum())

    def constant(self, room: Room, splits: Sequence[Split], fixed: Floats | None = None) -> float:
        """What the bound contains besides stock points [money]."""
        spare = self.cost - room.kg * self.room_kg - room.m3 * self.room_m3
        total = 0.0
        flat = spare.reshape(-1)
        for split, price in zip(splits, room.splits, strict=True):
            sign = 1.0 if split.at_least else -1.0
            np.subtract.at(flat, split.cells, sign * price)
            total += sign * price * split.number
        low, high = (self.least, self.most) if fixed is None else (fixed, fixed)
        vehicles = np.where(spare < 0, spare * high, spare * low)
        given_kg, given_m3, rated = self.given
        return total + rated + float(np.sum(vehicles + room.kg * given_kg + room.m3 * given_m3))

    def _keep(self, response: Response, way: Ints, room: Room) -> None:
        """Make the response a column of every class for which the programme has nothing as good."""
        ways, days, cells = self.block.ways, self.days, self.cost.size
        n, a = np.nonzero((response.arrivals > 0) & (way >= 0))
        w = way[n, a]
        units = response.arrivals[n, a]
        lane, day = ways.lane[w], ways.day[w]
        cell = self.group[n] * cells + self.lanes.load[lane] * days + day
        size = self.classes * cells
        kg = np.bincount(cell, ways.weight[w] * units, size).reshape(self.classes, cells)
        m3 = np.bincount(cell, ways.volume[w] * units, size).reshape(self.classes, cells)
        per_unit = self.outer.per_unit[w] + ways.weight[w] * self.block.freight.rate[lane, day]
        per_unit += ways.volume[w] * self.m3_rate[lane, day]
        cost = np.bincount(self.group, response.cost, self.classes)
        cost += np.bincount(self.group[n], units * per_unit, self.classes)
        priced = cost + kg @ room.kg.ravel() + m3 @ room.m3.ravel()
        numbers = np.full(self.classes, -1)
        for c in range(self.classes):
            if self.new or priced[c] < self.value[c] - LITTLE * (1.0 + abs(self.value[c])):
                numbers[c] = self.highs.getNumCol()
                heavy, bulky = np.flatnonzero(kg[c][self.heavy]), np.flatnonzero(m3[c][self.bulky])
                rows = np.concatenate([heavy, len(self.heavy) + bulky, [self.convex + c]])
                amounts = np.concatenate([kg[c][self.heavy][heavy], m3[c][self.bulky][bulky], [1.0]])
                self.highs.addCol(cost[c], 0.0, highspy.kHighsInf, len(rows), rows.astype(np.int32), amounts)
        self.evaluations += 1
        if (numbers >= 0).any():
            self.columns.append(Column(response.available.astype(np.float32), n, w, units, numbers))

    # --- the programme

    def _begin(self) -> None:
        """An empty programme: rows for room and for every class, columns for vehicles."""
        self.highs = highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
            highs.setOptionValue(option, value)
        kg, m3 = self.room_kg.ravel(), self.room_m3.ravel()
        self.used = np.flatnonzero(self.most.ravel() > 0)
        open_ = self.most.ravel() > 0
        self.heavy, self.bulky = np.flatnonzero((kg > 0) & open_), np.flatnonzero((m3 > 0) & open_)
        self.convex = len(self.heavy) + len(self.bulky)
        given_kg, given_m3, _ = self.given
        none, nothing = np.zeros(0, np.int32), np.zeros(0)
        for limit in np.concatenate([-given_kg.ravel()[self.heavy], -given_m3.ravel()[self.bulky]]):
            highs.addRow(-highspy.kHighsInf, float(limit), 0, none, nothing)
        for _ in range(self.classes):
            highs.addRow(1.0, 1.0, 0, none, nothing)
        heavy_row = np.full(kg.size, -1)
        heavy_row[self.heavy] = np.arange(len(self.heavy))
        bulky_row = np.full(kg.size, -1)
        bulky_row[self.bulky] = len(self.heavy) + np.arange(len(self.bulky))
        for cell in self.used.tolist():
            rows = np.array([row for row in (heavy_row[cell], bulky_row[cell]) if row >= 0], np.int32)
            amounts = np.array(
                [
                    -amount
                    for row, amount in ((heavy_row[cell], kg[cell]), (bulky_row[cell], m3[cell]))
                    if row >= 0
                ]
            )
            highs.addCol(
                self.cost.ravel()[cell],
                self.least.ravel()[cell],
                self.most.ravel()[cell],
                len(rows),
                rows,
                amounts,
            )
        self.value = np.zeros(self.classes)
        self.used_last = np.zeros(
            len(self.used), np.int64
        )  # of every column, in which solve it was last used

    def _count(self) -> None:
        """New columns count as used now."""
        self.solves += 1
        new = self.highs.getNumCol() - len(self.used_last)
        self.used_last = np.append(self.used_last, np.full(new, self.solves))

    def _forget(self, splits: Sequence[Split]) -> None:
        """Take columns out of the programme that were not used for long, and rows of splits that are not in force."""
        highs, count = self.highs, self.highs.getNumCol()
        stay = np.zeros(count, bool)
        stay[: self.first] = True
        self._count()
        keep = {self.key(split) for split in splits}
        rows = []
        for key, (row, slack) in self.rows.items():
            stay[slack] = key in keep
            if key not in keep:
                rows.append(row)
        slacks = [slack for _, slack in self.rows.values()]
        mixed = np.setdiff1d(np.arange(self.first, count), slacks)
        recent = mixed[np.argsort(-self.used_last[mixed], kind="stable")[: KEPT * self.classes]]
        stay[recent] = True
        gone = np.flatnonzero(~stay).astype(np.int32)
        highs.deleteCols(len(gone), gone)
        highs.deleteRows(len(rows), np.sort(np.array(rows, np.int32)))
        highs.clearSolver()  # what is known of a basis is of the programme before
        new = np.where(stay, np.cumsum(stay) - 1, -1)
        left = np.ones(highs.getNumRow() + len(rows), bool)
        left[rows] = False
        place = np.cumsum(left) - 1
        self.rows = {
            key: (int(place[row]), int(new[slack])) for key, (row, slack) in self.rows.items() if key in keep
        }
        self.used_last = self.used_last[stay]
        self.columns = [
            replace(column, numbers=numbers)
            for column in self.columns
            if ((numbers := np.where(column.numbers >= 0, new[column.numbers], -1)) >= 0).any()
        ]

    @staticmethod
    def key(split: Split) -> tuple[bool, int, bytes]:
        """What tells a split from others."""
        return split.at_least, split.number, split.cells.tobytes()

    def row_of(self, split: Split) -> int:
        """The row of a split; it may be broken at a price that nothing is worth."""
        key = self.key(split)
        if key not in self.rows:
            position = np.searchsorted(self.used, split.cells).astype(np.int32)
            self.rows[key] = self.highs.getNumRow(), self.highs.getNumCol()
            self.highs.addRow(
                -highspy.kHighsInf, highspy.kHighsInf, len(position), position, np.ones(len(position))
            )
            row = np.array([self.rows[key][0]], np.int32)
            self.highs.addCol(
                self.dear, 0.0, highspy.kHighsInf, 1, row, np.array([1.0 if split.at_least else -1.0])
            )
        return self.rows[key][0]

    @cached_property
    def dear(self) -> float:
        """More than any vehicle saves."""
        return 10.0 * float(self.cost.max(initial=1.0)) + abs(self.bound)

    def solve(self, splits: Sequence[Split] = (), fixed: Floats | None = None) -> Mixture:
        """Mix the columns under the splits, or with these vehicles."""
        highs, infinite = self.highs, highspy.kHighsInf
        if highs.getNumCol() > self.first + FULL * self.classes:
            self._forget(splits)
        rows = [self.row_of(split) for split in splits]
        for row, _ in self.rows.values():
            if row not in rows:
                highs.changeRowBounds(row, -infinite, infinite)
        for row, split in zip(rows, splits, strict=True):
            number = float(split.number)
            highs.changeRowBounds(row, *((number, infinite) if split.at_least else (-infinite, number)))
        low, high, cost = self.least, self.most, self.cost
        if fixed is not None:
            # a little more than there is would be very dear: else prices of room would know no limit
            low, high, cost = fixed, np.where(fixed > 0, fixed + self.most, fixed), DEAR * self.cost
        count = len(self.used)
        columns = np.arange(count, dtype=np.int32)
        highs.changeColsBounds(count, columns, low.ravel()[self.used], high.ravel()[self.used])
        highs.changeColsCost(count, columns, cost.ravel()[self.used])
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            highs.clearSolver()  # from the last basis it was lost in rounding
            highs.run()
        solution = highs.getSolution()
        x, dual = np.array(solution.col_value), np.array(solution.row_dual)
        self._count()
        self.used_last[x > 0.0] = self.solves
        kg, m3 = np.zeros(self.cost.size), np.zeros(self.cost.size)
        kg[self.heavy] = np.maximum(0.0, -dual[: len(self.heavy)])
        m3[self.bulky] = np.maximum(0.0, -dual[len(self.heavy) : self.convex])
        self.value = dual[self.convex : self.convex + self.classes]
        prices = np.array([abs(dual[row]) for row in rows])
        vehicles = np.zeros(self.cost.size)
        vehicles[self.used] = x[:count]
        room = Room(kg.reshape(self.shape), m3.reshape(self.shape), prices)
        total = highs.getInfo().objective_function_value + self.given[2]
        if fixed is not None:
            total -= (DEAR - 1.0) * float(np.sum(self.cost * fixed))
        return Mixture(total, vehicles.reshape(self.shape), room, x)

    def search(
        self,
        start: Room,
        splits: Sequence[Split] = (),
        fixed: Floats | None = None,
        *,
        cutoff: float = np.inf,
        most: int = 30,
    ) -> tuple[float, Room, Mixture]:
        """Better prices from `start`, until bound and programme are close, or the bound is above `cutoff`."""
        closed = None if fixed is None else (fixed < 0.5) & (self.most > 0)
        best, centre = -np.inf, start
        mixture, share = self.solve(splits, fixed), HALFWAY
        for step in range(most):
            room = start if step == 0 else centre.towards(mixture.room, share)
            before = self.highs.getNumCol()
            found = self.evaluate(room, splits, closed, fixed)
            # prices between say nothing new: go all the way
            share = 1.0 if found <= best and self.highs.getNumCol() == before else HALFWAY
            if found > best:
                best, centre = found, room
            if self.highs.getNumCol() > before:
                mixture = self.solve(splits, fixed)
            if mixture.cost - best <= CLOSE * max(1.0, abs(mixture.cost)) or best >= cutoff:
                break
        return best, centre, mixture


def _classes(outer: Outer) -> Ints:
    """Stock points whose goods are held at a similar cost per kg."""
    problem = outer.block.problem
    weight = np.maximum(problem.items.weight[problem.stock.item], 1e-6)
    order = np.argsort(problem.stock.holding[:, 0] / weight, kind="stable")
    group = np.zeros(len(order), np.int64)
    group[order] = np.arange(len(order)) * min(CLASSES, len(order)) // max(len(order), 1)
    return group

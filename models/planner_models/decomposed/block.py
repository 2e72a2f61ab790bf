"""Parts of a problem that meet others only in prices: the locations that share vehicles, with all that arrives there."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner_models.decomposed.loads import Loads
from planner_models.decomposed.points import NEVER, Points, Response, Terms
from planner_models.decomposed.prices import Prices, Ways
from planner_models.problem import Flags, Floats, Ints, Problem, taken


@dataclass(frozen=True)
class Block:
    """A problem of its own; `points`, `shipments`, `lanes` and `loads` are the numbers in the whole problem."""

    problem: Problem
    places: Ints
    points: Ints
    shipments: Ints
    lanes: Ints
    loads: Ints
    source: Ints  # of every shipment: the stock point in the whole problem that it leaves, −1 = a supplier
    leaves: Flags  # N × T: something can leave the stock point on the day

    @cached_property
    def ways(self) -> Ways:
        """All shipments and days."""
        return Ways.of(self.problem)

    @cached_property
    def freight(self) -> Loads:
        """What loads cost and carry."""
        return Loads(self.problem, self.ways)

    @cached_property
    def recursion(self) -> Points:
        """The stock points, ready for the recursion."""
        return Points.of(self.problem)

    def outer(self, prices: Prices) -> "Outer":
        """What the block sees of the prices of the whole problem."""
        ways, shape = self.ways, self.problem.lanes.open.shape
        own = Prices(
            kg=np.zeros(shape),
            m3=np.zeros(shape),
            stock=prices.stock[self.points],
            use=prices.use,
            vehicles=prices.vehicles[self.loads],
            supply=prices.supply,
        )
        source = self.source[ways.shipment]
        stock = np.where(source >= 0, prices.stock[source, ways.day], 0.0)
        per_unit = ways.price(own) + stock
        leaving = np.where(self.leaves, own.stock, -NEVER)
        return Outer(self, own, per_unit, leaving, self._holding(own))

    def _holding(self, own: Prices) -> Floats:
        return np.asarray(self.problem.stock.holding + self.ways.storage_price(own))


@dataclass(frozen=True)
class Outer:
    """A block at given prices of all that it shares with others."""

    block: Block
    prices: Prices
    per_unit: Floats  # W, of every way without room on vehicles [money per unit]
    leaving: Floats  # N × T
    holding: Floats  # N × T

    def respond(
        self,
        kg: Floats,
        m3: Floats,
        hint: Floats,
        asked: Floats | None = None,
        shortage: Floats | None = None,
    ) -> tuple[Response, Ints]:
        """What stock points do if room costs `kg` and `m3` (`M × T`), and the ways by which goods arrive (`N × T+1`).

        If something is `asked` for, that leaves instead of what pays (see `Points.respond`).
        """
        terms, way = self.terms(kg, m3)
        if asked is not None:
            terms = replace(terms, leaving=np.full(terms.leaving.shape, -NEVER))
        # who pays more for what leaves than it costs on the same day loses that on all there can ever be
        price = terms.arriving[:, :-1]
        gift = np.maximum(0.0, terms.leaving - np.where(price < NEVER, price, np.inf))
        points = self.block.recursion
        terms = replace(terms, leaving=terms.leaving - gift)
        response = points.respond(terms, hint, asked, shortage)
        return replace(response, bound=response.bound - gift.sum(axis=1) * points.far), way

    def terms(self, kg: Floats, m3: Floats) -> tuple[Terms, Ints]:
        """The terms of the stock points if room costs `kg` and `m3` (`M × T`), and the ways by which goods arrive (`N × T+1`)."""
        ways = self.block.ways
        closed = kg[ways.lane, ways.day] >= NEVER
        price = self.per_unit + ways.weight * kg[ways.lane, ways.day] + ways.volume * m3[ways.lane, ways.day]
        arriving, way = ways.cheapest(np.where(closed, NEVER, price))
        return Terms(arriving, self.leaving, self.holding), way


def blocks_of(problem: Problem) -> list[Block]:
    """The blocks of a problem, in the order of their first location."""
    lanes, ship, stock = problem.lanes, problem.shipments, problem.stock
    count = len(problem.locations.names)
    first = np.unique(lanes.load, return_index=True)[1]
    meets = coo_array(
        (np.ones(len(lanes.load)), (lanes.destination[first[lanes.load]], lanes.destination)),
        shape=(count, count),
    )
    member = connected_components(meets, directed=False)[1]
    leaves = np.zeros(stock.mean.shape, bool)
    own = ship.source >= 0
    np.logical_or.at(leaves, ship.source[own], ship.open[own] & (ship.max_lots[own] > 0)[:, None])
    by_point = _members(member[stock.location], count)
    by_lane = _members(member[lanes.destination], count)
    by_shipment = _members(member[lanes.destination[ship.lane]], count)
    blocks = []
    for number in range(count):
        if len(by_point[number]) or len(by_lane[number]):
            places = np.flatnonzero(member == number)
            part = by_point[number], by_shipment[number], by_lane[number]
            blocks.append(_block(problem, places, *part, leaves))
    return blocks


def _members(group: Ints, count: int) -> list[Ints]:
    order = np.argsort(group, kind="stable")
    return np.split(order, np.searchsorted(group[order], np.arange(1, count)))


def _block(
    problem: Problem, places: Ints, points: Ints, shipments: Ints, lanes: Ints, leaves: Flags
) -> Block:
    loads, load = np.unique(problem.lanes.load[lanes], return_inverse=True)
    new_point = np.full(len(problem.stock.item), -1)
    new_point[points] = np.arange(len(points))
    new_lane = np.full(len(problem.lanes.load), -1)
    new_lane[lanes] = np.arange(len(lanes))
    ship = taken(problem.shipments, shipments)
    source = ship.source
    ship = replace(
        ship,
        source=np.full(len(shipments), -1),
        target=new_point[ship.target],
        lane=new_lane[ship.lane],
    )
    part = problem.replace(
        stock=taken(problem.stock, points),
        lanes=replace(taken(problem.lanes, lanes), load=load),
        loads=taken(problem.loads, loads),
        shipments=ship,
    )
    return Block(part, places, points, shipments, lanes, loads, source, leaves[points])

"""Who orders what from whom, and when it comes: one source per stock point, and the days on which it delivers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner_models.baselines.sources import NOBODY, sources_of
from planner_models.problem import Flags, Floats, Ints, Problem

NEVER = 10**6  # days
PATIENCE = 14  # days


@dataclass(frozen=True)
class Link:
    """All that goes from one location to another as a rule.

    A *stage* is a delivery: what may leave on `day` and is there on `due`. Of several days with the same due day the last counts.
    """

    origin: int
    destination: int
    points: Ints  # P, stock points that order here
    lanes: Ints  # lane-modes; emergency ones only where there is no other
    day: Ints  # S, ascending
    due: Ints  # S, ascending; may be after the horizon
    shipment: Ints  # P × lanes, the shipment of a point by a lane; −1 = can't ride


@dataclass(frozen=True)
class Chain:
    """The sources of all stock points; arrays of length `N`, or `N × T`."""

    problem: Problem
    source: Ints  # location that a point orders from, −1 = nobody
    feeder: Ints  # stock point that its orders leave, −1 = a supplier
    links: tuple[Link, ...]  # those first that serve nobody
    opens: Flags  # N × T, a delivery can be ordered on the day
    due: Ints  # N × T, when it is there; −1 where none can be ordered
    lot: Floats  # N, units of a lot; 0 where nothing can be ordered
    least: Ints  # N, lots of an order at least
    most: Ints  # N, lots of an order that no sensible plan exceeds
    cost: Floats  # N, what a unit costs besides freight: handling at both ends, dearer sources [money]
    line_cost: Floats  # N, of an order line [money]

    @cached_property
    def waves(self) -> list[list[Link]]:
        """Links whose destinations serve nobody that is still to be planned, then those that serve them, and so on."""
        found: list[list[Link]] = []
        left = list(self.links)
        while left:
            origins = {link.origin for link in left}
            ready = [link for link in left if link.destination not in origins]
            ready = ready or left[:1]  # a circle is cut
            found.append(ready)
            left = [link for link in left if not any(link is done for done in ready)]
        return found

    @cached_property
    def served(self) -> Floats:
        """Variance of the demand that each point serves, its own and that of its dependants (`N × T`) [units²]."""
        variance = self.problem.stock.sd**2
        return self._upwards(variance)

    @cached_property
    def demand(self) -> Floats:
        """Mean of the demand that each point serves (`N × T`) [units]."""
        return self._upwards(self.problem.stock.mean)

    @cached_property
    def worth(self) -> Floats:
        """What a missing unit costs (`N`) [money]: at a point with demand the lost sale, else the least of its dependants."""
        stock = self.problem.stock
        own = stock.mean.sum(axis=1) > 0
        must = np.where(stock.must_meet, np.maximum(stock.lost_cost, self._dearest), stock.lost_cost)
        worth = np.where(own, must, np.inf)
        for points in self._order:
            sold = points[self.feeder[points] >= 0]
            up = self.feeder[sold]
            passive = ~own[up]
            np.minimum.at(worth, up[passive], worth[sold[passive]])
        return np.where(np.isfinite(worth), worth, 0.0)

    @cached_property
    def lasts(self) -> Floats:
        """Days from the arrival of a unit until nobody buys it any more (`N`); inf where nothing expires."""
        daily = self.demand.mean(axis=1) / self.problem.length.mean()
        with np.errstate(divide="ignore", invalid="ignore"):
            cover = self.problem.stock.shelf.mean(axis=1) / daily
        return np.asarray(1.0 + np.where(np.isnan(cover), np.inf, cover))

    def patient(self, link: Link) -> bool:
        """Whether goods of a link may lie a few days: nothing on it expires before long."""
        return bool((self.lasts[link.points] > PATIENCE).all())

    @cached_property
    def _dearest(self) -> float:
        """More than any unit is worth: what must be met."""
        stock = self.problem.stock
        return 10.0 * float(
            max(1.0, stock.lost_cost.max(initial=0.0), self.problem.items.unit_cost.max(initial=0.0))
        )

    @cached_property
    def _order(self) -> list[Ints]:
        return [np.concatenate([link.points for link in wave]) for wave in self.waves]

    def _upwards(self, values: Floats) -> Floats:
        total = np.array(values, float)
        for points in self._order:
            sold = points[self.feeder[points] >= 0]
            np.add.at(total, self.feeder[sold], total[sold])
        return total


def chain_of(problem: Problem, *, cheapest: bool = False) -> Chain:
    """Every stock point with its source (`sources.py`), and what follows from that."""
    stock, ship, lanes = problem.stock, problem.shipments, problem.lanes
    count, days = stock.mean.shape
    possible = np.flatnonzero(ship.open.any(axis=1))
    source = sources_of(problem, cheapest=cheapest)
    targets = np.flatnonzero(source != NOBODY)

    links, opens, due = [], np.zeros((count, days), bool), np.full((count, days), -1)
    feeder, lot, least, most = (
        np.full(count, NOBODY),
        np.zeros(count),
        np.ones(count, np.int64),
        np.zeros(count, np.int64),
    )
    cost, line_cost = np.zeros(count), np.zeros(count)
    pairs = np.unique(np.stack([source[targets], stock.location[targets]], axis=1), axis=0)
    for start, end in pairs.tolist():
        points = np.flatnonzero((source == start) & (stock.location == end))
        link = _link(problem, start, end, points, possible)
        links.append(link)
        known = link.shipment[np.arange(len(points)), np.argmax(link.shipment >= 0, axis=1)]
        feeder[points] = ship.source[known]
        case = problem.items.case_size[ship.item[known]]
        lot[points] = ship.lot_cases[known] * case
        least[points] = np.maximum(1, np.ceil(ship.min_units[known] / lot[points] - 1e-9))
        most[points] = np.minimum(ship.max_lots[known], 2**40)
        place = problem.locations
        per_case = place.case_cost[start] + place.case_cost[end]
        cost[points] = per_case / case + ship.purchase[known]
        line_cost[points] = place.line_cost[start] + place.line_cost[end]
        arrival = np.full((len(points), days), NEVER)
        for column, lane in enumerate(link.lanes.tolist()):
            there = link.shipment[:, column] >= 0
            rides = ship.open[link.shipment[there, column]]
            arrival[there] = np.where(rides, np.minimum(arrival[there], lanes.arrival[lane]), arrival[there])
        rides = np.isin(np.arange(days), link.day) & (arrival < NEVER)
        opens[points] = rides
        due[points] = np.where(rides, arrival, -1)
    return Chain(problem, source, feeder, tuple(links), opens, due, lot, least, most, cost, line_cost)


def _link(problem: Problem, origin: int, destination: int, points: Ints, possible: Ints) -> Link:
    """The regular lanes from one location to another, their deliveries, and which shipment takes what."""
    ship, lanes = problem.shipments, problem.lanes
    mine = possible[np.isin(ship.target[possible], points) & (lanes.origin[ship.lane[possible]] == origin)]
    all_lanes = np.unique(ship.lane[mine])
    regular = all_lanes[~lanes.emergency[all_lanes]]
    used = (
        regular if np.isin(points, ship.target[mine[np.isin(ship.lane[mine], regular)]]).all() else all_lanes
    )
    shipment = np.full((len(points), len(used)), NOBODY)
    mine = mine[np.isin(ship.lane[mine], used)]
    shipment[np.searchsorted(points, ship.target[mine]), np.searchsorted(used, ship.lane[mine])] = mine
    rides = np.zeros((len(used), problem.days), bool)
    np.logical_or.at(rides, np.searchsorted(used, ship.lane[mine]), ship.open[mine])
    arrival = np.where(rides, lanes.arrival[used], NEVER).min(axis=0, initial=NEVER)
    day = np.flatnonzero(arrival < NEVER)
    # of several days with the same arrival the last, and none that a later one overtakes
    day = np.array([t for t in day.tolist() if not (arrival[t + 1 :] <= arrival[t]).any()], np.int64)
    return Link(origin, destination, points, used, day, arrival[day], shipment)

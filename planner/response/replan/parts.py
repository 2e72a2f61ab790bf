"""Which shipments are planned again: those into the stock points that are touched, and who is beside, above and below them."""

import numpy as np

from planner.response.replan.situation import Situation
from planner_models.problem import Flags, Floats, Ints
from planner_models.projection import Projection

WIDEST = 6_000  # shipments; no neighbourhood is widened beyond that
NEAR = 2  # days before and after a load that others on it may move to


def into(situation: Situation, points: Ints) -> Flags:
    """Shipments (`K`) that reach stock points."""
    inside = np.zeros(len(situation.problem.stock.item), bool)
    inside[points] = True
    return np.asarray(inside[situation.problem.shipments.target])


def in_order(situation: Situation, points: Ints, most: int) -> list[Flags]:
    """The shipments into the points (`K × T`) in parts of at most about `most`, those with most at stake first.

    Points of one location stay together if the points are at few locations, else those of one item.
    """
    stock, ship = situation.problem.stock, situation.problem.shipments
    shipments = np.bincount(ship.target, minlength=len(stock.item))
    if shipments[points].sum() <= most:
        return [_all_days(situation, into(situation, points))]
    few = len(np.unique(stock.location[points])) <= len(np.unique(stock.item[points]))
    group = (stock.location if few else stock.item)[points]
    stake = at_stake(situation)[points]
    names, row = np.unique(group, return_inverse=True)
    total, size = np.bincount(row, stake), np.bincount(row, shipments[points])
    order = np.argsort(-total, kind="stable")
    part = (np.cumsum(size[order]) - 1) // most
    number = np.empty(len(names), np.int64)
    number[order] = part
    return [
        _all_days(situation, into(situation, points[number[row] == one])) for one in np.unique(part).tolist()
    ]


def at_stake(situation: Situation) -> Floats:
    """How much each stock point may gain (`N`) [money]: by how much its own cost has changed, and what it has ordered."""
    plan = situation.plan
    money = np.abs(_own_cost(plan))
    if situation.before is not None:
        then, stock, old = situation.before.plan, situation.problem.stock, situation.before.problem.stock
        places = len(situation.problem.locations.names)
        was = dict(zip((old.item * places + old.location).tolist(), _own_cost(then).tolist(), strict=True))
        key = (stock.item * places + stock.location).tolist()
        money = np.abs(_own_cost(plan) - np.array([was.get(one, 0.0) for one in key]))
    units = np.abs(situation.published - plan.lots).sum(axis=1)
    ship = situation.problem.shipments
    lost = np.bincount(ship.target, units, len(money))
    return np.asarray(money + lost + 1e-6 * plan.stock.arrivals.sum(axis=1))


def _own_cost(plan: Projection) -> Floats:
    """Holding, lost sales and waste of every stock point [money], and what leaves that isn't there."""
    stock, flow = plan.problem.stock, plan.stock
    unit_cost = plan.problem.items.unit_cost[stock.item]
    own = (stock.holding * flow.closing).sum(axis=1) + unit_cost * flow.waste.sum(axis=1)
    own += stock.lost_cost * (stock.mean - flow.sales).sum(axis=1)
    return np.asarray(own + unit_cost * np.maximum(0.0, -flow.available).sum(axis=1))


def upstream(situation: Situation, _plan: Projection, free: Flags) -> Flags | None:
    """Shipments into the stock points that serve those inside; None if that is too much."""
    ship = situation.problem.shipments
    sources = np.unique(ship.source[free.any(axis=1)])
    return _not_too_many(situation, free, into(situation, sources[sources >= 0]))


def downstream(situation: Situation, _plan: Projection, free: Flags) -> Flags | None:
    """Shipments into the stock points that are served by the same ones, or by those inside; None if that is too much."""
    ship = situation.problem.shipments
    mine = free.any(axis=1)
    served_by = np.zeros(len(situation.problem.stock.item) + 1, bool)
    served_by[ship.source[mine]] = served_by[ship.target[mine]] = True
    served_by[-1] = False  # suppliers
    return _not_too_many(situation, free, served_by[ship.source])


def sharing_loads(situation: Situation, plan: Projection, _free: Flags) -> Flags | None:
    """What may ride on the loads whose vehicles have become more or fewer, or on their other days nearby."""
    problem, published = situation.problem, situation.plan
    ship, lanes, days = problem.shipments, problem.lanes, problem.days
    other = plan.loads.vehicles != published.loads.vehicles
    if not other.any():
        return None
    near = np.zeros(other.shape, bool)
    for shift in range(-NEAR, NEAR + 1):
        first, last = max(0, shift), min(days, days + shift)
        near[:, first:last] |= other[:, first - shift : last - shift]
    cells = near[lanes.load[ship.lane]] & ship.open
    if int(cells.any(axis=1).sum()) > WIDEST:
        return None
    return cells


def _not_too_many(situation: Situation, free: Flags, shipments: Flags) -> Flags | None:
    if int((shipments | free.any(axis=1)).sum()) > WIDEST:
        return None
    return _all_days(situation, shipments)


def _all_days(situation: Situation, shipments: Flags) -> Flags:
    return np.asarray(shipments[:, None] & situation.problem.shipments.open)

"""A part of a plan that may change, as a problem of its own in which all the rest of the plan is given.

The rest counts as given orders do: its weight is on the lanes, its use of resources is used, its goods arrive and leave. What is
inside has its own stock points: those that a free shipment leaves or reaches. So every cost and every limit that a change inside
can move is in the smaller problem, and differences of cost there are differences of the whole (models/README.md, section 11).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from planner_models.movements import Lines, Movements, movements_of
from planner_models.problem import RESOURCES, Flags, Floats, GivenOrders, Ints, OrderMinimums, Problem, taken
from planner_models.projection import Projection

STORAGE = RESOURCES.index("storage_m3")


@dataclass(frozen=True)
class Neighbourhood:
    """Some shipments and periods of a plan, beside the rest of it."""

    plan: Projection  # of the whole
    problem: Problem  # of what is inside
    shipments: Ints  # their numbers in the whole
    points: Ints  # stock points, likewise
    free: Flags  # K × T of the whole

    @cached_property
    def lots(self) -> Ints:
        """The plan inside (`K × T` of its problem)."""
        return np.where(self.free[self.shipments], self.plan.lots[self.shipments], 0)

    @cached_property
    def outside(self) -> float:
        """What the whole costs more than what is inside, whatever happens there [money]."""
        return self.plan.cost - Projection(self.problem, self.lots).cost

    def whole(self, lots: Ints) -> Ints:
        """The whole plan (`K × T`) with these lots inside."""
        found = self.plan.lots.copy()
        found[self.shipments] = np.where(self.free[self.shipments], lots, found[self.shipments])
        return found


def narrowed(plan: Projection, free: Flags) -> Neighbourhood:
    """The problem of the shipments and periods that are `free` (`K × T`), beside the rest of the plan."""
    problem, stock, ship, lanes = plan.problem, plan.problem.stock, plan.problem.shipments, plan.problem.lanes
    mine = np.flatnonzero(free.any(axis=1))
    ends = np.r_[ship.source[mine], ship.target[mine]]
    points = np.unique(ends[ends >= 0])
    rest = plan.lines.at(~free[plan.lines.shipment, plan.lines.period])
    others = movements_of(problem, rest)
    number = np.full(len(stock.item) + 1, -1)  # the last one stands for suppliers
    number[points] = np.arange(len(points))
    inside, shipments = taken(stock, points), taken(ship, mine)
    supply = np.flatnonzero(np.isin(problem.supply.item, ship.item[mine]))
    own = problem.replace(
        stock=replace(
            inside,
            given_in=inside.given_in + others.arrivals[points],
            given_out=inside.given_out + others.dispatched[points],
            given_later=inside.given_later + others.later[points],
        ),
        shipments=replace(
            shipments,
            source=number[shipments.source],
            target=number[shipments.target],
            open=shipments.open & free[mine],
            previous=shipments.previous * free[mine],
        ),
        lanes=replace(
            lanes, given_kg=lanes.given_kg + others.lane_kg, given_m3=lanes.given_m3 + others.lane_m3
        ),
        supply=replace(
            taken(problem.supply, supply), given=problem.supply.given[supply] + others.supplied[supply]
        ),
        minimums=_minimums(problem, others),
        capacities=replace(problem.capacities, given_use=_use(plan, others, points)),
        given=_given(problem, rest),
    )
    return Neighbourhood(plan, own, mine, points, free)


def _minimums(problem: Problem, others: Movements) -> OrderMinimums:
    """Order minimums to which the others contribute, and which they have to keep."""
    minimums = problem.minimums
    return replace(
        minimums,
        given_value=minimums.given_value + others.ordered_value,
        given_kg=minimums.given_kg + others.ordered_kg,
        due=minimums.due | others.ordered,
    )


def _use(plan: Projection, others: Movements, points: Ints) -> Floats:
    """What others use: without vehicles, which follow from all goods together, and without room for the stock inside.

    Only room that is limited is counted, because the stock of all others has to be known for it.
    """
    problem = plan.problem
    stock, limits = problem.stock, problem.capacities
    use: Floats = limits.given_use + others.use
    full = np.isfinite(limits.limit[STORAGE]).any(axis=1)[stock.location]
    full[points] = False
    rows = np.flatnonzero(full)
    if len(rows):
        room = plan.stock.stock[rows] * problem.items.volume[stock.item[rows]][:, None]
        np.add.at(use[STORAGE], stock.location[rows], room)
    return use


def _given(problem: Problem, rest: Lines) -> GivenOrders:
    """Given orders, and what the rest of the plan dispatches, which is given here; only the first have names."""
    given, ship, lanes = problem.given, problem.shipments, problem.lanes
    k, t = rest.shipment, rest.period
    lane = ship.lane[k]
    return GivenOrders(
        order_id=given.order_id + ("",) * len(k),
        item=np.r_[given.item, ship.item[k]],
        lane=np.r_[given.lane, lane],
        day=np.r_[given.day, t],
        arrival=np.r_[given.arrival, lanes.arrival[lane, t]],
        leaves=np.r_[given.leaves, lanes.leaves[lane, t]],
        lands=np.r_[given.lands, lanes.lands[lane, t]],
        units=np.r_[given.units, rest.units],
    )

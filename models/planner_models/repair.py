"""A plan made good again where something has changed: a neighbourhood of it is improved lot by lot, the rest stays.

By work and not by time, so that the same question has the same answer; a clock can only end it early.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner_models.decomposed.dual import Dual
from planner_models.decomposed.lots import LotSearch
from planner_models.decomposed.prices import Prices
from planner_models.incumbent import Effort, Incumbent, Infeasible
from planner_models.neighbourhood import Neighbourhood, narrowed
from planner_models.problem import Flags, Floats, Ints, Problem
from planner_models.projection import Projection

FOREVER = 1e9  # seconds
ROAMED = 8_000  # free shipments and days up to which trials at random follow
LOOKS, ROUNDS = 1, 4  # looks without a gain before trials end, and rounds of trials between them
BREACH = (
    1e4  # money per unit of a limit that is exceeded, to tell which of two plans that break limits is nearer
)
SECONDS = 5.0  # for the joint model of a small part


@dataclass(frozen=True)
class Repair:
    """A plan (`K × T`) that is no worse than the one before, and how much better it is [money] (see `worth`)."""

    lots: Ints
    saved: float


def repaired(
    plan: Projection,
    free: Flags,
    *,
    per_case: float = 0.0,
    published: Ints | None = None,
    seed: int = 0,
    exactly: bool = False,
    over: Callable[[], bool] = lambda: False,
    thorough: bool = True,
) -> Repair:
    """Improve what is `free` (`K × T`) and leave the rest; where that is little, `exactly` by the joint model.

    A case away from the lots that were `published` (by default those of the plan) costs `per_case`, which counts in `saved`. Unless
    it is `thorough` lots are improved one by one, and that is all: most of the gain in a tenth of the time.
    """
    part = narrowed(plan, free)
    if not len(part.shipments):
        return Repair(plan.lots, 0.0)
    problem = part.problem
    if per_case > 0:
        problem = with_cost_of_changes(part, plan.lots if published is None else published, per_case)
    best = Incumbent(problem, Effort(0.0, FOREVER, 1, seed), lambda _: None, over)
    search = LotSearch(best, Dual.of(problem))
    best.offer(part.lots)
    search.go_on(part.lots)
    ways = int(problem.shipments.open.sum())
    if thorough and ways <= ROAMED:
        search.wander(LOOKS, ROUNDS)
    found = search.lots if best.lots is None else best.lots
    if exactly and problem.small and not over():
        found = _exactly(problem, found, seed)
    saved = worth(Projection(problem, part.lots)) - worth(Projection(problem, found))
    return Repair(part.whole(found), saved) if saved > 1e-9 else Repair(plan.lots, 0.0)


def _exactly(problem: Problem, lots: Ints, seed: int) -> Ints:
    """The optimum of a small problem, or the best that the joint model finds."""
    from planner_models import exact  # it takes a second to load

    try:
        found = exact.solve(problem, Effort(0.0, SECONDS, 1, seed), start=lots)
    except Infeasible:
        return lots
    return lots if found.lots is None else found.lots


def with_cost_of_changes(part: Neighbourhood, published: Ints, per_case: float) -> Problem:
    """The problem of a part in which a case away from the published plan costs so much, instead of what the tables say."""
    problem, ship = part.problem, part.problem.shipments
    cases = published[part.shipments] * ship.lot_cases[:, None] * part.free[part.shipments]
    return problem.replace(change_cost=per_case, shipments=replace(ship, previous=cases.astype(float)))


def worth(projection: Projection) -> float:
    """Cost, and a penalty for broken limits that nothing is worth [money]."""
    return projection.cost + BREACH * sum(projection.excess.values())


def bound_at(part: Neighbourhood, prices: Prices | None) -> float:
    """What any plan with the same rest costs at least inside [money].

    The Lagrangian bound, which is a true one at any prices; that of the joint model where the part is small.
    """
    if part.problem.small:
        from planner_models import exact

        return exact.solve(part.problem, Effort(0.0, SECONDS, 1, 0), start=part.lots).bound
    dual = Dual.of(part.problem)
    start = dual.first_prices()
    hint: Floats = np.zeros(part.problem.stock.mean.shape)
    found = [dual.evaluate(start, hint).bound]
    if prices is not None:
        share = np.ones(part.problem.loads.vehicle_kg.shape)
        found.append(dual.evaluate(dual.loads.room_prices(prices, share), hint).bound)
    return max(0.0, *found)

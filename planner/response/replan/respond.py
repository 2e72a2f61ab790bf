"""The best response to what has changed: the neighbourhood is planned again, the rest of the published plan stays.

situation = Situation.of(data, run.plan.orders)           # once; about two seconds on 50 stores × 1,000 items
now = situation.with_tables(applied(data, events))        # after each event
response = respond(now, now.points(scope(data, orders, events).pairs))
response.saved                                            # do nothing − best response [money]
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from planner.response.replan.parts import downstream, in_order, sharing_loads, upstream
from planner.response.replan.situation import Situation
from planner_models.budget import steps
from planner_models.problem import SMALL, Flags, Ints
from planner_models.projection import Projection
from planner_models.repair import repaired, worth

MOST = 6_000  # shipments that are planned together
SPARSER = (0.5, 2.0)  # of what a changed case brings on average: a price at which fewer cases change
PATIENCE = 2  # parts without a gain before the rest is left as it is
LITTLE = 1e-6  # money
PAYS = 0.01  # of what was saved before: a wider neighbourhood that brings less is not worth its changes


@dataclass(frozen=True)
class Limits:
    """How much may change, and how long that may take; None = no limit. `change_cost` is money per changed case."""

    max_changes: int | None = None
    change_cost: float = 0.0
    time_limit: float = 4.0
    seed: int = 0


UNLIMITED = Limits()


@dataclass(frozen=True)
class Response:
    """A plan (`lots`, `K × T` of the situation's problem) that differs from the published one inside a neighbourhood only."""

    situation: Situation
    plan: Projection
    free: Flags  # K × T, the neighbourhood
    rings: tuple[str, ...]  # what it was widened by, in turn
    ended: bool  # all of it was looked at; False: the clock ended it
    candidates: tuple[Ints, ...] = field(repr=False, default=())  # better plans with more changes
    fewest: int | None = (
        None  # order lines that have to change, as far as is known, where so few break a limit
    )

    @property
    def lots(self) -> Ints:
        """Lots of the new plan."""
        return self.plan.lots

    @property
    def cost_before(self) -> float:
        """What the published plan costs now, as far as it is still possible [money]."""
        return self.situation.plan.cost

    @property
    def cost_after(self) -> float:
        """What the new plan costs [money]."""
        return self.plan.cost

    @property
    def saved(self) -> float:
        """How much better it is to respond than to do nothing [money]; includes what limits that are broken would count."""
        return self.cost_before - self.cost_after

    @property
    def feasible(self) -> bool:
        """Whether all limits are kept."""
        return not self.plan.excess

    @property
    def changes(self) -> int:
        """Order lines that differ from the published plan: new ones, cancelled ones, other quantities."""
        return int((self.lots != self.situation.published).sum()) + self.situation.lost

    @cached_property
    def changed_cases(self) -> float:
        """Cases that differ from the published plan."""
        return self.situation.cases_between(self.lots) + self.situation.lost_cases


def respond(
    situation: Situation,
    points: Ints,
    limits: Limits = UNLIMITED,
    stop: Callable[[], bool] = lambda: False,
    earlier: Sequence[Ints] = (),
) -> Response:
    """Plan the stock points (`points`) again, and what that touches as far as it pays.

    Without points, and where everything of the plan is still possible, nothing changes. `earlier` are plans (`K × T`) that were
    published before this one: where events are over, the best may be to go back to one.
    """
    search = _Search(situation, limits, stop)
    if situation.forced:
        points = np.union1d(points, situation.points_of_forced)
    if len(points) and situation.concerned:
        search.run(np.asarray(points, np.int64))
        for lots in earlier:
            search.go_back(lots)
    return search.response()


@dataclass
class _Search:
    """The plan so far; every step is kept only if it is better."""

    situation: Situation
    limits: Limits
    stop: Callable[[], bool]
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.plan = self.situation.plan
        self.free = np.zeros(self.plan.lots.shape, bool)
        self.rings: list[str] = []
        self.saved = 0.0
        self.ended = True

    def over(self) -> bool:
        return self.stop() or time.monotonic() - self.began > self.limits.time_limit

    def run(self, points: Ints) -> None:
        """What is touched, then wider and wider as long as that pays."""
        parts = in_order(self.situation, points, MOST)
        self.rings.append("touched")
        still = 0
        for part in parts:
            if self.over():
                self.ended = False
                return
            still = 0 if self._take(part, 0.0) else still + 1
            if still >= PATIENCE and not self.plan.excess:
                break
        if len(parts) == 1 or self.plan.excess:
            self._widen()
            if (
                self.situation.problem.lanes.open.size <= SMALL
                and self.free.sum() <= SMALL
                and not self.over()
            ):
                self._take(self.free, 0.0, exactly=True)

    def _widen(self) -> None:
        rings = ("upstream", upstream), ("downstream", downstream), ("shared loads", sharing_loads)
        for name, wider in rings:
            free = wider(self.situation, self.plan, self.free)
            if free is None or (free <= self.free).all():
                continue
            if self.over():
                self.ended = False
                return
            if self._take(free | self.free, PAYS * self.saved):
                self.rings.append(name)
            elif not self.plan.excess:
                return

    def _take(self, free: Flags, least: float, *, exactly: bool = False) -> bool:
        """Plan a part again; whether that saves more than so much. If not, all stays as it was."""
        free = free & self.situation.problem.shipments.open
        found = repaired(
            self.plan,
            free,
            per_case=self.limits.change_cost,
            published=self.situation.published,
            seed=self.limits.seed,
            exactly=exactly,
            over=self.over,
        )
        pays = found.saved > max(least, LITTLE)
        if pays or not self.free.any():
            self.free |= free
        if pays:
            self.plan = Projection(self.situation.problem, found.lots, self.situation.plan)
            self.saved += found.saved
        return pays

    def go_back(self, lots: Ints) -> None:
        """Take an earlier plan, as far as it is possible, if it is better."""
        situation = self.situation
        plan = Projection(situation.problem, np.where(situation.problem.shipments.open, lots, 0), self.plan)
        gain = self._value(self.plan) - self._value(plan)
        if gain > LITTLE:
            self.free |= (plan.lots != situation.published) & situation.problem.shipments.open
            self.plan, self.saved = plan, self.saved + gain
            self.rings.append("earlier plan")

    def _value(self, plan: Projection) -> float:
        """Cost, changes included where they cost something [money]."""
        return worth(plan) + self.limits.change_cost * self.situation.cases_between(plan.lots)

    def response(self) -> Response:
        """The answer within the budget."""
        found = Response(self.situation, self.plan, self.free, tuple(self.rings), self.ended)
        most = self.limits.max_changes
        return found if most is None or found.changes <= most else within(found, most)


def within(response: Response, most: int) -> Response:
    """The response with the changes that pay most, at most so many order lines, where that is possible.

    What is left of the changes is improved once more among themselves. Where so few changes break a limit, the result does, too,
    and says how many are needed.
    """
    situation = response.situation
    wanted = response.candidates or tuple(_sparser(response))
    *_, last = steps(situation.plan, situation.published, wanted, most - situation.lost)
    changed = last.lots != situation.plan.lots
    best = Projection(situation.problem, last.lots, situation.plan)
    found = repaired(best, changed & situation.problem.shipments.open)
    plan = Projection(situation.problem, found.lots, best)
    few = _fewest(situation, wanted) if plan.excess else None
    return replace(response, plan=plan, candidates=wanted, fewest=few)


def _fewest(situation: Situation, wanted: tuple[Ints, ...]) -> int | None:
    """Order lines that differ in the first plan on the way to those that are wanted which keeps all limits."""
    way = list(steps(situation.plan, situation.published, wanted))
    low, high = 0, len(way) - 1
    if Projection(situation.problem, way[-1].lots, situation.plan).excess:
        return None
    while low < high:  # what mends a limit comes first
        middle = (low + high) // 2
        if Projection(situation.problem, way[middle].lots, situation.plan).excess:
            low = middle + 1
        else:
            high = middle
    return way[high].lines + situation.lost


def _sparser(response: Response) -> list[Ints]:
    """The response, and plans that give up some of its gain for fewer changed cases."""
    situation, plan = response.situation, response.plan
    found = [response.lots]
    cases = response.changed_cases
    gain = worth(situation.plan) - worth(plan)
    for share in SPARSER:
        per_case = share * max(gain, LITTLE) / max(cases, 1.0)
        repair = repaired(situation.plan, response.free, per_case=per_case, published=situation.published)
        found.append(repair.lots)
    return found

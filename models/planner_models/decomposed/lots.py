"""From flows to whole lots: rounded, mended and improved one by one, then changed at random as long as that pays."""

import numpy as np

from planner_models.decomposed.dual import Dual
from planner_models.decomposed.exchange import (
    improve,
    rearrange,
    share_out,
    state_of,
    swap_all,
    wander,
    whole_lots,
)
from planner_models.decomposed.facts import LEAST_LOTS, State, facts_of, lots_of
from planner_models.incumbent import Incumbent
from planner_models.problem import Floats, Ints
from planner_models.search.mend import mend

PASSES = 12  # over all stock points at most
NEAR = 3  # days to which whole loads are moved
GAIN = 2e-5  # of the cost: a pass that saves less is the last
TRIALS = (4, 4, 4, 3, 3, 3)  # how often each kind is tried: see `kick`; the last one is for order minimums
ROUND, ROUNDS = 25, 20  # trials between looks at the clock, and these between looks at the plan
PATIENCE = 4  # looks at the plan without a gain; ten times as many as long as there is no plan
CHUNK = 1_000  # stock points between looks at the clock
MENDABLE = 20_000  # shipments and days; more are not mended one by one


class LotSearch:
    """Whole lots of a problem; what is feasible is offered, the best is gone on with."""

    def __init__(self, best: Incumbent, dual: Dual, *, thorough: bool = False) -> None:
        """A `thorough` search looks at goods in place of others as well, on full vehicles and where they are scarce."""
        self.best, self.problem, self.ways, self.thorough = best, best.problem, dual.ways, thorough
        self.facts = facts_of(best.problem, dual.ways, dual.points)
        self.random = np.random.default_rng(best.effort.seed)
        self.points = np.flatnonzero(np.diff(self.facts.first) > 0)
        self.state: State | None = None

    def begin(self, flow: Floats) -> None:
        """Round a flow by way [units], mend it and improve it; the cheapest so far is kept."""
        self._improve(whole_lots(self.facts.first, flow, self.ways.lot, self.facts.way[:, LEAST_LOTS]))

    @property
    def lots(self) -> Ints:
        """The plan that is gone on with (`K × T`), whether it keeps all limits or not; nothing before there is one."""
        if self.state is None:
            return np.zeros(self.problem.shipments.open.shape, np.int64)
        found: Ints = lots_of(self.problem, self.ways, self.state.lots)
        return found

    def go_on(self, lots: Ints, first: Ints | None = None) -> None:
        """Improve a plan (`K × T`), whether it keeps all limits or not; the cheapest so far is kept.

        The stock points `first` come first, in their order.
        """
        self._improve(lots[self.ways.shipment, self.ways.day].astype(np.int64), first)

    def _improve(self, lots: Ints, first: Ints | None = None) -> None:
        """Lots by way, one by one and in whole loads, until a pass brings little."""
        facts = self.facts
        state = state_of(self.problem, facts, lots)
        for number in range(PASSES):
            saved, order = 0.0, self.random.permutation(self.points)
            if first is not None and not number:
                order = np.r_[first[np.isin(first, order)], order[~np.isin(order, first)]]
            for begin in range(0, len(order), CHUNK):
                saved += improve(facts, state, order[begin : begin + CHUNK])
                if self.best.over():
                    break
            if number % 3 == 1:
                saved += rearrange(facts, state, NEAR)
            if number and self.thorough:
                saved += self._in_place_of_others(state, order)
            if self.best.over() or saved < self._little():
                break
        if self._offer(state) or self.state is None:
            self.state = state

    def _in_place_of_others(self, state: State, order: Ints) -> float:
        saved = float(swap_all(self.facts, state))
        for begin in range(0, len(order), CHUNK):
            if self.best.over():
                break
            saved += share_out(self.facts, state, order[begin : begin + CHUNK])
        return saved

    def wander(self, patience: int = PATIENCE, rounds: int = ROUNDS) -> None:
        """Trials at random, as long as they pay and there is time: `rounds` between looks at the plan, of which `patience` without
        a gain end them.
        """
        best, facts = self.best, self.facts
        weights = np.array(TRIALS if len(facts.least) else TRIALS[:-1])
        weights = np.cumsum(weights) / weights.sum()
        trial, still = 1, 0
        while (
            self.state is not None
            and len(self.points)
            and still < patience * (1 if best.lots is not None else 10)
            and not (best.over() or best.enough())
        ):
            # a new state, because sums that were changed a million times are no longer exact
            state = self.state = state_of(self.problem, facts, self.state.lots)
            saved = 0.0
            for _ in range(rounds):
                saved += wander(facts, state, self.random.random((ROUND, 8)), weights, trial)
                trial += ROUND
                if best.over():
                    break
            if self.thorough and not best.over():
                saved += self._in_place_of_others(state, self.points)
            still = 0 if saved > self._little() else still + 1
            self._offer(state)

    def _little(self) -> float:
        """A gain that is not worth another look; nothing is too little as long as there is no plan [money]."""
        return GAIN * self.best.cost if self.best.lots is not None else 1e-6

    def _offer(self, state: State) -> bool:
        """Offer the plan; true if it is the best."""
        before = self.best.cost
        lots: Ints = lots_of(self.problem, self.ways, state.lots)
        if (
            not self.best.offer(lots)
            and self.best.lots is None
            and len(self.facts.way) <= MENDABLE
            and (mended := mend(self.problem, lots)) is not None
        ):
            self.best.offer(mended)
        return self.best.cost < before

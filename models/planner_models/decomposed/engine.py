"""The decomposed engine: prices for what locations share, then every place alone, then whole lots; and a bound all the time.

1. Prices of stock, limits and room are searched for all stock points together (`ascent.py`).
2. At these prices every block, a location with the lanes into it, is bounded and planned alone (`place.py`): first those that
   only sell, then those that serve them, for what was asked of them.
3. The flows are rounded to whole lots, and improved and mended lot by lot with exact costs (`exchange.py`).

Results do not depend on the number of workers: tasks are independent, and their results are taken in order.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from planner_models.decomposed.agreement import Agreement
from planner_models.decomposed.ascent import Ascent, shortage_of
from planner_models.decomposed.block import Block, blocks_of
from planner_models.decomposed.dual import Dual
from planner_models.decomposed.exchange import improve, rearrange, state_of, wander, whole_lots
from planner_models.decomposed.facts import LEAST_LOTS, Facts, State, facts_of, lots_of
from planner_models.decomposed.master import Room
from planner_models.decomposed.place import PlacePlan, Task, plan_place
from planner_models.decomposed.prices import Prices
from planner_models.decomposed.tree import Node
from planner_models.incumbent import Effort, Incumbent, Report, Solution
from planner_models.problem import Floats, Ints, Problem
from planner_models.search.mend import mend

FIRST_STEPS, MOST_STEPS = 8, 40  # of the search for prices
PRICING = 0.2  # of the time at most
ROUNDS = 6  # of agreement
AGREEING = 0.35  # of the time at most goes by before it ends
NODES = 30  # of the tree of a block that are split at most
ASKED = 3  # passes over the stock points that serve others
PASSES = 12  # over all stock points at most
SEARCHING = 0.5  # of the time at most goes by before the trials end; the bound needs the rest
TRIALS = (4, 4, 4, 3, 3, 3)  # how often each kind is tried: see `kick`; the last one is for order minimums
ROUND, ROUNDS = 25, 20  # trials between looks at the clock, and these between looks at the plan
PATIENCE = 4  # looks at the plan without a gain; ten times as many as long as there is no plan
NEAR = 3  # days to which whole loads are moved
GAIN = 2e-5  # of the cost: a pass that saves less is the last
MENDABLE = 20_000  # shipments and days; more are not mended one by one

Workers = Callable[[Sequence[Task], Callable[[], bool]], Iterable[PlacePlan]]


@dataclass(frozen=True)
class Proof:
    """What a bound rests on: prices of what is shared, and a tree of room prices for every block."""

    prices: Prices
    blocks: tuple[tuple[Block, Node], ...]


@dataclass(frozen=True)
class _Proven:
    """What is known of a block: its tree, its bound, and what its plan with parts of lots costs (inf = not planned)."""

    block: Block
    tree: Node
    bound: float
    cost: float


def threads(count: int) -> Workers:
    """Workers of this process."""

    def work(tasks: Sequence[Task], over: Callable[[], bool]) -> Iterable[PlacePlan]:
        with ThreadPoolExecutor(count) as pool:
            yield from pool.map(lambda task: plan_place(task, over), tasks)

    return work


def solve(
    problem: Problem,
    effort: Effort,
    *,
    report: Callable[[Report], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    workers: Workers | None = None,
    warm: Prices | None = None,
) -> Solution:
    """The best plan found, and a bound for every plan; `warm` are prices of an earlier solve of the same network."""
    return _Solve(Incumbent(problem, effort, report, stop), workers or threads(effort.threads), warm).run()


class _Solve:
    def __init__(self, best: Incumbent, workers: Workers, warm: Prices | None) -> None:
        self.best, self.problem, self.workers, self.warm = best, best.problem, workers, warm
        self.proof: Proof | None = None
        self.proven: list[_Proven] = []

    def run(self) -> Solution:
        best, problem = self.best, self.problem
        best.offer(np.zeros(problem.shipments.open.shape, np.int64))
        best.enter("pricing")
        self.dual = Dual.of(problem, best.effort.threads)
        prices = self._prices()
        best.enter("planning places")
        agreement = self._places(prices)
        self._agree(agreement)
        best.enter("whole lots")
        if not best.over():
            self._lots(agreement.flow)
        best.enter("bounding")
        self._branch(prices)
        return best.solution((0, 0, 0), 0, ended=not best.over(), proof=self.proof)

    def _prices(self) -> Prices:
        """Search for prices; a fifth of the time at most."""
        best = self.best
        ascent = Ascent.of(self.dual)
        if self.warm is not None:
            warm = Ascent.of(self.dual, self.warm)
            ascent = max(ascent, warm, key=lambda begun: begun.best.bound)
        best.prove(ascent.best.bound)
        limit = PRICING * best.effort.time_limit

        def over() -> bool:
            best.prove(ascent.best.bound)
            return best.over() or (ascent.step >= FIRST_STEPS and best.elapsed() > limit)

        ascent.run(MOST_STEPS, over)
        best.prove(ascent.best.bound)
        self.kg, self.m3 = ascent.best.prices.kg, ascent.best.prices.m3
        # limits of vehicles hold within blocks, and need no price
        return ascent.best.prices.replace(vehicles=np.zeros(ascent.best.prices.vehicles.shape))

    def _places(self, prices: Prices) -> Agreement:
        """Plan and bound all blocks."""
        problem, ways = self.problem, self.dual.ways
        shortage = shortage_of(self.dual)
        blocks = blocks_of(problem)
        self.best.expect(len(blocks))
        agreement = Agreement(ways, prices, shortage)
        for wave in _waves(problem, blocks):
            # what serves others is bounded for whatever they ask, and planned for what they do ask
            tasks = [self._task(block, prices, plan=not block.leaves.any()) for block in wave]
            asked = agreement.asked
            for block in wave:
                if block.leaves.any():
                    task = self._task(block, prices, plan=True)
                    tasks.append(replace(task, asked=asked[block.points], shortage=shortage[block.points]))
            planned = []
            for task, plan in zip(tasks, self.workers(tasks, self.best.over), strict=True):
                if plan.tree is not None:
                    self.proven.append(_Proven(task.outer.block, plan.tree, plan.bound, plan.cost))
                if task.plan:  # the last that is done with the block
                    planned.append((task.outer.block, plan))
                    self.best.count()
            agreement.add(planned)
        self._prove(prices)
        return agreement

    def _agree(self, agreement: Agreement) -> None:
        """Let places agree for some rounds."""
        best = self.best
        limit = AGREEING * best.effort.time_limit
        for _ in range(ROUNDS):
            if best.over() or best.elapsed() > limit:
                break
            agreement.advance(lambda tasks: self.workers(tasks, best.over))

    def _prove(self, prices: Prices) -> None:
        """The bound of all blocks together."""
        problem = self.problem
        total = sum(found.bound for found in self.proven) - self.dual.paid_for_limits(prices)
        self.best.prove(total + problem.given_handling + problem.given_purchase)
        self.proof = Proof(prices, tuple((found.block, found.tree) for found in self.proven))

    def _branch(self, prices: Prices) -> None:
        """Better bounds of blocks: of those first that cost most above their bound."""
        best = self.best

        def over() -> bool:
            return best.over() or best.enough()

        order = sorted(
            range(len(self.proven)), key=lambda n: self.proven[n].bound - min(self.proven[n].cost, 1e300)
        )
        order = [n for n in order if np.isfinite(self.proven[n].cost) and len(self.proven[n].block.ways.day)]
        tasks = []
        for n in order:
            found = self.proven[n]
            task = self._task(found.block, prices, plan=False)
            tasks.append(replace(task, room=found.tree.room, nodes=NODES, cutoff=found.cost))
        best.expect(len(tasks))
        for n, plan in zip(order, self.workers(tasks, over), strict=True):
            best.count()
            if plan.tree is not None and plan.bound > self.proven[n].bound:
                self.proven[n] = replace(self.proven[n], tree=plan.tree, bound=plan.bound)
                self._prove(prices)

    def _task(self, block: Block, prices: Prices, *, plan: bool) -> Task:
        """A task that begins at the prices of room that were found for all."""
        first = np.unique(block.problem.lanes.load, return_index=True)[1]
        lanes = block.lanes[first]
        kg = np.maximum(0.0, self.kg[lanes] - block.freight.rate[first])
        m3 = np.maximum(0.0, self.m3[lanes] - block.freight.m3_rate[first])
        return Task(block.outer(prices), Room(kg, m3, np.zeros(0)), None, None, plan)

    def _lots(self, flow: Floats) -> None:
        """Round, mend and improve."""
        best, problem, ways = self.best, self.problem, self.dual.ways
        facts = facts_of(problem, ways, self.dual.points)
        rounded = whole_lots(facts.first, flow, ways.lot, facts.way[:, LEAST_LOTS])
        state = state_of(problem, facts, rounded)
        random = np.random.default_rng(best.effort.seed)
        points = np.flatnonzero(np.diff(facts.first) > 0)
        # who serves others orders what is asked of him, before those whom he serves give it up
        serving = points[np.diff(facts.served_first)[points] > 0]
        for _ in range(ASKED):
            improve(facts, state, serving)
        for number in range(PASSES):
            saved = improve(facts, state, random.permutation(points))
            if number % 3 == 1:
                saved += rearrange(facts, state, NEAR)
            if best.over() or saved < self._little():
                break
        self._offer(facts, state)
        if len(points):
            self._wander(facts, state, random)

    def _wander(self, facts: Facts, state: State, random: np.random.Generator) -> None:
        """Trials at random, as long as they pay and there is time."""
        best = self.best
        weights = np.array(TRIALS if len(facts.least) else TRIALS[:-1])
        weights = np.cumsum(weights) / weights.sum()
        trial, still = 1, 0
        while (
            still < PATIENCE * (1 if best.lots is not None else 10)
            and not best.over()
            and best.elapsed() < SEARCHING * best.effort.time_limit
        ):
            # a new state, because sums that were changed a million times are no longer exact
            state = state_of(self.problem, facts, state.lots)
            saved = 0.0
            for _ in range(ROUNDS):
                saved += wander(facts, state, random.random((ROUND, 8)), weights, trial)
                trial += ROUND
                if best.elapsed() > SEARCHING * best.effort.time_limit:
                    break
            still = 0 if saved > self._little() else still + 1
            self._offer(facts, state)

    def _little(self) -> float:
        """A gain that is not worth another look; nothing is too little as long as there is no plan [money]."""
        return GAIN * self.best.cost if self.best.lots is not None else 1e-6

    def _offer(self, facts: Facts, state: State) -> None:
        lots: Ints = lots_of(self.problem, self.dual.ways, state.lots)
        if not self.best.offer(lots) and self.best.lots is None and len(facts.way) <= MENDABLE:
            mended = mend(self.problem, lots)
            if mended is not None:
                self.best.offer(mended)


def _waves(problem: Problem, blocks: list[Block]) -> list[list[Block]]:
    """Blocks in the order in which they can be planned: those that serve others after those; circles are cut where they begin."""
    of_point = np.zeros(len(problem.stock.item), np.int64)
    for number, block in enumerate(blocks):
        of_point[block.points] = number
    serves: list[set[int]] = [set() for _ in blocks]
    for number, block in enumerate(blocks):
        for source in np.unique(of_point[block.source[block.source >= 0]]).tolist():
            if source != number:
                serves[source].add(number)
    waves, left = [], set(range(len(blocks)))
    while left:
        ready = sorted(number for number in left if not serves[number] & left)
        ready = ready or [min(left, key=lambda number: len(serves[number] & left))]
        waves.append([blocks[number] for number in ready])
        left -= set(ready)
    return waves

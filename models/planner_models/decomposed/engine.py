"""The decomposed engine: prices for what locations share, then every place alone, then whole lots; and a bound all the time.

1. Prices of stock, limits and room are searched for all stock points together (`ascent.py`).
2. At these prices every block, a location with the lanes into it, is bounded and planned alone (`place.py`): first those that
   only sell, then those that serve them, for what was asked of them.
3. Places agree on what is sent, and now and then plan their vehicles again (`agreement.py`).
4. The flows are rounded to whole lots, improved and mended lot by lot with exact costs (`lots.py`, `exchange.py`), while whole
   vehicles are branched on for better bounds of blocks (`tree.py`).

Results do not depend on the number of workers: tasks are independent, and their results are taken in order.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from planner_models.decomposed.agreement import Agreement, searched
from planner_models.decomposed.ascent import Ascent, shortage_of
from planner_models.decomposed.block import Block, blocks_of
from planner_models.decomposed.dual import Dual
from planner_models.decomposed.lots import LotSearch
from planner_models.decomposed.master import Room
from planner_models.decomposed.place import PlacePlan, Task, plan_place
from planner_models.decomposed.prices import Prices
from planner_models.decomposed.tree import Node
from planner_models.incumbent import Effort, Incumbent, Report, Solution
from planner_models.problem import Problem

FIRST_STEPS, MOST_STEPS = 8, 40  # of the search for prices
PRICING = 0.2  # of the time at most
NODES = 30  # of the tree of a block that are split at most
CHECK, CHECK_LEAF = 2.5e-4, 1e-4  # seconds to check the bound, per stock point, and more for every leaf
CHECKED = 0.15  # of the time at most
ATTEMPTS, AGREED, PATIENT = (
    6,
    3,
    6,
)  # other vehicles, and rounds of agreement with them: usually, with much time
ROUNDING = 2.5e-3  # seconds until flows are whole lots, per stock point, before it is known
OFTEN = 4.0  # times as long as that is left: much time, and whole lots after every round
ATTEMPTING = 0.8  # of the time at most goes by before they end

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
    nodes, checking = _checkable(problem, effort.time_limit)
    effort = replace(effort, time_limit=effort.time_limit - checking)
    best = Incumbent(problem, effort, report, stop)
    # plans come first: bounds beside them leave a core
    beside = workers or threads(max(1, effort.threads - 1))
    return _Solve(best, workers or threads(effort.threads), beside, warm, nodes).run()


def _checkable(problem: Problem, limit: float) -> tuple[int, float]:
    """Nodes per block for whose check there is time, and how many seconds of the limit the check takes."""
    points = max(1, len(problem.stock.item))
    nodes = int(min(NODES, max(0.0, CHECKED * limit / points - CHECK) / CHECK_LEAF))
    return nodes, min(CHECKED * limit, points * (CHECK + CHECK_LEAF * nodes))


class _Solve:
    def __init__(
        self, best: Incumbent, workers: Workers, beside: Workers, warm: Prices | None, nodes: int = NODES
    ) -> None:
        """Plans and bounds by `workers`; better bounds, beside whole lots, by those `beside`."""
        self.best, self.problem, self.warm = best, best.problem, warm
        self.workers, self.beside = workers, beside
        self.proof: Proof | None = None
        self.nodes = nodes
        self.proven: list[_Proven] = []
        self.failed = False
        self.placing = 0.0  # seconds that it took to plan all places

    def run(self) -> Solution:
        best, problem = self.best, self.problem
        best.offer(np.zeros(problem.shipments.open.shape, np.int64))
        best.enter("pricing")
        self.dual = Dual.of(problem, best.effort.threads)
        prices = self._prices()
        best.enter("planning places")
        agreement = self._places(prices)
        best.enter("whole lots and bounds")
        search = LotSearch(best, self.dual, thorough=True)
        if best.effort.threads == 1:  # no more than were asked for
            self._attempt(search, agreement)
            self._branch(prices)
            search.wander()
        else:
            with ThreadPoolExecutor(1) as background:
                trees = background.submit(self._branch, prices)
                try:
                    self._attempt(search, agreement)
                    search.wander()
                except BaseException:
                    self.failed = True
                    raise
                trees.result()
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
        problem, ways, began = self.problem, self.dual.ways, self.best.elapsed()
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
                    tasks.append(
                        replace(
                            task,
                            asked=asked[block.points],
                            shortage=shortage[block.points],
                            nodes=searched(block),
                        )
                    )
            planned = []
            for task, plan in zip(tasks, self.workers(tasks, self.best.over), strict=True):
                if plan.tree is not None:
                    self.proven.append(_Proven(task.outer.block, plan.tree, plan.bound, plan.cost))
                if task.plan:  # the last that is done with the block
                    planned.append((task.outer.block, plan))
                    self.best.count()
            agreement.add(planned)
        self._prove(prices)
        self.placing = self.best.elapsed() - began
        return agreement

    def _attempt(self, search: LotSearch, agreement: Agreement) -> None:
        """Whole lots of several agreements, each with other vehicles."""
        best, limit = self.best, self.best.effort.time_limit
        rounding = ROUNDING * len(self.problem.stock.item)
        for attempt in range(ATTEMPTS):
            if best.over():
                break
            began = best.elapsed()
            for number in range(PATIENT):
                replan, patient = attempt > 0 and number == 0, best.left() > OFTEN * rounding
                if best.left() < rounding + (self.placing if replan else 0.0):
                    break
                if number >= AGREED and not patient:
                    break
                agreement.advance(lambda tasks: self.workers(tasks, best.over), replan=replan)
                if patient and number + 1 < PATIENT:
                    search.begin(agreement.flow)
                    if best.enough():
                        return
            agreed = best.elapsed()
            search.begin(agreement.flow)
            now = best.elapsed()
            rounding = now - agreed
            if best.enough() or now + (now - began) > ATTEMPTING * limit:
                break

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
            return self.failed or best.over() or best.enough()

        order = sorted(
            range(len(self.proven)), key=lambda n: self.proven[n].bound - min(self.proven[n].cost, 1e300)
        )
        order = [n for n in order if np.isfinite(self.proven[n].cost) and len(self.proven[n].block.ways.day)]
        tasks = []
        for n in order:
            found = self.proven[n]
            task = self._task(found.block, prices, plan=False)
            tasks.append(replace(task, room=found.tree.room, nodes=self.nodes, cutoff=found.cost))
        best.expect(len(tasks))
        for n, plan in zip(order, self.beside(tasks, over), strict=True):
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

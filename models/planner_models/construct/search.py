"""Blocks take turns, each tries patterns, what saves money stays."""

import time
from collections.abc import Callable

import numpy as np

from planner_models.construct.block import Block, Pattern, Scene, blocks_of
from planner_models.construct.forecast import with_plenty
from planner_models.construct.ledger import HARD, Ledger, Trial
from planner_models.construct.moves import first_pattern, neighbours
from planner_models.construct.polish import polish
from planner_models.construct.repair import pull, relieve, top_up, unload
from planner_models.construct.tables import Tables, tabulate
from planner_models.problem import Ints, Problem
from planner_models.projection import Projection

Over = Callable[[], bool]


def visit(block: Block, random: np.random.Generator, over: Over, most: int = 60) -> bool:
    """Try up to `most` neighbouring patterns of a block; True if the plan became better."""
    led = block.ledger
    scene = block.scene()
    pattern = block.pattern()
    better = False
    if not any(any(led.lots[k]) for k in block.shipments):
        pattern = pattern | first_pattern(block, scene)
        better |= attempt(block, pattern, scene, np.inf)
    else:
        better |= attempt(block, pattern, scene, np.inf)
    pattern = block.pattern()
    tried = 0
    waiting = neighbours(block, pattern, random)
    while waiting and tried < most and not over():
        tried += 1
        if attempt(block, waiting.pop(), scene, scene.incumbent):
            better = True
            scene.incumbent = block._incumbent(scene.credit)
            pattern = block.pattern()
            waiting = neighbours(block, pattern, random)
    return better


def attempt(block: Block, pattern: Pattern, scene: Scene, hopeless: float) -> bool:
    """Plan the block with a pattern; keep the plan if it is cheaper."""
    changes = block.plan(pattern, scene, hopeless)
    if not changes:
        return False
    ledger = block.ledger
    trial = ledger.trial(changes)
    if trial.delta <= -1e-6:
        ledger.enter(trial)
    elif not block.feeds or ledger.breach == 0.0 or not _with_relief(ledger, trial):
        return False
    block.prices.update(block.trial_prices)
    block.scarcity, block.late = block.trial_scarcity, block.trial_late
    return True


def _with_relief(ledger: Ledger, trial: Trial) -> bool:
    """Change what feeds others, and let those give back what then is short; False (nothing changed) if that doesn't pay."""
    if not 0.5 * HARD < trial.delta < 60 * HARD:
        return False
    before, cost = [row[:] for row in ledger.lots], ledger.cost
    ledger.enter(trial)
    relieve(ledger)
    if ledger.cost < cost - 1e-6:
        return True
    ledger.enter(
        ledger.trial(
            [
                (k, t, old - new)
                for k, (was, now) in enumerate(zip(before, ledger.lots, strict=True))
                if was != now
                for t, (old, new) in enumerate(zip(was, now, strict=True))
                if old != new
            ],
            force=True,
        )
    )
    return False


def turns(ledger: Ledger, blocks: list[Block], random: np.random.Generator, over: Over, most: int) -> None:
    """Visit the blocks in turn until time is over or nothing helps."""
    idle = -1  # the first turn gives every block a plan, the others improve them
    while blocks and not over() and idle < 2:
        before = ledger.cost
        for block in blocks:
            if not over():
                visit(block, random, over, most if idle >= 0 else 0)
        idle = idle + 1 if ledger.cost > before - 1.0 else 0


def first_demand(problem: Problem, tables: Tables, random: np.random.Generator, over: Over) -> Ints:
    """Orders of the places that supply nobody, as if their sources had plenty."""
    easy = with_plenty(problem)
    if easy is None:
        return np.zeros(problem.shipments.open.shape, np.int64)
    ledger = Ledger(easy, tables)
    feeding = feeding_places(problem)
    blocks = [b for b in blocks_of(easy, tables, ledger) if not feeding & set(b.places)]
    turns(ledger, blocks, random, over, 12)
    return ledger.plan()


def first_supply(
    problem: Problem, tables: Tables, lots: Ints, random: np.random.Generator, over: Over
) -> Ints:
    """Orders of the places that supply others, for what those ask for; what is short costs, but is no breach yet."""
    ledger = Ledger(problem, tables, lots, breach=0.0)
    feeding = feeding_places(problem)
    blocks = [b for b in blocks_of(problem, tables, ledger) if feeding & set(b.places)]
    turns(ledger, blocks, random, over, 20)
    return ledger.plan()


def feeding_places(problem: Problem) -> set[int]:
    """Locations that send goods on and sell nothing themselves."""
    own = problem.stock.mean.sum(axis=1) > 0
    selling = set(problem.stock.location[own].tolist())
    sources = problem.shipments.source[problem.shipments.source >= 0]
    return set(problem.stock.location[sources].tolist()) - selling


def construct(
    problem: Problem,
    *,
    seconds: float,
    seed: int = 0,
    start: Ints | None = None,
    report: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Ints:
    """The best plan found in about `seconds`, as lots (`K × T`). Keeps all limits unless none such was found."""
    begun = time.monotonic()
    random = np.random.default_rng(seed)

    def until(share: float) -> Over:
        end = begun + seconds * share
        return lambda: time.monotonic() > end or (stop is not None and stop())

    best = Best(problem, report)
    if not len(problem.shipments.item) or not problem.shipments.open.any():
        return best.lots
    tables = tabulate(problem)
    if start is None:
        lots = first_demand(problem, tables, random, until(0.35))
        lots = first_supply(problem, tables, lots, random, until(0.5))
    else:
        lots = np.asarray(start, np.int64)
        best.offer(lots)
    ledger = Ledger(problem, tables, lots)
    unload(ledger)
    relieve(ledger)
    pull(ledger)
    top_up(ledger)
    best.offer(ledger.plan())
    blocks = blocks_of(problem, tables, ledger)
    over = until(0.98)
    while not over():
        before = ledger.cost
        for block in blocks:
            if not over():
                visit(block, random, over, 12)
        polish(ledger, random, over, 5 if len(ledger.lane) < 300 else 1)
        top_up(ledger)
        pull(ledger)
        best.offer(ledger.plan())
        if ledger.cost > before - 1e-6:
            break
    return best.lots


class Best:
    """The best plan so far: one that keeps all limits before one that doesn't."""

    def __init__(self, problem: Problem, report: Callable[[float], None] | None) -> None:
        self.problem, self.report = problem, report
        self.lots = np.zeros(problem.shipments.open.shape, np.int64)
        found = Projection(problem, self.lots)
        self.rank = (len(found.excess) > 0, sum(found.excess.values()), found.cost)

    def offer(self, lots: Ints) -> None:
        """Keep the plan if it is better."""
        found = Projection(self.problem, lots)
        rank = (len(found.excess) > 0, sum(found.excess.values()), found.cost)
        if rank < self.rank:
            self.rank, self.lots = rank, lots
            if self.report is not None and not rank[0]:
                self.report(found.cost)

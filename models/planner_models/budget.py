"""Which changes of a plan pay most if only so many order lines may differ.

Candidates are the changes that good plans have in common with each other or not: lines, and all lines of a stock point or an
item together. They are applied to the published plan one after the other, each time those that save most per line, by the exact
cost of every exchange; a broken limit costs more than anything can save, so what mends one comes first.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from planner_models.decomposed.dual import Dual
from planner_models.decomposed.exchange import delta, do, state_of, undo
from planner_models.decomposed.facts import facts_of
from planner_models.neighbourhood import narrowed
from planner_models.problem import Ints
from planner_models.projection import Projection

LITTLE = 1e-6  # money


@dataclass(frozen=True)
class Step:
    """A plan (`K × T`) on the way from few changes to many; `lines` differ from the published plan."""

    lots: Ints
    lines: int


def steps(plan: Projection, published: Ints, wanted: Sequence[Ints], most: int | None = None) -> list[Step]:
    """Plans with more and more changes towards those that are `wanted`, beginning with `plan`; none with more than `most` lines.

    Lines are counted against the `published` plan, from which `plan` may differ already.
    """
    free = np.logical_or.reduce([lots != plan.lots for lots in wanted]) if wanted else plan.lots < 0
    begin = Step(plan.lots, int((plan.lots != published).sum()))
    if not free.any():
        return [begin]
    part = narrowed(plan, free)
    dual = Dual.of(part.problem)
    ways = dual.ways
    facts = facts_of(part.problem, ways, dual.points)
    state = state_of(part.problem, facts, part.lots[ways.shipment, ways.day].astype(np.int64))
    number = np.full(part.free[part.shipments].shape, -1)
    number[ways.shipment, ways.day] = np.arange(len(ways.day))
    ship = part.problem.shipments
    before = published[part.shipments]

    def lines_more(changes: Iterable[tuple[int, int]]) -> int:
        """How many lines more differ from the published plan."""
        more = 0
        for w, lots in changes:
            was = before[ways.shipment[w], ways.day[w]]
            more += int(lots != was) - int(state.lots[w] != was)
        return more

    def saved(changes: tuple[tuple[int, int], ...]) -> float:
        state.logged[0] = 0
        if len(changes) == 1:
            ((w, lots),) = changes
            return (
                -float(delta(facts, state, w, lots - state.lots[w], 1e300)) if lots != state.lots[w] else 0.0
            )
        total = sum(do(facts, state, w, lots - state.lots[w]) for w, lots in changes if lots != state.lots[w])
        undo(facts, state, 0)
        return -float(total)

    groups: set[tuple[tuple[int, int], ...]] = set()
    for lots in wanted:
        k, t = np.nonzero((lots != plan.lots)[part.shipments])
        lines = [
            (int(number[a, b]), int(lots[part.shipments[a], b]))
            for a, b in zip(k, t, strict=True)
            if number[a, b] >= 0
        ]
        together: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        for line in lines:
            a = ways.shipment[line[0]]
            together["point", int(ship.target[a])].append(line)
            together["item", int(ship.item[a])].append(line)
        groups |= {(line,) for line in lines} | {tuple(group) for group in together.values()}
    order = sorted(groups)
    # the best first; what it saves is looked at again before it is taken, because other changes may have changed that
    heap: list[tuple[float, int, int]] = []
    clock = 0

    def push(n: int) -> None:
        gain, more = saved(order[n]), lines_more(order[n])
        if gain > LITTLE:
            heapq.heappush(heap, (-gain / max(more, 0.1), n, clock))

    for n in range(len(order)):
        push(n)
    found, lines = [begin], begin.lines
    stale: list[int] = []
    while heap:
        _, n, when = heapq.heappop(heap)
        if when < clock:
            push(n)
            continue
        more = lines_more(order[n])
        if most is not None and lines + more > most:
            stale.append(n)
            continue
        clock += 1
        for w, lots in order[n]:
            if lots != state.lots[w]:
                do(facts, state, w, lots - state.lots[w])
        state.logged[0] = 0
        lines += more
        inside = np.zeros(before.shape, np.int64)
        inside[ways.shipment, ways.day] = state.lots
        found.append(Step(part.whole(inside), lines))
        for waiting in stale:
            push(waiting)
        stale = []
    return found

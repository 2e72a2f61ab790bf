"""Which changes of a plan pay most if only so many order lines may differ.

Candidates are lines in which a better plan differs, and all of them of a stock point or an item together. They are made one
after the other, each time those that save most per line, by the exact cost of every exchange (`decomposed/exchange.py`); a
broken limit costs more than anything can save, so what mends one comes first.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from planner_models.decomposed.dual import Dual
from planner_models.decomposed.exchange import do, state_of, undo
from planner_models.decomposed.facts import facts_of
from planner_models.neighbourhood import narrowed
from planner_models.problem import Ints
from planner_models.projection import Projection

LITTLE = 1e-6  # money
NEARLY_FREE = 0.1  # lines; what a change counts for that needs no line more

Line = tuple[int, int]  # a way, and how many lots go by it
Group = tuple[Line, ...]


@dataclass(frozen=True)
class Step:
    """A plan (`K × T`) on the way from few changes to many; `lines` differ from the published plan."""

    lots: Ints
    lines: int


def steps(
    plan: Projection, published: Ints, wanted: Sequence[Ints], most: int | None = None
) -> Iterator[Step]:
    """Plans with more and more changes from `plan` towards those that are `wanted`; none with more than `most` lines.

    Lines are counted against the `published` plan, from which `plan`, the first step, may differ already.
    """
    lines = int((plan.lots != published).sum())
    yield Step(plan.lots, lines)
    if any((lots != plan.lots).any() for lots in wanted):
        yield from _Changes(plan, published, wanted).best_first(lines, most)


class _Changes:
    """The changes that are possible, on a plan to which some have been made."""

    def __init__(self, plan: Projection, published: Ints, wanted: Sequence[Ints]) -> None:
        self.part = narrowed(plan, np.logical_or.reduce([lots != plan.lots for lots in wanted]))
        problem, mine = self.part.problem, self.part.shipments
        dual = Dual.of(problem)
        self.ways = ways = dual.ways
        self.facts = facts_of(problem, ways, dual.points)
        self.state = state_of(problem, self.facts, self.part.lots[ways.shipment, ways.day].astype(np.int64))
        self.published = published[mine][ways.shipment, ways.day]
        self.groups = sorted({group for lots in wanted for group in self._groups(plan.lots, lots)})

    def _groups(self, now: Ints, lots: Ints) -> Iterator[Group]:
        """What makes the plan `lots` of the plan `now`: line by line, by stock point and by item."""
        ways, mine = self.ways, self.part.shipments
        wanted = lots[mine][ways.shipment, ways.day]
        together: dict[tuple[str, int], list[Line]] = defaultdict(list)
        for w in np.flatnonzero(wanted != now[mine][ways.shipment, ways.day]).tolist():
            line = (w, int(wanted[w]))
            yield (line,)
            together["point", int(ways.target[w])].append(line)
            together["item", int(self.part.problem.shipments.item[ways.shipment[w]])].append(line)
        yield from (tuple(group) for group in together.values())

    def best_first(self, lines: int, most: int | None) -> Iterator[Step]:
        """Make the changes that save most per line, as long as they save something and lines are left."""
        made = 0  # what a change saves is computed again where others have been made since

        def push(group: int) -> None:
            saved, more = self.saved(self.groups[group])
            if saved > LITTLE:
                heapq.heappush(heap, (-saved / max(more, NEARLY_FREE), group, made))

        heap: list[tuple[float, int, int]] = []
        for number in range(len(self.groups)):
            push(number)
        waiting: list[int] = []
        while heap:
            _, number, when = heapq.heappop(heap)
            if when < made:
                push(number)
                continue
            more = self.lines_more(self.groups[number])
            if most is not None and lines + more > most:
                waiting.append(number)
                continue
            self.make(self.groups[number])
            made, lines = made + 1, lines + more
            yield Step(self.whole(), lines)
            for other in waiting:
                push(other)
            waiting = []

    def lines_more(self, group: Group) -> int:
        """How many lines more differ from the published plan."""
        lots, published = self.state.lots, self.published
        return sum(int(to != published[w]) - int(lots[w] != published[w]) for w, to in group)

    def saved(self, group: Group) -> tuple[float, int]:
        """What changes would save [money], and how many lines they take."""
        self.state.logged[0] = 0
        cost = self.make(group)
        undo(self.facts, self.state, 0)
        return -cost, self.lines_more(group)

    def make(self, group: Group) -> float:
        """Change the plan; what that costs [money]."""
        self.state.logged[0] = 0
        changes = [(w, to - int(self.state.lots[w])) for w, to in group]
        return float(sum(do(self.facts, self.state, w, more) for w, more in changes if more))

    def whole(self) -> Ints:
        """The plan as it is now (`K × T`)."""
        inside = np.zeros(self.part.problem.shipments.open.shape, np.int64)
        inside[self.ways.shipment, self.ways.day] = self.state.lots
        return self.part.whole(inside)

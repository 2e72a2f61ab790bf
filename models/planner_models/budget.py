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
from planner_models.neighbourhood import Neighbourhood, narrowed
from planner_models.problem import Ints
from planner_models.projection import Projection

LITTLE = 1e-6  # money
NEARLY_FREE = 0.1  # lines; what a change counts for that needs no line more

Line = tuple[int, int]  # a way, and how many lots go by it
Group = tuple[Line, ...]


@dataclass(frozen=True)
class Step:
    """A plan on the way from few changes to many; `lines` differ from the published plan."""

    part: Neighbourhood
    inside: Ints  # lots of the part
    lines: int

    @property
    def lots(self) -> Ints:
        """The whole plan (`K × T`)."""
        return self.part.whole(self.inside)


def steps(
    plan: Projection, published: Ints, wanted: Sequence[Ints], most: int | None = None
) -> Iterator[Step]:
    """Plans with more and more changes from `plan` towards those that are `wanted`, each better than the one before.

    Lines are counted against the `published` plan, from which `plan`, the first step, may differ already; none has more than `most`
    lines, except the first.
    """
    changes = _Changes(plan, published, wanted)
    lines = int((plan.lots != published).sum())
    yield Step(changes.part, changes.part.lots, lines)
    yield from changes.best_first(lines, most)


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
            yield Step(self.part, self.inside(), lines)
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

    def inside(self) -> Ints:
        """The plan of the part as it is now (`K × T` of its problem)."""
        found = np.zeros(self.part.problem.shipments.open.shape, np.int64)
        found[self.ways.shipment, self.ways.day] = self.state.lots
        return found


class Worths:
    """What single changes of a plan are worth: how much more it would cost without them, all others made."""

    def __init__(self, plan: Projection, published: Ints) -> None:
        self.changes = _Changes(plan, published, [published])
        self.facts = self.changes.facts
        self.unpunished = self.facts._replace(
            breach=0.0
        )  # broken limits cost nothing: to see whether some are
        ways = self.changes.ways
        k = self.changes.part.shipments[ways.shipment]
        self.way = {cell: w for w, cell in enumerate(zip(k.tolist(), ways.day.tolist(), strict=True))}

    def without(self, cells: Sequence[tuple[int, int]]) -> float | None:
        """Money that is lost if these lines (shipment, period) are as they were published; None if a limit would be broken."""
        if any(cell not in self.way for cell in cells):
            return None
        changes = self.changes
        group = tuple((self.way[cell], int(changes.published[self.way[cell]])) for cell in cells)
        whole = changes.saved(group)[0]
        changes.facts = self.unpunished
        money = changes.saved(group)[0]
        changes.facts = self.facts
        return None if abs(whole - money) > LITTLE else -money

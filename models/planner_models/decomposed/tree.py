"""Whole vehicles in the bound of a block: branching on how many of a kind leave within a few days.

The children of a node cover all whole numbers, and each has prices of its own, so the lowest bound of the leaves bounds the block.
"""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from planner_models.decomposed.master import Master, Mixture, Room, Split
from planner_models.problem import Floats, Ints

WHOLE = 0.02  # vehicles; nearer to a whole number is whole
STEPS = 12  # evaluations per node at most


@dataclass
class Node:
    """Splits from the root to here, and the best prices found under them."""

    splits: tuple[Split, ...]
    room: Room
    bound: float
    mixture: Mixture | None
    cells: Ints | None = None  # what it is split on
    number: int = 0  # at most that many in the first child
    children: "tuple[Node, Node] | None" = None


@dataclass
class Tree:
    """Branch and bound over the vehicles of a block."""

    master: Master
    steps: int  # evaluations of the root at most
    root: Node = field(init=False)
    open: list[tuple[float, int, Node]] = field(default_factory=list)
    closed: float = np.inf  # lowest bound among nodes that are not worth splitting
    nodes: int = 1
    counter: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        bound, room, mixture = self.master.search(self.master.start, most=self.steps)
        self.root = Node((), room, bound, mixture)
        self._put(self.root)

    @property
    def bound(self) -> float:
        """The lowest bound of the leaves."""
        return min(self.closed, self.open[0][0] if self.open else np.inf)

    def _put(self, node: Node) -> None:
        heapq.heappush(self.open, (node.bound, next(self.counter), node))

    def grow(
        self,
        cutoff: Callable[[], float],
        most: int,
        over: Callable[[], bool] = lambda: False,
        look: Callable[[Node], None] = lambda _: None,
    ) -> float:
        """Split up to so many nodes, the lowest first, until the bound is above the `cutoff`; the bound. New nodes are shown to
        `look`."""
        for _ in range(most):
            if not self.open or self.bound >= cutoff() or over():
                break
            _, _, node = heapq.heappop(self.open)
            found = None if node.mixture is None else _fraction(self.master, node.mixture.vehicles)
            if found is None:
                self.closed = min(self.closed, node.bound)
                continue
            node.cells, node.number = found
            children = []
            for at_least in (False, True):
                split = Split(node.cells, at_least, node.number + at_least)
                splits = (*node.splits, split)
                start = Room(node.room.kg, node.room.m3, np.append(node.room.splits, 0.0))
                bound, room, mixture = self.master.search(start, splits, cutoff=cutoff(), most=STEPS)
                child = Node(splits, room, bound, mixture)
                if bound < node.bound:  # the parent's prices hold here, too
                    child.room, child.bound = start, node.bound
                children.append(child)
                self._put(child)
                if child.bound < cutoff():
                    look(child)
            node.children, node.mixture = (children[0], children[1]), None
            self.nodes += 2
        return self.bound


def _fraction(master: Master, vehicles: Floats) -> tuple[Ints, int] | None:
    """The sum of vehicles to split on, and the whole number below it: of long spans first, and far from whole."""
    loads, days = vehicles.shape
    shape = np.arange(loads * days).reshape(loads, days)
    best, found = WHOLE, None
    for load in range(loads):
        used = np.flatnonzero(master.most[load] > 0)
        if not len(used) or not np.isfinite(master.room_kg[load]).all():
            continue
        for first, last in _spans(int(used[0]), int(used[-1])):
            total = float(vehicles[load, first : last + 1].sum())
            away = min(total - np.floor(total), np.ceil(total) - total)
            score = away * float(master.cost[load].max()) * (1.0 + (last - first) / days)
            if away > WHOLE and score > best:
                cells = shape[load, first : last + 1]
                best, found = score, (cells[master.most[load, first : last + 1] > 0], int(np.floor(total)))
    return found


def _spans(first: int, last: int) -> list[tuple[int, int]]:
    return [(a, e) for a in range(first, last + 1) for e in range(a, last + 1)]

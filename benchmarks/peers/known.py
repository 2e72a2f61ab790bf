"""What an engine knows while it runs: the cost of its best orders by the definitions, and its bound; every change is told."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.peers.record import Task, gap_of
from planner_models.problem import Ints, Problem
from planner_models.projection import Projection


@dataclass
class Known:
    """Cost and bound of one run. `tell` gets seconds since the arrays were ready, cost (None = no plan yet) and bound."""

    problem: Problem
    task: Task
    tell: Callable[[float, float | None, float], None]
    began: float = field(default_factory=time.monotonic)
    cost: float = np.inf
    bound: float = 0.0
    refused: dict[str, int] = field(default_factory=dict)  # limits that orders exceeded, and how often

    def elapsed(self) -> float:
        return time.monotonic() - self.began

    def left(self) -> float:
        return max(1.0, self.task.seconds - self.elapsed())

    def offer(self, lots: Ints) -> None:
        """Price orders by the definitions; orders that exceed a limit don't count."""
        projection = Projection(self.problem, lots)
        for limit in projection.excess:
            self.refused[limit] = self.refused.get(limit, 0) + 1
        if not projection.excess and projection.cost < self.cost:
            self.cost = projection.cost
            self._tell()

    def prove(self, bound: float) -> None:
        """Keep a bound if it is better."""
        if np.isfinite(bound) and bound > self.bound:
            self.bound = bound
            self._tell()

    def hear(self, cost: float | None, bound: float) -> None:
        """Take over what one of the project's own engines reports."""
        self.cost, self.bound = np.inf if cost is None else cost, bound
        self._tell()

    def enough(self) -> bool:
        """Whether the gap that was asked for is proven."""
        return gap_of(self.cost, self.bound) <= self.task.gap

    def _tell(self) -> None:
        self.tell(self.elapsed(), None if self.cost == np.inf else self.cost, self.bound)

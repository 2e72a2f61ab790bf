"""What every engine knows while it searches, and what it answers in the end."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from planner_models.problem import Ints, Problem
from planner_models.projection import Projection

AGREEMENT = 1e-6  # relative; a bound this little above a cost is the solver's tolerance, more is a fault
CLOSED = 1e-7  # relative; cost and bound this close are equal in the solver's precision
EVERY = 1.0  # seconds; blocks are not reported more often than that


class Infeasible(Exception):  # noqa: N818
    """No plan meets all limits."""


class EngineFault(Exception):  # noqa: N818
    """The solver and the definitions contradict each other."""


@dataclass(frozen=True)
class Effort:
    """When to stop, and with what means."""

    gap: float = 0.01
    time_limit: float = 60.0
    threads: int = 1
    seed: int = 0


@dataclass(frozen=True)
class Report:
    """What is known at a moment; money, seconds since the solve began."""

    phase: str
    elapsed: float
    cost: float | None
    bound: float
    done: int | None = None  # blocks; None where the phase has none
    blocks: int | None = None


@dataclass(frozen=True)
class Solution:
    """A plan (None if none was found) and what is proven about every plan."""

    lots: Ints | None  # K × T
    cost: float
    bound: float
    seconds: dict[str, float]
    rows: int
    columns: int
    whole: int
    rounds: int
    optimal: bool  # the search ended by itself
    proof: Any = None  # what the bound rests on, if it can be checked without a solver

    @property
    def gap(self) -> float:
        """(cost − bound) ÷ cost."""
        return gap_of(self.cost, self.bound)


def gap_of(cost: float, bound: float) -> float:
    """(cost − bound) ÷ cost; 0 within the solver's precision, 1 without a plan."""
    if not np.isfinite(cost):
        return 1.0
    return 0.0 if cost - bound <= CLOSED * max(1.0, abs(cost)) else (cost - bound) / cost


@dataclass
class Incumbent:
    """The best plan and the best bound so far."""

    problem: Problem
    effort: Effort
    report: Callable[[Report], None]
    stop: Callable[[], bool]
    began: float = field(default_factory=time.monotonic)
    lots: Ints | None = None
    cost: float = np.inf
    bound: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)
    phase: str = "building"
    done: int | None = None  # blocks of the phase; None where it has none
    blocks: int | None = None
    told: float = 0.0  # when it was last reported [s]
    lock: threading.RLock = field(
        default_factory=threading.RLock
    )  # plans and bounds may come from two threads

    def elapsed(self) -> float:
        """Seconds since the solve began."""
        return time.monotonic() - self.began

    def left(self) -> float:
        """Seconds until the time limit."""
        return self.effort.time_limit - self.elapsed()

    def over(self) -> bool:
        """Whether to stop: out of time, or asked to."""
        return self.left() <= 0 or self.stop()

    def enough(self) -> bool:
        """Whether the gap that was asked for is proven."""
        return self.lots is not None and gap_of(self.cost, self.bound) <= self.effort.gap

    def enter(self, phase: str) -> None:
        now = self.elapsed()
        self.seconds[self.phase] = self.seconds.get(self.phase, 0.0) + now - sum(self.seconds.values())
        self.phase, self.done, self.blocks = phase, None, None
        self.tell()

    def expect(self, blocks: int) -> None:
        """The phase is done when so many blocks are."""
        self.done, self.blocks = 0, blocks
        self.tell()

    def count(self) -> None:
        """One block more is done."""
        assert self.done is not None
        with self.lock:
            self.done += 1
            if self.done == self.blocks or self.elapsed() >= self.told + EVERY:
                self.tell()

    def tell(self) -> None:
        with self.lock:
            cost, self.told = None if self.lots is None else self.cost, self.elapsed()
            self.report(Report(self.phase, self.told, cost, self.bound, self.done, self.blocks))

    def offer(self, lots: Ints) -> bool:
        """Keep the plan if it is feasible and better; true if it is feasible."""
        projection = Projection(self.problem, lots)
        if projection.excess:
            return False
        with self.lock:
            if projection.cost < self.cost - 1e-12:
                self.lots, self.cost = lots, projection.cost
                self.tell()
        return True

    def prove(self, bound: float) -> None:
        """Keep the better bound."""
        with self.lock:
            if bound > self.bound and np.isfinite(bound):
                self.bound = bound
                self.tell()

    def solution(
        self, size: tuple[int, int, int], rounds: int, *, ended: bool, proof: object = None
    ) -> Solution:
        """The answer; raises EngineFault if bound and cost contradict each other."""
        self.enter("done")
        if self.lots is not None and self.bound > self.cost * (1 + AGREEMENT) + 1e-6:
            raise EngineFault(
                f"the bound {self.bound!r} is above the cost {self.cost!r} of a feasible plan; please report this"
            )
        return Solution(
            self.lots, self.cost, min(self.bound, self.cost), self.seconds, *size, rounds, ended, proof
        )

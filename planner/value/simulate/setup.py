"""What is asked of a simulation: policies, how hard they try, days, delays, replications."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from planner.plan.effort import Policy

Engine = Literal["quick", "auto", "exact", "decomposed"]
Source = Literal["history", "draws"]


@dataclass(frozen=True)
class Effort:
    """How hard the joint policy tries at each review. `quick` improves plans that are there, by work and not by time; the engines
    of `solve` have a gap, seconds and periods such as `4d,1x3d` ("" = days).

    `service_weight`: times its price that a lost sale counts in joint plans. `horizon`: days that every policy looks ahead,
    None = as the settings."""

    gap: float = 0.05
    time_limit: float = 30.0
    engine: Engine = "quick"
    horizon: int | None = None
    buckets: str = ""
    service_weight: float = 1.0


class Cell(NamedTuple):
    """One policy with information of one age in one replication."""

    policy: Policy
    delay: int
    replication: int

    @property
    def file(self) -> str:
        return f"{self.policy}-delay{self.delay}-{self.replication:04d}.json"


@dataclass(frozen=True)
class Setup:
    """What is simulated. `review`: days between plans, None = as the settings; `source`: where true demand comes from."""

    policies: tuple[Policy, ...]
    delays: tuple[int, ...]
    days: int
    replications: int
    seed: int = 1
    source: Source = "draws"
    review: int | None = None
    effort: Effort = field(default_factory=Effort)

    def cells(self) -> Iterator[Cell]:
        """Replication by replication, so that a study that is stopped has all policies in those that are done."""
        for replication in range(self.replications):
            for delay in self.delays:
                for policy in self.policies:
                    yield Cell(policy, delay, replication)

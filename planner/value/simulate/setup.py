"""What is asked of a simulation: policies, how hard they try, what makes them plan, days, delays, replications."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Literal, NamedTuple

from planner.plan.effort import Policy

Engine = Literal["quick", "auto", "exact", "decomposed"]
Source = Literal["history", "draws"]
TriggerName = Literal["review", "weekly", "daily", "event"]

DAYS_BETWEEN = {"weekly": 7, "daily": 1, "event": 7}  # full plans
MORNING = 6.0  # o'clock: what is published by then can leave on the day
RESPONSE = 0.1  # hours from an event to the published plan, where nothing else is asked for


@dataclass(frozen=True)
class Effort:
    """How hard the joint policy tries at each review. `quick` improves plans that are there, by work and not by time; the engines
    of `solve` have a gap, seconds and periods such as `4d,1x3d` ("" = days).

    `service_weight`: times its price that a lost sale counts in joint plans. `horizon`: days that every policy looks ahead, and
    `window`: days between reviews as its plans see it (`review_days`); None = as the settings."""

    gap: float = 0.05
    time_limit: float = 30.0
    engine: Engine = "quick"
    horizon: int | None = None
    buckets: str = ""
    service_weight: float = 1.0
    window: int | None = None


@dataclass(frozen=True)
class Trigger:
    """What makes a plan: a full one every `review` days (None = as the settings), and for `event` what the planner is told.

    `response`: hours from what is known to the published plan. It is in force for a day if it is published by `MORNING`.
    `detects`: plans look for shifts of demand in the sales of the last days, and `event` does so every morning.
    """

    name: TriggerName = "review"
    review: int | None = None
    response: float = RESPONSE
    detects: bool = False

    @property
    def reacts(self) -> bool:
        """Whether events make it plan between reviews."""
        return self.name == "event"

    @property
    def age(self) -> int:
        """Whole days by which sales and stock counts are older because planning takes so long."""
        return max(0, ceil((self.response - MORNING) / 24.0))


REVIEW = Trigger()


class Cell(NamedTuple):
    """One policy and trigger with information of one age in one replication."""

    policy: Policy
    delay: int
    trigger: TriggerName
    replication: int

    @property
    def file(self) -> str:
        return f"{self.policy}-delay{self.delay}-{self.trigger}-{self.replication:04d}.json"


@dataclass(frozen=True)
class Setup:
    """What is simulated. `source`: where true demand comes from; `shocks`: how many are drawn per week, beside `events`, which are
    rows of the table of that name."""

    policies: tuple[Policy, ...]
    delays: tuple[int, ...]
    days: int
    replications: int
    seed: int = 1
    source: Source = "draws"
    triggers: tuple[Trigger, ...] = (REVIEW,)
    shocks: float = 0.0
    events: tuple[dict[str, Any], ...] = ()
    effort: Effort = field(default_factory=Effort)

    def trigger(self, name: TriggerName) -> Trigger:
        """The trigger of this name."""
        return next(trigger for trigger in self.triggers if trigger.name == name)

    def cells(self) -> Iterator[Cell]:
        """Replication by replication, so that a study that is stopped has all policies in those that are done."""
        for replication in range(self.replications):
            for delay in self.delays:
                for trigger in self.triggers:
                    for policy in self.policies:
                        yield Cell(policy, delay, trigger.name, replication)

"""An exception, as it is shown (`Issue`, because Python has taken the other name)."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from planner_models.problem import Ints

OWNERS = {
    "low_service": ("retail", "distribution"),
    "low_cover": ("retail", "distribution"),
    "high_cover": ("retail",),
    "freight": ("distribution",),
    "emergency": ("distribution",),
    "demand_shift": ("retail",),
    "late_inbound": ("distribution",),
    "imbalance": ("retail", "distribution"),
    "actual_service": ("retail", "distribution"),
}


@dataclass(frozen=True)
class Measure:
    """What is out of its band, or away from what was expected: `value` against `band`, at `points` stock points."""

    kind: str
    value: float
    band: float
    points: int = 1


@dataclass(frozen=True)
class Proposal:
    """A change of the plan: what is to be dispatched, or is cancelled, and what it stands in the place of."""

    action: str  # order, expedite, defer, cancel, increase, decrease, transfer, change mode
    item: str
    origin: str
    destination: str
    mode: str
    dispatch: date
    arrival: date
    units: float
    instead: str = ""


@dataclass(frozen=True)
class Issue:
    """One exception: everything with the same cause. `points` are stock points of the plan's problem (empty without a plan).

    `first` and `last` are the days on which the money is lost, `stake` is what is lost there if nobody does anything,
    `recoverable` what the best response saves of it (None = it was not computed). Money is in the currency of the data.
    """

    kind: str
    measures: tuple[Measure, ...]
    points: Ints
    items: tuple[str, ...]
    categories: tuple[str, ...]
    locations: tuple[str, ...]
    lanes: tuple[str, ...]
    orders: tuple[str, ...]
    first: date
    last: date
    stake: float
    hours: float  # response target
    says: str
    recoverable: float | None = None
    cost_before: float | None = None  # of the whole plan
    cost_after: float | None = None
    deadline: date | None = None
    deadline_way: str = ""
    actions: tuple[Proposal, ...] = ()

    @property
    def id(self) -> str:
        """A name that stays the same from look to look, as long as kind and scope do."""
        scope = (self.kind, self.items, self.categories, self.locations, self.lanes, self.orders)
        return "X" + hashlib.sha256(repr(scope).encode()).hexdigest()[:7]

    @property
    def too_much(self) -> bool:
        """Whether there is more stock than anyone wants, not less."""
        first = self.measures[0]
        return self.kind == "high_cover" or (self.kind == "demand_shift" and first.value < first.band)

    @property
    def owners(self) -> tuple[str, ...]:
        """The roles that have to act."""
        return OWNERS[self.kind]

    def answered(self, **changes: object) -> "Issue":
        """The same with what was found out about its answer."""
        return replace(self, **changes)  # type: ignore[arg-type]

"""What the difference of two costs says, given that neither plan may be the best one."""

from dataclasses import dataclass
from typing import Any, Literal

from planner.plan.policy import BASELINES
from planner.plan.run import Run
from planner.value.compare.figures import policy_of

ROUNDING = 1e-9  # of the larger cost

Kind = Literal["equal", "same problem", "proven", "not proven"]
WORDS: dict[Kind, str] = {
    "equal": "both cost the same",
    "same problem": "two plans of one problem: the difference is one of the plans",
    "proven": "proven: larger than both gaps together",
    "not proven": "not proven: smaller than both gaps together",
}


@dataclass(frozen=True)
class Verdict:
    """`difference` is the other cost above the base [money]; `gaps` what the two plans may cost too much together [money].

    The best plan of the other is between `least` and `most` above the best of the base [money], both signed.
    """

    kind: Kind
    difference: float
    gaps: float
    least: float
    most: float

    def as_dict(self) -> dict[str, Any]:
        """The verdict in JSON's types."""
        return {**vars(self), "words": WORDS[self.kind]}


def verdict(base: Run, other: Run) -> Verdict:
    """Whether the difference in cost is one of the problems, or may be one of the plans that were found."""
    before, after = base.plan.cost, other.plan.cost
    difference, spare, more = after - before, _gap(base), _gap(other)
    kind: Kind = "proven" if abs(difference) > spare + more else "not proven"
    if base.record.input_hash == other.record.input_hash:
        kind = "same problem"
    if abs(difference) <= ROUNDING * max(abs(before), abs(after)):
        kind = "equal"
    return Verdict(kind, difference, spare + more, difference - more, difference + spare)


def _gap(run: Run) -> float:
    """What the plan may cost more than the best one [money]; nothing for a baseline: it costs what its rules cost."""
    return 0.0 if policy_of(run) in BASELINES else run.plan.cost - run.plan.bound

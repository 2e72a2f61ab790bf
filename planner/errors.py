"""What can end a command, each with the exit code that schedulers read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.tables.findings import Finding


class PlannerError(Exception):
    """Base of all errors that the planner raises on purpose; `exit_code` is what a command ends with."""

    exit_code = 1


class UsageError(PlannerError):
    """The command was called in a way that can't work."""

    exit_code = 2


class NotNow(UsageError):  # noqa: N818
    """What was asked for isn't possible as things stand: a plan was decided on before, or files have changed."""


class InvalidData(PlannerError):  # noqa: N818
    """The tables or the settings are not valid; `findings` holds every problem, errors first."""

    exit_code = 3

    def __init__(self, findings: Sequence["Finding"]) -> None:
        self.findings = tuple(findings)
        super().__init__(self._summary())

    def __reduce__(self) -> tuple[type["InvalidData"], tuple[object, ...]]:
        return InvalidData, (self.findings,)

    def _summary(self) -> str:
        shown = [finding.message for finding in self.findings[:20]]
        rest = len(self.findings) - len(shown)
        return "\n".join(shown + ([f"… and {rest:,} more"] if rest else []))


@dataclass(frozen=True, slots=True)
class Conflict:
    """One limit that can't be met: which, where, when and by how much (in the unit of the limit)."""

    limit: str
    location: str
    item: str
    day: int | None
    amount: float
    unit: str
    message: str


class NoFeasiblePlan(PlannerError):  # noqa: N818
    """No plan meets all limits; `conflicts` says which ones contradict each other, and by how much."""

    exit_code = 4

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = list(conflicts)
        super().__init__(
            "\n".join(conflict.message for conflict in self.conflicts) or "no plan meets all limits"
        )

    def __reduce__(self) -> tuple[type["NoFeasiblePlan"], tuple[object, ...]]:
        return NoFeasiblePlan, (self.conflicts,)


class PlanRefuted(PlannerError):  # noqa: N818
    """The evaluator doesn't confirm what a plan claims."""

    exit_code = 5


class LedgerDamaged(PlannerError):  # noqa: N818
    """A line of the ledger isn't what was written."""

    exit_code = 5


class NoPlanInTime(PlannerError):  # noqa: N818
    """A limit (time, memory) was reached before any plan was found."""

    exit_code = 6


class ThresholdFailed(PlannerError):  # noqa: N818
    """A run doesn't fulfil what was required of it."""

    exit_code = 8


class Unavailable(PlannerError):  # noqa: N818
    """Something that is needed isn't there now, and may be later; schedulers read it as: try again."""

    exit_code = 75


class NothingToDo(PlannerError):  # noqa: N818
    """There was no work; schedulers read it as skipped."""

    exit_code = 99

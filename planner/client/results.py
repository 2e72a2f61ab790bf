"""What the service answers, with types."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, Self

Status = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")


class _Answer:
    """Made from JSON; what a newer service adds is passed over."""

    @classmethod
    def of(cls, content: dict[str, Any]) -> Self:
        """From the service's JSON."""
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        return cls(**{name: value for name, value in content.items() if name in known})


@dataclass(frozen=True)
class DataSet(_Answer):
    """Valid tables on the service: rows per table, and the warnings (`findings`)."""

    id: str
    name: str
    input_hash: str
    rows: dict[str, int]
    findings: list[dict[str, Any]]


@dataclass(frozen=True)
class Job(_Answer):
    """A job as it was when it was asked for. `result` is the verb's JSON document, `error` the problem document."""

    id: str
    verb: str
    status: Status
    run_id: str | None
    progress: dict[str, Any] | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    attempts: int

    @property
    def ended(self) -> bool:
        """Whether it will not change any more."""
        return self.status in ENDED


@dataclass(frozen=True)
class Run(_Answer):
    """A run: money in `currency`; `kpis` is None where it has no plan."""

    run_id: str
    alias: str
    status: str
    cost: float | None
    bound: float | None
    gap: float | None
    currency: str
    scenario: str
    policy: str
    kpis: dict[str, Any] | None = None


@dataclass(frozen=True)
class Exceptions(_Answer):
    """Where tables leave the bands of operation, beside the plan of a run (None = without one), ranked by recoverable money."""

    status: str
    run_id: str | None
    currency: str
    exceptions: list[dict[str, Any]]
    signs: list[dict[str, Any]]


@dataclass(frozen=True)
class Decision(_Answer):
    """What came of a signature: approved (`missing`: by whom not), published, rejected, or `nothing to do` and why (`message`)."""

    status: Literal["approved", "published", "rejected", "nothing to do"]
    run_id: str
    by: str = ""
    missing: Sequence[str] = ()
    supersedes: Sequence[str] = ()
    checked: bool | None = None
    message: str = ""


@dataclass(frozen=True)
class Override(_Answer):
    """A proposal with one order as somebody wants it: `price` is what that costs; or `nothing to do` and why (`message`)."""

    status: Literal["proposed", "nothing to do"]
    run_id: str
    base: str = ""
    cost: float | None = None
    price: float | None = None
    causes: dict[str, float] | None = None
    message: str = ""


@dataclass(frozen=True)
class Entry(_Answer):
    """A line of the ledger."""

    number: int
    at: str
    kind: str
    actor: str
    run_id: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Response(_Answer):
    """How fast events were answered, in hours: by type and category, event by event, and the ids of those that are overdue."""

    now: str
    groups: list[dict[str, Any]]
    events: list[dict[str, Any]]
    overdue: list[str]


@dataclass(frozen=True)
class Event:
    """Something that happened to a job: queued, running, progress, died, done, failed or cancelled."""

    number: int
    kind: str
    data: dict[str, Any]

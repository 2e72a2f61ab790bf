"""What `run.json` says about a run."""

import os
import platform
import secrets
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from planner import __version__
from planner.plan.lifecycle import Status, require_step

if TYPE_CHECKING:
    from planner.plan.effort import Effort

SCHEMA_VERSION = 1
_ALIAS_LETTERS = "bcdfghjkmnpqrstvwxz23456789"  # no vowels and nothing that looks like something else


class RunRecord(BaseModel):
    """Immutable; every step of the life cycle makes a new one. Stamps are UTC, money is in `currency`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: int = SCHEMA_VERSION
    run_id: str
    status: Status = "created"
    stamps: dict[str, str] = Field(default_factory=dict)
    source: str = ""
    scenario: str = ""  # whose changes were made to the tables of the source; "" = none
    base: str = ""  # the run whose plan it changes, because of events or an override; "" = none
    limits: dict[str, Any] = Field(
        default_factory=dict
    )  # what a plan that answers events was allowed; {} = it is none
    horizon_days: int | None = None  # of the plan, where the tables go on beyond it; None = theirs
    input_hash: str = ""
    currency: str = ""
    profile: str = "default"
    effort: dict[str, Any] = Field(default_factory=dict)
    engine: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    host: str = ""
    process: int = 0
    seconds: float | None = None
    cost: float | None = None
    bound: float | None = None
    gap: float | None = None
    interrupted: bool = False
    warnings: list[dict[str, Any]] = Field(default_factory=list)
    error: dict[str, Any] | None = None

    @property
    def alias(self) -> str:
        """The short name: the last part of the id."""
        return self.run_id.rsplit("-", 1)[-1]

    @property
    def question(self) -> tuple[Any, ...]:
        """What was asked: two runs with the same question have the same answer."""
        return (
            self.input_hash,
            self.base,
            sorted((name, repr(value)) for name, value in self.limits.items()),
            self.profile,
            sorted(self.effort.items()),
            sorted(self.versions.items()),
        )

    def step(self, status: Status, **changes: Any) -> "RunRecord":
        """The record after the run reached `status`, stamped."""
        require_step(self.status, status)
        stamps = self.stamps | {status: stamp()}
        return self.model_copy(update={"status": status, "stamps": stamps, **changes})


def new_record(
    source: str,
    input_hash: str,
    currency: str,
    effort: "Effort",
    began: str = "",
    scenario: str = "",
    run_id: str | None = None,
) -> RunRecord:
    """The record of a run of this process that began at the stamp `began`, by default now, with a new id by default."""
    return RunRecord(
        run_id=run_id or new_id(),
        stamps={"created": began or stamp()},
        source=source,
        scenario=scenario,
        input_hash=input_hash,
        currency=currency,
        profile=effort.profile,
        effort={name: value for name, value in vars(effort).items() if name != "profile"},
        versions=versions(),
        host=platform.node(),
        process=os.getpid(),
    )


def new_id() -> str:
    """An id that sorts by time, ends with a short alias and doesn't repeat: `20261122T153000.123Z-k7m2x`."""
    now = datetime.now(UTC)
    alias = "".join(secrets.choice(_ALIAS_LETTERS) for _ in range(5))
    return f"{now:%Y%m%dT%H%M%S}.{now.microsecond // 1000:03d}Z-{alias}"


def stamp() -> str:
    """Now, in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def versions() -> dict[str, str]:
    """The versions on which a plan depends."""
    found = {"planner": __version__}
    for package in ("highspy", "numpy", "pyomo", "scipy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found

"""A scenario: a name, and what it changes in the tables and settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StrictStr

from planner.tables.settings import Strict
from planner.tables.toml import literal

FILE = "scenarios.toml"
BASE = "base"  # the name of the data as they are

Factor = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Change(Strict):
    """A change of one table: of the rows that `where` selects (all without it), or new `rows`."""

    table: StrictStr
    where: dict[str, Any] = Field(default_factory=dict)
    set: dict[str, Any] = Field(default_factory=dict)
    multiply: dict[str, Factor] = Field(default_factory=dict)
    add: dict[str, Factor] = Field(default_factory=dict)
    drop: StrictBool = False
    rows: list[dict[str, Any]] = Field(default_factory=list)
    allow_empty: StrictBool = False


class Written(Strict):
    """A scenario as it stands in the file: with what it adds to those that it inherits from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: StrictStr = ""
    inherits: Annotated[
        list[StrictStr], BeforeValidator(lambda names: [names] if isinstance(names, str) else names)
    ] = Field(default_factory=list)
    settings: dict[str, Any] = Field(default_factory=dict)
    change: list[Any] = Field(default_factory=list)
    """Read one by one, as Change."""


@dataclass(frozen=True)
class Step:
    """One change, and where it is written: `fuel_up change 1`."""

    at: str
    change: Change


@dataclass(frozen=True)
class Scenario:
    """All steps in the order in which they are done, those of the inherited scenarios first; settings by their names."""

    name: str
    description: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether this is the data as they are."""
        return not (self.settings or self.steps)

    def toml(self) -> str:
        """The scenario as a file of its own, with what it inherits written out."""
        head = {"description": self.description, "settings": self.settings}
        lines = [f"[{self.name}]", *(f"{name} = {literal(value)}" for name, value in head.items() if value)]
        for step in self.steps:
            lines += ["", f"[[{self.name}.change]]"]
            written = step.change.model_dump(exclude_defaults=True)
            lines += [f"{name} = {literal(value)}" for name, value in written.items()]
        return "\n".join(lines) + "\n"

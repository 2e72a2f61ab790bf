"""What is to be done: a verb, what it is done to, and its options; the same words as on the command line."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Task:
    """`source` are the tables (for verbs on data), `names` runs (for verbs on runs), `runs` the folder of all runs.

    `run_id` is the id that a new run is to have. More than `rows` rows of tables are refused. `actor` is
    who asks, for the ledger.
    """

    verb: str
    runs: str
    source: str = ""
    names: tuple[str, ...] = ()
    run_id: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    rows: int = 10_000_000
    actor: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def of(cls, content: dict[str, Any]) -> "Task":
        """From JSON."""
        return cls(**{**content, "names": tuple(content.get("names", ()))})

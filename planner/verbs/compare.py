"""Runs side by side, judged by requirements and written where that is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.plan.registry import Registry
from planner.value.compare.comparison import Comparison
from planner.value.compare.comparison import compare as compare_runs
from planner.value.compare.requirements import Outcome, judge, read_requirement


@dataclass(frozen=True)
class Compared:
    """A comparison, what became of each requirement, and the files that were written."""

    comparison: Comparison
    outcomes: tuple[Outcome, ...]
    written: tuple[Path, ...]

    @property
    def met(self) -> bool:
        """Whether every requirement is fulfilled."""
        return all(outcome.met for outcome in self.outcomes)


def compare(
    names: Sequence[str], registry: Registry, *, require: Sequence[str] = (), to: Path | None = None
) -> Compared:
    """Compare the first run with the others; `require` are limits such as `cost.total<=+1%`, `to` an .xlsx or .csv file.

    Raises UsageError if a run isn't there or has no plan, a requirement can't be read, or `to` can't be written.
    """
    required = [read_requirement(text) for text in require]
    found = compare_runs([registry.find(name) for name in names])
    outcomes = tuple(judge(found, required))
    if to is None:
        return Compared(found, outcomes, ())
    from planner.value.compare.export import write

    return Compared(found, outcomes, tuple(write(found, to)))


def document(compared: Compared) -> dict[str, Any]:
    """The comparison for programs."""
    return {
        "status": "done" if compared.met else "failed",
        **compared.comparison.as_dict(),
        "requirements": [outcome.as_dict() for outcome in compared.outcomes],
        "written": [str(path) for path in compared.written],
    }

"""A run, recomputed from its tables and its orders."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.verbs.validate import data_of

if TYPE_CHECKING:
    from planner.audit import CheckReport


@dataclass(frozen=True)
class Verdict:
    """What the evaluator says about a run, and whether its tables are still those that were solved."""

    run: Run
    source: Path
    data_changed: bool
    report: "CheckReport"

    @property
    def confirmed(self) -> bool:
        """Whether the plan is what it claims to be."""
        return self.report.agrees


def check(name: str, registry: Registry, source: Path | None = None) -> Verdict:
    """Check the run called `name` against the tables in `source`, by default those that it was made from.

    Raises UsageError if there is no such run, it has no plan or the tables are gone; InvalidData.
    """
    from planner.audit import check as audit

    run = registry.find(name)
    if not run.has_plan:
        raise UsageError(f"run {run.record.run_id} is {run.record.status}: it has no plan to check")
    data, tables = data_of(run, source)
    return Verdict(run, tables, data.content_hash != run.record.input_hash, audit(run.folder, data))


def document(verdict: Verdict) -> dict[str, Any]:
    """The verdict for programs."""
    return {
        "status": "confirmed" if verdict.confirmed else "refuted",
        "run_id": verdict.run.record.run_id,
        "folder": str(verdict.run.folder),
        "source": str(verdict.source),
        "data_changed": verdict.data_changed,
        "gap": verdict.run.record.gap,
        **verdict.report.as_dict(),
    }

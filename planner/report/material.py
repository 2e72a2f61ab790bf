"""What a report is made from: runs, the tables behind them, and what other verbs have written."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.plan.run import Run
from planner.report.words import POLICIES

if TYPE_CHECKING:
    import pandas as pd

    from planner.audit.projection import Projection
    from planner.tables.dataset import DataSet

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Material:
    """The first run is the subject, others are compared with it.

    `data` are its tables, None if they are gone or have changed since, or where nobody has `looked`; `simulation`,
    `frontier` and `exceptions` are the content of their files.
    """

    runs: tuple[Run, ...]
    data: "DataSet | None" = None
    frontier: dict[str, Any] | None = None
    simulation: dict[str, Any] | None = None
    exceptions: dict[str, Any] | None = None
    looked: bool = True
    labels: tuple[str, ...] = ()  # what the runs are called, if that is known

    @property
    def run(self) -> Run:
        """The subject."""
        return self.runs[0]

    @property
    def currency(self) -> str:
        """Of all money on the page."""
        return self.run.record.currency

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the runs are called beside each other: as short as tells them apart."""
        if self.labels:
            return self.labels
        policies = [POLICIES.get(policy_of(run), policy_of(run)) for run in self.runs]
        scenarios = [run.record.scenario or "as it is" for run in self.runs]
        sources = [Path(run.record.source).stem for run in self.runs]
        for parts in ((policies,), (scenarios,), (sources,), (scenarios, policies), (sources, policies)):
            names = [", ".join(part) for part in zip(*parts, strict=True)]
            if len(set(names)) == len(names):
                return tuple(names)
        return tuple(f"{name} ({run.record.alias})" for name, run in zip(policies, self.runs, strict=True))

    def name(self, run: Run) -> str:
        """What a run is called on the page."""
        return self.names[self.runs.index(run)]

    @cached_property
    def projections(self) -> dict[str, "Projection"]:
        """By run id, the runs that were made from `data`, played again by the evaluator."""
        from planner.audit.projection import play

        if self.data is None:
            return {}
        return {
            run.record.run_id: play(self.data, run.plan.orders, run.plan.buckets)[0]
            for run in self.runs
            if run.record.input_hash == self.data.content_hash
        }

    @property
    def projection(self) -> "Projection | None":
        """The subject's, if its tables are there."""
        return self.projections.get(self.run.record.run_id)

    @cached_property
    def shares(self) -> dict[str, "pd.DataFrame"]:
        """By run id: what each item and location costs per cause."""
        from planner.report.attribution import attribute

        return {run_id: attribute(projection) for run_id, projection in self.projections.items()}


def policy_of(run: Run) -> str:
    """How the run was planned."""
    return str(run.plan.certificate.get("policy", "joint"))


def gather(
    runs: Sequence[Run],
    data: "DataSet | None" = None,
    frontier: Path | None = None,
    simulation: Path | None = None,
    exceptions: Path | None = None,
) -> Material:
    """Runs, the tables of the first one if they are those that were solved, and the content of the files.

    Raises UsageError if a run has no plan or another currency, is given twice, or if a file isn't what it should be.
    """
    first = runs[0].record
    for place, run in enumerate(runs):
        if not run.has_plan:
            raise UsageError(f"run {run.record.run_id} is {run.record.status}: it has no plan to report on")
        if run.record.currency != first.currency:
            raise UsageError(
                f"run {run.record.alias} is in {run.record.currency}, run {first.alias} in {first.currency}: "
                "their costs can't be compared"
            )
        if run.record.run_id in [other.record.run_id for other in runs[:place]]:
            raise UsageError(f"run {run.record.run_id} is named twice. Maybe another one was meant.")
    return Material(
        tuple(runs),
        data if data is not None and data.content_hash == first.input_hash else None,
        _document(frontier, "points") if frontier else None,
        _document(simulation / "simulation.json", "results") if simulation else None,
        _document(exceptions, "exceptions") if exceptions else None,
    )


def _document(path: Path, key: str) -> dict[str, Any]:
    """A JSON file that has the key, in a version that is known."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise UsageError(f"{path} can't be read ({fault.strerror})") from fault
    except ValueError as fault:
        raise UsageError(f"{path} is damaged: {fault}") from fault
    version = content.get("schema_version") if isinstance(content, dict) else None
    if not isinstance(content, dict) or key not in content or version != SCHEMA_VERSION:
        raise UsageError(
            f"{path} has no {key!r} in version {SCHEMA_VERSION} of its format (its version: {version})"
        )
    return content

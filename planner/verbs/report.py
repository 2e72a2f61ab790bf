"""Runs as a page to read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.errors import InvalidData, UsageError
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.tables.dataset import DataSet
from planner.verbs.validate import data_of


def report(
    names: Sequence[str],
    registry: Registry,
    output: Path,
    frontier: Path | None = None,
    simulation: Path | None = None,
    exceptions: Path | None = None,
) -> dict[str, Any]:
    """Write the page about the named runs, the first of which is the subject, and say what is in it.

    Raises UsageError if there is no such run, or the page can't be written.
    """
    from planner.report.material import gather
    from planner.report.write import write_report

    runs = [registry.find(name) for name in names]
    material = gather(runs, _tables(runs[0]), frontier, simulation, exceptions)
    made = write_report(material, output)
    return {
        "status": "done",
        "path": str(output),
        "runs": [run.record.run_id for run in material.runs],
        "sections": [section.id for section in made],
        "charts": sum(len(section.charts) for section in made),
        "tables_found": material.data is not None,
        "conclusions": list(made[0].sentences),
    }


def network(name: str, registry: Registry) -> dict[str, Any]:
    """What goes where in the plan of a run, per day of dispatch: what the report's pictures of the network are drawn from.

    Raises UsageError if there is no such run or plan, or if its tables are gone or have changed.
    """
    from planner.plan.frames import records
    from planner.report.material import gather
    from planner.report.sections.network import PLACE, flows

    run = registry.find(name)
    projection = gather([run], _tables(run)).projection
    if projection is None:
        raise UsageError(
            f"the tables of run {run.record.run_id} are gone or have changed since; without them its network can't be drawn"
        )
    return {
        "status": "done",
        "run_id": run.record.run_id,
        "currency": run.record.currency,
        "locations": records(projection.data["locations"][PLACE]),
        "flows": records(flows(projection)),
    }


def _tables(run: Run) -> DataSet | None:
    """The tables of a run, with the changes of its scenario; None if they are gone or no longer valid."""
    try:
        return data_of(run)[0]
    except (InvalidData, UsageError):
        return None

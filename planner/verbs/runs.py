"""What there is to say about runs: one, and all."""

from pathlib import Path
from typing import Any

from planner.plan.record import RunRecord
from planner.plan.registry import Registry
from planner.plan.run import Run


def document(run: Run) -> dict[str, Any]:
    """Everything a program wants to know about a run, without its tables."""
    return {**entry(run.record, run.folder), "kpis": run.plan.kpis if run.has_plan else None}


def entry(record: RunRecord, folder: Path | None) -> dict[str, Any]:
    """A line in the list of runs; the folder is None while the run is being worked on."""
    return {
        "run_id": record.run_id,
        "alias": record.alias,
        "folder": None if folder is None else str(folder),
        "status": record.status,
        "cost": record.cost,
        "bound": record.bound,
        "gap": record.gap,
        "seconds": record.seconds,
        "currency": record.currency,
        "source": record.source,
        "scenario": record.scenario,
        "input_hash": record.input_hash,
        "profile": record.profile,
        "effort": record.effort,
        "policy": record.effort.get("policy", "joint"),
        "engine": record.engine,
        "interrupted": record.interrupted,
        "stamps": record.stamps,
        "warnings": record.warnings,
        "error": record.error,
    }


def entries(registry: Registry) -> list[dict[str, Any]]:
    """Every run, the newest first, with those that are being worked on and those whose process has gone."""
    found = [entry(run.record, run.folder) for run in registry.runs()]
    found += [entry(record, None) for record in registry.drafts()]
    return sorted(found, key=lambda line: str(line["run_id"]), reverse=True)


def inputs(run: Run) -> dict[str, Any]:
    """What the run was made from, and whether that is still there."""
    record = run.record
    return {
        "run_id": record.run_id,
        "source": record.source,
        "scenario": record.scenario,
        "source_exists": Path(record.source).exists(),
        "input_hash": record.input_hash,
        "profile": record.profile,
        "effort": record.effort,
        "versions": record.versions,
    }

"""What there is to say about runs: one, and all."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.errors import LedgerDamaged
from planner.plan.record import RunRecord
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.response.approval.published import open_registry
from planner.response.approval.standing import Decisions, Standing
from planner.response.ledger import Entry, Ledger, ledger_of

__all__ = ["Listing", "document", "entry", "inputs", "ledger", "listing", "open_registry", "standing_of"]


def document(run: Run) -> dict[str, Any]:
    """Everything a program wants to know about a run, without its tables."""
    kpis = run.plan.kpis if run.has_plan else None
    return {**entry(run.record, run.folder, standing_of(run)), "kpis": kpis}


def standing_of(run: Run) -> Standing | None:
    """What was decided on a run; None if it has no plan, or the ledger is damaged."""
    decisions, _ = _decisions(ledger_of(run))
    return decisions.standing(run) if decisions and run.has_plan else None


def _decisions(ledger: Ledger) -> tuple[Decisions | None, str]:
    """What was decided, or why nobody can say: a damaged ledger is no reason not to show runs."""
    try:
        return Decisions(ledger.entries()), ""
    except LedgerDamaged as fault:
        return None, str(fault)


@dataclass(frozen=True)
class Listing:
    """Lines of the list of runs, and what is wrong with the ledger ("" = nothing)."""

    entries: list[dict[str, Any]]
    fault: str


def listing(registry: Registry, *, published: bool = False) -> Listing:
    """Every run, the newest first, with those that are being worked on and those whose process has gone.

    `published`: only the plans that hold, one for each source.
    """
    decisions, fault = _decisions(Ledger(registry.folder))
    found = [
        entry(run.record, run.folder, decisions.standing(run) if decisions and run.has_plan else None)
        for run in registry.runs()
    ]
    if published:
        return Listing([line for line in found if line["state"] == "published"], fault)
    found += [entry(record, None) for record in registry.drafts()]
    return Listing(sorted(found, key=lambda line: str(line["run_id"]), reverse=True), fault)


def ledger(registry: Registry, run: Run | None = None) -> list[Entry]:
    """Who decided what, the oldest first; of one run, or all. Raises LedgerDamaged."""
    found = Ledger(run.folder.parent if run else registry.folder).entries()
    return [line for line in found if run is None or line.run_id == run.record.run_id]


def entry(record: RunRecord, folder: Path | None, standing: Standing | None = None) -> dict[str, Any]:
    """A line in the list of runs; the folder is None while the run is being worked on."""
    return {
        "run_id": record.run_id,
        "alias": record.alias,
        "folder": None if folder is None else str(folder),
        "status": record.status,
        "state": standing.state if standing else None,
        "signed": [] if standing is None else sorted(standing.signatures),
        "changed": standing is not None and standing.changed,
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

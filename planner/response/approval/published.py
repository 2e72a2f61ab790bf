"""The plan that holds, found as `published` wherever a run is asked for."""

from pathlib import Path

from planner.errors import UsageError
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.response.approval.standing import Decisions
from planner.response.ledger import Ledger

PUBLISHED = "published"


def open_registry(folder: Path) -> Registry:
    """The runs in a folder; the one that is published is found under that name too."""
    return Registry(folder, {PUBLISHED: find_published})


def find_published(registry: Registry) -> Run:
    """The published run; raises UsageError if there is none, there are several, or its files were changed."""
    decisions = Decisions(Ledger(registry.folder).entries())
    holding = {entry.run_id: source for source, entry in decisions.published.items()}
    if not holding:
        raise UsageError(f"no plan is published in {registry.folder}. `planner approve` signs a run.")
    if len(holding) > 1:
        several = ", ".join(f"{run_id} ({source})" for run_id, source in holding.items())
        raise UsageError(f"several plans are published: {several}. Name one by its id.")
    [run_id] = holding
    run = registry.find(run_id)
    require_unchanged(run, decisions)
    return run


def require_unchanged(run: Run, decisions: Decisions) -> None:
    """Raise UsageError if files of a published run aren't those that were signed."""
    standing = decisions.standing(run)
    if standing.changed and standing.decision:
        raise UsageError(
            f"files of {run.record.run_id} were changed since it was published at {standing.decision.at}: what is there is not "
            f"what was signed. Restore them, or publish a new run."
        )

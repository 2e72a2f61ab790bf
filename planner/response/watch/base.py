"""Which plan the watcher changes, and whether it has answered some events already."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from planner.plan.registry import Registry, is_alive
from planner.plan.run import EVENTS, Run
from planner.response.approval.standing import Decisions, lineage
from planner.response.events import stored
from planner.response.ledger import Entry

ACTOR = "watch"


def plans_of(registry: Registry, source: Path) -> list[Run]:
    """The joint plans of these tables as they are, the newest first."""
    name = str(source.resolve())
    return [
        run
        for run in registry.runs()
        if run.record.source == name
        and not run.record.scenario
        and run.record.effort.get("policy", "joint") == "joint"
    ]


def base_of(plans: Iterable[Run], entries: Sequence[Entry]) -> Run | None:
    """The watcher's newest open proposal for the published plan, else that plan.

    While nothing is published, the newest plan that was made as a whole stands for it. None if there is none.
    """
    decisions = Decisions(entries)
    own = {entry.run_id for entry in entries if entry.kind == "proposed" and entry.actor == ACTOR}
    with_plan = [run for run in plans if run.has_plan]
    holding = {entry.run_id for entry in decisions.published.values()}
    root = next((run for run in with_plan if run.record.run_id in holding), None) or next(
        (run for run in with_plan if not run.record.base and decisions.standing(run).state == "proposed"),
        None,
    )
    if root is None:
        return None
    for run in with_plan:
        name = run.record.run_id
        if name in own and root.record.run_id in lineage(run) and decisions.standing(run).state == "proposed":
            return run
    return root


def unfinished(plans: Iterable[Run], entries: Sequence[Entry]) -> Run | None:
    """The oldest plan that answers events and that its maker had no time to note: its process is gone."""
    noted = {entry.run_id for entry in entries if entry.kind == "proposed"}  # it may be signed without
    for run in reversed(list(plans)):
        if run.record.run_id in noted or not run.record.base or not run.has_plan:
            continue
        gone = run.record.process == os.getpid() or not is_alive(run.record)
        if gone and (run.folder / EVENTS).exists():
            return run
    return None


def answers(plans: Iterable[Run], base: Run, events: pd.DataFrame) -> Run | None:
    """The newest run that has changed this plan because of all these events, whatever became of it."""
    wanted = set(events["event_id"])
    for run in plans:
        if run.record.base == base.record.run_id and wanted <= set(stored(run.folder)["event_id"]):
            return run
    return None


def turned_down(plans: Iterable[Run], entries: Sequence[Entry]) -> set[str]:
    """The events of plans that were rejected."""
    decisions = Decisions(entries)
    return {
        name
        for run in plans
        if run.has_plan and run.record.base and decisions.standing(run).state == "rejected"
        for name in stored(run.folder)["event_id"]
    }

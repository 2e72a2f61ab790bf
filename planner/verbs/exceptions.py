"""Where fresh tables leave the bands of operation, ranked by the money that a response can recover."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.tables.dataset import DataSet
from planner.verbs.validate import data_of, scenario_of, valid_data

if TYPE_CHECKING:
    import pandas as pd

    from planner.response.exceptions.document import Clock
    from planner.response.exceptions.issue import Issue
    from planner.response.exceptions.look import Look
    from planner.response.exceptions.signs import Snapshot

HISTORY = 30  # runs that tell how stock and emergencies went, at most


@dataclass(frozen=True)
class Answer:
    """A look at tables, beside the plan of a run (None = without a plan), and when it was."""

    source: Path
    run: Run | None
    data: DataSet
    look: "Look"
    clock: "Clock"
    written: Path | None
    events: "pd.DataFrame | None" = None  # that answer the exceptions, for `planner replan`


def exceptions(
    source: Path,
    registry: Registry,
    run: str | None = None,
    most: int = 20,
    to: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Answer:
    """Look at the tables and at the plan of a run, by default the newest of these tables; at most `most` are listed.

    `to` is a .json, .csv or .xlsx file to write; a .json of an earlier look says since when its exceptions are known. Raises
    InvalidData; UsageError if there is no such run, it has no plan or one that doesn't cover the first day of the tables, or `to`
    can't be written.
    """
    from planner.response.exceptions.document import Clock, require_writable, write
    from planner.response.exceptions.look import look

    if to is not None:
        require_writable(to)
    clock = Clock.read(to)
    found = registry.find(run) if run is not None else next(_runs(registry, source), None)
    data = valid_data(source)[0] if found is None else data_of(found, source)[0]
    plan = None if found is None else found.plan
    seen = look(data, plan, _snapshots(registry, source, data), most, tell)
    issues = (*seen.listed, *seen.below, *seen.unpriced)
    events = _events(source, found, seen.listed) if found is not None and issues else None
    answer = Answer(source, found, data, seen, clock, to, events)
    if to is not None:
        write(document(answer), to)
    return answer


def _events(source: Path, run: Run, issues: "Sequence[Issue]") -> "pd.DataFrame":
    from planner.response.watch.detect import answering

    return answering(valid_data(source, scenario=scenario_of(run))[0], run, issues)


def _runs(registry: Registry, source: Path) -> Iterator[Run]:
    """Runs with a plan of these tables, without those of scenarios; the newest first."""
    wanted = str(source.resolve())
    for run in registry.runs():
        if run.has_plan and run.record.source == wanted and not run.record.scenario:
            yield run


def _snapshots(registry: Registry, source: Path, data: DataSet) -> "Iterator[Snapshot]":
    """What the newest runs of each day knew about stock and emergencies."""
    from planner.response.exceptions.signs import snapshot

    days = set()
    for number, run in enumerate(_runs(registry, source)):
        if number >= HISTORY:
            return
        if len(run.plan.inventory) and (one := snapshot(run.plan, data)).day not in days:
            days.add(one.day)
            yield one


def document(answer: Answer) -> dict[str, Any]:
    """The exceptions for programs."""
    from planner.response.events import as_rows
    from planner.response.exceptions.document import document as content

    return {
        "status": "found" if answer.look.listed else "nothing to do",
        "source": str(answer.source),
        "run_id": None if answer.run is None else answer.run.record.run_id,
        "currency": answer.data.settings.currency,
        "least_money": answer.data.settings.exceptions.least_money,
        **content(answer.look, answer.clock),
        "events": [] if answer.events is None else as_rows(answer.events),
    }

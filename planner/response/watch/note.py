"""What the watcher notes in the ledger as detected: every event once, every exception once beside a plan."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.plan.run import Run
from planner.response.approval.standing import lineage
from planner.response.ledger import Entry, Ledger, events_of
from planner.response.watch.base import ACTOR
from planner.tables.dataset import DataSet

if TYPE_CHECKING:
    import pandas as pd

    from planner.response.exceptions.issue import Issue


def note_events(ledger: Ledger, source: Path, data: DataSet, base: Run, events: "pd.DataFrame") -> None:
    """Note the events (rows of the table `events`) that nobody has noted yet."""
    from planner.response.events import applied, stored
    from planner.response.noted import event_facts

    name = str(source.resolve())
    with ledger.writing() as book:
        noted = {
            event.event_id
            for entry in book.entries
            if entry.kind == "detected" and entry.facts.get("source") == name
            for event in events_of(entry)
        }
        new = events[~events["event_id"].isin(noted)]
        if len(new):
            facts = event_facts(applied(data, stored(base.folder)), base.plan.orders, new)
            book.append("detected", actor=ACTOR, source=name, events=facts)


def note_exceptions(
    ledger: Ledger, source: Path, data: DataSet, base: Run, found: "Sequence[Issue]"
) -> "tuple[Issue, ...]":
    """Note the exceptions that nobody has noted beside this plan, or in these tables beside one that it changes; these."""
    if not found:
        return ()
    with ledger.writing() as book:
        known = _known(book.entries, base, data.content_hash)
        new = tuple(one for one in found if one.id not in known)
        if new:
            book.append(
                "detected",
                actor=ACTOR,
                run_id=base.record.run_id,
                source=str(source.resolve()),
                tables=data.content_hash,
                exceptions=[facts_of(one) for one in new],
            )
    return new


def _known(entries: Iterable[Entry], base: Run, tables: str) -> set[str]:
    """The ids of exceptions that were noted beside this plan, or in these tables (by hash) beside one that it changes."""
    line = lineage(base)
    return {
        one["exception_id"]
        for entry in entries
        if entry.kind == "detected"
        and (entry.run_id == line[0] or (entry.run_id in line and entry.facts.get("tables") == tables))
        for one in entry.facts.get("exceptions", ())
    }


def facts_of(issue: "Issue") -> dict[str, Any]:
    """What the ledger and programs are told of an exception; money in the currency of the tables."""
    return {
        "exception_id": issue.id,
        "type": issue.kind,
        "says": issue.says,
        "recoverable": issue.recoverable,
        "deadline": None if issue.deadline is None else str(issue.deadline),
    }

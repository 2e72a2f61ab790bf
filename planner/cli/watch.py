"""`planner watch`: a proposal for everything that happens."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.interrupt import Interruption
from planner.cli.options import Data, Debug, Json, Out
from planner.cli.session import narrate, session_of

if TYPE_CHECKING:
    from planner.response.exceptions.issue import Issue
    from planner.verbs.watch import Look

DEFAULT_EVERY = "5m"


def watch(
    context: typer.Context,
    data: Data,
    every: Annotated[
        str | None,
        typer.Option(
            "--every",
            envvar="PLANNER_EVERY",
            metavar="TIME",
            help="Look after this time: 30s, 5m, 1h.",
            show_default=f"{DEFAULT_EVERY}, unless --on-change",
        ),
    ] = None,
    on_change: Annotated[
        bool,
        typer.Option("--on-change", envvar="PLANNER_ON_CHANGE", help="Look whenever files have changed."),
    ] = False,
    once: Annotated[
        bool,
        typer.Option(
            "--once", envvar="PLANNER_ONCE", help="Look once; exit code 99 if there is nothing to do."
        ),
    ] = False,
    no_detect: Annotated[
        bool,
        typer.Option(
            "--no-detect",
            envvar="PLANNER_NO_DETECT",
            help="Only answer events; don't look for exceptions and shifts of demand.",
        ),
    ] = False,
    out: Out = Path("runs"),
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Look at the tables again and again, and propose a plan for every event.

    Events are those of the table `events`, of files in the folder `events` beside the tables, and shifts of demand
    that the sales show. Exceptions are said and noted. Nothing is published, unless planner.toml allows it up to an
    amount of money. Ctrl-C ends it."""
    from planner.response.watch.alone import alone
    from planner.response.watch.detect import detected
    from planner.response.watch.pace import Pace, seconds
    from planner.verbs.runs import open_registry
    from planner.verbs.watch import Watcher, document, replanned
    from planner.verbs.watch import once as look_once
    from planner.verbs.watch import watch as look_often

    pause = seconds(every) if every else None if on_change else seconds(DEFAULT_EVERY)
    registry, began, looks = open_registry(out), time.monotonic(), list["Look"]()
    with Interruption() as stop, alone(registry.folder, data):
        find = None if no_detect else detected
        watcher = Watcher(data, registry, replanned(data, registry), find)
        if once:
            looks.append(look_once(watcher))
            _narrate(looks[0], None)
        else:
            narrate(f"Watching {data}. Ctrl-C ends it.")
            for look in look_often(watcher, Pace(data, pause, on_change, stop)):
                _narrate(look, looks[-1] if looks else None)
                looks.append(look)
    session_of(context).result(document(looks, time.monotonic() - began), [])


def _narrate(look: "Look", before: "Look | None") -> None:
    """Say what is new."""
    from planner.plan.record import stamp

    lines = _lines(look)
    if (
        before is None
        or lines != _lines(before)
        or look.exceptions
        or look.state in ("proposed", "published")
    ):
        for line in lines:
            narrate(f"{stamp()} {line}")


def _lines(look: "Look") -> list[str]:
    base = look.base.record.run_id if look.base else ""
    events = ", ".join(look.events)
    lines = []
    if look.state in ("proposed", "published") and look.run:
        cost = (
            f", cost {look.run.record.cost:,.2f} {look.run.record.currency}" if look.run.record.cost else ""
        )
        lines.append(
            f"{look.run.record.run_id} is {look.state} for {events or 'events before'}{cost}, in the place of {base}"
        )
    elif look.state == "waiting":
        lines.append("The tables can't be used as they are; they are looked at again.")
    elif look.state == "no_plan":
        lines.append("There is no plan of these tables yet: `planner solve` makes one.")
    elif look.state == "failed":
        lines.append(f"There is no plan for {events}; {base} stays.")
    elif look.events and look.run:
        lines.append(f"{events}: answered by {look.run.record.run_id}.")
    else:
        lines.append(f"{base} has every event.")
    currency = look.base.record.currency if look.base else ""
    return [
        *lines,
        *(_said(one, currency) for one in look.exceptions),
        *(f"{where}: {fault}" for where, fault in look.faults),
    ]


def _said(issue: "Issue", currency: str) -> str:
    until = f", last dispatch that helps on {issue.deadline}" if issue.deadline else ""
    return f"{issue.id}: {issue.says}; {issue.recoverable or 0:,.0f} {currency} recoverable{until}"

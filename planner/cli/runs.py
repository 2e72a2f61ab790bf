"""`planner runs`: what was solved before."""

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import Debug, Json, Out, RunName
from planner.cli.session import narrate, session_of

app = typer.Typer(help="List and show runs.", no_args_is_help=True, rich_markup_mode=None)

Rows = Annotated[
    int, typer.Option("--rows", envvar="PLANNER_ROWS", min=0, help="How many orders and loads to show.")
]
Published = Annotated[
    bool, typer.Option("--published", envvar="PLANNER_PUBLISHED", help="Only the plans that are published.")
]
RUNS = Path("runs")


@app.command("list")
def list_runs(
    context: typer.Context,
    published: Published = False,
    out: Out = RUNS,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """All runs, the newest first; also those that are being worked on."""
    from planner.cli.listing import run_line
    from planner.verbs.runs import listing, open_registry

    found = listing(open_registry(out), published=published)
    if found.fault:
        narrate(found.fault)
    nothing = f"No plan is published in {out}." if published else f"There are no runs in {out}."
    lines = [run_line(entry) for entry in found.entries] or [nothing]
    document = {"status": "done", "runs": found.entries, "ledger": found.fault or "whole"}
    session_of(context).result(document, lines)


@app.command("show")
def show(
    context: typer.Context,
    run: RunName,
    rows: Rows = 10,
    out: Out = RUNS,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """The plan of a run: its summary, its first loads and orders."""
    from planner.cli.listing import failure, plan_tables
    from planner.cli.summary import summary
    from planner.verbs.runs import document, open_registry, standing_of

    found = open_registry(out).find(run)
    lines = (
        [*summary(found, standing_of(found)), *plan_tables(found.plan, rows)]
        if found.has_plan
        else failure(found)
    )
    session_of(context).result(document(found), lines)


@app.command("inputs")
def inputs(
    context: typer.Context, run: RunName, out: Out = RUNS, json: Json = False, debug: Debug = False
) -> None:
    """What a run was made from: tables, hash, effort and versions."""
    from planner.cli.listing import pairs
    from planner.verbs.runs import inputs as inputs_of
    from planner.verbs.runs import open_registry

    found = inputs_of(open_registry(out).find(run))
    session_of(context).result({"status": "done", **found}, pairs(found))


@app.command("logs")
def logs(
    context: typer.Context, run: RunName, out: Out = RUNS, json: Json = False, debug: Debug = False
) -> None:
    """What the engine said while it worked."""
    from planner.verbs.runs import open_registry

    found = open_registry(out).find(run)
    lines = found.log.splitlines()
    session_of(context).result({"status": "done", "run_id": found.record.run_id, "lines": lines}, lines)


@app.command("ledger")
def ledger(
    context: typer.Context,
    run: Annotated[
        str | None,
        typer.Argument(metavar="[RUN]", help="Only what was decided on this run.", show_default=False),
    ] = None,
    out: Out = RUNS,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Who decided what, when and why; says if a line isn't what was written."""
    from planner.cli.listing import ledger_line
    from planner.verbs.runs import ledger as ledger_of
    from planner.verbs.runs import open_registry

    registry = open_registry(out)
    found = ledger_of(registry, registry.find(run) if run else None)
    lines = [ledger_line(entry) for entry in found] or ["Nothing was decided yet."]
    session_of(context).result({"status": "done", "entries": [vars(entry) for entry in found]}, lines)

"""`planner runs`: what was solved before."""

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import Debug, Json, Out, RunName
from planner.cli.session import session_of

app = typer.Typer(help="List and show runs.", no_args_is_help=True, rich_markup_mode=None)

Rows = Annotated[
    int, typer.Option("--rows", envvar="PLANNER_ROWS", min=0, help="How many orders and loads to show.")
]
RUNS = Path("runs")


@app.command("list")
def list_runs(context: typer.Context, out: Out = RUNS, json: Json = False, debug: Debug = False) -> None:
    """All runs, the newest first; also those that are being worked on."""
    from planner.cli.listing import run_line
    from planner.plan.registry import Registry
    from planner.verbs.runs import entries

    found = entries(Registry(out))
    lines = [run_line(entry) for entry in found] or [f"There are no runs in {out}."]
    session_of(context).result({"status": "done", "runs": found}, lines)


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
    from planner.plan.registry import Registry
    from planner.verbs.runs import document

    found = Registry(out).find(run)
    lines = [*summary(found), *plan_tables(found.plan, rows)] if found.has_plan else failure(found)
    session_of(context).result(document(found), lines)


@app.command("inputs")
def inputs(
    context: typer.Context, run: RunName, out: Out = RUNS, json: Json = False, debug: Debug = False
) -> None:
    """What a run was made from: tables, hash, effort and versions."""
    from planner.cli.listing import pairs
    from planner.plan.registry import Registry
    from planner.verbs.runs import inputs as inputs_of

    found = inputs_of(Registry(out).find(run))
    session_of(context).result({"status": "done", **found}, pairs(found))


@app.command("logs")
def logs(
    context: typer.Context, run: RunName, out: Out = RUNS, json: Json = False, debug: Debug = False
) -> None:
    """What the engine said while it worked."""
    from planner.plan.registry import Registry

    found = Registry(out).find(run)
    lines = found.log.splitlines()
    session_of(context).result({"status": "done", "run_id": found.record.run_id, "lines": lines}, lines)

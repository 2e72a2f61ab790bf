"""`planner report`: runs as a page to read."""

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import Debug, Json, Out
from planner.cli.session import narrate, session_of

Runs = Annotated[
    list[str],
    typer.Argument(
        metavar="RUN…", help="The run to report on, then those to compare it with.", show_default=False
    ),
]
Output = Annotated[
    Path, typer.Option("--output", "-o", envvar="PLANNER_OUTPUT", metavar="FILE", help="The page to write.")
]
Frontier = Annotated[
    Path | None,
    typer.Option(
        "--frontier", envvar="PLANNER_FRONTIER", metavar="FILE", help="Also draw this frontier.json."
    ),
]
Simulation = Annotated[
    Path | None,
    typer.Option(
        "--simulation",
        envvar="PLANNER_SIMULATION",
        metavar="FOLDER",
        help="Also draw the simulation in this folder.",
    ),
]
Exceptions = Annotated[
    Path | None,
    typer.Option(
        "--exceptions",
        envvar="PLANNER_EXCEPTIONS",
        metavar="FILE",
        help="Also list those in this file of planner exceptions --to.",
    ),
]


def report(
    context: typer.Context,
    runs: Runs,
    output: Output = Path("report.html"),
    frontier: Frontier = None,
    simulation: Simulation = None,
    exceptions: Exceptions = None,
    out: Out = Path("runs"),
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a page about one or several runs.

    One HTML file that needs no network. With a joint run and one of another policy on the same tables it says what
    joint planning is worth."""
    from planner.verbs.report import report as report_on
    from planner.verbs.runs import open_registry

    found = report_on(runs, open_registry(out), output, frontier, simulation, exceptions)
    if not found["tables_found"]:
        narrate("The tables of the run are gone or have changed: figures per item and location are left out.")
    session_of(context).result(found, [*found["conclusions"], "", f"Wrote {output}"])

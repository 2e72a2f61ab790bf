"""`planner check`: is the plan what it claims to be?"""

from pathlib import Path

import typer

from planner.cli.options import CheckData, Debug, Json, Out, RunName
from planner.cli.session import narrate, session_of


def check(
    context: typer.Context,
    run: RunName,
    data: CheckData = None,
    out: Out = Path("runs"),
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Check a plan without a solver.

    Recomputes cost, stock, limits and gap of a run from the tables and its orders alone."""
    from planner.verbs.check import check as check_run

    verdict = check_run(run, out, data)
    for line in verdict.remarks:
        narrate(line)
    session_of(context).result(verdict.document(), verdict.lines())
    if not verdict.confirmed:
        raise typer.Exit(5)

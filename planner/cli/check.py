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

    Recomputes cost, stock, limits and gap of a run from the tables and its orders alone.
    """
    from planner.errors import PlanRefuted
    from planner.verbs.check import check as check_run
    from planner.verbs.check import document
    from planner.verbs.runs import open_registry

    verdict = check_run(run, open_registry(out), data)
    if verdict.data_changed:
        narrate(f"The data in {verdict.source} are not those that were solved: they have changed since.")
    session_of(context).result(document(verdict), verdict.report.text().splitlines())
    if not verdict.confirmed:
        raise typer.Exit(PlanRefuted.exit_code)

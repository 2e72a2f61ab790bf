"""`planner compare`: runs side by side."""

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import Debug, Json, Out
from planner.cli.session import narrate, session_of

Runs = Annotated[
    list[str],
    typer.Argument(
        metavar="RUN", help="The base, and one run or more to compare with it.", show_default=False
    ),
]
Require = Annotated[
    list[str] | None,
    typer.Option(
        "--require",
        envvar="PLANNER_REQUIRE",
        metavar="LIMIT",
        help="E.g. 'cost.total<=+1%' or 'fill_rate>=-0.005' against the base, 'fill_rate>=0.98'; may be repeated.",
    ),
]
To = Annotated[
    Path | None,
    typer.Option(
        "--to", envvar="PLANNER_TO", metavar="FILE", help="Also write it to this .xlsx or .csv file."
    ),
]
Rows = Annotated[
    int, typer.Option("--rows", envvar="PLANNER_ROWS", min=0, help="How many changed orders to show.")
]


def compare(
    context: typer.Context,
    runs: Runs,
    require: Require = None,
    to: To = None,
    rows: Rows = 10,
    out: Out = Path("runs"),
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Put runs side by side.

    Key figures, cost per cause and orders; says whether the difference in cost is proven."""
    from planner.cli.comparison import comparison_lines, requirement_lines
    from planner.errors import ThresholdFailed
    from planner.verbs.compare import compare as compare_runs
    from planner.verbs.compare import document
    from planner.verbs.runs import open_registry

    compared = compare_runs(runs, open_registry(out), require=require or (), to=to)
    for path in compared.written:
        narrate(f"Wrote {path}")
    lines = comparison_lines(compared.comparison, rows) + requirement_lines(compared.outcomes)
    session_of(context).result(document(compared), lines)
    if not compared.met:
        raise typer.Exit(ThresholdFailed.exit_code)

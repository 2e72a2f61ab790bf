"""`planner explain`: why this quantity, this day, this mode."""

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import CheckData, Debug, Json, Out, RunName
from planner.cli.session import narrate, session_of


def explain(
    context: typer.Context,
    run: RunName,
    order: Annotated[
        str | None,
        typer.Option("--order", envvar="PLANNER_ORDER", metavar="ID", help="The order, by its id."),
    ] = None,
    item: Annotated[
        str | None, typer.Option("--item", envvar="PLANNER_ITEM", metavar="ITEM", help="Or: the item …")
    ] = None,
    location: Annotated[
        str | None,
        typer.Option("--location", envvar="PLANNER_LOCATION", metavar="PLACE", help="… where it arrives …"),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option("--date", envvar="PLANNER_DATE", metavar="DAY", help="… and on which day: 2026-03-31."),
    ] = None,
    data: CheckData = None,
    out: Out = Path("runs"),
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Say why an order is what it is.

    What other quantities, days and modes would cost, which limits bind, and which demand it serves."""
    from planner.cli.reasons import reasons
    from planner.verbs.explain import Wanted, document
    from planner.verbs.explain import explain as explain_order
    from planner.verbs.runs import open_registry

    answer = explain_order(run, open_registry(out), Wanted(order, item, location, date), data)
    if answer.data_changed:
        narrate(f"The data in {answer.source} are not those that were solved: they have changed since.")
    session_of(context).result(document(answer), reasons(answer))

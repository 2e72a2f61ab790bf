"""`planner bench`: instances to measure with."""

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import Debug, Json
from planner.cli.session import session_of

app = typer.Typer(help="Make instances of any size.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def bench() -> None:
    """Make instances of any size."""


@app.command("make")
def make(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.", show_default=False)],
    stores: Annotated[int, typer.Option("--stores", envvar="PLANNER_STORES", min=1, help="Stores.")] = 10,
    items: Annotated[int, typer.Option("--items", envvar="PLANNER_ITEMS", min=1, help="Items.")] = 200,
    dcs: Annotated[int, typer.Option("--dcs", envvar="PLANNER_DCS", min=1, help="DCs.")] = 1,
    days: Annotated[int, typer.Option("--days", envvar="PLANNER_DAYS", min=1, help="Days to plan.")] = 14,
    seed: Annotated[
        int, typer.Option("--seed", envvar="PLANNER_SEED", min=0, help="Decides all that is random.")
    ] = 1,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a network of this size as tables.

    The magnitudes are those of the retail sample; the folder must be new."""
    from planner.bench.make import make as write_instance
    from planner.bench.size import Size

    written = write_instance(folder, Size(stores, items, dcs, days, seed))
    lines = [
        f"Wrote {stores:,} stores, {items:,} items, {dcs} DCs and {days} days to {written}.",
        f"Next: planner validate {written} · planner solve {written}",
    ]
    session_of(context).result({"status": "done", "folder": str(written)}, lines)

"""`planner export`: a run as a workbook, or as files for one."""

from pathlib import Path

import typer

from planner.cli.options import Debug, Format, Json, Out, RunName, To
from planner.cli.session import session_of


def export(
    context: typer.Context,
    run: RunName,
    format: Format = "xlsx",  # noqa: A002 (the option's name)
    to: To = None,
    out: Out = Path("runs"),
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a plan as .xlsx or CSV.

    Sheets or files: Summary, Orders, Loads, Inventory, Costs and Certificate."""
    from planner.plan.export import export as export_run
    from planner.plan.registry import Registry

    found = Registry(out).find(run)
    written = export_run(found, format, to)
    document = {"status": "done", "run_id": found.record.run_id, "format": format, "path": str(written)}
    session_of(context).result(document, [f"Wrote {written}"])

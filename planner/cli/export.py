"""`planner export`: a run as a workbook, or as files for one."""

from pathlib import Path

import typer

from planner.cli.options import Debug, Json, Out, RunName, To, Xlsx
from planner.cli.session import session_of


def export(
    context: typer.Context,
    run: RunName,
    xlsx: Xlsx = True,
    to: To = None,
    out: Out = Path("runs"),
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a plan as .xlsx or CSV.

    Sheets or files: the summary, the order proposal per store, loads with their stops, orders per supplier, low stock, the
    projection of stock; then orders, loads, inventory, costs and certificate as they are in the run."""
    from planner.plan.export import Format
    from planner.plan.export import export as export_run
    from planner.verbs.runs import open_registry

    found = open_registry(out).find(run)
    form: Format = "xlsx" if xlsx else "csv"
    written = export_run(found, form, to)
    document = {"status": "done", "run_id": found.record.run_id, "format": form, "path": str(written)}
    session_of(context).result(document, [f"Wrote {written}"])

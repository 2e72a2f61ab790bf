"""`planner validate`: every problem in the tables, in one pass."""

import typer

from planner.cli.options import Data, Debug, Errors, Json, Strict
from planner.cli.session import narrate, session_of


def validate(
    context: typer.Context,
    data: Data,
    errors: Errors = None,
    strict: Strict = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Check the tables; name every problem.

    Each with file, row, column, value, rule and a hint."""
    from planner.verbs.validate import document, valid_data

    valid, warnings = valid_data(data, strict=strict, errors=errors)
    for finding in warnings[:20]:
        narrate(f"warning: {finding.message}")
    found, settings = document(valid, warnings), valid.settings
    rows = found["rows"]
    lines = [
        f"{data} is valid: {sum(rows.values()):,} rows in {len(rows)} tables, {len(warnings)} warning(s).",
        f"The plan will cover {settings.horizon_days} days from {settings.start_date:%A %d %B %Y}.",
        f"Next: planner solve {data}",
    ]
    session_of(context).result(found, lines)

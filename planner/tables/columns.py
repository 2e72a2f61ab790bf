"""From the cells of a grid to the columns of a table: which header cell is which column."""

from collections.abc import Iterator

import pandas as pd

from planner.tables.findings import Finding, Severity, nearest
from planner.tables.grid import Grid, column_letter
from planner.tables.schema import Table


def columns_of(
    grid: Grid, table: Table, extra: Severity | None = "error"
) -> tuple[dict[str, "pd.Series[str]"], list[Finding]]:
    """The known columns of the grid by name, and what is wrong with its header.

    `extra`: how to take unknown columns.
    """
    known = {name: grid.cells[position] for position, name in enumerate(grid.header) if name in table.names}
    if not known:
        return {}, [_no_header(grid, table)]
    findings = [
        *_without_name(grid),
        *_twice(grid),
        *_unknown(grid, table, extra or "error"),
        *_missing(grid, table),
    ]
    return known, findings


def _finding(
    grid: Grid, code: str, column: str, rule: str, hint: str = "", severity: Severity = "error"
) -> Finding:
    return Finding(code, severity, grid.file, grid.sheet, 1, column, None, rule, hint)


def _no_header(grid: Grid, table: Table) -> Finding:
    """Nothing in the first row is a column of the table; look whether the header is further down."""
    rule = f"the first row has none of the columns of {table.name}"
    hint = f"It needs {', '.join(table.names[:4])} …"
    for row, cells in grid.cells.head(10).iterrows():
        if len(set(cells.str.strip()) & set(table.names)) > 1:
            hint = f"Maybe row {row} is the header; remove the rows above it."
            break
    return Finding("no_header", "error", grid.file, grid.sheet, 1, None, None, rule, hint)


def _without_name(grid: Grid) -> Iterator[Finding]:
    for position, name in enumerate(grid.header):
        filled = grid.cells[position] != ""
        if not name and filled.any():
            rule = f"column {column_letter(position)} has values and no header"
            hint = (
                "Maybe header cells are merged." if grid.merged_header else "Name it, or delete the column."
            )
            yield _finding(grid, "column_without_name", column_letter(position), rule, hint)


def _twice(grid: Grid) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for position, name in enumerate(grid.header):
        if name and name in seen:
            rule = f"the header stands over columns {column_letter(seen[name])} and {column_letter(position)}"
            yield _finding(grid, "duplicate_column", name, rule, "Keep one of them.")
        seen.setdefault(name, position)


def _unknown(grid: Grid, table: Table, severity: Severity) -> Iterator[Finding]:
    missing = [name for name in table.names if name not in grid.header]
    for name in dict.fromkeys(grid.header):
        if name and name not in table.names:
            hint = nearest(name, missing) or nearest(name, table.names)
            if severity == "error":
                hint = hint or 'Delete it, or set extra_columns = "allow" in planner.toml.'
            yield _finding(grid, "unknown_column", name, f"{table.name} has no such column", hint, severity)


def _missing(grid: Grid, table: Table) -> Iterator[Finding]:
    for column in table.columns:
        if column.required and column.name not in grid.header:
            yield _finding(grid, "missing_column", column.name, "the column is missing", column.meaning)

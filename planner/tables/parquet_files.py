"""Parquet files: every column as text, so that one set of rules reads all formats."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from planner.tables.findings import Finding
from planner.tables.grid import Grid, Unreadable, framed


def read(path: Path) -> tuple[Grid, list[Finding]]:
    """The cells of a Parquet file; a column of lists or structures becomes a finding. Raises Unreadable."""
    try:
        # a file, not a path: Arrow would read folder names such as `year=2026` as columns
        with path.open("rb") as file:
            table = pa.parquet.read_table(file)
    except (pa.ArrowException, OSError) as fault:
        rule = f"this is not a readable Parquet file ({str(fault).splitlines()[0].rstrip('.')})"
        raise Unreadable("not_parquet", rule, "Maybe it is cut off. Write it again.") from None
    header, columns, findings = [], [], []
    for name, column in zip(table.column_names, table.columns, strict=True):
        if name.startswith("__index_level_"):
            continue
        header.append(name.strip())
        try:
            columns.append(_text(column))
        except (pa.ArrowException, UnicodeDecodeError):
            rule = f"values of the type {column.type} can't be read"
            findings.append(Finding("nested_values", "error", path.name, None, None, name, None, rule))
            columns.append(pa.array([""] * len(column), pa.string()))
    return Grid(path.name, None, tuple(header), framed(columns, first_row=2)), findings


def _text(column: Any) -> Any:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return pc.fill_null(column.cast(pa.string()), "")

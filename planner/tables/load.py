"""Tables → validated data set. One pass finds every problem; nothing is written."""

import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pandas as pd

from planner.errors import InvalidData
from planner.tables.cells import decimal_mark, read_column
from planner.tables.columns import columns_of
from planner.tables.dataset import DataSet, complete, filled
from planner.tables.findings import Finding, Severity, as_error
from planner.tables.grid import Grid, Unreadable, grid_finding
from planner.tables.report import Report
from planner.tables.rules import check
from planner.tables.schema import TABLES, Table
from planner.tables.settings import FILE, CsvReading, GivenSettings, Incomplete
from planner.tables.sheet import Sheet
from planner.tables.sources import Source, find_sources, missing_tables


def load(path: Path | str, *, strict: bool = False) -> DataSet:
    """The data set in a folder or workbook. Raises InvalidData; `strict`: for warnings too."""
    report = validate(path, strict=strict)
    if report.data is None:
        raise InvalidData(report.findings)
    return report.data


def validate(path: Path | str, *, strict: bool = False) -> Report:
    """Every problem of the tables in a folder or workbook, and the data set if there is no error."""
    path, started = Path(path), time.perf_counter()
    sources = find_sources(path)
    findings = sources.findings
    sheets = {name: absent(table) for name, table in TABLES.items()}
    for name, source in sources.tables.items():
        sheets[name], found = _read(source, sources.settings.extra_columns == "allow", sources.settings.csv)
        findings += found
    if not sources.tables:
        findings += [] if findings else [_nothing(path)]
        return Report(tuple(findings), None, time.perf_counter() - started)
    findings += missing_tables(sources.tables, path)
    return judged(sheets, sources.settings, findings, path, strict=strict, started=started)


def judged(
    sheets: dict[str, Sheet],
    given: GivenSettings,
    findings: list[Finding],
    source: Path | None,
    *,
    strict: bool = False,
    started: float,
) -> Report:
    """What the rules say about sheets whose cells gave `findings`, and the data set if there is no error."""
    findings, settings = list(findings), None
    try:
        settings = complete(given, {name: sheet.frame for name, sheet in sheets.items()})
    except Incomplete as fault:
        findings.append(
            Finding("no_horizon", "error", FILE, None, None, fault.key, None, str(fault).rstrip("."))
        )
    findings += check(sheets, settings)
    if strict:
        findings = [as_error(finding) for finding in findings]
    ordered = sorted(findings, key=lambda finding: finding.severity != "error")
    data = None
    if settings and not any(finding.severity == "error" for finding in findings):
        data = DataSet(
            {name: sheet.frame.reset_index(drop=True) for name, sheet in sheets.items()}, settings, source
        )
    return Report(tuple(ordered), data, time.perf_counter() - started)


def _nothing(path: Path) -> Finding:
    hint = "Tables are files such as items.csv, items.parquet or items.xlsx, or sheets of one workbook."
    return grid_finding(path.name or str(path), None, "no_tables", "there are no tables in it", hint)


def _read(source: Source, allow_extra: bool, options: CsvReading) -> tuple[Sheet, list[Finding]]:
    """One table, typed, with what is wrong with its cells."""
    table = TABLES[source.table]
    try:
        grid, findings = source.read(options)
    except Unreadable as fault:
        return absent(table, source), [fault.finding(source.path.name, source.sheet)]
    except OSError as fault:
        reason = Unreadable("unreadable_file", f"the file can't be read ({fault.strerror or fault})")
        return absent(table, source), [reason.finding(source.path.name, source.sheet)]
    return sheet_of(grid, table, "warning" if allow_extra else "error", findings)


def sheet_of(
    grid: Grid, table: Table, extra: Severity = "error", found: Sequence[Finding] = ()
) -> tuple[Sheet, list[Finding]]:
    """Cells of text, typed, with what is wrong with them after what was `found` when they were read.

    `extra`: what an unknown column is.
    """
    columns, faults = columns_of(grid, table, extra)
    frame, cell_faults = _typed(grid, table, columns)
    findings = [*found, *faults, *cell_faults]
    if table.needs_rows and grid.cells.empty:
        rule = f"the table has a header and no rows; {table.name} can't be empty"
        findings.append(
            Finding("no_rows", "error", grid.file, grid.sheet, None, None, None, rule, table.meaning)
        )
    sound = not any(finding.severity == "error" for finding in findings)
    return Sheet(
        table, grid.file, grid.sheet, pd.DataFrame(columns), frame, read=bool(columns), sound=sound
    ), findings


def _typed(
    grid: Grid, table: Table, columns: dict[str, "pd.Series[str]"]
) -> tuple[pd.DataFrame, list[Finding]]:
    findings: list[Finding] = []
    numbers = [column.name for column in table.columns if column.kind in ("number", "whole")]
    decimal = decimal_mark(grid, columns, numbers)
    if decimal == "," and not grid.decimal:
        rule, hint = (
            "numbers are assumed to have decimal commas",
            "Set decimal under [csv] in planner.toml to say so.",
        )
        findings.append(
            Finding("assumed_decimal", "warning", grid.file, grid.sheet, None, None, None, rule, hint)
        )
    values = {}
    for column in table.columns:
        if column.name in columns:
            values[column.name], faults = read_column(grid, column, columns[column.name], decimal)
            findings += faults
    return filled(table, pd.DataFrame(values, index=grid.cells.index)), findings


def absent(table: Table, source: Source | None = None) -> Sheet:
    """A table that isn't there, or can't be read: no rows."""
    file, sheet = (source.path.name, source.sheet) if source else (f"{table.name}.csv", None)
    return Sheet(table, file, sheet, pd.DataFrame(), _empty(table.name), read=False, sound=source is None)


@lru_cache
def _empty(table: str) -> pd.DataFrame:
    return filled(TABLES[table])

"""Which file or sheet holds which table, in a folder or in a workbook."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from planner.tables import csv_files, excel_files, parquet_files
from planner.tables.excel_files import Workbook
from planner.tables.findings import Finding, nearest
from planner.tables.grid import Grid, Unreadable, grid_finding
from planner.tables.schema import TABLES
from planner.tables.settings import FILE, CsvReading, GivenSettings
from planner.tables.settings_file import parse, read_toml

SUFFIXES = (".csv", ".parquet", ".xlsx")
OLD_SUFFIXES = (".xls", ".xlsm", ".xlsb", ".ods", ".tsv", ".json")
SETTINGS_SHEET = "settings"


@dataclass(frozen=True)
class Source:
    """One table in one file. `sheet` is shown in findings: only where a workbook holds several tables."""

    table: str
    path: Path
    sheet: str | None = None
    workbook: Workbook | None = None
    sheet_in_file: str = ""

    @property
    def name(self) -> str:
        return f"{self.path.name} sheet {self.sheet}" if self.sheet else self.path.name

    def read(self, options: CsvReading) -> tuple[Grid, list[Finding]]:
        """The cells, and what was assumed to read them. Raises Unreadable."""
        if not self.path.is_file():
            raise Unreadable("not_a_file", "this is a folder, not a file", "Put the table itself here.")
        if self.path.suffix.lower() == ".csv":
            return csv_files.read(self.path, TABLES[self.table].names, options)
        if self.path.suffix.lower() == ".parquet":
            return parquet_files.read(self.path)
        workbook = self.workbook or Workbook(self.path)
        return workbook.grid(self.sheet_in_file or _only_sheet(workbook, self.table), self.sheet), []


@dataclass(frozen=True)
class Sources:
    """Everything that was found at a path: at most one source per table, and the settings."""

    tables: dict[str, Source]
    settings: GivenSettings
    findings: list[Finding]


def find_sources(path: Path) -> Sources:
    """Look through a folder, or through the sheets of a workbook. Nothing is raised."""
    findings: list[Finding] = []
    if path.is_dir():
        candidates = _in_folder(path, findings)
        toml = path / FILE
    elif path.is_file() and path.suffix.lower() == ".xlsx":
        candidates = _in_workbook(path, findings)
        toml = path.parent / FILE
    else:
        rule = (
            "there is no such file or folder"
            if not path.exists()
            else "this is neither a folder nor a workbook"
        )
        hint = "Give the folder that holds the tables, or one .xlsx workbook."
        return Sources(
            {}, GivenSettings(), [grid_finding(path.name or str(path), None, "not_found", rule, hint)]
        )
    tables = _one_per_table(candidates, findings)
    settings = _settings(toml, tables.pop(SETTINGS_SHEET, None), findings)
    return Sources(tables, settings, findings)


def _in_folder(folder: Path, findings: list[Finding]) -> list[Source]:
    sources, books = [], []
    for path in sorted(folder.iterdir()):
        name = path.stem.strip().lower()
        suffix = path.suffix.lower()
        if path.name.startswith((".", "~$")):
            continue
        if name in TABLES and suffix in SUFFIXES:
            sources.append(Source(name, path))
        elif name in TABLES and suffix in OLD_SUFFIXES:
            rule = f"files with the suffix {suffix} are not read"
            findings.append(
                grid_finding(path.name, None, "unknown_format", rule, "Save it as .csv, .parquet or .xlsx.")
            )
        elif suffix == ".xlsx" and path.is_file():
            books.append(path)
        elif suffix in (".csv", ".parquet"):
            findings.append(_unknown_table(path.name, None, path.stem))
    if len(books) == 1:
        in_book: list[Finding] = []
        from_book = _in_workbook(books[0], in_book)
        if from_book or any(finding.severity == "error" for finding in in_book):
            findings += in_book
            return sources + from_book
    findings += [_unknown_table(book.name, None, book.stem) for book in books]
    return sources


def _in_workbook(path: Path, findings: list[Finding]) -> list[Source]:
    try:
        workbook = Workbook(path)
        sources = []
        for sheet in workbook.sheets:
            name = sheet.strip().lower()
            if name in TABLES or name == SETTINGS_SHEET:
                sources.append(Source(name, path, sheet, workbook, sheet))
            elif workbook.values(sheet):
                findings.append(_unknown_table(path.name, sheet, sheet))
    except Unreadable as fault:
        findings.append(fault.finding(path.name))
        return []
    return sources


def _unknown_table(file: str, sheet: str | None, name: str) -> Finding:
    what = "sheet" if sheet else "file"
    hint = nearest(name, TABLES) or f"The {what} is not read."
    return grid_finding(
        file, sheet, "unknown_table", f"there is no table of the name {name}", hint, "warning"
    )


def _one_per_table(candidates: list[Source], findings: list[Finding]) -> dict[str, Source]:
    tables: dict[str, Source] = {}
    for source in candidates:
        first = tables.setdefault(source.table, source)
        if first is not source:
            rule = f"table {source.table} is also in {first.name}"
            findings.append(
                grid_finding(source.path.name, source.sheet, "duplicate_table", rule, "Keep one of them.")
            )
    return tables


def _settings(toml: Path, sheet: Source | None, findings: list[Finding]) -> GivenSettings:
    settings, faults = GivenSettings(), list[Finding]()
    if toml.exists():
        settings, faults = read_toml(toml)
        if sheet:
            rule = f"settings are also in {FILE}"
            faults.append(
                grid_finding(sheet.path.name, sheet.sheet, "duplicate_table", rule, "Keep one of them.")
            )
    elif sheet and sheet.workbook:
        try:
            values = excel_files.setting_values(sheet.workbook, sheet.sheet_in_file)
            settings, faults = parse(values, sheet.path.name, sheet.sheet)
        except Unreadable as fault:
            faults = [fault.finding(sheet.path.name, sheet.sheet)]
    findings += faults
    return settings


def _only_sheet(workbook: Workbook, table: str) -> str:
    """The sheet of a workbook that holds one table: the one of its name, else the only one with cells."""
    named = [sheet for sheet in workbook.sheets if sheet.strip().lower() == table]
    filled = named or [sheet for sheet in workbook.sheets if workbook.values(sheet)]
    if len(filled) > 1:
        rule = f"the workbook has several sheets, and none is named {table}"
        raise Unreadable("unknown_table", rule, f"Name the sheet with the table {table}.")
    if not filled:
        raise Unreadable(
            "empty_file", "the workbook is empty", "Leave an optional table's file out altogether."
        )
    return filled[0]


def missing_tables(found: dict[str, Source], path: Path) -> Iterator[Finding]:
    """Required tables that are nowhere."""
    book = next((source.path.name for source in found.values() if source.sheet), None)
    if path.is_file():
        book = path.name
    for name, table in TABLES.items():
        if table.required and name not in found:
            file, sheet = (book, name) if book else (f"{name}.csv", None)
            yield grid_finding(file, sheet, "missing_table", f"the table {name} is missing", table.meaning)

"""Excel workbooks: look before unpacking, read sheets as text, and don't lose cells such as #REF!."""

import datetime
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

from planner.tables.grid import Grid, Unreadable, framed, without_empty_rows

MAX_BYTES = 250 * 2**20
MAX_RATIO = 100
MAX_CELLS = 40_000_000
RATIO_FREE = 2**20  # what is small when unpacked may be packed as tightly as it likes
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
NAMESPACES = {
    "main": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "links": "http://schemas.openxmlformats.org/package/2006/relationships",
}
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# elements may have a prefix, as in <x:c r="A1">
ERROR_CELL = re.compile(rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>(.*?)</(?:\w+:)?c>', re.DOTALL)
REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')
VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\br="(\d+)"')
FAR_COLUMN = re.compile(rb'<(?:\w+:)?c\b[^>]*\br="(?:[C-Z][A-Z]|[A-Z]{3})\d+"')
SECOND_ALPHABET = re.compile(rb'<(?:\w+:)?c\b[^>]*\br="[A-Z]{2}\d+"')

Cell = str | float | bool | datetime.date | datetime.time | datetime.timedelta


class Workbook:
    """An opened workbook: `sheets` are the names of its sheets in order. Raises Unreadable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._parts = _checked_parts(path)
        try:
            self._book = CalamineWorkbook.from_path(path)
        except (CalamineError, OSError, ValueError) as fault:
            raise _unreadable(str(fault)) from None
        self.sheets: tuple[str, ...] = tuple(self._book.sheet_names)

    def values(self, sheet: str) -> list[list[Cell]]:
        """The cells of a sheet from A1 on, row by row. Raises Unreadable."""
        try:
            return self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except (CalamineError, ValueError) as fault:
            raise _unreadable(str(fault)) from None

    def grid(self, sheet: str, shown_sheet: str | None) -> Grid:
        """The cells of a sheet as text. Raises Unreadable if the sheet is empty."""
        rows = self.values(sheet)
        if not rows:
            raise Unreadable("empty_file", "the sheet is empty", "Remove the sheet of an optional table.")
        columns = [[TEXT[type(cell)](cell) for cell in column] for column in zip(*rows, strict=True)]
        for row, position, error in self._errors(sheet):
            if row <= len(rows) and position < len(columns):
                columns[position][row - 1] = error
        header = tuple(column[0].strip() for column in columns)
        cells = framed([column[1:] for column in columns], first_row=2)
        ranges = self._book.get_sheet_by_name(sheet).merged_cell_ranges or []
        merged = any(first[0] == 0 for first, _ in ranges)
        return Grid(self.path.name, shown_sheet, header, without_empty_rows(cells), merged_header=merged)

    def _errors(self, sheet: str) -> list[tuple[int, int, str]]:
        """Row, column position and text of the cells that hold an error; the reader leaves them empty."""
        part = self._parts.get(sheet)
        if part is None:
            return []
        with zipfile.ZipFile(self.path) as archive:
            content = archive.read(part)
        found = []
        for attributes, inside in ERROR_CELL.findall(content):
            reference, value = REFERENCE.search(attributes), VALUE.search(inside)
            if reference:
                text = value.group(1).decode() if value else "#ERROR!"
                found.append((int(reference.group(2)), _position(reference.group(1)), text))
        return found


def _checked_parts(path: Path) -> dict[str, str]:
    """The part of the archive behind each sheet, after a look at the sizes in the zip directory."""
    try:
        with path.open("rb") as file:
            if file.read(4) == OLD_EXCEL:
                raise Unreadable(
                    "protected_workbook",
                    "the workbook is protected by a password, or has the old format .xls",
                    "Save it as .xlsx without a password.",
                )
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive)
            parts = _parts(archive)
            for part in parts.values():
                _check_extent(archive.read(part))
            return parts
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as fault:
        raise _unreadable(str(fault)) from None
    except (KeyError, ElementTree.ParseError, EOFError, OSError) as fault:
        raise _unreadable(f"damaged: {fault}") from None
    except Exception as fault:
        if type(fault).__module__ == "zlib":
            raise _unreadable(f"damaged: {fault}") from None
        raise


def _check_sizes(archive: zipfile.ZipFile) -> None:
    unpacked = sum(part.file_size for part in archive.infolist())
    packed = sum(part.compress_size for part in archive.infolist())
    if unpacked > MAX_BYTES:
        rule = f"the workbook unpacks to {unpacked / 2**20:,.0f} MB; at most {MAX_BYTES // 2**20} MB are read"
        raise Unreadable("workbook_too_large", rule, "Use CSV or Parquet for tables of this size.")
    if unpacked > RATIO_FREE and unpacked > MAX_RATIO * packed:
        rule = f"the workbook unpacks to {unpacked / max(packed, 1):,.0f} times its size; at most {MAX_RATIO}"
        raise Unreadable("workbook_too_large", rule, "Maybe it is not a real workbook.")


def _check_extent(content: bytes) -> None:
    """A stray cell far away makes a reader allocate everything between."""
    rows = max(map(int, ROW.findall(content)), default=0)
    columns = 78 if SECOND_ALPHABET.search(content) else 26
    if FAR_COLUMN.search(content):
        raise Unreadable(
            "stray_cells", "there are cells beyond column BZ", "Delete what is right of the table."
        )
    if rows * columns > MAX_CELLS:
        raise Unreadable(
            "stray_cells", f"the sheet reaches down to row {rows:,}", "Delete what is below the table."
        )


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    book = ElementTree.fromstring(_safe_xml(archive.read("xl/workbook.xml")))
    links = ElementTree.fromstring(_safe_xml(archive.read("xl/_rels/workbook.xml.rels")))
    targets = {
        link.get("Id"): link.get("Target", "").lstrip("/").removeprefix("xl/")
        for link in links.iterfind("links:Relationship", NAMESPACES)
    }
    parts = {
        sheet.get("name", ""): "xl/" + (targets.get(sheet.get(LINK)) or "")
        for sheet in book.iterfind("main:sheets/main:sheet", NAMESPACES)
    }
    return {name: part for name, part in parts.items() if part in archive.namelist()}


def _safe_xml(content: bytes) -> bytes:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unreadable(
            "not_excel", "the workbook holds a document type definition, which no spreadsheet writes"
        )
    return content


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + letter - 64
    return position - 1


def _unreadable(fault: str) -> Unreadable:
    rule = f"this is not a readable Excel workbook ({fault.splitlines()[0] if fault else 'no reason known'})"
    return Unreadable("not_excel", rule, "Save it again as .xlsx.")


def _number(value: float) -> str:
    return f"{value:.0f}" if value == value and abs(value) < 1e15 and value == int(value) else repr(value)


def _moment(value: datetime.datetime) -> str:
    return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")


TEXT: dict[type, Callable[[Any], str]] = {
    str: str,
    float: _number,
    int: str,
    bool: lambda value: "true" if value else "false",
    datetime.date: lambda value: value.isoformat(),
    datetime.datetime: _moment,
    datetime.time: lambda value: value.isoformat(),
    datetime.timedelta: str,
    type(None): lambda _: "",
}


def setting_values(workbook: Workbook, sheet: str) -> dict[str, Any]:
    """A sheet of keys (such as `defaults.service_target`) and values as the nested values of a TOML file."""
    nested: dict[str, Any] = {}
    for row in workbook.values(sheet):
        key = str(row[0]).strip()
        if not key or (key.lower() == "key" and len(row) > 1 and str(row[1]).strip().lower() == "value"):
            continue
        *path, last = key.split(".")
        table = nested
        for part in path:
            table = table.setdefault(part, {})
            if not isinstance(table, dict):
                raise Unreadable("invalid_setting", f"{key} is a value and a group of settings at once")
        table[last] = _setting(row[1] if len(row) > 1 else "")
    return nested


def _setting(value: Cell) -> Any:
    if isinstance(value, float) and value == int(value):
        return int(value)
    if isinstance(value, datetime.datetime):
        return value.date()
    return value

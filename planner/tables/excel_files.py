"""Excel workbooks: look before unpacking, read sheets as text, and don't lose cells such as #REF!."""

import datetime
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from planner.tables.excel_guard import checked_parts, not_excel
from planner.tables.grid import Grid, Unreadable, framed, without_empty_rows

# elements may have a prefix, as in <x:c r="A1">
ERROR_CELL = re.compile(rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>(.*?)</(?:\w+:)?c>', re.DOTALL)
REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')
VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")

Cell = str | float | bool | datetime.date | datetime.time | datetime.timedelta


class Workbook:
    """An opened workbook: `sheets` are the names of its sheets in order. Raises Unreadable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._parts = checked_parts(path)
        try:
            self._book = CalamineWorkbook.from_path(path)
        except (CalamineError, OSError, ValueError) as fault:
            raise not_excel(str(fault)) from None
        self.sheets: tuple[str, ...] = tuple(self._book.sheet_names)

    def values(self, sheet: str) -> list[list[Cell]]:
        """The cells of a sheet from A1 on, row by row. Raises Unreadable."""
        try:
            return self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except (CalamineError, ValueError) as fault:
            raise not_excel(str(fault)) from None

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


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + letter - 64
    return position - 1


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

"""A table as cells of text, as a spreadsheet shows it, before anything is known about its columns."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.tables.findings import Finding, Severity


@dataclass(frozen=True)
class Grid:
    """`cells`: text, columns numbered from 0, index = row as seen in a spreadsheet; empty rows are left out.

    `comma_possible`: the separator leaves room for decimal commas; `decimal`: fixed by the user.
    """

    file: str
    sheet: str | None
    header: tuple[str, ...]
    cells: pd.DataFrame
    comma_possible: bool = False
    decimal: str | None = None
    apostrophes: bool = False
    merged_header: bool = False


class Unreadable(Exception):  # noqa: N818
    """A file that can't be read as a table at all, with the words for its finding."""

    def __init__(self, code: str, rule: str, hint: str = "", row: int | None = None) -> None:
        super().__init__(rule)
        self.code, self.rule, self.hint, self.row = code, rule, hint, row

    def finding(self, file: str, sheet: str | None = None) -> Finding:
        return Finding(self.code, "error", file, sheet, self.row, None, None, self.rule, self.hint)


def grid_finding(
    file: str, sheet: str | None, code: str, rule: str, hint: str = "", severity: Severity = "error"
) -> Finding:
    """A finding about a whole file or sheet."""
    return Finding(code, severity, file, sheet, None, None, None, rule, hint)


def without_empty_rows(cells: pd.DataFrame) -> pd.DataFrame:
    """The rows that have more than blanks in at least one cell."""
    filled = pd.Series(False, index=cells.index)
    for column in cells.columns:
        filled |= cells[column].str.strip() != ""
        if filled.all():
            return cells
    return cells[filled]


def column_letter(position: int) -> str:
    """The spreadsheet's name of a column: 0 → A, 26 → AA."""
    letters = ""
    position += 1
    while position:
        position, letter = divmod(position - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def framed(columns: list[Any], first_row: int) -> pd.DataFrame:
    """Cells from columns of text, with spreadsheet rows as index."""
    frame = pd.DataFrame(
        {position: pd.Series(column, dtype="str") for position, column in enumerate(columns)}
    )
    frame.index = pd.RangeIndex(first_row, first_row + len(frame))
    return frame

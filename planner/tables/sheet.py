"""One table as it was read: its text and its typed values side by side, so that findings can show both."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.tables.findings import Finding, Severity
from planner.tables.schema import Table

Words = str | Iterable[str]


@dataclass(frozen=True)
class Sheet:
    """`text` has the columns that were there, `frame` all columns typed; both are indexed by spreadsheet row.

    `read`: there was a file that could be read. `sound`: all its cells could be read as what they have to be.
    """

    table: Table
    file: str
    sheet: str | None
    text: pd.DataFrame
    frame: pd.DataFrame
    read: bool = True
    sound: bool = True

    def find(
        self,
        where: Any,
        column: str | None,
        code: str,
        rule: Words,
        hint: Words = "",
        severity: Severity = "error",
    ) -> list[Finding]:
        """A finding for each row of `where`, a mask or row numbers; words are for all, or one per row."""
        rows = self.frame.index[where] if pd.api.types.is_bool_dtype(where) else pd.Index(where)
        values = self._values(rows, column)
        rules = [rule] * len(rows) if isinstance(rule, str) else list(rule)
        hints = [hint] * len(rows) if isinstance(hint, str) else list(hint)
        return [
            Finding(code, severity, self.file, self.sheet, int(row), column, value, rule, hint)
            for row, value, rule, hint in zip(rows, values, rules, hints, strict=True)
        ]

    def about(self, code: str, rule: str, hint: str = "", severity: Severity = "error") -> Finding:
        """A finding about the whole table."""
        return Finding(code, severity, self.file, self.sheet, None, None, None, rule, hint)

    def _values(self, rows: "pd.Index[Any]", column: str | None) -> list[str | None]:
        if column is None:
            return [None] * len(rows)
        if column not in self.text:
            return [""] * len(rows)
        return [str(value) for value in self.text.loc[rows, column]]

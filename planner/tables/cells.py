"""Cells of text → the typed values of a column: whole columns at a time, parsed once per distinct text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.tables import explain
from planner.tables.dataset import DATE_TYPE
from planner.tables.findings import Finding, Severity
from planner.tables.grid import Grid
from planner.tables.schema import WEEKDAYS, Column

NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
DECIMAL_COMMA = r"[+-]?[0-9]*,[0-9]+"
DATE = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?$"
TIME = r"[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
TIMESTAMP = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:{TIME})?"
EXCEL_ERROR = r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|ERROR!)"
CONTROL = r"[\x00-\x1f\x7f]+"
SHIELDED = r"'+[=+\-@\t]"  # the apostrophe that keeps a spreadsheet from running a text as a formula
FIRST_DAY, LAST_DAY = pd.Timestamp("1900-01-01"), pd.Timestamp("2199-12-31")
FLAGS = {"true": 1.0, "yes": 1.0, "y": 1.0, "1": 1.0, "false": 0.0, "no": 0.0, "n": 0.0, "0": 0.0}
WEEKDAY_NAMES = {
    name: short
    for short, full in zip(
        WEEKDAYS, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), strict=True
    )
    for name in (short.lower(), full)
}


Mask = Any
Array = Any


def read_column(
    grid: Grid, column: Column, cells: "pd.Series[str]", decimal: str
) -> tuple["pd.Series[Any]", list[Finding]]:
    """Typed values (missing where a cell is empty or faulty; defaults are not filled in), and the faults."""
    codes, distinct = pd.factorize(cells)
    raw = pd.Series(distinct, dtype="str")
    texts, padded, broken = _cleaned(column, raw, shielded=grid.apostrophes)
    empty, failed = texts == "", texts.str.fullmatch(EXCEL_ERROR)
    values = _parsed(column, texts.mask(empty | failed, ""), decimal)
    bad = values.isna() & ~(empty | failed)
    wrong = explain.Unreadable(column, decimal, list(texts[bad]), mixed=not (bad | empty | failed).all())
    outside = _outside(column, values) & ~bad
    cell = _Cells(grid, column, np.asarray(cells.index), codes, raw, texts)
    findings = [
        *cell.findings(failed, lambda _: explain.EXCEL_ERROR),
        *cell.findings(bad, wrong.words),
        *cell.findings(outside, lambda text: explain.bound(column, text, decimal)),
        *cell.findings(empty & column.required, lambda _: explain.empty(column)),
        *cell.findings(padded & ~empty, lambda _: explain.PADDED, "warning"),
        *cell.findings(broken & ~empty, lambda _: explain.LINE_BREAK, "warning"),
    ]
    usable = values.mask(bad | outside | failed).take(codes).set_axis(cells.index)
    return (usable.fillna("") if column.kind in ("text", "choice", "weekdays") else usable), findings


@dataclass(frozen=True)
class _Cells:
    """The cells of a column as codes into its distinct texts, `raw` as in the file and `texts` cleaned."""

    grid: Grid
    column: Column
    rows: Array
    codes: Array
    raw: "pd.Series[str]"
    texts: "pd.Series[str]"

    def findings(
        self, mask: Mask, words: Callable[[str], explain.Words], severity: Severity = "error"
    ) -> Iterator[Finding]:
        """A finding for each cell whose distinct text the mask names; the words are found once per text."""
        if not mask.any():
            return
        named = np.flatnonzero(mask)
        said = {code: words(text) for code, text in zip(named, self.texts.iloc[named], strict=True)}
        shown = dict(zip(named, self.raw.iloc[named], strict=True))
        file, sheet, name = self.grid.file, self.grid.sheet, self.column.name
        for position in np.flatnonzero(np.asarray(mask)[self.codes]):
            distinct = self.codes[position]
            code, rule, hint = said[distinct]
            row = int(self.rows[position])
            yield Finding(code, severity, file, sheet, row, name, shown[distinct], rule, hint)


def decimal_mark(grid: Grid, columns: dict[str, "pd.Series[str]"], numbers: list[str]) -> str:
    """The decimal mark of a file: as told, else a comma if numbers have commas and none has a point."""
    if grid.decimal or not grid.comma_possible:
        return grid.decimal or "."
    distinct = [
        pd.Series(columns[name].unique(), dtype="str").str.strip() for name in numbers if name in columns
    ]
    commas = any(texts.str.fullmatch(DECIMAL_COMMA).any() for texts in distinct)
    points = any(
        texts.str.fullmatch(NUMBER).where(texts.str.contains(".", regex=False), False).any()
        for texts in distinct
    )
    return "," if commas and not points else "."


def _cleaned(column: Column, raw: "pd.Series[str]", *, shielded: bool) -> tuple["pd.Series[str]", Mask, Mask]:
    """Texts without blanks around them; which name something and had blanks; which had line breaks."""
    texts = raw.str.strip()
    none = pd.Series(False, index=raw.index)
    if column.kind != "text":
        return texts, none, none
    broken = texts.str.contains(CONTROL)
    if broken.any():
        texts = texts.where(~broken, texts.str.replace(CONTROL, " ", regex=True))
    if shielded:
        texts = texts.where(~texts.str.match(SHIELDED), texts.str.slice(1))
    names_something = column.key or column.required or column.refers is not None
    return texts, (raw != raw.str.strip()) if names_something else none, broken


def _outside(column: Column, values: "pd.Series[Any]") -> Mask:
    """Numbers that are not whole, or beyond the bounds of the column."""
    outside = pd.Series(False, index=values.index)
    if column.kind == "whole":
        outside |= values.notna() & (values % 1 != 0)
    if column.minimum is not None:
        outside |= values <= column.minimum if column.open_range else values < column.minimum
    if column.maximum is not None:
        outside |= values >= column.maximum if column.open_range else values > column.maximum
    return outside


def _parsed(column: Column, texts: "pd.Series[str]", decimal: str) -> "pd.Series[Any]":
    """The values of the texts; missing where a text is empty or can't be read."""
    if column.kind in ("number", "whole"):
        return _numbers(texts, decimal)
    if column.kind == "choice":
        return texts.str.lower().map({choice.lower(): choice for choice in column.choices}).astype("str")
    return PARSERS[column.kind](texts)


def _numbers(texts: "pd.Series[str]", decimal: str) -> "pd.Series[float]":
    if decimal == ",":
        texts = texts.where(~texts.str.contains(".", regex=False), "").str.replace(",", ".", regex=False)
    values = pd.to_numeric(texts.where(texts.str.fullmatch(NUMBER))).astype("float64")
    return values.where(np.isfinite(values))


def _dates(texts: "pd.Series[str]") -> "pd.Series[Any]":
    days = texts.str.extract(DATE, expand=False)
    return _likely(pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").astype(DATE_TYPE))


def _timestamps(texts: "pd.Series[str]") -> "pd.Series[Any]":
    written = texts.where(texts.str.fullmatch(TIMESTAMP))
    moments = pd.to_datetime(written, format="ISO8601", utc=True, errors="coerce")
    return _likely(moments.dt.tz_localize(None).astype(DATE_TYPE))


def _likely(moments: "pd.Series[Any]") -> "pd.Series[Any]":
    return moments.where((moments >= FIRST_DAY) & (moments <= LAST_DAY))


def _flags(texts: "pd.Series[str]") -> "pd.Series[float]":
    return texts.str.lower().map(FLAGS).astype("float64")


def _weekdays(texts: "pd.Series[str]") -> "pd.Series[str]":
    return texts.map(_in_order).astype("str")


def _in_order(text: str) -> str | None:
    """`fri, Mon` → `Mon Fri`; None if a word is no weekday."""
    days = [WEEKDAY_NAMES.get(word) for word in explain.words_of(text)]
    return None if None in days else " ".join(day for day in WEEKDAYS if day in days)


PARSERS: dict[str, Callable[["pd.Series[str]"], "pd.Series[Any]"]] = {
    "text": lambda texts: texts,
    "date": _dates,
    "timestamp": _timestamps,
    "flag": _flags,
    "weekdays": _weekdays,
}

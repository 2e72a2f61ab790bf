"""Cells of text → the typed values of a column: whole columns at a time, parsed once per distinct text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from planner.tables import explain
from planner.tables.dataset import DATE_TYPE
from planner.tables.findings import Finding, Severity
from planner.tables.grid import Grid
from planner.tables.schema import WEEKDAYS, Column

NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
DECIMAL_POINT = r"[+-]?[0-9]*\.[0-9]*(?:[eE][+-]?[0-9]+)?"
DECIMAL_COMMA = r"[+-]?[0-9]*,[0-9]+"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T]00:00(?::00(?:\.0+)?)?)?"
TIME = r"[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
TIMESTAMP = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:{TIME})?"
EXCEL_ERROR = r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|ERROR!)"
CONTROL = r"[\x00-\x1f\x7f]+"
SHIELDED = r"^'+[=+\-@\t]"  # the apostrophe that keeps a spreadsheet from running a text as a formula
FIRST_DAY, LAST_DAY = np.datetime64("1900-01-01"), np.datetime64("2199-12-31T23:59:59")
TEXT_KINDS = ("text", "choice", "weekdays")
FLAGS = {"true": 1.0, "yes": 1.0, "y": 1.0, "1": 1.0, "false": 0.0, "no": 0.0, "n": 0.0, "0": 0.0}
WEEKDAY_NAMES = {
    name: short
    for short, full in zip(
        WEEKDAYS, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), strict=True
    )
    for name in (short.lower(), full)
}


Array = Any
Texts = Any  # an Arrow array of text


def read_column(
    grid: Grid, column: Column, cells: "pd.Series[str]", decimal: str
) -> tuple["pd.Series[Any]", list[Finding]]:
    """Typed values (missing where a cell is empty or faulty; defaults are not filled in), and the faults."""
    codes, distinct = pd.factorize(cells)
    raw = pa.array(distinct, pa.string())
    texts, padded, broken = _cleaned(column, raw, shielded=grid.apostrophes)
    empty, failed = _mask(pc.equal(texts, "")), _matches(texts, EXCEL_ERROR)
    values, read = _parsed(column, pc.if_else(empty | failed, "", texts), decimal)
    bad = ~(read | empty | failed)
    outside = _outside(column, values) & ~bad
    wrong = explain.Unreadable(
        column, decimal, texts.filter(pa.array(bad)).to_pylist(), mixed=bool(read.any())
    )
    cell = _Cells(grid, column, np.asarray(cells.index), codes, raw, texts)
    findings = [
        *cell.findings(failed, lambda _: explain.EXCEL_ERROR),
        *cell.findings(bad, wrong.words),
        *cell.findings(outside, lambda text: explain.bound(column, text, decimal)),
        *cell.findings(empty & column.required, lambda _: explain.empty(column)),
        *cell.findings(padded & ~empty, lambda _: explain.PADDED, "warning"),
        *cell.findings(broken & ~empty, lambda _: explain.LINE_BREAK, "warning"),
    ]
    return _spread(column, values, bad | outside | failed, codes, cells.index), findings


def _spread(column: Column, values: Array, unusable: Array, codes: Array, rows: Any) -> "pd.Series[Any]":
    """The values of all rows from those of the distinct texts; missing where they are not usable."""
    if column.kind in TEXT_KINDS:
        return pd.Series(pc.if_else(unusable, "", values).take(pa.array(codes)), index=rows, dtype="str")
    missing = np.datetime64("NaT") if column.kind in ("date", "timestamp") else np.nan
    return pd.Series(np.where(unusable, missing, values)[codes], index=rows)


@dataclass(frozen=True)
class _Cells:
    """The cells of a column as codes into its distinct texts, `raw` as in the file and `texts` cleaned."""

    grid: Grid
    column: Column
    rows: Array
    codes: Array
    raw: Texts
    texts: Texts

    def findings(
        self, mask: Array, words: Callable[[str], explain.Words], severity: Severity = "error"
    ) -> Iterator[Finding]:
        """A finding for each cell whose distinct text the mask names; the words are found once per text."""
        if not mask.any():
            return
        named = np.flatnonzero(mask)
        said = {
            code: words(text) for code, text in zip(named, self.texts.take(named).to_pylist(), strict=True)
        }
        shown = dict(zip(named, self.raw.take(named).to_pylist(), strict=True))
        file, sheet, name = self.grid.file, self.grid.sheet, self.column.name
        for position in np.flatnonzero(mask[self.codes]):
            distinct = self.codes[position]
            code, rule, hint = said[distinct]
            row = int(self.rows[position])
            yield Finding(code, severity, file, sheet, row, name, shown[distinct], rule, hint)


def decimal_mark(grid: Grid, columns: dict[str, "pd.Series[str]"], numbers: list[str]) -> str:
    """The decimal mark of a file: as told, else a comma if numbers have commas and none has a point."""
    if grid.decimal or not grid.comma_possible:
        return grid.decimal or "."
    found = [
        pc.utf8_trim_whitespace(pa.array(columns[name].unique(), pa.string()))
        for name in numbers
        if name in columns
    ]
    commas = any(_matches(texts, DECIMAL_COMMA).any() for texts in found)
    points = any(_matches(texts, DECIMAL_POINT).any() for texts in found)
    return "," if commas and not points else "."


def _mask(values: Any) -> Array:
    return values.to_numpy(zero_copy_only=False)


def _matches(texts: Texts, pattern: str) -> Array:
    """Which texts are this pattern from beginning to end."""
    return _mask(pc.match_substring_regex(texts, rf"^(?:{pattern})$"))


def _cleaned(column: Column, raw: Texts, *, shielded: bool) -> tuple[Texts, Array, Array]:
    """Texts without blanks around them; which name something and had blanks; which had line breaks."""
    texts = pc.utf8_trim_whitespace(raw)
    none = np.zeros(len(raw), dtype=bool)
    if column.kind != "text":
        return texts, none, none
    names_something = column.key or column.required or column.refers is not None
    padded = _mask(pc.not_equal(raw, texts)) if names_something else none
    broken = _mask(pc.match_substring_regex(texts, CONTROL))
    if broken.any():
        texts = pc.replace_substring_regex(texts, CONTROL, " ")
    if shielded:
        texts = pc.if_else(
            pc.match_substring_regex(texts, SHIELDED), pc.utf8_slice_codeunits(texts, 1), texts
        )
    return texts, padded, broken


def _outside(column: Column, values: Array) -> Array:
    """Numbers that are not whole, or beyond the bounds of the column."""
    if column.kind not in ("number", "whole"):
        return np.zeros(len(values), dtype=bool)
    outside = np.zeros(len(values), dtype=bool)
    if column.kind == "whole":
        outside |= ~np.isnan(values) & (values % 1 != 0)
    if column.minimum is not None:
        outside |= values <= column.minimum if column.open_range else values < column.minimum
    if column.maximum is not None:
        outside |= values >= column.maximum if column.open_range else values > column.maximum
    return outside


def _parsed(column: Column, texts: Texts, decimal: str) -> tuple[Array, Array]:
    """The values of the texts, and which of them could be read."""
    if column.kind == "text":
        return texts, np.ones(len(texts), dtype=bool)
    if column.kind in ("number", "whole"):
        return _numbers(texts, decimal)
    if column.kind in ("date", "timestamp"):
        return _dates(texts) if column.kind == "date" else _timestamps(texts)
    if column.kind == "flag":
        flags = np.array([FLAGS.get(text.lower(), np.nan) for text in texts.to_pylist()], dtype="float64")
        return flags, ~np.isnan(flags)
    if column.kind == "choice":
        known = {choice.lower(): choice for choice in column.choices}
        words = pa.array([known.get(text.lower()) for text in texts.to_pylist()], pa.string())
    else:
        words = pa.array([_in_order(text) for text in texts.to_pylist()], pa.string())
    return pc.fill_null(words, ""), _mask(pc.is_valid(words))


def _numbers(texts: Texts, decimal: str) -> tuple[Array, Array]:
    if decimal == ",":
        pointed = pc.match_substring(texts, ".")
        texts = pc.replace_substring(pc.if_else(pointed, "", texts), ",", ".")
    good = pc.match_substring_regex(texts, f"^(?:{NUMBER})$")
    values = pc.if_else(good, texts, None).cast(pa.float64()).to_numpy(zero_copy_only=False)
    finite = np.isfinite(values)
    return np.where(finite, values, np.nan), finite


def _dates(texts: Texts) -> tuple[Array, Array]:
    days = pc.if_else(_matches(texts, DATE), pc.utf8_slice_codeunits(texts, 0, 10), None)
    return _likely(pd.to_datetime(pd.Series(days, dtype="str"), format="%Y-%m-%d", errors="coerce"))


def _timestamps(texts: Texts) -> tuple[Array, Array]:
    written = pd.Series(pc.if_else(_matches(texts, TIMESTAMP), texts, None), dtype="str")
    return _likely(pd.to_datetime(written, format="ISO8601", utc=True, errors="coerce").dt.tz_localize(None))


def _likely(moments: "pd.Series[Any]") -> tuple[Array, Array]:
    values = moments.astype(DATE_TYPE).to_numpy()
    likely = (values >= FIRST_DAY) & (values <= LAST_DAY)
    return np.where(likely, values, np.datetime64("NaT")), likely


def _in_order(text: str) -> str | None:
    """`fri, Mon` → `Mon Fri`; None if a word is no weekday."""
    days = [WEEKDAY_NAMES.get(word) for word in explain.words_of(text)]
    return None if None in days else " ".join(day for day in WEEKDAYS if day in days)

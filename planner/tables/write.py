"""Data set → files; the inverse of `load`, so that what is written and read again has the same content."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa

from planner.errors import UsageError
from planner.tables.dataset import DataSet
from planner.tables.schema import TABLES, Column, Table
from planner.tables.settings import FILE, Settings
from planner.tables.toml import as_toml, flat, literal

Format = Literal["csv", "parquet", "xlsx"]
MOST_ROWS = 2**20 - 1  # of a sheet, without its header
DANGEROUS = r"^('*[=+\-@\t])"


def write(
    data: DataSet,
    path: Path | str,
    format: Format = "csv",  # noqa: A002
    *,
    parquet: Collection[str] = (),
) -> Path:
    """Write the tables that have rows, and the settings: a workbook if `path` ends in .xlsx, else a folder.

    In a folder the tables named in `parquet` are Parquet whatever the format of the others.

    Raises UsageError if there are tables already, or if a table doesn't fit into a sheet.
    """
    path = Path(path)
    if path.suffix.lower() == ".xlsx":
        _refuse(path, [path] if path.exists() else [])
        _workbook(data, path, list(_filled(data)), settings=True)
        return path
    known = {f"{name}{suffix}" for name in TABLES for suffix in (".csv", ".parquet", ".xlsx")} | {FILE}
    _refuse(path, [file for file in path.iterdir() if file.name in known] if path.is_dir() else [])
    path.mkdir(parents=True, exist_ok=True)
    for name in _filled(data):
        kind = "parquet" if name in parquet else format
        file = path / f"{name}.{kind}"
        if kind == "csv":
            shielded(TABLES[name], as_text(TABLES[name], data[name])).to_csv(
                file, index=False, lineterminator="\n"
            )
        elif kind == "parquet":
            data[name].to_parquet(file, index=False)
        else:
            _workbook(data, file, [name], settings=False)
    (path / FILE).write_text(as_toml(data.settings), encoding="utf-8")
    return path


def _refuse(path: Path, there: list[Path]) -> None:
    if there:
        raise UsageError(f"{path}: {there[0].name} is there already; choose another place")


def _filled(data: DataSet) -> list[str]:
    return [name for name, table in TABLES.items() if table.required or len(data[name])]


def as_text(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The table as text that `load` reads back to the same values."""
    return pd.DataFrame(
        {column.name: _text(column, frame[column.name]) for column in table.columns}, dtype="str"
    )


def _text(column: Column, values: "pd.Series[Any]") -> "pd.Series[Any]":
    if column.kind in ("date", "timestamp"):
        pattern = "%Y-%m-%d" if column.kind == "date" else "%Y-%m-%dT%H:%M:%S.%f"
        written: pd.Series[Any] = values.dt.strftime(pattern).fillna("")
        return written
    if column.kind == "flag":
        words: pd.Series[Any] = values.astype("float64").map({1.0: "true", 0.0: "false"}).fillna("")
        return words
    if column.kind in ("number", "whole"):
        # Arrow writes the shortest text that is read back to the same number
        text = pa.array(values.to_numpy(), from_pandas=True).cast(pa.string()).fill_null("")
        return pd.Series(text, index=values.index, dtype="str")
    return values


def shielded(table: Table, texts: pd.DataFrame) -> pd.DataFrame:
    """Texts that a spreadsheet would run as a formula get an apostrophe, which `load` takes away."""
    names = [column.name for column in table.columns if column.kind == "text"]
    return texts.assign(**{name: texts[name].str.replace(DANGEROUS, r"'\1", regex=True) for name in names})


def _workbook(data: DataSet, path: Path, names: list[str], *, settings: bool) -> None:
    """One sheet per table; dates, numbers and flags as what they are, text never as a formula or link."""
    import xlsxwriter

    for name in names:
        if len(data[name]) > MOST_ROWS:
            raise UsageError(
                f"{name} has {len(data[name]):,} rows; a sheet has {MOST_ROWS:,}. Write CSV or Parquet."
            )
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for name in names:
            sheet = book.add_worksheet(name, worksheet_class=_exact_worksheet())
            sheet.freeze_panes(1, 0)
            _fill(sheet, TABLES[name], data[name], bold, day)
        if settings:
            _fill_settings(book.add_worksheet("settings"), data.settings, bold, day)


def _exact_worksheet() -> Any:
    """xlsxwriter writes 16 digits; a number needs up to 17 to be read back as itself."""
    from xlsxwriter.worksheet import Worksheet

    class ExactWorksheet(Worksheet):  # type: ignore[misc]
        def _xml_number_element(self, number: float, attributes: Any = ()) -> None:
            given = "".join(f' {key}="{value}"' for key, value in attributes)
            self.fh.write(f"<c{given}><v>{float(number)!r}</v></c>")

    return ExactWorksheet


def _fill(sheet: Any, table: Table, frame: pd.DataFrame, bold: Any, day: Any) -> None:
    sheet.write_row(0, 0, table.names, bold)
    writers = [_writer(sheet, column, day) for column in table.columns]
    ready = frame.copy()
    for column in table.columns:
        if column.kind == "timestamp":
            ready[column.name] = _text(column, frame[column.name])
    for row, values in enumerate(ready.itertuples(index=False), start=1):
        for position, value in enumerate(values):
            if value == value and value != "":  # neither NaN nor NaT nor empty
                writers[position](row, position, value)


def _writer(sheet: Any, column: Column, day: Any) -> Any:
    if column.kind == "date":
        return lambda row, position, value: sheet.write_datetime(row, position, value, day)
    if column.kind in ("number", "whole"):
        return sheet.write_number
    if column.kind == "flag":
        return lambda row, position, value: sheet.write_boolean(row, position, bool(value))
    return sheet.write_string


def _fill_settings(sheet: Any, settings: Settings, bold: Any, day: Any) -> None:
    sheet.write_row(0, 0, ("key", "value"), bold)
    pairs = flat(settings.model_dump(exclude_none=True, exclude={"csv"}))
    for row, (key, value) in enumerate(pairs.items(), start=1):
        sheet.write_string(row, 0, key)
        if isinstance(value, date):
            sheet.write_datetime(row, 1, value, day)
        elif isinstance(value, bool):
            sheet.write_boolean(row, 1, value)
        elif isinstance(value, int | float):
            sheet.write_number(row, 1, value)
        elif isinstance(value, tuple):
            sheet.write_string(row, 1, ", ".join(value))
        else:
            sheet.write_string(row, 1, value if isinstance(value, str) else literal(value))

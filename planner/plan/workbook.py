"""Tables → one .xlsx file that can be read without touching it: formats, widths, frozen headers, filters."""

from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype

ROWS_PER_SHEET = 1_000_000  # a sheet holds 1,048,576
SHARES = ("fill", "fill_rate")
WIDEST, LOOKED_AT = 44, 200  # letters; rows from which the width of a column is taken
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}


def write_workbook(path: Path, tables: dict[str, pd.DataFrame]) -> None:
    """One sheet per table (more if it doesn't fit); text is never taken for a formula."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        head = book.add_format(
            {"bold": True, "bg_color": "#e8eef3", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        formats = {
            code: book.add_format({"num_format": code})
            for code in ("yyyy-mm-dd", "0.0%", "#,##0", "#,##0.00")
        }
        for name, frame in tables.items():
            for number, start in enumerate(range(0, max(len(frame), 1), ROWS_PER_SHEET), start=1):
                sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
                _fill(sheet, frame.iloc[start : start + ROWS_PER_SHEET], head, formats)


def _fill(sheet: Any, frame: pd.DataFrame, head: Any, formats: dict[str, Any]) -> None:
    texts = [name for name in frame.columns if not is_numeric_dtype(frame[name])]
    sheet.freeze_panes(1, len(texts) if len(texts) < len(frame.columns) > 8 and len(texts) <= 2 else 0)
    sheet.autofilter(0, 0, max(len(frame), 1), max(len(frame.columns) - 1, 0))
    codes = [_code(str(name), frame[name]) for name in frame.columns]
    for column, name in enumerate(frame.columns):
        sheet.set_column(
            column, column, _width(str(name), frame[name], codes[column]), formats.get(codes[column])
        )
        sheet.write_string(0, column, name, head)
    for row, values in enumerate(frame.itertuples(index=False), start=1):
        for column, value in enumerate(values):
            if isinstance(value, pd.Timestamp):
                sheet.write_datetime(row, column, value.to_pydatetime(), formats["yyyy-mm-dd"])
            elif isinstance(value, str):
                sheet.write_string(row, column, value)
            elif not pd.isna(value):
                sheet.write(row, column, value, formats.get(codes[column]))


def _code(name: str, values: "pd.Series[Any]") -> str:
    """How the numbers of a column are shown, "" = as they come."""
    if not is_numeric_dtype(values):
        return ""
    if name in SHARES:
        return "0.0%"
    return "#,##0" if (values.dropna() % 1 == 0).all() else "#,##0.00"


def _width(name: str, values: "pd.Series[Any]", code: str) -> int:
    """Letters that fit: the header with its arrow, and the first texts."""
    longest = max((len(str(value)) for value in values.head(LOOKED_AT)), default=0) if not code else 0
    return min(WIDEST, max(11, len(name) + 3, longest + 1))

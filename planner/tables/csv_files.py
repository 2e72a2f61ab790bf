"""CSV files: find out encoding and separator, say what was assumed, keep the spreadsheet's rows."""

import codecs
import csv
import io
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from planner.tables.findings import Finding
from planner.tables.grid import Grid, Unreadable, framed, grid_finding, without_empty_rows
from planner.tables.settings import CsvReading

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SIGNATURES = {
    b"PK\x03\x04": "a zip archive or Excel workbook",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old or password-protected Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF document",
}
MOST_HEADER = 100_000  # characters
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def read(path: Path, known: Collection[str], options: CsvReading) -> tuple[Grid, list[Finding]]:
    """The cells of a CSV file and what was assumed to read them; `known`: the table's column names.

    Raises Unreadable if the file is not text or has no row.
    """
    return parsed(path.read_bytes(), path.name, known, options)


def parsed(data: bytes, file: str, known: Collection[str], options: CsvReading) -> tuple[Grid, list[Finding]]:
    """As `read`, for the content of a file of this name."""
    text, findings = _decoded(data, file, options.encoding)
    told, skipped = _told_separator(text)
    if skipped:
        text = text.split("\n", 1)[1] if "\n" in text else ""
    if not text.strip():
        raise Unreadable("empty_file", "the file is empty", "Leave an optional table's file out altogether.")
    separator = options.separator or told or _guessed_separator(text, known)
    if not options.separator and not told and separator != ",":
        rule = f"the separator is assumed to be a {SEPARATORS[separator]}"
        hint = 'Set separator under [csv] in planner.toml to say so, as in separator = ";".'
        findings.append(grid_finding(file, None, "assumed_separator", rule, hint, "warning"))
    cells, ragged = _cells(text, separator, file, first_row=1 + skipped)
    header = tuple(str(cell).strip() for cell in cells.iloc[0])
    grid = Grid(
        file,
        None,
        header,
        without_empty_rows(cells.iloc[1:]),
        comma_possible=separator != ",",
        decimal=options.decimal,
        apostrophes=True,
    )
    return grid, findings + ragged


def _decoded(data: bytes, file: str, encoding: str | None) -> tuple[str, list[Finding]]:
    kind = next((name for start, name in SIGNATURES.items() if data.startswith(start)), None)
    if kind:
        raise Unreadable(
            "not_csv", f"this is {kind}, not CSV", "Export the table as CSV, or correct the file's suffix."
        )
    bom = next((name for mark, name in BOMS.items() if data.startswith(mark)), None)
    findings: list[Finding] = []
    try:
        text = data.decode(encoding or bom or "utf-8")
    except LookupError:
        raise Unreadable(
            "unknown_encoding", f"there is no encoding {encoding}", "Try utf-8 or cp1252."
        ) from None
    except UnicodeDecodeError as fault:
        if encoding or bom:
            rule = f"the file can't be read as {encoding or bom} (byte {fault.start:,})"
            raise Unreadable("bad_encoding", rule, "Save it as UTF-8.") from None
        text = _western(data)
        rule = "the text is not UTF-8; cp1252 (Western European Windows) is assumed"
        hint = 'Save the file as UTF-8, or set encoding = "cp1252" under [csv] in planner.toml.'
        findings.append(grid_finding(file, None, "assumed_encoding", rule, hint, "warning"))
    if "\0" in text:
        raise Unreadable("not_csv", "this is not a text file", "Export the table as CSV in UTF-8.")
    return text, findings


def _western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise Unreadable("not_csv", "this is not a text file", "Export the table as CSV in UTF-8.") from None


def _told_separator(text: str) -> tuple[str | None, int]:
    """Excel's first line `sep=;`, and how many lines it takes."""
    line = text[:7].split("\n")[0].strip()
    return (line[4], 1) if line.lower().startswith("sep=") and len(line) == 5 else (None, 0)


def _guessed_separator(text: str, known: Collection[str]) -> str:
    """The separator that makes most known column names out of the first line; if equal, most cells."""
    line = text.lstrip("\r\n").split("\n", 1)[0].rstrip("\r")

    def quality(separator: str) -> tuple[int, int]:
        names = [name.strip().strip('"').lower() for name in line.split(separator)]
        return sum(name in known for name in names), len(names)

    return max(SEPARATORS, key=quality)


def _cells(text: str, separator: str, file: str, first_row: int) -> tuple[pd.DataFrame, list[Finding]]:
    """All cells, the header included. Rows that are longer or shorter than the header become findings."""
    odd: list[tuple[int, str]] = []

    def keep_aside(row: Any) -> str:
        odd.append((row.number, row.text))
        return "skip"

    data = text.encode("utf-8")
    names = [f"f{position}" for position in range(_width(text, separator))]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            # one block and one thread: only then does the parser know the numbers of faulty rows
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False, block_size=len(data) + 1, column_names=names
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=separator,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep_aside,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowException as fault:
        raise Unreadable("not_csv", f"this is not a CSV file ({str(fault).splitlines()[0]})") from None
    cells = framed([table.column(position) for position in range(table.num_columns)], first_row)
    return _merged(cells, odd, separator, file, first_row)


def _width(text: str, separator: str) -> int:
    """Number of cells in the header."""
    lines = io.StringIO(text[:MOST_HEADER], newline="")
    return len(next(csv.reader(lines, delimiter=separator, strict=False)))


def _merged(
    cells: pd.DataFrame, odd: list[tuple[int, str]], separator: str, file: str, first_row: int
) -> tuple[pd.DataFrame, list[Finding]]:
    """Put rows of the wrong length back, cut or filled to the length of the header."""
    if not odd:
        return cells, []
    width = cells.shape[1]
    numbers = np.array([number for number, _ in odd]) - 1 + first_row
    regular = np.setdiff1d(np.arange(first_row, first_row + len(cells) + len(odd)), numbers)
    parsed = [next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), []) for _, text in odd]
    findings = [
        _ragged(file, int(number), row, width, text)
        for number, row, (_, text) in zip(numbers, parsed, odd, strict=True)
        if len(row) < width or any(cell.strip() for cell in row[width:])
    ]
    repaired = pd.DataFrame([(row + [""] * width)[:width] for row in parsed], index=numbers, dtype="str")
    return pd.concat([cells.set_axis(regular), repaired]).sort_index(), findings


def _ragged(file: str, number: int, row: list[str], width: int, text: str) -> Finding:
    count = f"{len(row)} cell{'s' if len(row) != 1 else ''}"
    rule = f"the row has {count} and the header {width}"
    if "\n" in text.strip() and text.count('"') % 2:
        return Finding(
            "open_quote",
            "error",
            file,
            None,
            number,
            None,
            None,
            "a quote is opened and never closed",
            f"Here {rule}.",
        )
    if len(row) > width:
        hint = "Maybe a decimal comma, or a text with the separator in it that needs quotes."
        return Finding("long_row", "error", file, None, number, None, None, rule, hint)
    hint = "The missing cells are taken as empty. Maybe the file is cut off."
    return Finding("short_row", "warning", file, None, number, None, None, rule, hint)

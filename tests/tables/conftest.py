"""A small valid data set with every table and every column filled, and ways to spoil it."""

import csv
import io
import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from planner.tables.dataset import DataSet
from planner.tables.findings import Finding
from planner.tables.load import load, validate
from planner.tables.report import Report
from planner.tables.settings import CsvReading
from planner.tables.sheet import Sheet
from planner.tables.sources import Source

VALID = Path(__file__).parent / "valid"
CONTENT = {file.name: file.read_bytes() for file in VALID.glob("*.csv")}


class Folder:
    """A copy of the valid data set. Rows are numbered as in a spreadsheet: the header is row 1."""

    def __init__(self, path: Path) -> None:
        self.path = path
        shutil.copytree(VALID, path)

    def file(self, table: str) -> Path:
        return self.path / f"{table}.csv"

    def rows(self, table: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.file(table).read_text())))

    def put(self, table: str, rows: list[list[str]]) -> "Folder":
        with self.file(table).open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        return self

    def set(self, table: str, row: int, **cells: str) -> "Folder":
        """Change cells of one row."""
        rows = self.rows(table)
        for column, text in cells.items():
            rows[row - 1][rows[0].index(column)] = text
        return self.put(table, rows)

    def add(self, table: str, copy_of: int = 2, **cells: str) -> "Folder":
        """Append a copy of a row with other cells."""
        rows = self.rows(table)
        rows.append(list(rows[copy_of - 1]))
        return self.put(table, rows).set(table, len(rows), **cells)

    def drop(self, table: str, *columns: str) -> "Folder":
        rows = self.rows(table)
        gone = {rows[0].index(column) for column in columns}
        return self.put(table, [[cell for at, cell in enumerate(row) if at not in gone] for row in rows])

    def write(self, table: str, content: str | bytes) -> "Folder":
        self.file(table).write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def settings(self, **lines: str) -> "Folder":
        """Replace settings at the top of planner.toml."""
        file = self.path / "planner.toml"
        kept = [line for line in file.read_text().splitlines() if line.split(" =")[0] not in lines]
        given = [f"{key} = {value}" for key, value in lines.items() if value]
        file.write_text("\n".join(given + kept) + "\n")
        return self

    def report(self) -> Report:
        return validate(self.path)

    def only(self, code: str) -> Finding:
        """The one finding with this code."""
        found = [finding for finding in self.report().findings if finding.code == code]
        assert len(found) == 1, self.report().text()
        return found[0]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "data")


@pytest.fixture
def new_folder(tmp_path: Path) -> Callable[[], Folder]:
    """As many copies as a test needs."""
    made: list[Folder] = []

    def make() -> Folder:
        made.append(Folder(tmp_path / f"data-{len(made)}"))
        return made[-1]

    return make


@pytest.fixture(scope="session")
def valid_path() -> Path:
    return VALID


@pytest.fixture(scope="session")
def valid_data() -> DataSet:
    return load(VALID)


@pytest.fixture(autouse=True)
def shared_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that no test has spoiled is read once: most tests spoil one of fifteen."""
    monkeypatch.setattr("planner.tables.load._read", read_once)


read = import_module("planner.tables.load")._read
remembered: dict[str, tuple[Sheet, list[Finding]]] = {}


def read_once(source: Source, allow_extra: bool, options: CsvReading) -> tuple[Sheet, list[Finding]]:
    """What the loader reads; remembered where it is the valid file, read as usual."""
    try:
        usual = options == CsvReading() and source.path.read_bytes() == CONTENT.get(source.path.name)
    except OSError:
        usual = False
    if not usual:
        return read(source, allow_extra, options)
    if source.path.name not in remembered:
        remembered[source.path.name] = read(source, allow_extra, options)
    return remembered[source.path.name]

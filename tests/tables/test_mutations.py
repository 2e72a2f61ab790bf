"""Thousands of ways to spoil a valid data set: each is found at its file, row and column.

Validation collects everything in one pass, so one spoiled folder carries many faults, a few per row.
"""

import csv
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest
import xlsxwriter

from planner.errors import InvalidData
from planner.tables.load import load
from planner.tables.schema import TABLES, Column

VALID = Path(__file__).parent / "valid"
SEED = 20260302
MOST = 20  # faults of a column
NO_NUMBERS = (
    "abc", "1,234", "1,5", "1.234,5", "1 000", "12 kg", "€5", "5 %", "--3", "1-2", "0x1F", "1_000", "NaN",
    "inf", "-Infinity", "1e999", "n/a", "-", "?", "true", "#REF!", "#DIV/0!", "02.03.2026", "2026-03-02",
    "1.2.3", "''5",
    "٣", "1e", "+", ".", "1..2", "=1+1", "null", "None", "O",
)  # fmt: skip
NO_DATES = (
    "02.03.2026", "03/13/2026", "13/03/2026", "3/3/26", "2026/03/02", "2026-3-2", "20260302", "46083",
    "46083.5", "2026-02-30", "2026-13-01", "2026-00-10", "0000-00-00", "9999-12-31", "1066-10-14",
    "2 March 2026", "Mar-26", "soon", "2026-03", "2026", "2026-03-02 14:30",
    "2026-03-02T24:00", "#VALUE!", "-", "2026-W10-1", "n/a",
)  # fmt: skip
NO_TIMES = (
    "yesterday", "02.03.2026 08:30", "2026-03-02 25:00", "2026-02-30T08:00", "08:30", "46083.35",
    "2026-03-02T8:30", "2026-03-02T08:30+", "#N/A", "2026-03-02T08:61", "now", "3/2/2026 8:30 AM",
)  # fmt: skip
NO_FLAGS = ("perhaps", "2", "-1", "ja", "x", "TRUEE", "1.0", "#N/A", "on", "wahr", "t rue")
NO_WEEKDAYS = ("Mon-Fri", "Mo Di", "Funday", "1 3 5", "Mon Wde", "every day", "#REF!", "Mon+Tue", "M W F")
NO_CHOICES = ("something", "0", "#NAME?", "-", "dcs", "in transit", "Montag")
NO_REFERENCES = ("NOBODY", "MILK2", "store-1", "DC 1", "#REF!", "0", "STORE_1", "milk")
BROKEN_TEXTS = ("#REF!", "#NAME?", "#N/A", "#VALUE!")
SHARED = {*NO_NUMBERS, *NO_DATES, *NO_TIMES}  # many, for many columns: each has some of them


@dataclass(frozen=True)
class Mutation:
    table: str
    row: int
    column: str
    text: str


def rows_of(table: str) -> list[list[str]]:
    with (VALID / f"{table}.csv").open(newline="") as file:
        return list(csv.reader(file))


def faults(column: Column) -> list[str]:
    """Texts that are wrong in a cell of this column, whatever the other cells are."""
    texts = ["", "  ", "\u00a0"] if column.required else []
    if column.kind in ("number", "whole"):
        texts += NO_NUMBERS
        if column.minimum is not None:
            texts += [f"{column.minimum - 1:g}", "-1e9"] + [f"{column.minimum:g}"] * column.open_range
        if column.maximum is not None:
            texts += [f"{column.maximum + 1:g}", "1e9"] + [f"{column.maximum:g}"] * column.open_range
        if column.kind == "whole":
            texts += ["1.5", "2.0001"]
    elif column.kind == "text":
        texts += NO_REFERENCES if column.refers else BROKEN_TEXTS
    else:
        texts += {
            "date": NO_DATES,
            "timestamp": NO_TIMES,
            "flag": NO_FLAGS,
            "weekdays": NO_WEEKDAYS,
            "choice": NO_CHOICES,
        }[column.kind]
    return texts


def catalogue() -> list[Mutation]:
    """Faults of every column in its rows in turn: first those of its own, then a share of those of its kind."""
    chance = random.Random(SEED)
    found = []
    for name, table in TABLES.items():
        rows = range(2, len(rows_of(name)) + 1)
        for column in table.columns:
            texts = faults(column)
            texts = sorted(chance.sample(texts, len(texts)), key=SHARED.__contains__)
            places = [
                (text, rows[(at + turn) % len(rows)])
                for turn in range(len(rows))
                for at, text in enumerate(texts)
            ]
            found += [Mutation(name, row, column.name, text) for text, row in places[:MOST]]
    chance.shuffle(found)
    return found


def batches() -> list[list[Mutation]]:
    """The catalogue in few folders: at most one fault in each third of the columns of a row.

    Emptied cells have folders of their own, one per row, because a row of empty cells is no row.
    """
    queues: dict[tuple[str, int, int], list[Mutation]] = defaultdict(list)
    for mutation in catalogue():
        third = TABLES[mutation.table].names.index(mutation.column) % 3
        queues[mutation.table, mutation.row, third if mutation.text.strip() else 3].append(mutation)
    emptied = [queue for (_, _, third), queue in queues.items() if third == 3]
    return together([queue for (_, _, third), queue in queues.items() if third < 3]) + together(emptied)


def together(queues: list[list[Mutation]]) -> list[list[Mutation]]:
    longest = max(len(queue) for queue in queues)
    return [[queue[at] for queue in queues if at < len(queue)] for at in range(longest)]


def spoil(folder: Path, mutations: list[Mutation], suffix: str) -> None:
    folder.mkdir()
    (folder / "planner.toml").write_bytes((VALID / "planner.toml").read_bytes())
    for name in TABLES:
        rows = rows_of(name)
        for mutation in mutations:
            if mutation.table == name:
                rows[mutation.row - 1][rows[0].index(mutation.column)] = mutation.text
        if suffix == ".csv":
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows)
        else:
            with xlsxwriter.Workbook(folder / f"{name}.xlsx") as book:
                sheet = book.add_worksheet(name)
                for row, cells in enumerate(rows):
                    for position, cell in enumerate(cells):
                        sheet.write_string(row, position, cell)


def test_there_are_at_least_2000_faults_and_every_column_has_one():
    found = catalogue()
    assert len(found) == len(set(found)) >= 2000
    spoiled = {(mutation.table, mutation.column) for mutation in found}
    assert spoiled == {(name, column) for name, table in TABLES.items() for column in table.names}


BATCHES = batches()


@pytest.mark.parametrize("number", range(len(BATCHES)))
def test_every_fault_of_a_cell_is_found_where_it_is(tmp_path, number):
    suffix = ".xlsx" if number % 8 == 0 else ".csv"
    spoil(tmp_path / "data", BATCHES[number], suffix)
    with pytest.raises(InvalidData) as caught:
        load(tmp_path / "data")
    assert caught.value.exit_code == 3
    places = {(f.file, f.row, f.column) for f in caught.value.findings if f.severity == "error"}
    missed = [m for m in BATCHES[number] if (f"{m.table}{suffix}", m.row, m.column) not in places]
    assert missed == []


@pytest.mark.parametrize("seed", range(4))
def test_one_fault_alone_is_found_alone(tmp_path, seed):
    """Faults next to each other could hide that one of them isn't found: some are tried alone."""
    for at, mutation in enumerate(random.Random(seed).sample(catalogue(), 5)):
        spoil(tmp_path / f"{at}", [mutation], ".csv")
        with pytest.raises(InvalidData) as caught:
            load(tmp_path / f"{at}")
        places = [(f.file, f.row, f.column) for f in caught.value.findings if f.severity == "error"]
        assert (f"{mutation.table}.csv", mutation.row, mutation.column) in places

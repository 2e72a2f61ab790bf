"""Whole files spoiled: each table in turn loses, doubles or garbles something, all tables at once."""

import csv
import random
from pathlib import Path

import pytest

from planner.errors import InvalidData
from planner.tables.load import load, validate
from planner.tables.schema import TABLES


def spoiled(folder, change):
    """Change the rows of every table; the findings by file."""
    for name in TABLES:
        folder.put(name, change(TABLES[name], folder.rows(name)))
    with pytest.raises(InvalidData) as caught:
        load(folder.path)
    return caught.value.findings


def test_a_missing_required_column_is_named_in_every_table(new_folder):
    most = max(sum(column.required for column in table.columns) for table in TABLES.values())
    for at in range(most):
        expected = set()

        def without(table, rows, at=at, expected=expected):
            required = [column.name for column in table.columns if column.required][at : at + 1]
            expected |= {(f"{table.name}.csv", 1, column) for column in required}
            keep = [position for position, name in enumerate(rows[0]) if name not in required]
            return [[row[position] for position in keep] for row in rows]

        found = spoiled(new_folder(), without)
        assert expected <= {(f.file, f.row, f.column) for f in found if f.code == "missing_column"}


def test_a_misspelt_column_is_named_in_every_table_with_what_is_meant(new_folder):
    chance = random.Random(1)
    for at in range(4):
        expected = {}

        def misspelt(table, rows, at=at, expected=expected):
            name = rows[0][at % len(rows[0])]
            cut = chance.randrange(1, len(name))
            wrong = name[: cut - 1] + name[cut:] + "x"
            expected[f"{table.name}.csv", wrong] = name
            return [[wrong if cell == name else cell for cell in rows[0]], *rows[1:]]

        found = spoiled(new_folder(), misspelt)
        hints = {(f.file, f.column): f.hint for f in found if f.code == "unknown_column"}
        assert set(hints) == set(expected)
        right = sum(hints[place] == f"Maybe {name} is meant." for place, name in expected.items())
        assert right >= 0.8 * len(expected)


def test_a_column_twice_is_named_in_every_table(folder):
    found = spoiled(folder, lambda table, rows: [[row[1], *row] for row in rows])
    places = {(f.file, f.row, f.column) for f in found if f.code == "duplicate_column"}
    assert places == {(f"{table.name}.csv", 1, table.names[1]) for table in TABLES.values()}


def test_a_column_without_a_name_is_found_in_every_table(folder):
    found = spoiled(folder, lambda table, rows: [[*rows[0], ""], *([*row, "7"] for row in rows[1:])])
    assert {f.file for f in found if f.code == "column_without_name"} == {f"{name}.csv" for name in TABLES}


def test_a_row_twice_is_found_in_every_table_but_events_which_are_appended(folder):
    found = spoiled(folder, lambda table, rows: [*rows, rows[1]])
    places = {(f.file, f.row) for f in found if f.code in ("duplicate_key", "duplicate_policy")}
    assert places == {(f"{name}.csv", len(folder.rows(name))) for name in TABLES if name != "events"}


def test_an_event_with_the_id_of_another_is_found(folder):
    found = folder.add("events", days="7").only("duplicate_key")
    assert (found.file, found.row, found.column) == ("events.csv", 4, "event_id")


def test_a_row_that_is_too_long_is_found_in_every_table(folder):
    found = spoiled(folder, lambda table, rows: [*rows[:-1], [*rows[-1], "too", "much"]])
    places = {(f.file, f.row) for f in found if f.code == "long_row"}
    assert places == {(f"{name}.csv", len(folder.rows(name))) for name in TABLES}


def test_a_missing_header_is_found_in_every_table(folder):
    found = spoiled(folder, lambda table, rows: rows[1:])
    assert {f.file for f in found if f.code == "no_header"} == {f"{name}.csv" for name in TABLES}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n\n",
        b"\x00\x01\x02\x03",
        b"\xff\xfe",
        b"\xff\xfe\x00",
        b"PK\x03\x04",
        b"PAR1",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b'"',
        b'"""',
        b"{}",
        b"<html><body>Session expired</body></html>",
        b"sep=;",
        b",,,\n,,,\n",
        b"\r\r\r",
        b'{"error": "not found"}',
    ],
)
def test_rubbish_in_place_of_every_table_is_found(folder, content):
    for name in TABLES:
        folder.write(name, content)
    report = validate(folder.path)
    assert report.data is None
    assert {f.file for f in report.errors} >= {f"{name}.csv" for name in TABLES}


def test_random_bytes_never_raise_anything_but_invalid_data(folder):
    """Bits of the files are flipped, cut out or repeated; many results are valid, none is a crash."""
    chance = random.Random(7)
    originals = {name: folder.file(name).read_bytes() for name in TABLES}
    for _ in range(15):
        for name, content in originals.items():
            spoilt = bytearray(content)
            for _ in range(chance.randrange(4)):
                at = chance.randrange(len(spoilt))
                match chance.randrange(4):
                    case 0:
                        spoilt[at] = chance.randrange(256)
                    case 1:
                        del spoilt[at : at + chance.randrange(1, 30)]
                    case 2:
                        spoilt[at:at] = spoilt[max(0, at - 20) : at]
                    case _:
                        spoilt[at:at] = chance.choice(
                            [b'"', b",", b";", b"\n", b"\r", b"\0", b"\xff", b"\t", b"'"]
                        )
                spoilt = spoilt or bytearray(b"x")
            folder.write(name, bytes(spoilt))
        validate(folder.path)


def test_a_file_that_cannot_be_read_is_named(folder, monkeypatch):
    read = Path.read_bytes

    def refuse(path):
        if path.name == "inventory.csv":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    finding = folder.only("unreadable_file")
    assert finding.message == "inventory.csv: the file can't be read (Permission denied)."


def test_a_table_that_is_nowhere_is_missing(new_folder):
    for name, table in TABLES.items():
        if table.required:
            copy = new_folder()
            copy.file(name).unlink()
            finding = copy.only("missing_table")
            assert finding.message == f"{name}.csv: the table {name} is missing. {table.meaning}"


def test_a_file_with_the_name_of_no_table_is_a_warning_with_the_nearest(folder):
    folder.file("sales").rename(folder.path / "sale.csv")
    finding = folder.only("unknown_table")
    assert finding.severity == "warning"
    assert finding.message == "sale.csv: there is no table of the name sale. Maybe sales is meant."


def test_other_files_are_no_business_of_ours(folder):
    (folder.path / "README.md").write_text("notes")
    (folder.path / "~$items.xlsx").write_bytes(b"lock")
    (folder.path / ".hidden.csv").write_text("x")
    (folder.path / "old").mkdir()
    assert folder.report().findings == ()


@pytest.mark.parametrize(
    ("place", "code"), [("nowhere", "not_found"), ("empty", "no_tables"), ("notes.txt", "not_found")]
)
def test_a_path_without_tables_is_one_finding(tmp_path, place, code):
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    report = validate(tmp_path / place)
    assert [(finding.file, finding.code) for finding in report.findings] == [(place, code)]


def test_names_of_files_and_columns_in_any_order_are_read(folder):
    expected = folder.report().data.content_hash
    for name in TABLES:
        rows = folder.rows(name)
        order = list(range(len(rows[0])))
        random.Random(3).shuffle(order)
        folder.put(name, [[row[at] for at in order] for row in rows])
    folder.file("items").rename(folder.path / "Items.CSV")
    assert folder.report().data.content_hash == expected


def test_strict_turns_warnings_into_errors(folder):
    folder.set("inventory", 2, item_id="MILK ")
    assert load(folder.path)["inventory"]["item_id"].iloc[0] == "MILK"
    with pytest.raises(InvalidData) as caught:
        load(folder.path, strict=True)
    assert [finding.severity for finding in caught.value.findings] == ["error"]


def test_a_csv_written_with_all_cells_quoted_is_the_same(folder):
    expected = folder.report().data.content_hash
    for name in TABLES:
        rows = folder.rows(name)
        with folder.file(name).open("w", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    assert folder.report().data.content_hash == expected

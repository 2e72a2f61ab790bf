"""Workbooks as people really keep them."""

import datetime
import zipfile

import pytest
import xlsxwriter

INVENTORY = [
    ["item_id", "location_id", "on_hand"],
    ["MILK", "DC", 480],
    ["TV", "DC", 12],
    ["SHIRT", "STORE-1", 25],
]


def put(path, sheets):
    """A workbook from rows per sheet; dates get a date format, texts that begin with = are formulas."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for position, cell in enumerate(row):
                    if isinstance(cell, datetime.date):
                        sheet.write_datetime(at, position, cell, day)
                    elif isinstance(cell, tuple):
                        sheet.write_formula(at, position, *cell)
                    elif cell != "":
                        sheet.write(at, position, cell)


def instead_of_csv(folder, table, rows, sheet=None):
    folder.file(table).unlink()
    put(folder.path / f"{table}.xlsx", {sheet or table: rows})
    return folder


def whole_workbook(folder):
    """All tables of the folder as sheets of texts, which may be spoiled before they are written."""
    return {file.stem: folder.rows(file.stem) for file in sorted(folder.path.glob("*.csv"))}


def test_a_table_may_be_a_workbook(folder):
    expected = folder.report().data.content_hash
    report = instead_of_csv(folder, "inventory", INVENTORY, sheet="Sheet1").report()
    assert report.findings == ()
    assert report.data.content_hash == expected


def test_one_workbook_holds_all_tables_and_settings(folder, tmp_path):
    sheets = whole_workbook(folder)
    sheets["settings"] = [
        ["key", "value"],
        ["start_date", datetime.date(2026, 3, 2)],
        ["horizon_days", 7],
        ["defaults.holding_rate_per_year", 0.2],
        ["profiles.fast.gap", 0.05],
        ["profiles.fast.time_limit", 10],
    ]
    put(tmp_path / "plan.xlsx", sheets)
    from planner.tables.load import load

    assert load(tmp_path / "plan.xlsx").content_hash == folder.report().data.content_hash
    (tmp_path / "only").mkdir()
    (tmp_path / "plan.xlsx").rename(tmp_path / "only" / "plan.xlsx")
    assert load(tmp_path / "only").content_hash == folder.report().data.content_hash


def test_findings_in_a_workbook_name_the_sheet(folder, tmp_path):
    sheets = whole_workbook(folder)
    sheets["inventory"][2][2] = "-3"
    put(tmp_path / "plan.xlsx", sheets)
    (tmp_path / "planner.toml").write_text("start_date = 2026-03-02\nhorizon_days = 7\n")
    from planner.tables.load import validate

    assert [finding.message for finding in validate(tmp_path / "plan.xlsx").errors] == [
        (
            "plan.xlsx sheet inventory row 3: on_hand is -3; it can't be negative. "
            "Maybe backorders were exported as negative stock."
        )
    ]


def test_a_wrong_sheet_name_is_a_missing_table_and_a_hint(folder, tmp_path):
    sheets = whole_workbook(folder)
    sheets["inventry"] = sheets.pop("inventory")
    put(tmp_path / "plan.xlsx", sheets)
    from planner.tables.load import validate

    found = {finding.code: finding for finding in validate(tmp_path / "plan.xlsx").findings}
    assert found["missing_table"].message.startswith(
        "plan.xlsx sheet inventory: the table inventory is missing."
    )
    assert found["unknown_table"].hint == "Maybe inventory is meant."


def test_numbers_that_are_names_lose_their_decimal_point(folder):
    for table in ("items", "demand", "sales", "supply", "open_orders", "events"):
        folder.write(table, folder.file(table).read_text().replace("MILK", "4711"))
    rows = [INVENTORY[0], [4711, "DC", 480.5]]
    report = instead_of_csv(folder, "inventory", rows).report()
    assert report.data["inventory"].iloc[0].tolist() == ["4711", "DC", 480.5]


def test_dates_of_a_spreadsheet_are_dates(folder):
    rows = folder.rows("calendar")
    report = instead_of_csv(folder, "calendar", [rows[0], ["DC", datetime.date(2026, 3, 8), True]]).report()
    assert report.data["calendar"].iloc[0].tolist() == ["DC", datetime.datetime(2026, 3, 8), True]


def test_a_date_without_a_date_format_is_a_serial_number(folder):
    finding = instead_of_csv(folder, "calendar", [folder.rows("calendar")[0], ["DC", 46089, True]]).only(
        "serial_date"
    )
    assert finding.message == (
        "calendar.xlsx row 2: date is 46089; a date is written 2026-03-31. "
        "It looks like a spreadsheet's serial number of 2026-03-08; format the cells as dates."
    )


def test_a_number_that_became_a_date_is_noticed(folder):
    rows = [INVENTORY[0], ["MILK", "DC", datetime.date(2026, 3, 8)]]
    finding = instead_of_csv(folder, "inventory", rows).only("not_a_number")
    assert finding.value == "2026-03-08"


def test_numbers_and_decimal_commas_as_text_are_noticed(folder):
    rows = [INVENTORY[0], ["MILK", "DC", "480"], ["TV", "DC", "1,5"]]
    finding = instead_of_csv(folder, "inventory", rows).only("not_a_number")
    assert (finding.row, finding.value) == (3, "1,5")


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?"])
def test_cells_with_a_failed_formula_are_not_empty(folder, error):
    rows = [INVENTORY[0], ["MILK", "DC", ("=Stock!A1", None, error)], ["TV", ("=A9", None, "DC"), 3]]
    finding = instead_of_csv(folder, "inventory", rows).only("excel_error")
    assert (finding.row, finding.column, finding.value) == (2, "on_hand", error)


def test_merged_header_cells_are_suspected(folder):
    folder.file("inventory").unlink()
    with xlsxwriter.Workbook(folder.path / "inventory.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["item_id", "location_id"])
        sheet.merge_range(0, 2, 0, 3, "on_hand")
        sheet.write_row(1, 0, ["MILK", "DC", 480, 17])
    finding = folder.only("column_without_name")
    assert finding.message == (
        "inventory.xlsx row 1: D: column D has values and no header. Maybe header cells are merged."
    )


def test_a_table_below_a_title_is_noticed(folder):
    finding = instead_of_csv(folder, "inventory", [["Stock of today"], [], *INVENTORY]).only("no_header")
    assert finding.hint == "Maybe row 3 is the header; remove the rows above it."


def test_empty_rows_are_left_out_and_the_others_keep_their_numbers(folder):
    rows = [*INVENTORY, [], ["MILK", "STORE-1", -1], [" "], ["", "", ""]]
    report = instead_of_csv(folder, "inventory", rows).report()
    assert [(finding.code, finding.row) for finding in report.findings] == [("below_bound", 6)]


def test_an_empty_workbook_or_sheet_is_named(folder):
    assert instead_of_csv(folder, "inventory", []).only("empty_file").rule == "the sheet is empty"


def test_several_sheets_without_the_name_of_the_table_are_ambiguous(folder):
    folder.file("inventory").unlink()
    put(folder.path / "inventory.xlsx", {"January": INVENTORY, "February": INVENTORY})
    finding = folder.only("unknown_table")
    assert finding.rule == "the workbook has several sheets, and none is named inventory"


def test_two_files_for_one_table_are_an_error(folder):
    put(folder.path / "inventory.xlsx", {"inventory": INVENTORY})
    finding = folder.only("duplicate_table")
    assert finding.message == "inventory.xlsx: table inventory is also in inventory.csv. Keep one of them."


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_excel"),
        (b"item_id,location_id\n", "not_excel"),
        (b"PK\x03\x04 cut off", "not_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted package", "protected_workbook"),
    ],
)
def test_files_that_are_no_workbook_are_named(folder, content, code):
    folder.file("inventory").unlink()
    (folder.path / "inventory.xlsx").write_bytes(content)
    assert folder.only(code).file == "inventory.xlsx"


def test_a_workbook_cut_off_anywhere_is_no_fault_of_ours(folder):
    instead_of_csv(folder, "inventory", INVENTORY)
    file = folder.path / "inventory.xlsx"
    whole = file.read_bytes()
    for length in range(1, len(whole), len(whole) // 7):
        file.write_bytes(whole[:length])
        assert not folder.report().valid


def test_a_workbook_with_damaged_parts_is_named(folder):
    instead_of_csv(folder, "inventory", INVENTORY)
    file = folder.path / "inventory.xlsx"
    whole = bytearray(file.read_bytes())
    for at in range(40, len(whole), len(whole) // 15):
        damaged = bytearray(whole)
        damaged[at : at + 8] = b"\xff" * 8
        file.write_bytes(bytes(damaged))
        folder.report()


def packed(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_zip_bomb_is_not_unpacked(folder):
    folder.file("inventory").unlink()
    packed(folder.path / "inventory.xlsx", {"xl/worksheets/sheet1.xml": b"0" * 20_000_000})
    finding = folder.only("workbook_too_large")
    assert "times its size; at most 100" in finding.rule


def test_a_stray_cell_far_away_is_not_filled_up_to(folder):
    rows = [*INVENTORY]
    folder.file("inventory").unlink()
    with xlsxwriter.Workbook(folder.path / "inventory.xlsx") as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        sheet.write(1_048_575, 16_383, "x")
    assert folder.only("stray_cells").rule == "there are cells beyond column BZ"


def test_an_old_workbook_beside_is_named(folder):
    folder.file("inventory").rename(folder.path / "inventory.xls")
    assert folder.only("unknown_format").rule == "files with the suffix .xls are not read"

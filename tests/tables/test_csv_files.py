"""CSV as spreadsheets and databases really write it."""

import codecs

INVENTORY = "item_id,location_id,on_hand\nMILK,DC,480\nTV,DC,12\nSHIRT,STORE-1,25\n"


def messages(report):
    return [finding.message for finding in report.findings]


def semicolons(text):
    return text.replace(",", ";")


def test_semicolons_are_read_and_said(folder):
    report = folder.write("inventory", semicolons(INVENTORY)).report()
    assert messages(report) == [
        (
            "inventory.csv: the separator is assumed to be a semicolon. "
            'Set separator under [csv] in planner.toml to say so, as in separator = ";".'
        )
    ]
    assert report.data["inventory"]["on_hand"].tolist() == [480, 12, 25]


def test_decimal_commas_are_read_and_said_where_the_separator_is_a_semicolon(folder):
    report = folder.write("inventory", semicolons(INVENTORY).replace("480", "480,25")).report()
    assert [finding.code for finding in report.findings] == ["assumed_separator", "assumed_decimal"]
    assert report.data["inventory"]["on_hand"].tolist() == [480.25, 12, 25]


def test_tabs_are_read_and_said(folder):
    report = folder.write("inventory", INVENTORY.replace(",", "\t")).report()
    assert [finding.code for finding in report.findings] == ["assumed_separator"]
    assert report.valid


def test_points_among_decimal_commas_are_errors(folder):
    report = folder.settings(currency='"EUR"').write("inventory", semicolons(INVENTORY)).report()
    assert report.valid
    (folder.path / "planner.toml").write_text(
        'start_date = 2026-03-02\n[csv]\nseparator = ";"\ndecimal = ","\n'
    )
    for table in ("items", "lanes"):
        folder.write(table, semicolons(folder.file(table).read_text()))
    found = [finding for finding in folder.report().errors if finding.file == "lanes.csv"]
    assert {finding.hint for finding in found} == {"The other numbers of the file have decimal commas."}


def test_commas_and_points_in_one_file_are_not_guessed(folder):
    text = semicolons(INVENTORY).replace("480", "1,480").replace("12", "12.5")
    finding = folder.write("inventory", text).only("not_a_number")
    assert (finding.row, finding.column, finding.value) == (2, "on_hand", "1,480")


def test_settings_say_how_to_read_and_then_nothing_is_warned_of(folder):
    toml = folder.path / "planner.toml"
    toml.write_text(toml.read_text() + '\n[csv]\nseparator = ";"\ndecimal = ","\n')
    for table in folder.path.glob("*.csv"):
        table.write_text(table.read_text().replace(",", ";").replace(".", ","))
    report = folder.report()
    assert not [finding for finding in report.findings if finding.code.startswith("assumed")]
    assert [finding.file for finding in report.errors] == []


def test_the_first_line_of_excel_names_the_separator_and_counts_as_a_row(folder):
    finding = folder.write("inventory", "sep=;\n" + semicolons(INVENTORY).replace("480", "-1")).only(
        "below_bound"
    )
    assert (finding.row, finding.column) == (3, "on_hand")


def test_a_byte_order_mark_is_no_part_of_the_first_name(folder):
    assert messages(folder.write("inventory", codecs.BOM_UTF8 + INVENTORY.encode()).report()) == []


def test_utf_16_is_read(folder):
    assert messages(folder.write("inventory", INVENTORY.encode("utf-16")).report()) == []


def test_the_western_code_page_is_read_and_said(folder):
    text = folder.file("items").read_text().replace("Fresh milk", "Müsli")
    report = folder.write("items", text.encode("cp1252")).report()
    assert messages(report) == [
        (
            "items.csv: the text is not UTF-8; cp1252 (Western European Windows) is assumed. "
            'Save the file as UTF-8, or set encoding = "cp1252" under [csv] in planner.toml.'
        )
    ]
    assert report.data["items"]["name"].iloc[0] == "Müsli"
    assert report.findings[0].code == "assumed_encoding"


def test_lines_may_end_as_on_any_system(new_folder):
    expected = new_folder().report().data.content_hash
    for end in ("\r\n", "\r"):
        assert (
            new_folder().write("inventory", INVENTORY.replace("\n", end)).report().data.content_hash
            == expected
        )


def test_empty_rows_at_the_end_and_between_are_left_out(folder):
    report = folder.write("inventory", INVENTORY.replace("\nTV", "\n,,\n\nTV") + "\n,,\n,,\n\n").report()
    assert messages(report) == []
    assert len(report.data["inventory"]) == 3


def test_rows_after_empty_ones_keep_their_numbers(folder):
    finding = folder.write("inventory", INVENTORY.replace("\nTV,DC,12", "\n,,\n\nTV,DC,x")).only(
        "not_a_number"
    )
    assert finding.row == 5


def test_empty_columns_without_a_name_are_left_out(folder):
    text = "\n".join(line + ",," for line in INVENTORY.splitlines())
    assert messages(folder.write("inventory", text).report()) == []


def test_a_column_with_values_needs_a_name(folder):
    finding = folder.write(
        "inventory", INVENTORY.replace("on_hand", "on_hand,").replace("480", "480,7")
    ).only("column_without_name")
    assert finding.message == (
        "inventory.csv row 1: D: column D has values and no header. Name it, or delete the column."
    )


def test_a_name_twice_in_the_header_is_an_error(folder):
    finding = folder.write("inventory", "item_id,location_id,on_hand,on_hand\nMILK,DC,1,2\n").only(
        "duplicate_column"
    )
    assert (finding.row, finding.column) == (1, "on_hand")
    assert finding.rule == "the header stands over columns C and D"


def test_an_unknown_column_is_an_error_that_names_the_nearest(folder):
    finding = folder.write("inventory", INVENTORY.replace("on_hand", "onhand")).only("unknown_column")
    assert finding.message == (
        "inventory.csv row 1: onhand: inventory has no such column. Maybe on_hand is meant."
    )


def test_an_unknown_column_may_be_allowed(folder):
    text = INVENTORY.replace("on_hand", "on_hand,shelf").replace("480", "480,A7").replace("12\n", "12,\n")
    report = (
        folder.settings(extra_columns='"allow"').write("inventory", text.replace("25\n", "25,\n")).report()
    )
    assert [(finding.severity, finding.code) for finding in report.findings] == [
        ("warning", "unknown_column")
    ]
    assert list(report.data["inventory"].columns) == ["item_id", "location_id", "on_hand"]


def test_a_missing_required_column_is_an_error(folder):
    finding = folder.drop("inventory", "on_hand").only("missing_column")
    assert (finding.file, finding.row, finding.column) == ("inventory.csv", 1, "on_hand")


def test_a_title_above_the_header_is_noticed(folder):
    finding = folder.write("inventory", "Stock report,,\n,,\n" + INVENTORY).only("no_header")
    assert finding.hint == "Maybe row 3 is the header; remove the rows above it."


def test_a_row_with_too_many_cells_is_an_error_at_its_row(folder):
    finding = folder.write("inventory", INVENTORY.replace("12", "1,2")).only("long_row")
    assert finding.row == 3
    assert finding.rule == "the row has 4 cells and the header 3"


def test_a_row_with_too_few_cells_is_filled_with_a_warning(folder):
    report = folder.write("inventory", INVENTORY.replace("TV,DC,12", "TV,DC")).report()
    assert [(finding.code, finding.row) for finding in report.findings] == [
        ("empty_cell", 3),
        ("short_row", 3),
    ]


def test_a_quote_that_is_never_closed_is_found(folder):
    finding = folder.write("inventory", INVENTORY.replace("TV", '"TV')).only("open_quote")
    assert finding.row == 3


def test_quoted_cells_may_hold_separators_quotes_and_lines(folder):
    report = folder.set("items", 2, name='Milk, "fresh"').report()
    assert report.data["items"]["name"].iloc[0] == 'Milk, "fresh"'


def test_identifiers_keep_leading_zeros_and_signs(folder):
    for table in ("items", "inventory", "demand", "sales", "supply", "open_orders", "events"):
        folder.write(table, folder.file(table).read_text().replace("MILK", "0012"))
    assert folder.report().data["items"]["item_id"].tolist() == ["0012", "TV", "SHIRT"]


def test_a_lost_leading_zero_is_suspected(folder):
    for table in ("items", "demand", "sales", "supply", "open_orders", "events"):
        folder.write(table, folder.file(table).read_text().replace("MILK", "0012"))
    finding = folder.set("inventory", 2, item_id="12").only("unknown_reference")
    assert finding.hint == "Maybe 0012 is meant; a spreadsheet may have removed leading zeros."


def test_the_apostrophe_before_a_formula_is_taken_away(folder):
    report = (
        folder.set("items", 2, name="'=1+1")
        .set("items", 3, name="''-5")
        .set("items", 4, name="'n Sync")
        .report()
    )
    assert report.data["items"]["name"].tolist() == ["=1+1", "'-5", "'n Sync"]


def test_files_that_are_no_csv_are_named(new_folder):
    faults = {
        b"": ("empty_file", "the file is empty"),
        b"  \n\n": ("empty_file", "the file is empty"),
        b"PK\x03\x04rest": ("not_csv", "this is a zip archive or Excel workbook, not CSV"),
        b"PAR1rest": ("not_csv", "this is a Parquet file, not CSV"),
        bytes(range(256)): ("not_csv", "this is not a text file"),
        b"item_id,\0\0": ("not_csv", "this is not a text file"),
        "item_id\n".encode("utf-16")[:-1]: ("bad_encoding", "the file can't be read as utf-16 (byte 16)"),
    }
    for content, (code, rule) in faults.items():
        finding = new_folder().write("inventory", content).only(code)
        assert (finding.file, finding.rule) == ("inventory.csv", rule)


def test_an_encoding_that_does_not_exist_is_named(folder):
    toml = folder.path / "planner.toml"
    toml.write_text(toml.read_text() + '[csv]\nencoding = "utf-99"\n')
    assert {finding.rule for finding in folder.report().errors if finding.code == "unknown_encoding"} == {
        "there is no encoding utf-99"
    }


def test_a_folder_in_the_place_of_a_file_is_named(folder):
    folder.file("inventory").unlink()
    folder.file("inventory").mkdir()
    assert folder.only("not_a_file").file == "inventory.csv"


def test_a_table_with_a_header_only_is_empty_if_it_may_be(new_folder):
    for table in (
        "open_orders",
        "sales",
        "supply",
        "order_minimums",
        "policies",
        "capacities",
        "handling",
        "calendar",
        "events",
        "weight_breaks",
    ):
        copy = new_folder()
        report = copy.put(table, copy.rows(table)[:1]).report()
        assert report.valid, report.text()
        assert len(report.data[table]) == 0


def test_a_table_that_needs_rows_says_so(new_folder):
    for table in ("items", "locations", "lanes"):
        copy = new_folder()
        assert copy.put(table, copy.rows(table)[:1]).only("no_rows").file == f"{table}.csv"

"""Parquet as other programs write it."""

import datetime
import decimal

import pyarrow as pa
import pyarrow.parquet as pq


def instead_of_csv(folder, table, columns):
    folder.file(table).unlink()
    pq.write_table(pa.table(columns), folder.path / f"{table}.parquet")
    return folder


def test_types_of_other_programs_are_read(folder):
    columns = {
        "item_id": pa.array(["MILK", "TV", "SHIRT"]).dictionary_encode(),
        "location_id": pa.array(["DC", "DC", "STORE-1"], pa.large_string()),
        "on_hand": pa.array([480, 12, 25], pa.int16()),
    }
    expected = folder.report().data.content_hash
    assert instead_of_csv(folder, "inventory", columns).report().data.content_hash == expected


def test_dates_may_be_dates_or_midnights_and_money_may_be_decimal(folder):
    expected = folder.report().data["sales"]
    days = [datetime.date(2026, 2, 27), datetime.date(2026, 2, 28), datetime.date(2026, 3, 1)]
    columns = {
        "item_id": ["MILK", "MILK", "TV"],
        "location_id": ["STORE-1"] * 3,
        "units": [22.0, 9.0, 1.0],
        "stocked_out": [False, True, False],
        "price": pa.array([decimal.Decimal("1.20"), decimal.Decimal("1.10"), decimal.Decimal("450.00")]),
        "promotion": pa.array([None, True, None]),
    }
    for at, type_ in enumerate((pa.date32(), pa.timestamp("ns"), pa.timestamp("s"))):
        for file in folder.path.glob("sales.*"):
            file.unlink()
        pq.write_table(
            pa.table(columns | {"date": pa.array(days).cast(type_)}), folder.path / "sales.parquet"
        )
        report = folder.report()
        assert report.findings == (), at
        assert report.data["sales"].equals(expected)


def test_numbers_that_are_not_finite_are_errors(folder):
    columns = {
        "item_id": ["MILK", "TV"],
        "location_id": ["DC", "DC"],
        "on_hand": [float("nan"), float("inf")],
    }
    found = [
        f for f in instead_of_csv(folder, "inventory", columns).report().errors if f.code == "not_finite"
    ]
    assert [(finding.row, finding.column) for finding in found] == [(2, "on_hand"), (3, "on_hand")]


def test_empty_numbers_are_not_given(folder):
    columns = {"item_id": ["MILK"], "location_id": ["DC"], "on_hand": pa.array([None], pa.float64())}
    assert instead_of_csv(folder, "inventory", columns).only("empty_cell").row == 2


def test_lists_and_structures_are_named(folder):
    columns = {"item_id": [["MILK"]], "location_id": ["DC"], "on_hand": [1]}
    finding = instead_of_csv(folder, "inventory", columns).only("nested_values")
    assert (finding.file, finding.column) == ("inventory.parquet", "item_id")


def test_a_file_that_is_cut_off_is_named(folder):
    instead_of_csv(folder, "inventory", {"item_id": ["MILK"], "location_id": ["DC"], "on_hand": [1]})
    file = folder.path / "inventory.parquet"
    whole = file.read_bytes()
    for length in (0, 3, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert folder.only("not_parquet").file == "inventory.parquet"


def test_a_csv_with_the_wrong_suffix_is_named(folder):
    folder.file("inventory").rename(folder.path / "inventory.parquet")
    assert folder.only("not_parquet").file == "inventory.parquet"

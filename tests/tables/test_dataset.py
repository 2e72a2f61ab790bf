"""The data set: complete, typed, immutable, and known by its content."""

import pickle
from dataclasses import FrozenInstanceError

import pandas as pd
import pytest

from planner.tables.dataset import DataSet
from planner.tables.load import load
from planner.tables.schema import TABLES

SMALL = {
    "items": [{"item_id": "A", "unit_cost": 2.0}, {"item_id": "B", "unit_cost": 3.0}],
    "locations": [{"location_id": "S", "kind": "supplier"}, {"location_id": "T", "kind": "store"}],
    "demand": [{"item_id": "A", "location_id": "T", "date": "2026-03-02", "mean": 4}],
}


@pytest.fixture(scope="module")
def data(valid_path):
    return load(valid_path)


@pytest.mark.parametrize("build", ["loaded", "small", "empty"])
def test_every_table_has_every_column_in_its_type(data, build):
    made = {
        "loaded": data,
        "small": DataSet.of(SMALL),
        "empty": DataSet.of({}, start_date=pd.Timestamp(0).date()),
    }
    for name, table in TABLES.items():
        frame = made[build][name]
        assert tuple(frame.columns) == table.names
        assert isinstance(frame.index, pd.RangeIndex)
        for column in table.columns:
            dtype = str(frame[column.name].dtype)
            if column.kind in ("text", "choice", "weekdays"):
                assert dtype == "str", (name, column.name)
                assert frame[column.name].notna().all()
            elif column.kind in ("date", "timestamp"):
                assert dtype == "datetime64[us]", (name, column.name)
            elif column.kind == "flag" and column.default is not None:
                assert dtype == "bool", (name, column.name)
            else:
                assert dtype == "float64", (name, column.name)


def test_defaults_are_filled_in_except_in_policies():
    data = DataSet.of({**SMALL, "policies": [{"kind": "store", "min_stock": 1}]})
    assert data["items"]["case_size"].tolist() == [1, 1]
    assert data["policies"]["lost_sales_allowed"].isna().all()


def test_unknown_tables_and_columns_are_refused():
    with pytest.raises(ValueError, match="no such table: itmes"):
        DataSet.of({"itmes": []})
    with pytest.raises(ValueError, match="table items has no column colour"):
        DataSet.of({"items": [{"item_id": "A", "colour": "red"}]})
    with pytest.raises(ValueError, match="no such table: itmes"):
        DataSet.of(SMALL).replace(itmes=[])


def test_a_data_set_is_immutable_and_replaced_in_parts(data):
    with pytest.raises(FrozenInstanceError):
        data.tables = {}
    fewer = data.replace(demand=data["demand"].iloc[1:])
    assert (len(data["demand"]), len(fewer["demand"])) == (4, 3)
    assert fewer["items"] is data["items"]
    longer = data.replace(settings=data.settings.model_copy(update={"horizon_days": 9}))
    assert (data.settings.horizon_days, longer.settings.horizon_days) == (7, 9)


def test_the_content_hash_is_independent_of_the_order_of_rows(data):
    shuffled = data.replace(**{name: data[name].sample(frac=1, random_state=1) for name in TABLES})
    assert shuffled.content_hash == data.content_hash


def test_events_count_when_they_are_applied_and_not_before(data):
    assert data.replace(events=data["events"].iloc[:0]).content_hash == data.content_hash


@pytest.mark.parametrize("table", [name for name in TABLES if name != "events"])
def test_the_content_hash_changes_with_every_column(data, table):
    seen = {data.content_hash}
    for column in TABLES[table].columns:
        frame = data[table].copy()
        old = frame.loc[0, column.name]
        if column.kind in ("text", "choice", "weekdays"):
            frame.loc[0, column.name] = old + "x"
        elif column.kind in ("date", "timestamp"):
            frame.loc[0, column.name] = pd.Timestamp("2001-01-01")
        elif column.kind == "flag":
            frame.loc[0, column.name] = not old if column.default is not None else 1.0 - old
        else:
            frame.loc[0, column.name] = old + 1 if pd.notna(old) else 1.0
        seen.add(data.replace(**{table: frame}).content_hash)
    assert len(seen) == len(TABLES[table].columns) + 1


def test_the_content_hash_changes_with_settings_but_not_with_how_files_are_read(data):
    def changed(**update):
        return data.replace(settings=data.settings.model_copy(update=update)).content_hash

    assert changed(review_days=2) != data.content_hash
    assert changed(csv=data.settings.csv.model_copy(update={"separator": ";"})) == data.content_hash
    assert changed(extra_columns="allow") == data.content_hash


def test_values_that_move_between_cells_change_the_hash():
    def of(first, second):
        rows = [
            {"item_id": "A", "name": first, "unit_cost": 1},
            {"item_id": "B", "name": second, "unit_cost": 1},
        ]
        return DataSet.of({**SMALL, "items": rows}).content_hash

    assert len({of("x", "y"), of("y", "x"), of("xy", ""), of("", "xy")}) == 4


def test_a_data_set_travels_between_processes(data):
    again = pickle.loads(pickle.dumps(data))
    assert again.content_hash == data.content_hash

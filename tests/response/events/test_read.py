"""Events from files and standard input: every problem is found, with its place; repeats and late ones are passed over."""

import io
import json
from types import SimpleNamespace

import pandas as pd
import pytest

from planner.errors import InvalidData, UsageError
from planner.plan.run import EVENTS
from planner.response.events import applied, read, stored, together, write
from planner.tables.schema import TABLES
from planner.tables.write import as_text
from tests.response.events.shop import PLAN, events, shop

AT = "2026-06-01T08:00"
SHIFT = {"event_id": "E1", "at": AT, "type": "demand_shift", "item_id": "A", "factor": 1.5}
LATE = {"event_id": "E2", "at": AT, "type": "inbound_late", "order_id": "T1", "days": 2}


@pytest.fixture
def file(tmp_path):
    def write_json(*rows, name="events.json"):
        path = tmp_path / name
        path.write_text(json.dumps(list(rows)), encoding="utf-8")
        return path

    return write_json


def problems(path, data=None, orders=None, past=None):
    with pytest.raises(InvalidData) as fault:
        read(path, data or shop(), orders, past)
    return [(found.row, found.column, found.code) for found in fault.value.findings]


def test_csv_json_lines_an_object_and_standard_input_say_the_same(tmp_path, monkeypatch, file):
    csv = tmp_path / "events.csv"
    csv.write_text(
        f"event_id;at;type;item_id;order_id;factor;days\nE1;{AT};demand_shift;A;;1,5;\nE2;{AT};inbound_late;;T1;;2\n"
    )
    lines = tmp_path / "events.jsonl"
    lines.write_text(f"{json.dumps(SHIFT)}\n\n{json.dumps(LATE)}\n")
    inside = tmp_path / "inside.json"
    inside.write_text(json.dumps({"events": [SHIFT, LATE]}))
    as_json = read(file(SHIFT, LATE), shop()).frame
    parquet = tmp_path / "events.parquet"
    as_json.to_parquet(parquet)
    for path in (csv, lines, inside, parquet):
        assert read(path, shop()).frame.equals(as_json), path.name
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(inside.read_bytes())))
    assert read("-", shop()).frame.equals(as_json)


def test_without_a_source_the_table_of_the_data_set_is_read():
    told = events(SHIFT, LATE)
    assert read(None, shop(events=told)).frame.equals(told)
    assert len(read(None, shop())) == 0


def test_events_are_in_the_order_of_time(file):
    late = LATE | {"at": "2026-06-01T07:00:00+02:00"}
    assert read(file(SHIFT, late), shop()).frame["event_id"].tolist() == ["E2", "E1"]


def test_all_problems_are_found_with_their_places(file):
    path = file(
        SHIFT | {"item_id": "AA"},
        SHIFT | {"event_id": "E3", "category": "fod", "location_id": "S9", "factor": -1},
        LATE | {"order_id": "T2"},
        {"event_id": "E4", "at": "soon", "type": "lane_closed", "origin": "DC"},
        {"event_id": "E5", "at": AT, "type": "lane_shut"},
        {
            "event_id": "E6",
            "at": AT,
            "type": "lane_closed",
            "origin": "DC",
            "destination": "S1",
            "mode": "vam",
        },
        {
            "event_id": "E7",
            "at": AT,
            "type": "capacity_change",
            "location_id": "DC",
            "resource": "inbound_kg",
        },
        {
            "event_id": "E8",
            "at": AT,
            "type": "stock_correction",
            "item_id": "A",
            "location_id": "SUP",
            "quantity": 1,
        },
        {"event_id": "E9", "at": AT, "type": "tariff_change", "factor": 1.1, "location_id": "S1"},
        {"event_id": "F1", "at": AT, "type": "location_closed", "location_id": "S1", "factor": 0.5},
        {
            "event_id": "F2",
            "at": AT,
            "type": "quality_hold",
            "item_id": "A",
            "location_id": "DC",
            "quantity": -1,
        },
        {
            "event_id": "F3",
            "at": AT,
            "type": "lane_capacity",
            "origin": "DC",
            "destination": "S2",
            "quantity": 1.5,
        },
        {
            "event_id": "F4",
            "at": AT,
            "type": "location_closed",
            "location_id": "S1",
            "date_from": "2026-06-03",
            "date_to": "2026-06-02",
        },
        {
            "event_id": "F5",
            "at": AT,
            "type": "capacity_change",
            "location_id": "DC",
            "resource": "outbound_kg",
            "quantity": 1,
            "factor": 1,
        },
    )
    assert set(problems(path)) == {
        (1, "item_id", "unknown_reference"),
        (2, "category", "unknown_reference"),
        (2, "location_id", "unknown_reference"),
        (2, "factor", "below_bound"),
        (3, "order_id", "unknown_order"),
        (4, "at", "not_a_timestamp"),
        (4, "destination", "incomplete_event"),
        (5, "type", "not_a_choice"),
        (6, "mode", "unknown_lane"),
        (7, "quantity", "incomplete_event"),
        (8, "location_id", "event_at_supplier"),
        (9, "location_id", "unused_column"),
        (10, "factor", "neither_on_nor_off"),
        (11, "quantity", "negative_quantity"),
        (12, "quantity", "broken_vehicle"),
        (13, "date_to", "event_backwards"),
        (14, "factor", "factor_and_quantity"),
    }


def test_a_message_has_the_place_the_value_and_advice(file):
    lane = {
        "event_id": "E6",
        "at": AT,
        "type": "lane_closed",
        "origin": "DC",
        "destination": "S1",
        "mode": "vam",
    }
    with pytest.raises(InvalidData) as fault:
        read(file(lane), shop())
    assert fault.value.findings[0].message == (
        "events.json row 1: mode is vam; lanes has no row like that with origin DC, destination S1. "
        "Maybe van is meant."
    )


def test_what_can_not_be_applied_is_found_in_its_row_with_all_others(file):
    count = {"type": "stock_correction", "item_id": "A", "location_id": "S1", "at": AT}
    path = file(
        count | {"event_id": "E1", "quantity": -8},
        count | {"event_id": "E2", "quantity": -8},
        {"event_id": "E3", "at": AT, "type": "tariff_change", "factor": 2, "date_from": "2026-06-03"},
        LATE | {"event_id": "E4", "order_id": "T9"},
    )
    assert set(problems(path)) == {
        (2, "quantity", "negative_stock"),
        (3, "date_from", "undated_tariff"),
        (4, "order_id", "unknown_order"),
    }


def test_the_same_event_twice_counts_once_and_another_of_its_name_is_refused(file):
    assert len(read(file(SHIFT, SHIFT), shop())) == 1
    assert problems(file(SHIFT, SHIFT | {"factor": 2})) == [(2, "event_id", "duplicate_key")]


def test_events_of_the_plan_are_passed_over_and_can_not_change(file):
    past = events(SHIFT)
    told = read(file(SHIFT, LATE), shop(), past=past)
    assert (told.frame["event_id"].tolist(), told.repeated) == (["E2"], ("E1",))
    assert problems(file(SHIFT | {"factor": 2}), past=past) == [(1, "factor", "event_changed")]
    assert len(read(file(SHIFT), shop(), past=past)) == 0


def test_new_events_come_after_those_of_the_plan(file):
    count = {"type": "stock_correction", "item_id": "A", "location_id": "S1", "at": AT, "quantity": -8}
    past = events(count | {"event_id": "E1"})
    assert problems(file(count | {"event_id": "E2"}), past=past) == [(1, "quantity", "negative_stock")]


def test_events_outside_the_days_of_the_plan_are_said(file):
    shut = {"at": AT, "type": "location_closed", "location_id": "S1"}
    told = read(
        file(
            shut | {"event_id": "E1", "date_from": "2026-05-01", "date_to": "2026-05-31"},
            shut | {"event_id": "E2", "at": "2026-06-08T01:00"},
            {
                "event_id": "E3",
                "at": "2026-05-31T20:00",
                "type": "stock_correction",
                "item_id": "A",
                "location_id": "S1",
                "quantity": 1,
            },
        ),
        shop(),
    )
    assert [(found.row, found.column, found.code) for found in told.warnings] == [
        (3, "at", "event_without_effect"),
        (1, "date_to", "event_without_effect"),
        (2, "at", "event_without_effect"),
    ]
    assert applied(shop(), told.frame).content_hash == shop().content_hash


def test_an_order_of_the_plan_is_known_by_what_the_plan_says(file):
    late = LATE | {"order_id": "O000001"}
    assert problems(file(late)) == [(1, "order_id", "unknown_order")]
    told = read(file(late, late | {"event_id": "E3", "days": 1}), shop(), PLAN)
    orders = applied(shop(), told.frame)["open_orders"].set_index("order_id")
    assert orders.loc["O000001", ["item_id", "origin", "mode", "status"]].tolist() == [
        "A",
        "SUP",
        "truck",
        "firm",
    ]
    assert orders.loc["O000001", "arrival_date"].day == 7  # 4 + 2 + 1


def test_an_order_of_the_plan_that_has_left_is_for_the_tables(file):
    late = LATE | {"order_id": "O000003"}
    assert problems(file(late), orders=PLAN) == [(1, "order_id", "order_before_start")]


def test_events_of_orders_of_the_plan_go_on_in_the_next_plan(file):
    first = read(file(LATE | {"order_id": "O000001"}), shop(), PLAN).frame
    later = PLAN.assign(arrival_date=PLAN["arrival_date"] + pd.Timedelta(days=2))
    second = read(
        file(LATE | {"order_id": "O000001", "event_id": "E3", "at": "2026-06-01T07:00"}), shop(), later, first
    ).frame
    orders = applied(shop(), together(first, second))["open_orders"].set_index("order_id")
    assert (
        orders.loc["O000001", "arrival_date"].day == 8
    )  # 4 + 2 + 2, not from the arrival that is late already


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"[{", "not_json"),
        (b"[1]", "not_an_event"),
        (b'[{"event_id": {"a": 1}}]', "not_an_event"),
        (b"\xff\xfe[", "bad_encoding"),
        (b'[{"evnt_id": "E1"}]', "no_header"),
        (b'[{"event_id": "\xff"}]', "bad_encoding"),
    ],
)
def test_files_that_are_not_events(tmp_path, content, code):
    path = tmp_path / "events.json"
    path.write_bytes(content)
    assert code in [found[2] for found in problems(path)]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match=r"events\.csv can't be read"):
        read(tmp_path / "events.csv", shop())


def test_no_events_are_no_problem(file):
    assert len(read(file(), shop())) == 0


def test_events_of_a_run_are_read_back_as_they_were_written(tmp_path):
    told = events(SHIFT | {"factor": 1 / 3, "item_id": "=A"}, LATE | {"mode": "NA"})
    told["at"] += pd.Timedelta(microseconds=123456)
    write(tmp_path / EVENTS, told)
    again = stored(tmp_path)
    assert again.equals(told)
    assert as_text(TABLES["events"], again).equals(as_text(TABLES["events"], told))
    assert len(stored(tmp_path / "nowhere")) == 0


def test_a_plan_has_each_event_once():
    past, new = events(LATE | {"at": "2026-06-01T09:00"}), events(SHIFT, LATE | {"at": "2026-06-01T09:00"})
    assert together(past, new)["event_id"].tolist() == ["E1", "E2"]

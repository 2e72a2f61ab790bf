"""lane_closed, lane_capacity, tariff_change: rows of `lanes` are split where their days differ."""

import pandas as pd
import pytest

from planner.compile.problem import compile_problem
from planner.errors import InvalidData
from planner.response.events import applied
from planner.response.events.apply import outcome
from tests.response.events.shop import after, events, shop

TRUCK = {"origin": "SUP", "destination": "DC", "mode": "truck"}
CLOSED = TRUCK | {"type": "lane_closed"}


def rows(data, **named):
    """valid_from, valid_to and some columns of the rows of a lane."""
    table = data["lanes"]
    for name, value in named.items():
        table = table[table[name] == value]
    days = [table[name].dt.strftime("%m-%d").fillna("").tolist() for name in ("valid_from", "valid_to")]
    return list(zip(*days, strict=True)), table


def open_days(data, origin, destination, mode):
    """Days of dispatch as the engines see them."""
    lanes = compile_problem(data).lanes
    names = data["locations"]["location_id"].tolist()
    found = [
        m
        for m in range(len(lanes.mode))
        if (names[lanes.origin[m]], names[lanes.destination[m]], lanes.mode[m]) == (origin, destination, mode)
    ]
    assert len(found) == 1
    return [int(day) for day in lanes.open[found[0]].nonzero()[0]]


def test_a_lane_is_closed_between_its_days():
    data = after(CLOSED | {"date_from": "2026-06-03", "date_to": "2026-06-04"})
    assert rows(data, mode="truck")[0] == [("06-01", "06-02"), ("06-05", "06-07")]
    assert open_days(data, "SUP", "DC", "truck") == [0, 1, 4, 5, 6]


def test_a_lane_that_is_closed_until_further_notice_is_open_after_the_horizon_and_still_a_lane():
    data = after(CLOSED)
    assert rows(data, mode="truck")[0] == [("", "05-31"), ("06-08", "")]
    assert open_days(data, "SUP", "DC", "truck") == []


def test_a_lane_whose_only_days_are_closed_keeps_a_row_before_the_horizon():
    parcel = {"type": "lane_closed", "origin": "DC", "destination": "S2", "mode": "parcel"}
    base = shop()
    lanes = base["lanes"]
    data = base.replace(
        lanes=lanes[(lanes["mode"] != "parcel") | (lanes["valid_to"] == pd.Timestamp("2026-06-05"))]
    )
    data = applied(data, events(parcel))
    assert rows(data, mode="parcel")[0] == [("05-31", "05-31")]
    assert open_days(data, "DC", "S2", "parcel") == []


def test_without_a_mode_all_modes_of_the_lane_are_closed():
    data = after({"type": "lane_closed", "origin": "DC", "destination": "S1", "date_to": "2026-06-02"})
    for mode in ("van", "ltl"):
        assert open_days(data, "DC", "S1", mode) == [2, 3, 4, 5, 6]
    assert open_days(data, "DC", "S2", "van") == [0, 1, 2, 3, 4, 5, 6]


def test_days_on_which_a_row_does_not_hold_are_left_alone():
    data = after({"type": "lane_closed", "origin": "DC", "destination": "S2", "mode": "parcel"})
    assert rows(data, mode="parcel")[0] == [("06-08", "")]  # the first row is gone, the second begins later
    reopened = after(
        {"type": "lane_closed", "origin": "DC", "destination": "S2", "mode": "parcel"},
        {
            "type": "lane_closed",
            "origin": "DC",
            "destination": "S2",
            "mode": "parcel",
            "factor": 1,
            "date_from": "2026-06-05",
        },
    )
    assert open_days(reopened, "DC", "S2", "parcel") == [4, 5, 6]


def test_a_later_event_opens_a_part_of_the_days_again():
    data = after(CLOSED, CLOSED | {"factor": 1, "date_from": "2026-06-05"})
    assert open_days(data, "SUP", "DC", "truck") == [4, 5, 6]


def test_vehicles_of_a_day():
    data = after(
        TRUCK | {"type": "lane_capacity", "quantity": 1, "date_from": "2026-06-02", "date_to": "2026-06-02"}
    )
    dates, table = rows(data, mode="truck")
    assert dates == [("06-01", "06-01"), ("06-02", "06-02"), ("06-03", "06-07")]
    assert table["max_vehicles_per_day"].tolist() == [3, 1, 3]


def test_half_of_the_vehicles_are_whole_vehicles_of_what_the_table_says():
    half = TRUCK | {"type": "lane_capacity", "factor": 0.5}
    assert rows(after(half, half), mode="truck")[1]["max_vehicles_per_day"].tolist() == [1]  # ⌊3 · 0.5⌋


def test_lanes_of_a_route_share_the_limit():
    data = after({"type": "lane_capacity", "origin": "DC", "destination": "S1", "mode": "van", "quantity": 0})
    assert rows(data, mode="van")[1]["max_vehicles_per_day"].tolist() == [0, 0]


def test_a_limit_that_is_not_there_can_not_be_multiplied():
    ltl = {"type": "lane_capacity", "origin": "DC", "destination": "S1", "mode": "ltl", "factor": 0.5}
    with pytest.raises(InvalidData, match=r"events, event E1: factor is 0.5; .*max_vehicles_per_day"):
        after(ltl)


def test_a_tariff_changes_in_all_its_parts_on_its_days():
    data = after({"type": "tariff_change", "mode": "van", "factor": 1.2, "date_from": "2026-06-06"})
    dates, table = rows(data, mode="van", destination="S1")
    assert dates == [("06-01", "06-05"), ("06-06", "06-07")]
    assert table["cost_per_vehicle"].tolist() == [100, 120]
    assert table["stop_cost"].tolist() == [5, 6]
    assert rows(data, mode="truck")[1]["cost_per_vehicle"].tolist() == [500]


def test_a_tariff_change_of_all_days_changes_weight_breaks_too():
    data = after({"type": "tariff_change", "factor": 2})
    assert data["weight_breaks"]["cost_per_kg"].tolist() == [2, 1.2]
    assert rows(data, mode="ltl")[1]["min_charge"].tolist() == [40]
    assert rows(data, mode="parcel")[1]["cost_per_kg"].tolist() == [4, 6]
    assert len(data["lanes"]) == 6


@pytest.mark.parametrize(
    ("days", "column"), [({"date_from": "2026-06-02"}, "date_from"), ({"date_to": "2026-06-06"}, "date_to")]
)
def test_weight_breaks_can_not_change_within_the_horizon(days, column):
    told = events({"type": "tariff_change", "origin": "DC", "mode": "ltl", "factor": 2} | days)
    (fault,) = outcome(shop(), told)[1]
    assert (fault.code, fault.column) == ("undated_tariff", column)


def test_a_part_of_a_route_can_not_have_another_tariff():
    told = events({"type": "tariff_change", "destination": "S2", "mode": "van", "factor": 2})
    (fault,) = outcome(shop(), told)[1]
    assert (fault.code, fault.column) == ("part_of_a_route", "destination")


def test_events_of_several_types_on_one_lane():
    data = after(
        TRUCK | {"type": "lane_capacity", "quantity": 1, "date_from": "2026-06-03"},
        CLOSED | {"date_from": "2026-06-05", "date_to": "2026-06-05"},
        {"type": "tariff_change", "origin": "SUP", "factor": 2, "date_to": "2026-06-03"},
    )
    dates, table = rows(data, mode="truck")
    assert dates == [("06-01", "06-02"), ("06-03", "06-03"), ("06-04", "06-04"), ("06-06", "06-07")]
    assert table["max_vehicles_per_day"].tolist() == [3, 1, 1, 1]
    assert table["cost_per_vehicle"].tolist() == [1000, 1000, 500, 500]

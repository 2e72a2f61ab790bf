"""demand_shift: which rows, by how much, and where demand comes from sales."""

import numpy as np
import pandas as pd

from planner.demand import demand
from planner.response.events.apply import outcome
from tests.response.events.shop import after, events, shop

SHIFT = {"type": "demand_shift"}


def means(data, item, location):
    table = data["demand"]
    rows = table[(table["item_id"] == item) & (table["location_id"] == location)]
    return rows.sort_values("date")["mean"].tolist()


def test_mean_and_sd_of_the_item_and_location_are_multiplied_on_the_days():
    data = after(
        SHIFT
        | {
            "item_id": "A",
            "location_id": "S1",
            "factor": 1.5,
            "date_from": "2026-06-02",
            "date_to": "2026-06-03",
        }
    )
    assert means(data, "A", "S1") == [10, 16.5, 18, 13, 14, 15, 16]  # 11 · 1.5, 12 · 1.5
    assert means(data, "A", "S2") == [10, 11, 12, 13, 14, 15, 16]
    table = data["demand"].set_index(["item_id", "location_id", "date"])["sd"]
    assert table["A", "S1"].tolist() == [2, 3, 3, 2, 2, 2, 2]


def test_a_category_and_everything():
    assert means(after(SHIFT | {"category": "toys", "factor": 2}), "B", "S2")[0] == 20
    assert means(after(SHIFT | {"category": "toys", "factor": 2}), "A", "S2")[0] == 10
    assert means(after(SHIFT | {"factor": 0}), "A", "S1") == [0] * 7


def test_an_empty_sd_stays_empty():
    table = after(SHIFT | {"factor": 3})["demand"]
    assert table.loc[(table["item_id"] == "A") & (table["location_id"] == "S2"), "sd"].isna().all()


def test_without_a_first_day_it_begins_when_it_became_known():
    data = after(SHIFT | {"at": "2026-06-03T23:00", "factor": 2, "item_id": "B"})
    assert means(data, "B", "S2") == [10, 11, 24, 26, 28, 30, 32]


def test_two_shifts_come_on_top_of_each_other():
    data = after(SHIFT | {"factor": 2}, SHIFT | {"factor": 1.5, "item_id": "B"})
    assert means(data, "B", "S2")[0] == 30
    assert means(data, "A", "S1")[0] == 20


def test_where_demand_comes_from_sales_the_forecast_is_shifted():
    days = pd.date_range(end="2026-05-31", periods=60).astype(str)
    sales = [
        {"item_id": "A", "location_id": "S1", "date": day, "units": 5 + at % 7} for at, day in enumerate(days)
    ]
    data = shop(demand=None, sales=sales)
    shifted = after(SHIFT | {"item_id": "A", "factor": 1.2, "date_to": "2026-06-01"}, data=data)
    before, now = demand(data), demand(shifted)
    assert np.allclose(now["mean"] / before["mean"], [1.2, *[1.0] * 6])
    assert np.allclose(now["sd"] / before["sd"], [1.2, *[1.0] * 6])
    assert after(SHIFT | {"factor": 1.3}, SHIFT | {"factor": 1 / 1.3}, data=data)["demand"].empty


def test_a_shift_of_demand_that_is_not_there_is_said():
    data, faults = outcome(shop(), events(SHIFT | {"item_id": "B", "location_id": "S1", "factor": 2}))
    assert [(fault.code, fault.severity, fault.column) for fault in faults] == [
        ("event_without_effect", "warning", "item_id")
    ]
    assert data.content_hash == shop().content_hash

"""Shifts of demand that show in the sales become events."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.demand import demand
from planner.response.events import applied, together
from planner.response.exceptions.bands import bands_of
from planner.response.exceptions.demand import shifts_of
from planner.response.exceptions.facts import NOWHERE, shift_issue
from planner.response.exceptions.shift_events import HOLDS, shift_events
from planner.tables.dataset import DataSet, conform
from planner.tables.schema import TABLES
from tests.demand.shop import START, open_shop

NONE = conform(TABLES["events"])
FIRST = pd.Timestamp(START)
LAST = FIRST + pd.Timedelta(days=HOLDS - 1)


def shop(categories: bool = True, **factor: Any) -> DataSet:
    """20 items × 5 stores whose sales of the last week are `factor` times the usual; names are `i4`, `i4s2` or `as2`."""
    made = open_shop(20, spread=0.1, shape=(20, 5, 120), seed=3)
    units = made.wanted.copy()
    for name, by in factor.items():
        items = slice(0, 20, 2) if name[0] == "a" else int(name[1:].split("s")[0])
        stores = int(name.split("s")[1]) if "s" in name else slice(None)
        units[items, stores, -7:] = np.round(by * units[items, stores, -7:])
    data = made.data(made.sales(units))
    return (
        data
        if categories
        else data.replace(
            items=data["items"].assign(category=lambda t: t["category"].where(t["category"] == "b", ""))
        )
    )


def named(events: pd.DataFrame) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in events[["item_id", "category", "location_id"]].to_numpy().tolist()]


def grown(data: DataSet, events: pd.DataFrame) -> "pd.Series[float]":
    """What events make of the forecast, by item, store and day."""
    key = ["item_id", "location_id", "date"]
    before, after = (demand(one).set_index(key)["mean"] for one in (data, applied(data, events)))
    return after / before


def test_quiet_sales_are_no_event() -> None:
    assert shift_events(shop(), NONE).empty


@pytest.mark.parametrize(
    ("factor", "scope"),
    [
        ({"i4s2": 2.5}, ("I004", "", "S02")),
        ({"i4s2": 0.2}, ("I004", "", "S02")),
        ({"i7": 1.8}, ("I007", "", "")),
        ({"as1": 1.8}, ("", "a", "S01")),
    ],
)
def test_an_event_names_what_has_shifted(factor: dict[str, float], scope: tuple[str, str, str]) -> None:
    data = shop(**factor)
    events = shift_events(data, NONE)
    assert named(events) == [scope]
    [found] = shifts_of(data)
    [event] = events.to_dict("records")
    assert event["event_id"] == f"{shift_issue(data, bands_of(data), found, NOWHERE).id}-{START}"
    assert event["factor"] == pytest.approx(float(np.median(found.factor)), abs=1e-3)
    assert (event["at"], event["date_from"], event["date_to"]) == (FIRST, FIRST, LAST)
    changed = grown(data, events)
    days = changed.index.get_level_values("date")
    assert set(changed[days > LAST]) == {1.0}
    assert (changed != 1.0).sum() == HOLDS * len(found.item)


def test_the_same_sales_are_the_same_events_and_once_told_none() -> None:
    data = shop(i4s2=2.5, i7=1.8)
    events = shift_events(data, NONE)
    assert len(events) == 2
    pd.testing.assert_frame_equal(events, shift_events(data, NONE))
    assert shift_events(data, events).empty


def test_what_somebody_has_told_is_not_found_again() -> None:
    data = shop(i4s2=2.5)
    [found] = shifts_of(data)

    def told(factor: float, **more: Any) -> pd.DataFrame:
        row = {"event_id": "T", "at": FIRST, "type": "demand_shift", "item_id": "I004", "factor": factor}
        return conform(TABLES["events"], [row | more])

    wanted = float(found.factor[0])
    assert shift_events(data, told(wanted)).empty
    assert shift_events(data, told(2 * wanted)).empty  # who tells may know more than the sales
    half = shift_events(data, told(wanted**0.5))["factor"].tolist()
    assert half == pytest.approx([wanted**0.5], abs=1e-3)
    other = shift_events(data, told(0.5))["factor"].tolist()
    assert other == pytest.approx([wanted], abs=1e-3)
    later = told(wanted, date_from=FIRST + pd.Timedelta(days=3))
    assert len(shift_events(data, later)) == 1
    assert len(shift_events(data, told(wanted, location_id="S01"))) == 1


def test_what_the_forecast_has_learned_and_the_plan_has_not_is_an_event_that_changes_no_table() -> None:
    usual, data = shop(), shop(i4s2=2.5)
    [found] = shifts_of(data)
    table = demand(data)
    mine = ((table["item_id"] == "I004") & (table["location_id"] == "S02")).to_numpy()
    data = data.replace(demand=table.assign(mean=table["mean"] * np.where(mine, found.factor[0], 1.0)))

    def plan(of: DataSet) -> pd.DataFrame:
        return demand(of).rename(columns={"mean": "expected_sales"}).assign(expected_lost=0.0)

    assert shift_events(data, NONE, plan(data)).empty
    events = shift_events(data, NONE, plan(usual))
    assert (named(events), events["factor"].tolist()) == ([("I004", "", "S02")], [1.0])
    assert set(grown(data, events)) == {1.0}
    assert shift_events(data, events, plan(usual)).empty


def test_where_the_events_of_an_item_and_a_category_meet_they_do_not_multiply() -> None:
    data = shop(i4=2.0, as1=1.8)
    events = shift_events(data, NONE)
    assert {("I004", "", ""), ("", "a", "S01")} <= set(named(events))
    changed = grown(data, events)
    [factor] = [
        factor
        for one in shifts_of(data)
        for item, place, factor in zip(one.item, one.location, one.factor, strict=True)
        if (item, place) == (4, 1)
    ]
    assert changed["I004", "S01", FIRST] == pytest.approx(factor, rel=0.1)
    assert changed["I004", "S00", FIRST] == changed["I004", "S02", FIRST]
    plan = demand(shop()).rename(columns={"mean": "expected_sales"}).assign(expected_lost=0.0)
    pd.testing.assert_frame_equal(
        events, shift_events(data, NONE, plan)
    )  # these bring the plan up to date, too


def test_items_without_a_category_beside_others_that_have_one_are_named_one_by_one() -> None:
    data = shop(categories=False, as1=1.8)
    events = shift_events(data, NONE)
    assert set(events["location_id"]) == {"S01"}
    assert set(events["item_id"]) <= {f"I{number:03d}" for number in range(0, 20, 2)}
    assert len(events) == 10
    assert together(NONE, events)["event_id"].is_unique

"""Periods of uneven length, as they are written."""

from datetime import date

import pytest

from planner.tables.buckets import BadBuckets, periods, read_buckets
from planner.tables.dataset import DataSet
from planner.tables.settings import GivenSettings, Incomplete


def test_days_come_first_then_weeks_then_months_of_four_weeks() -> None:
    assert read_buckets("7d,3w") == (1,) * 7 + (7,) * 3
    assert read_buckets(" 2D , 1w ,2x4w,2x3d") == (1, 1, 7, 28, 28, 3, 3)
    assert periods("14d", 14) == periods("", 14) == (1,) * 14


@pytest.mark.parametrize(
    "text", ["7x", "d", "7", "w3", "7d;3w", "7d,,3w", "1.5w", "-1d", "7d 3w", "x2w", "²d"]
)
def test_what_can_not_be_read_is_named_with_advice(text: str) -> None:
    with pytest.raises(
        BadBuckets, match=r"is not a number of days \(d\) or weeks \(w\)\. Write .* such as 7d,3w"
    ):
        read_buckets(text)


@pytest.mark.parametrize("text", ["0d", "7d,0w", "0x2w", "2x0w"])
def test_no_days_are_no_period(text: str) -> None:
    with pytest.raises(BadBuckets, match="is no period at all"):
        read_buckets(text)


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_is_refused_where_something_was_asked_for(text: str) -> None:
    with pytest.raises(BadBuckets, match="buckets are empty"):
        read_buckets(text)


def test_periods_divide_the_horizon_exactly_and_the_message_says_what_is_missing() -> None:
    with pytest.raises(
        BadBuckets, match=r"7d,3w is 28 days, but the horizon has 14\. Shorten it, or raise horizon"
    ):
        periods("7d,3w", 14)
    with pytest.raises(BadBuckets, match=r"Add what is missing: 7d,3w,1w,1d; or lower horizon_days"):
        periods("7d,3w", 36)


def test_the_setting_is_held_against_the_horizon_too() -> None:
    start = date(2026, 1, 5)
    given = GivenSettings(start_date=start, horizon_days=14, buckets="7d,1w")
    assert given.completed(None, None, None).buckets == "7d,1w"
    with pytest.raises(Incomplete, match="but the horizon has 21"):
        GivenSettings(start_date=start, horizon_days=21, buckets="7d,1w").completed(None, None, None)


def test_how_a_plan_is_divided_is_no_content_of_the_tables() -> None:
    days, weeks = (
        DataSet.of({}, start_date=date(2026, 1, 5), horizon_days=14, buckets=buckets)
        for buckets in (None, "2w")
    )
    assert days.content_hash == weeks.content_hash

"""What really happens: drawn, or replayed."""

import numpy as np
import pandas as pd
import pytest

from planner.errors import UsageError
from planner.value.simulate.truth import truth
from tests.value.simulate.shop import MILK, S1, S2, SOAP, START, sales, shop


def test_the_same_seed_and_replication_is_the_same_world() -> None:
    one, same, other = (truth(shop(), 28, "draws", 5, number) for number in (0, 0, 1))
    assert np.array_equal(one.wanted, same.wanted)
    assert not np.array_equal(one.wanted, other.wanted)


def test_draws_are_on_average_what_was_sold() -> None:
    drawn = np.mean([truth(shop(), 14, "draws", 1, number).wanted for number in range(60)], axis=0)
    table = sales()
    milk = table[table["item_id"] == "MILK"].groupby("location_id")["units"].mean()
    # two whole weeks of about 9.4 units a day: 60 × 14 Poisson days have a standard error of 0.11; levels wander a few percent
    assert drawn[MILK, S1].mean() == pytest.approx(milk["S1"], rel=0.08)
    assert drawn[SOAP, S2].mean() == pytest.approx(milk["S2"] / 2, rel=0.1)


def test_whole_units_are_drawn_where_whole_units_were_sold() -> None:
    wanted = truth(shop(), 28, "draws", 1, 0).wanted
    assert np.array_equal(wanted, np.floor(wanted))
    table = sales()
    weighed = truth(shop(sales=table.assign(units=table["units"] * 0.3)), 28, "draws", 1, 0).wanted
    assert not np.array_equal(weighed, np.floor(weighed))


def test_history_happens_again_on_the_same_weekdays_and_only_what_was_before_is_known() -> None:
    """70 days of history, 28 are replayed: day 0 is Monday four weeks before the start, and 42 days are known."""
    table = sales()
    found = truth(shop(), 28, "history", 1, 0)
    first = pd.Timestamp(START) - pd.Timedelta(days=28)
    milk = table[(table["item_id"] == "MILK") & (table["location_id"] == "S1") & (table["date"] >= first)]
    assert found.wanted[MILK, S1].tolist() == milk["units"].tolist()
    known = found.data["sales"]
    assert known["date"].max() == pd.Timestamp(START) - pd.Timedelta(days=1)
    assert known["date"].nunique() == 42


def test_history_moves_by_whole_weeks_whatever_the_days() -> None:
    found = truth(shop(), 24, "history", 1, 0)
    table = sales()
    back = pd.Timestamp(START) - pd.Timedelta(days=28)
    day = table[(table["item_id"] == "SOAP") & (table["location_id"] == "S2") & (table["date"] == back)]
    assert found.wanted[SOAP, S2, 0] == day["units"].item()


def test_a_closed_shop_sells_nothing() -> None:
    closed = pd.DataFrame({"location_id": "S1", "date": [pd.Timestamp("2026-03-04")], "closed": True})
    found = truth(shop(calendar=closed), 7, "draws", 1, 0)
    assert found.wanted[:, S1, 2].sum() == 0
    assert found.wanted[:, S2, 2].sum() > 0


def test_lead_times_are_exact_unless_the_tables_say_otherwise() -> None:
    assert truth(shop(), 28, "draws", 1, 0).late.sum() == 0
    lanes = shop()["lanes"].assign(lead_time_sd_days=[1.0, 0.0, 0.0])
    late = truth(shop(lanes=lanes), 200, "draws", 1, 0).late
    assert late[1:].sum() == 0
    # |N(0, 1)| ≥ 0.5 on the late side: 31 % of the days
    assert (late[0] > 0).mean() == pytest.approx(0.31, abs=0.1)


def test_without_a_history_there_is_nothing_to_simulate() -> None:
    with pytest.raises(UsageError, match="needs the table sales"):
        truth(
            shop(
                sales=None,
                demand=pd.DataFrame(
                    {"item_id": ["MILK"], "location_id": ["S1"], "date": [START], "mean": [1]}
                ),
            ),
            7,
            "draws",
            1,
            0,
        )


def test_a_history_that_is_too_short_is_refused_with_the_days_it_has() -> None:
    with pytest.raises(UsageError, match="sales tell of 40 days"):
        truth(shop(sales=sales(40)), 14, "history", 1, 0)

"""A sanity check on real grocery sales, where they are at hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.demand import demand
from planner.tables.dataset import DataSet

FILE = Path(__file__).parents[2] / "../shared/data/grocery_sales.parquet"
HELD_BACK = 28


@pytest.fixture(scope="module")
def held_back() -> tuple[pd.DataFrame, Any]:
    """Forecast of the last four weeks from the weeks before, and what was sold in them (days × series)."""
    if not FILE.exists():
        pytest.skip("needs the real sales that are not part of this repository")
    sales = pd.read_parquet(FILE)[["item_id", "location_id", "date", "units"]]
    sales["date"] = pd.to_datetime(sales["date"])
    start = sales["date"].max() - pd.Timedelta(days=HELD_BACK - 1)
    past = sales[sales["date"] < start]
    tables = {
        "items": pd.DataFrame({"item_id": past["item_id"].unique(), "unit_cost": 1.0}),
        "locations": pd.DataFrame({"location_id": past["location_id"].unique(), "kind": "store"}),
        "sales": past,
    }
    found = demand(DataSet.of(tables, start_date=start.date(), horizon_days=HELD_BACK))
    index = pd.MultiIndex.from_frame(found[["item_id", "location_id", "date"]])
    true = sales.set_index(["item_id", "location_id", "date"])["units"].reindex(index, fill_value=0)
    before = (
        past[past["date"] >= start - pd.Timedelta(days=28)].groupby(["item_id", "location_id"])["units"].sum()
        / 28
    )
    series = pd.MultiIndex.from_frame(found[["item_id", "location_id"]])
    return found.assign(last_weeks=before.reindex(series).fillna(0).to_numpy()), true.to_numpy()


def test_the_level_is_that_of_the_weeks_that_follow(held_back: tuple[pd.DataFrame, Any]) -> None:
    found, true = held_back
    assert found["mean"].sum() == pytest.approx(true.sum(), rel=0.12)


def test_it_is_better_than_the_mean_of_the_last_four_weeks(held_back: tuple[pd.DataFrame, Any]) -> None:
    found, true = held_back
    ours = ((found["mean"] - true) ** 2).mean()
    naive = ((found["last_weeks"] - true) ** 2).mean()
    assert ours < 0.98 * naive  # most of the error is noise that nobody could foresee


def test_the_variance_is_that_of_the_errors(held_back: tuple[pd.DataFrame, Any]) -> None:
    found, true = held_back
    error = (found["mean"] - true) ** 2
    quarter = pd.qcut(found["mean"], 4, labels=False)
    for _, rows in found[quarter > 0].groupby(quarter):  # the slowest quarter sells 3 units in 100 days
        assert np.sqrt(error[rows.index].mean() / (rows["sd"] ** 2).mean()) == pytest.approx(1, abs=0.25)

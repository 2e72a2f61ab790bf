"""The demand frame: where it comes from and what shape it has."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from planner.demand import COLUMNS, demand
from planner.tables.dataset import DataSet
from tests.demand.shop import START, Shop, by_series, open_shop


def _given(shop: Shop, *rows: tuple[object, ...], **tables: object) -> DataSet:
    forecast = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"date": "datetime64[us]"})
    return shop.data(demand=forecast, **tables)


def _day(number: int) -> str:
    return (START + timedelta(days=number)).isoformat()


def test_a_given_forecast_is_made_dense_over_the_horizon() -> None:
    shop = open_shop(3.0, shape=(3, 2, 60))
    data = _given(
        shop, ("I001", "S01", _day(0), 4, 2), ("I001", "S01", _day(13), 5, 0), ("I000", "S01", _day(2), 1, 1)
    )
    found = demand(data)
    assert list(found.columns) == list(COLUMNS)
    assert list(found["item_id"].unique()) == ["I000", "I001"]
    assert len(found) == 2 * 14
    last = found[found["item_id"] == "I001"]
    assert last["mean"].tolist() == [4.0, *[0.0] * 12, 5.0]
    assert last["sd"].tolist() == [2.0, *[0.0] * 13]
    assert last["date"].tolist() == [pd.Timestamp(_day(number)) for number in range(14)]


def test_days_outside_the_horizon_and_series_without_demand_are_left_out() -> None:
    shop = open_shop(3.0, shape=(3, 2, 60))
    data = _given(
        shop, ("I000", "S00", _day(-1), 4, 2), ("I001", "S00", _day(14), 4, 2), ("I002", "S00", _day(1), 0, 0)
    )
    assert demand(data).empty


def test_a_missing_sd_comes_from_a_history_of_28_days_and_is_poisson_otherwise() -> None:
    random = np.random.default_rng(8)
    shop = open_shop(3.0, shape=(2, 1, 120))
    wild = random.poisson(random.gamma(1.0, 3.0, shop.wanted.shape)).astype(float)  # variance ÷ mean is 1 + 3
    sales = shop.sales(wild)
    few = sales[(sales["item_id"] == "I000") | (sales["date"] >= np.datetime64(START) - 27)]
    data = _given(shop, ("I000", "S00", _day(0), 4, None), ("I001", "S00", _day(0), 4, None), sales=None)
    found = demand(data.replace(sales=few))
    enough, too_few = found["sd"].to_numpy()[[0, 14]]
    assert enough**2 / 4 == pytest.approx(4.0, rel=0.4)
    assert too_few == pytest.approx(2.0)


def test_a_given_sd_of_zero_stays_zero() -> None:
    shop = open_shop(3.0, shape=(1, 1, 60))
    assert demand(_given(shop, ("I000", "S00", _day(0), 4, 0)))["sd"].sum() == 0


@pytest.mark.parametrize("given", [True, False])
def test_nothing_is_wanted_on_a_closed_day(given: bool) -> None:
    shop = open_shop(3.0, shape=(2, 2, 60))
    calendar = pd.DataFrame(
        {"location_id": ["S01", "S00"], "date": pd.to_datetime([_day(3), _day(5)]), "closed": [True, False]}
    )
    rows = (
        [("I000", store, _day(day), 4, 2) for store in ("S00", "S01") for day in range(14)] if given else []
    )
    found = demand(_given(shop, *rows, calendar=calendar))
    closed = (found["location_id"] == "S01") & (found["date"] == pd.Timestamp(_day(3)))
    assert found.loc[closed, ["mean", "sd"]].eq(0).all().all()
    assert found.loc[~closed, ["mean", "sd"]].gt(0).all().all()


def test_closed_days_of_the_past_are_not_zeros() -> None:
    shop = open_shop(8.0, shape=(4, 1, 60))
    shut = pd.DataFrame({"location_id": "S00", "date": shop.dates[-14:], "closed": True})
    sales = shop.sales()
    before = sales[sales["date"] < shop.dates[-14]]
    found = by_series(demand(shop.data(before, calendar=shut)), (4, 1))
    assert found.mean() == pytest.approx(shop.truth.mean(), rel=0.05)


def test_a_location_that_never_sells_on_sundays_is_forecast_to_be_closed_on_them() -> None:
    shop = open_shop(8.0, shape=(4, 2, 90))
    sales = shop.sales()
    sundays = (sales["location_id"] == "S01") & (pd.DatetimeIndex(sales["date"]).day_of_week == 6)
    found = by_series(demand(shop.data(sales[~sundays])), (4, 2))
    assert (found[:, 1, [6, 13]] == 0).all()
    assert (found[:, 0] > 0).all()
    assert found[:, 1, :6].mean() == pytest.approx(shop.truth[:, 1, :6].mean(), rel=0.08)


def test_a_day_without_a_row_is_a_zero() -> None:
    shop = open_shop(0.4, shape=(10, 4, 120))
    sales = shop.sales()
    edges = sales["date"].isin([shop.dates[0], shop.dates[-1]])
    pd.testing.assert_frame_equal(
        demand(shop.data(sales)), demand(shop.data(sales[(sales["units"] > 0) | edges]))
    )


def test_what_happens_after_the_start_changes_nothing() -> None:
    shop = open_shop(4.0, shape=(4, 3, 100))
    sales = shop.sales()
    later = sales.assign(date=sales["date"] + np.timedelta64(100, "D"), units=999.0)
    pd.testing.assert_frame_equal(demand(shop.data(sales)), demand(shop.data(pd.concat([sales, later]))))


def test_the_order_of_rows_changes_nothing() -> None:
    shop = open_shop(4.0, shape=(4, 3, 100))
    sales = shop.sales()
    shuffled = sales.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(demand(shop.data(sales)), demand(shop.data(shuffled)))


def test_without_sales_and_forecast_there_is_no_demand() -> None:
    shop = open_shop(4.0, shape=(2, 2, 30))
    found = demand(shop.data(shop.sales().head(0)))
    assert found.empty
    assert list(found.columns) == list(COLUMNS)


def test_types_are_those_of_the_tables() -> None:
    shop = open_shop(4.0, shape=(2, 2, 30))
    found = demand(shop.data())
    sales = shop.data()["sales"]
    assert [str(kind) for kind in found.dtypes] == [
        "str",
        "str",
        str(sales["date"].dtype),
        "float64",
        "float64",
    ]

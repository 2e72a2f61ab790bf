"""Forecasts against a known truth."""

import time

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gamma

from planner.demand import demand
from planner.demand.forecast import forecast
from planner.demand.history import history
from tests.demand.shop import START, WEEK, bias, by_series, open_shop


@pytest.mark.parametrize("level", [0.1, 0.6, 3.0, 20.0])
def test_the_forecast_is_unbiased_for_slow_and_fast_items(level: float) -> None:
    shop = open_shop(level)
    # 200 series · 180 days · level units: the noise of the total is below 2 % even for the slowest
    assert bias(shop.forecast(), shop.truth) == pytest.approx(0, abs=0.04)


@pytest.mark.parametrize("level", [0.2, 3.0, 20.0])
def test_the_forecast_is_better_than_last_week_and_than_the_last_four_weeks(level: float) -> None:
    shop = open_shop(level)

    def error(means: object) -> float:
        return float(np.abs(np.asarray(means) - shop.truth).mean())

    ours = error(shop.forecast())
    assert ours < 0.5 * error(np.tile(shop.wanted[:, :, -7:], 2))
    assert ours < 0.9 * error(np.tile(shop.wanted[:, :, -28:].reshape(20, 10, 4, 7).mean(axis=2), 2))


def test_the_forecast_follows_a_level_that_moves() -> None:
    random = np.random.default_rng(3)
    shop = open_shop(20.0)
    moving = np.exp(np.cumsum(random.normal(0, 0.03, shop.wanted.shape), axis=2))
    wanted = random.poisson(shop.level[:, :, None] * moving).astype(float)
    now = (shop.level * moving[:, :, -1])[:, :, None]
    ours = np.abs(shop.forecast(shop.sales(wanted)).mean(axis=2, keepdims=True) / now - 1).mean()
    long_run = np.abs(wanted.mean(axis=2, keepdims=True) / now - 1).mean()
    assert ours < 0.6 * long_run


@pytest.mark.parametrize("level", [0.5, 10.0])
def test_the_weekday_pattern_is_recovered(level: float) -> None:
    shop = open_shop(level, shape=(40, 10, 180))
    found = forecast(history(shop.data())).weekday
    assert np.allclose(found.mean(axis=1), WEEK / WEEK.mean(), atol=0.05)
    assert np.allclose(found.sum(axis=0), 7)


def test_a_store_with_few_sales_leans_on_the_pattern_of_the_others() -> None:
    shop = open_shop(5.0)
    sales = shop.sales()
    new = (sales["location_id"] == "S09") & (sales["date"] < np.datetime64(START) - 6)
    found = shop.forecast(sales[~new])[:, -1]
    pattern = found.mean(axis=0)[:7] / found.mean()
    assert np.allclose(pattern, WEEK / WEEK.mean(), atol=0.12)


def test_a_promotion_lifts_sales_but_not_the_forecast_of_the_days_after() -> None:
    random = np.random.default_rng(4)
    shop = open_shop(4.0)
    weeks = random.random((20, 1, 26)) < 0.2
    weeks[:, :, -1] = random.random((20, 1)) < 0.5  # also in the last week
    promoted = np.repeat(weeks, 7, axis=2)[:, :, -180:] & np.ones(shop.wanted.shape, dtype=bool)
    wanted = np.where(
        promoted, random.poisson(shop.wanted * 1.5 + 1e-9) + shop.wanted, shop.wanted
    )  # 2.5 times
    sales = shop.sales(wanted, promotion=promoted)
    assert bias(shop.forecast(sales), shop.truth) == pytest.approx(0, abs=0.03)
    assert forecast(history(shop.data(sales))).uplift.mean() == pytest.approx(2.5, abs=0.15)
    blind = shop.forecast(sales.drop(columns="promotion"))
    assert bias(blind, shop.truth) > 0.2


def test_a_promotion_is_noticed_on_days_on_which_nothing_was_sold() -> None:
    random = np.random.default_rng(5)
    shop = open_shop(0.3, shape=(40, 10, 180))
    promoted = np.repeat(random.random((40, 1, 26)) < 0.25, 7, axis=2)[:, :, -180:]
    promoted = np.broadcast_to(promoted, shop.wanted.shape)
    wanted = np.where(
        promoted,
        shop.wanted + random.poisson(np.broadcast_to(shop.level[:, :, None], promoted.shape)),
        shop.wanted,
    )
    sales = shop.sales(wanted, promotion=promoted)
    sold = sales[sales["units"] > 0]  # an export of sold units only
    assert forecast(history(shop.data(sold))).uplift.mean() == pytest.approx(2.0, abs=0.2)
    assert bias(shop.forecast(sold), shop.truth) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("level", [0.5, 5.0])
def test_an_item_that_stopped_selling_fades(level: float) -> None:
    shop = open_shop(level)
    sales = shop.sales()
    stopped = (sales["item_id"] == "I000") & (sales["date"] >= np.datetime64(START) - 90)
    found = shop.forecast(sales[(sales["units"] > 0) & ~stopped])
    usual = shop.forecast(sales[sales["units"] > 0])
    assert found[0].sum() < 0.1 * usual[0].sum()
    assert bias(found[1:], usual[1:]) == pytest.approx(0, abs=0.02)


def test_two_silent_weeks_are_not_the_end_of_an_item() -> None:
    shop = open_shop(5.0)
    sales = shop.sales()
    quiet = (sales["item_id"] == "I000") & (sales["date"] >= np.datetime64(START) - 14)
    found = shop.forecast(sales[~quiet])
    assert found[0].sum() > 0.5 * shop.truth[0].sum()


@pytest.mark.parametrize("level", [0.3, 2.0, 15.0])
@pytest.mark.parametrize("dispersion", [0.0, 0.2])
def test_intervals_cover_what_they_promise(level: float, dispersion: float) -> None:
    random = np.random.default_rng(6)
    shop = open_shop(level, shape=(30, 10, 180))

    def draw(mean: object) -> object:
        mean = np.asarray(mean)
        return random.poisson(random.gamma(1 / dispersion, mean * dispersion) if dispersion else mean).astype(
            float
        )

    weekday = np.array([day.weekday() for day in pd.DatetimeIndex(shop.dates).date])
    past = draw(shop.level[:, :, None] * WEEK[weekday])
    found = demand(shop.data(shop.sales(past)))
    week_mean = by_series(found, shop.level.shape)[:, :, :7].sum(axis=2)
    week_sd = np.sqrt((by_series(found, shop.level.shape, "sd")[:, :, :7] ** 2).sum(axis=2))
    draws = np.asarray([np.asarray(draw(shop.truth[:, :, :7])).sum(axis=2) for _ in range(50)])
    scale = week_sd**2 / week_mean
    upper = gamma.ppf(0.95, week_mean / scale, scale=scale)
    assert (draws <= upper + 0.5).mean() == pytest.approx(0.95, abs=0.03)


def test_whole_units_never_vary_less_than_poisson() -> None:
    shop = open_shop(5.0)
    regular = np.broadcast_to(np.round(shop.level)[:, :, None], shop.wanted.shape)
    found = demand(shop.data(shop.sales(regular)))
    assert (found["sd"] ** 2 >= found["mean"] * (1 - 1e-9)).all()


def test_goods_by_weight_may_vary_less_than_poisson() -> None:
    random = np.random.default_rng(7)
    shop = open_shop(5.0)
    steady = shop.level[:, :, None] * random.normal(1, 0.02, shop.wanted.shape)
    found = demand(shop.data(shop.sales(steady)))
    assert (found["sd"] ** 2 < 0.1 * found["mean"]).all()


def test_a_short_history_gives_its_mean_and_at_least_poisson_variance() -> None:
    shop = open_shop(6.0, shape=(1, 1, 7))
    found = demand(shop.data())
    assert found["mean"].mean() == pytest.approx(shop.wanted.mean(), rel=0.01)
    assert (found["sd"] ** 2 >= found["mean"] * (1 - 1e-9)).all()


def test_the_sample_size_of_a_retailer_takes_well_under_a_second() -> None:
    shop = open_shop(3.0, shape=(60, 12, 180))
    data = shop.data()
    demand(data)
    started = time.perf_counter()
    demand(data)
    assert time.perf_counter() - started < 2.0  # 0.15 s when the machine has nothing else to do

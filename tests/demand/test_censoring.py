"""Sold-out days."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import gamma

from planner.demand.censoring import demand_at_least, squared_at_least
from tests.demand.shop import Shop, bias, open_shop


def _sold_out(shop: Shop, often: float, low: float, high: float) -> tuple[Any, Any]:
    """What was sold, and whether the shelf was empty, if stock is short on some days whatever the demand."""
    random = np.random.default_rng(11)
    shape = shop.wanted.shape
    usual = shop.wanted.mean(axis=2, keepdims=True)
    stock = np.where(random.random(shape) < often, np.floor(usual * random.uniform(low, high, shape)), np.inf)
    return np.minimum(shop.wanted, stock), shop.wanted >= stock


@pytest.mark.parametrize("level", [1.0, 5.0, 30.0])
def test_correcting_sold_out_days_removes_most_of_the_bias(level: float) -> None:
    shop = open_shop(level)
    sold, empty = _sold_out(shop, 0.3, 0.3, 1.2)
    raw = bias(shop.forecast(shop.sales(sold)), shop.truth)
    corrected = bias(shop.forecast(shop.sales(sold, stocked_out=empty)), shop.truth)
    assert raw < -0.05
    assert abs(corrected) < 0.25 * abs(raw)


def test_leaving_sold_out_days_out_would_be_biased_too() -> None:
    shop = open_shop(5.0)
    sold, empty = _sold_out(shop, 0.6, 0.9, 1.3)  # the shelf is empty exactly when demand is high
    corrected = bias(shop.forecast(shop.sales(sold, stocked_out=empty)), shop.truth)
    without = sold[~empty].sum() / (~empty).sum() / (shop.wanted.mean()) - 1
    assert without < -0.05
    assert abs(corrected) < 0.4 * abs(without)


def test_a_shelf_that_was_empty_all_day_says_nothing() -> None:
    shop = open_shop(5.0)
    random = np.random.default_rng(12)
    empty = random.random(shop.wanted.shape) < 0.3
    sales = shop.sales(np.where(empty, 0.0, shop.wanted), stocked_out=empty)
    without = shop.sales()
    assert bias(shop.forecast(sales), shop.truth) == pytest.approx(0, abs=0.03)
    assert bias(shop.forecast(sales), shop.forecast(without)) == pytest.approx(0, abs=0.02)


def test_the_expected_demand_above_what_was_sold_is_that_of_the_gamma_distribution() -> None:
    mean, ratio, sold = 4.0, 1.5, 3.0
    draws = gamma.rvs(mean / ratio, scale=ratio, size=400_000, random_state=1)
    above = draws[draws >= sold - 0.5]
    one = np.array([sold]), np.array([mean]), np.array([ratio])
    assert demand_at_least(*one)[0] == pytest.approx(above.mean(), rel=0.01)
    assert squared_at_least(*one)[0] == pytest.approx((above**2).mean(), rel=0.01)


def test_nothing_sold_says_nothing_and_the_impossible_is_taken_as_it_is() -> None:
    assert demand_at_least(np.array([0.0]), np.array([2.0]), np.array([1.0]))[0] == pytest.approx(2.0)
    assert demand_at_least(np.array([900.0]), np.array([0.1]), np.array([1.0]))[0] == 900.0
    assert demand_at_least(np.array([3.0]), np.array([0.0]), np.array([1.0]))[0] >= 3.0

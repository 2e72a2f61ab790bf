"""Shifts of demand are told from luck."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from planner.demand import demand
from planner.response.exceptions.demand import shifts_of, with_shifts
from planner.response.exceptions.tails import calibrated, discoveries, tails
from planner.tables.dataset import DataSet
from tests.demand.shop import START, Shop, open_shop


def test_the_tails_are_those_of_the_distributions() -> None:
    units, mean, ratio = np.array([0.0, 3.0, 12.0]), np.array([2.0, 5.0, 5.0]), np.array([1.5, 3.0, 3.0])
    above, below = tails(units, mean, ratio, np.array([True, True, True]))
    negative = stats.nbinom(mean / (ratio - 1), 1 / ratio)
    assert above == pytest.approx(negative.sf(units - 1))
    assert below == pytest.approx(negative.cdf(units))
    above, below = tails(units, mean, np.ones(3), np.array([True, True, True]))
    assert above == pytest.approx(stats.poisson(mean).sf(units - 1))
    assert below == pytest.approx(stats.poisson(mean).cdf(units))
    above, below = tails(units, mean, ratio, np.array([False, False, False]))
    assert above == pytest.approx(stats.gamma(mean / ratio, scale=ratio).sf(units))
    assert below == pytest.approx(1 - above)


def test_the_example_of_benjamini_and_hochberg() -> None:
    """1995, section 3.2: 15 comparisons of treatments of myocardial infarction, 4 of which are rejected at 0.05."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    shuffled = np.random.default_rng(0).permutation(15)
    found = discoveries(np.array(p)[shuffled], 0.05)
    assert sorted(np.array(p)[shuffled][found]) == p[:4]
    assert not discoveries(np.ones(3), 0.05).any()
    assert not discoveries(np.zeros(0), 0.05).any()


def test_a_tail_that_was_heavier_before_is_believed_less() -> None:
    random = np.random.default_rng(1)
    honest, heavy = random.random(10_000), random.random(10_000) ** 3
    p = np.array([1e-6, 0.5])
    assert calibrated(p, honest)[0] == pytest.approx(1e-6, rel=3)
    assert calibrated(p, heavy)[0] == pytest.approx(1e-2, rel=1)  # p³ as often as p
    assert calibrated(p, heavy)[1] == 0.5
    assert (calibrated(p, honest[:100]) == p).all()  # too few to tell


def shifted(shop: Shop, series: tuple[int, int], factor: float, days: int = 7) -> DataSet:
    """The data set of a shop in which one series has sold so many times as much in the last days."""
    units = shop.wanted.copy()
    units[(*series, slice(-days, None))] = np.round(units[(*series, slice(-days, None))] * factor)
    return shop.data(shop.sales(units))


def test_quiet_demand_shifts_nowhere() -> None:
    alarms = [len(shifts_of(open_shop(5, shape=(20, 5, 120), seed=seed).data())) for seed in range(6)]
    assert sum(alarms) <= 1


@pytest.mark.parametrize(("factor", "days"), [(2.5, 7), (0.2, 7), (3.0, 3)])
def test_a_series_that_shifts_is_found_with_its_factor(factor: float, days: int) -> None:
    shop = open_shop(20, spread=0.1, shape=(20, 5, 120), seed=3)
    [found] = shifts_of(shifted(shop, (4, 2), factor, days))
    assert (found.shift.level, found.item.tolist(), found.location.tolist()) == ("series", [4], [2])
    assert found.shift.factor == pytest.approx(factor, rel=0.25)
    assert (found.shift.units > found.shift.expected) == (factor > 1)


def test_an_item_that_shifts_everywhere_is_one_shift() -> None:
    shop = open_shop(10, spread=0.1, shape=(20, 8, 120), seed=5)
    units = shop.wanted.copy()
    units[7, :, -7:] = np.round(1.6 * units[7, :, -7:])
    [found] = shifts_of(shop.data(shop.sales(units)))
    assert found.shift.level == "item"
    assert sorted(found.location.tolist()) == list(range(8))
    assert set(found.item.tolist()) == {7}


def test_one_large_purchase_is_no_shift() -> None:
    shop = open_shop(1, spread=0.1, shape=(20, 5, 120), seed=7)
    units = shop.wanted.copy()
    units[3, 3, -2] = 30
    assert shifts_of(shop.data(shop.sales(units))) == []


def test_a_promotion_of_the_size_that_promotions_have_is_no_shift() -> None:
    shop = open_shop(20, spread=0.1, shape=(20, 5, 120), seed=9)
    promoted = np.zeros(shop.wanted.shape, bool)
    for begin in (-90, -60, -30, -3):
        promoted[2, :, begin : begin + 3 or None] = True
    units = np.where(promoted, 3 * shop.wanted, shop.wanted)
    assert shifts_of(shop.data(shop.sales(units, promotion=promoted))) == []
    unknown = promoted & (np.arange(120) < 110)
    [found] = shifts_of(shop.data(shop.sales(units, promotion=unknown)))
    assert (found.shift.level, set(found.item.tolist())) == ("item", {2})


def test_days_that_sold_out_are_no_fall_of_demand() -> None:
    shop = open_shop(20, spread=0.1, shape=(20, 5, 120), seed=11)
    units, out = shop.wanted.copy(), np.zeros(shop.wanted.shape, bool)
    units[6, 1, -7:] = np.round(0.3 * units[6, 1, -7:])
    out[6, 1, -7:] = True
    assert len(shifts_of(shop.data(shop.sales(units)))) == 1
    assert shifts_of(shop.data(shop.sales(units, stocked_out=out))) == []


def test_the_forecast_is_shifted_by_what_it_does_not_know_yet() -> None:
    shop = open_shop(20, spread=0.1, shape=(20, 5, 120), seed=3)
    data = shifted(shop, (4, 2), 2.5)
    [found] = shifts_of(data)
    before, after = demand(data), with_shifts(data, [found])["demand"]
    mine = ((before["item_id"] == "I004") & (before["location_id"] == "S02")).to_numpy()
    ratio = after["mean"].to_numpy() / before["mean"].to_numpy()
    assert ratio[~mine] == pytest.approx(1.0)
    assert ratio[mine] == pytest.approx(found.factor[0])
    level = before["mean"][mine].mean() * found.factor[0]
    assert level == pytest.approx(found.shift.factor * shop.level[4, 2], rel=0.15)
    assert (after["sd"] / before["sd"])[mine].to_numpy() == pytest.approx(np.sqrt(found.factor[0]))


def test_sales_are_held_against_the_plan_where_there_is_one() -> None:
    """The plan expected three times what is sold as ever: to the plan that is a fall."""
    shop = open_shop(20, spread=0.1, shape=(10, 3, 120), seed=13)
    data = shop.data()
    days = [pd.Timestamp(START) + timedelta(days=day) for day in range(-7, 7)]
    expected = 3 * shop.level[1, 1]
    rows = [("I001", "S01", day, expected, 0.0) for day in days]
    plan = pd.DataFrame(rows, columns=["item_id", "location_id", "date", "expected_sales", "expected_lost"])
    assert shifts_of(data) == []
    [found] = shifts_of(data, plan)
    assert (found.item.tolist(), found.location.tolist()) == ([1], [1])
    assert found.shift.expected == pytest.approx(expected * found.shift.days)
    # the forecast of the tables has come down from the plan's already
    assert found.factor[0] == pytest.approx(1.0, abs=0.1)


def test_a_plan_that_was_made_after_the_sales_knows_what_the_forecast_knows() -> None:
    shop = open_shop(20, spread=0.1, shape=(20, 5, 120), seed=3)
    data = shifted(shop, (4, 2), 2.5)
    plan = demand(data).rename(columns={"mean": "expected_sales"}).assign(expected_lost=0.0)
    [without], [found] = shifts_of(data), shifts_of(data, plan)
    assert found.factor == pytest.approx(without.factor)
    assert found.factor[0] < 0.9 * found.shift.factor


def test_too_little_history_is_no_shift() -> None:
    assert shifts_of(open_shop(20, shape=(5, 2, 20)).data()) == []

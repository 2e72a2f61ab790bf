"""The two curves of section 2, against integrals, simulated days, and the evaluator's own code."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from planner.audit.curve import expected_sales, shortage
from planner_models.curve import SalesCurve, sales_curves, terminal_shortage, unsold
from planner_models.problem import StockPoints
from tests.models.builder import day, direct

means, scales = st.floats(0.01, 500.0), st.floats(1e-3, 30.0)
shares = st.floats(0.0, 4.0)


def curve(mean: float, before: float, scale: float) -> SalesCurve:
    return SalesCurve(np.array([mean]), np.array([before]), np.array([scale]))


def sales(of: SalesCurve, available: float) -> float:
    return float(of.evaluate(np.array([available]))[0][0])


def points(daily: list[float], scale: float, window: int, **settings: object) -> StockPoints:
    """The stock point X of a network in which it is replenished once in `window` days."""
    built = direct(len(daily), review_days=window, **settings)
    for t, mean in enumerate(daily):
        sd = (scale * mean) ** 0.5
        built.row("demand", item_id="A", location_id="X", date=day(t), mean=mean, sd=sd)
    return built.policy(lost_sale_penalty=1.0).problem().stock


ONE_POINT = points([5.0], 1.0, 1, terminal_value="useful")


@pytest.mark.parametrize("stock", [0.1, 3.0, 12.0, 60.0])
@pytest.mark.parametrize(("mean", "scale"), [(10.0, 0.5), (10.0, 4.0), (2.0, 9.0), (0.3, 1.0)])
def test_what_stays_unsold_is_the_integral_over_demand(stock: float, mean: float, scale: float) -> None:
    # E[(y − D)⁺] = ∫ F(d) dd from 0 to y, by parts.
    integral, _ = quad(stats.gamma(mean / scale, scale=scale).cdf, 0.0, stock, epsabs=1e-12, epsrel=1e-11)
    found = unsold(np.array(stock), np.array(mean), np.array(scale))
    assert float(found) == pytest.approx(integral, rel=1e-9, abs=1e-10)


@pytest.mark.parametrize("mean", [0.4, 5.0, 80.0])
@pytest.mark.parametrize("scale", [0.3, 1.0, 6.0])
def test_on_the_first_day_sales_are_the_expected_smaller_of_stock_and_demand(
    mean: float, scale: float
) -> None:
    demand = stats.gamma(mean / scale, scale=scale)
    for stock in (0.2 * mean, mean, 2.5 * mean):
        # E[min(D, a)] = ∫ P(D > d) dd from 0 to a.
        integral, _ = quad(demand.sf, 0.0, stock, epsabs=1e-12, epsrel=1e-11, limit=200)
        assert sales(curve(mean, 0.0, scale), stock) == pytest.approx(integral, rel=1e-8)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(means, st.one_of(st.just(0.0), means), scales, st.lists(shares, min_size=2, max_size=8))
def test_sales_are_concave_and_never_above_stock_or_demand(
    mean: float, before: float, scale: float, stocks: list[float]
) -> None:
    of = curve(mean, before, scale)
    a = np.sort(np.array([0.0, *stocks])) * (mean + before)
    sold, slope = (part.ravel() for part in SalesCurve(of.mean, of.before, of.scale).evaluate(a))
    tolerance = 1e-9 * (mean + before)
    assert sold[0] == 0
    assert (sold <= np.minimum(a, mean) + tolerance).all()
    assert (np.diff(sold) >= -tolerance).all()
    assert (np.diff(slope) <= 1e-7).all()
    assert ((slope >= 0) & (slope <= 1)).all()
    # Every line that touches the curve lies above it.
    lines = sold[:, None] + slope[:, None] * (a[None, :] - a[:, None])
    assert (lines >= sold[None, :] - tolerance - 1e-9).all()


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.floats(0.5, 100.0), st.floats(0.0, 100.0), st.floats(0.05, 10.0), st.floats(0.2, 2.0))
def test_the_slope_is_that_of_the_curve(mean: float, before: float, scale: float, share: float) -> None:
    of, a = curve(mean, before, scale), share * mean
    step = 1e-4 * a
    between = (sales(of, a + step) - sales(of, a - step)) / (2 * step)
    assert float(of.evaluate(np.array([a]))[1][0]) == pytest.approx(between, abs=2e-4)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.floats(0.5, 100.0), st.one_of(st.just(0.0), st.floats(0.5, 100.0)), st.floats(0.05, 10.0))
def test_a_stock_with_a_wanted_slope_is_found(mean: float, before: float, scale: float) -> None:
    of = curve(mean, before, min(scale, mean))
    for slope in (0.9, 0.5, 0.05):
        at = of.at_slope(np.array([slope]))
        assert float(of.evaluate(at)[1][0]) == pytest.approx(slope, abs=1e-4)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(means, st.one_of(st.just(0.0), means), st.floats(0.01, 3.0), shares)
def test_engine_and_evaluator_have_the_same_curve(
    mean: float, before: float, variation: float, share: float
) -> None:
    total = mean + before
    sd, stock = variation * total, share * total
    mine = sales(curve(mean, before, sd**2 / total), stock)
    theirs = expected_sales(*(np.array([value]) for value in (stock, before, mean, sd)))
    assert mine == pytest.approx(float(theirs.units[0]), rel=1e-9, abs=1e-9 * max(1.0, total))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(means, st.floats(0.0, 3.0), shares)
def test_engine_and_evaluator_have_the_same_shortage_at_the_end(
    mean: float, variation: float, share: float
) -> None:
    sd = variation * mean
    stock = replace(ONE_POINT, terminal_mean=np.array([mean]), terminal_sd=np.array([sd]))
    mine = float(terminal_shortage(stock, np.array([share * mean]))[0][0])
    theirs = shortage(np.array([share * mean]), np.array([mean]), np.array([sd**2]))
    assert mine == pytest.approx(float(theirs[0]), rel=1e-9, abs=1e-9 * max(1.0, mean))


def test_the_shortage_at_the_end_is_the_integral_beyond_the_position() -> None:
    stock = points([4.0, 6.0], 2.0, 3, terminal_value="useful")
    # Window 3: the days after repeat 4, 6, 4.
    assert float(stock.terminal_mean[0]) == pytest.approx(14)
    assert float(stock.terminal_sd[0] ** 2) == pytest.approx(28)
    for position in (0.0, 5.0, 14.0, 30.0):
        integral, _ = quad(stats.gamma(7.0, scale=2.0).sf, position, np.inf, epsabs=1e-12)
        short, slope = terminal_shortage(stock, np.array([position]))
        assert float(short[0]) == pytest.approx(integral, rel=1e-8, abs=1e-10)
        assert float(slope[0]) == pytest.approx(-float(stats.gamma(7.0, scale=2.0).sf(position)), abs=1e-12)


@pytest.mark.parametrize("window", [1, 2, 4])
def test_a_window_has_the_days_before_that_belong_to_it(window: int) -> None:
    curves = sales_curves(points([1.0, 2.0, 4.0, 8.0, 16.0], 1.5, window))
    daily = [1.0, 2.0, 4.0, 8.0, 16.0]
    before = [sum(daily[max(0, t - window + 1) : t]) for t in range(5)]
    assert curves.before[0].tolist() == pytest.approx(before)
    assert curves.scale[0].tolist() == pytest.approx([1.5] * 5)


@pytest.mark.parametrize("daily", [[5.0, 5.0, 5.0, 5.0], [0.5, 9.0, 3.0], [20.0, 1.0]])
@pytest.mark.parametrize("share", [0.3, 0.9, 1.6])
def test_the_recursion_is_exact_on_every_day_of_a_window(daily: list[float], share: float) -> None:
    """One delivery y at the beginning: after day t, E[(y − D_0 − … − D_t)⁺] is left."""
    scale, y = 1.7, share * sum(daily)
    curves = sales_curves(points(daily, scale, len(daily)))
    left = y
    for t in range(len(daily)):
        left -= float(curves[0, t].evaluate(np.array(left))[0])
        total = stats.gamma(sum(daily[: t + 1]) / scale, scale=scale)
        exact, _ = quad(total.cdf, 0.0, y, epsabs=1e-12, limit=200)
        assert left == pytest.approx(exact, rel=1e-8, abs=1e-9)


def test_the_recursion_agrees_with_simulated_days() -> None:
    daily, scale, y, days = [6.0, 2.0, 9.0], 2.5, 15.0, 400_000
    chance = np.random.default_rng(5)
    stock = np.full(days, y)
    curves = sales_curves(points(daily, scale, 3))
    left = y
    for t, mean in enumerate(daily):
        sold = np.minimum(stock, chance.gamma(mean / scale, scale, days))
        expected = float(curves[0, t].evaluate(np.array(left))[0])
        # Five standard errors.
        assert expected == pytest.approx(sold.mean(), abs=5 * sold.std() / days**0.5)
        stock, left = stock - sold, left - expected


@pytest.mark.parametrize("stock", [0.0, 1e-320, 1e-250, 1e-100, 1e-30])
def test_almost_nothing_is_sold_at_once_so_no_line_is_too_low_there(stock: float) -> None:
    sold, slope = curve(1.0, 1.0, 1.0).evaluate(np.array([stock]))
    assert (float(sold[0]), float(slope[0])) == pytest.approx((stock, 1.0), abs=1e-12)


def test_certain_demand_is_sold_up_to_the_stock() -> None:
    of = curve(10.0, 25.0, 0.0)
    assert [sales(of, stock) for stock in (-1.0, 0.0, 4.0, 10.0, 12.0)] == [0, 0, 4, 10, 10]
    assert sales(curve(0.0, 25.0, 1.0), 12.0) == 0

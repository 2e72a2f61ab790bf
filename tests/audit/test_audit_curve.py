"""The sales curve against independent arithmetic."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma as gamma_distribution

from planner.audit.curve import expected_sales, shortage, surplus, window_stock
from planner.audit.gamma import lower, upper
from tests.audit.world import World, column, day

amounts = st.floats(1e-3, 1e4)
spreads = st.floats(1e-3, 3.0)


def sales(available: float, earlier: float, mean: float, sd: float) -> float:
    return float(expected_sales(*(np.array([value]) for value in (available, earlier, mean, sd))).units[0])


@pytest.mark.parametrize(
    ("shape", "x", "expected"),
    [
        (1.0, 2.0, 1.0 - math.exp(-2.0)),
        (2.0, 2.0, 1.0 - 3.0 * math.exp(-2.0)),
        (3.0, 1.0, 1.0 - 2.5 * math.exp(-1.0)),
        (0.5, 0.5, math.erf(math.sqrt(0.5))),
    ],
)
def test_the_incomplete_gamma_function_has_its_closed_forms(shape: float, x: float, expected: float) -> None:
    assert float(lower(np.array(shape), np.array(x))) == pytest.approx(expected, rel=1e-14)
    assert float(upper(np.array(shape), np.array(x))) == pytest.approx(1.0 - expected, rel=1e-13)


@pytest.mark.parametrize("shape", [9.9e3, 1.1e4, 1e5, 1e6])
@pytest.mark.parametrize("z", [-8.0, -5.0, -4.6, -4.4, -1.0, 0.0, 3.0, 6.0])
def test_large_shapes_agree_with_the_integral_of_the_density(shape: float, z: float) -> None:
    # In steps of a standard deviation, the density is exp(k·(log(1+u) − u)) √(k/2π)/Γ* with u = z/√k, and
    # Γ*(k) = 1 + 1/12k + 1/288k² − …
    star = 1.0 + 1.0 / (12.0 * shape) + 1.0 / (288.0 * shape**2)

    def density(step: float) -> float:
        u = step / math.sqrt(shape)
        return math.exp(shape * (math.log1p(u) - u) - math.log1p(u)) / math.sqrt(2.0 * math.pi) / star

    below = quad(density, z - 30.0 / max(1.0, -z), z, epsabs=0.0, epsrel=1e-12, limit=500)[0]
    x = shape + z * math.sqrt(shape)
    # log1p(u) − u cancels to about 1e-16·u·k, which is the accuracy of the reference, not of the function
    assert float(lower(np.array(shape), np.array(x))) == pytest.approx(below, rel=1e-9)


@given(st.floats(-6, 6), st.floats(-12, 2))
@settings(deadline=None, max_examples=300)
def test_the_stock_of_the_window_is_found_to_twelve_digits(log_shape: float, log_part: float) -> None:
    shape = np.array([10.0**log_shape])
    available = shape * 10.0**log_part
    y = window_stock(available, shape)
    # an error dy of y changes the surplus by P·dy
    error = abs(float(surplus(y, shape)[0] - available[0])) / float(lower(shape, y)[0]) / float(y[0])
    assert error < 1e-12


@pytest.mark.parametrize("shape", [1e-6, 1e-2, 1.0, 30.0, 1e4])
def test_tiny_stock_is_inverted_as_well_as_large_stock(shape: float) -> None:
    available = np.array([1e-200, 1e-100, 1e-12, 1e-3, 1.0, 1e3, 1e8])
    y = window_stock(available, np.full(7, shape))
    assert np.all(np.diff(y) > 0)
    assert surplus(y, np.full(7, shape)) == pytest.approx(available, rel=1e-6, abs=0.0)


@given(st.floats(0.0, 1e4), amounts, amounts, spreads)
@settings(deadline=None, max_examples=300)
def test_sales_lie_between_nothing_and_what_is_there_and_wanted(
    available: float, earlier: float, mean: float, spread: float
) -> None:
    sold = sales(available, earlier, mean, spread * (earlier + mean))
    assert 0.0 <= sold <= min(available, mean)


@given(
    amounts, amounts, st.floats(0.05, 3.0), st.lists(st.floats(0.0, 4.0), min_size=3, max_size=3, unique=True)
)
@settings(deadline=None, max_examples=300)
def test_sales_rise_with_stock_and_rise_less_and_less(
    earlier: float, mean: float, spread: float, parts: list[float]
) -> None:
    a, b, c = sorted(part * (earlier + mean) for part in parts)
    low, middle, high = (sales(x, earlier, mean, spread * (earlier + mean)) for x in (a, b, c))
    rounding = 1e-12 * (earlier + mean) * 10
    assert low <= middle + rounding
    assert middle <= high + rounding
    # the chord lies below a concave curve
    assert (middle - low) * (c - b) >= (high - middle) * (b - a) - rounding * (c - a)


def test_the_slope_is_one_minus_the_probability_of_ending_with_stock() -> None:
    earlier, mean, sd, a, step = 6.0, 4.0, 5.0, 5.0, 1e-4
    slope = (sales(a + step, earlier, mean, sd) - sales(a - step, earlier, mean, sd)) / (2 * step)
    ends = expected_sales(
        np.array([a]), np.array([earlier]), np.array([mean]), np.array([sd])
    ).ends_with_stock[0]
    assert slope == pytest.approx(1.0 - ends, abs=1e-7)


def test_a_window_of_one_day_sells_the_integral_of_the_demand_distribution() -> None:
    # E[min(D, 7)] with D gamma of mean 5 and sd 3: shape 25/9, scale 9/5
    demand = gamma_distribution(25.0 / 9.0, scale=9.0 / 5.0)
    expected = quad(lambda x: x * demand.pdf(x), 0.0, 7.0)[0] + 7.0 * demand.sf(7.0)
    assert sales(7.0, 0.0, 5.0, 3.0) == pytest.approx(expected, rel=1e-9)


def test_certain_demand_sells_the_smaller_of_stock_and_demand() -> None:
    assert sales(3.0, 10.0, 5.0, 0.0) == 3.0
    assert sales(8.0, 10.0, 5.0, 1e-6 * 15.0) == 5.0
    assert sales(8.0, 10.0, 0.0, 4.0) == 0.0
    assert sales(0.0, 10.0, 5.0, 4.0) == 0.0


def test_shortage_is_what_a_gamma_distributed_demand_lacks() -> None:
    # shape 1 is exponential: E[(D − x)⁺] = m·exp(−x/m) with m = 4, x = 6
    short = shortage(np.array([6.0, 6.0, -1.0]), np.array([4.0, 4.0, 4.0]), np.array([16.0, 0.0, 16.0]))
    assert short == pytest.approx([4.0 * math.exp(-1.5), 0.0, 5.0])


def test_the_recursion_is_exact_on_every_day_after_one_delivery() -> None:
    # Lead time 0, review every 4 days: it begins with 20 units, and nothing comes. Days differ, but all have
    # variance 1.8 · mean, so that sums of days are gamma distributed with scale 1.8.
    means, scale, count = [4.0, 6.0, 5.0, 7.0], 1.8, 400_000
    world = World(4, review_days=4).item().place("S", "supplier").place("X", "store")
    world.lane("S", "X", lead_time_days=0).stock("X", 20.0)
    for number, mean in enumerate(means):
        world.row(
            "demand", item_id="A", location_id="X", date=day(number), mean=mean, sd=math.sqrt(scale * mean)
        )
    sold = column(world.evaluate(), "X", "expected_sales")
    # simulated: lost sales are lost
    rng, left = np.random.default_rng(7), np.full(count, 20.0)
    for number, mean in enumerate(means):
        simulated = np.minimum(left, rng.gamma(mean / scale, scale, count))
        left -= simulated
        assert sold[number] == pytest.approx(simulated.mean(), abs=5.0 * simulated.std() / math.sqrt(count))


def test_with_equal_days_one_delivery_gives_the_closed_form_of_the_whole_window() -> None:
    # Equal days share their scale, so the sales of 3 days are E[min(D, 14)] of the sum of demand.
    world = World(3, review_days=3).item().place("S", "supplier").place("X", "store")
    world.lane("S", "X", lead_time_days=0).stock("X", 14.0).demand("X", [5.0, 5.0, 5.0], sd=4.0)
    demand = gamma_distribution(15.0**2 / 48.0, scale=48.0 / 15.0)
    expected = quad(lambda x: x * demand.pdf(x), 0.0, 14.0)[0] + 14.0 * demand.sf(14.0)
    assert sum(column(world.evaluate(), "X", "expected_sales")) == pytest.approx(expected, rel=1e-9)


def test_without_uncertainty_stock_is_plain_arithmetic() -> None:
    # opening 12; sells 5, 5, then the 2 that are left; 10 arrive on day 3, 5 are sold
    world = World(4, review_days=2).item().place("S", "supplier").place("X", "store").lane("S", "X")
    world.stock("X", 12.0).demand("X", [5.0, 5.0, 5.0, 5.0]).order("S", "X", 10.0, dispatch=2)
    result = world.evaluate()
    assert column(result, "X", "expected_sales") == [5.0, 5.0, 2.0, 5.0]
    assert column(result, "X", "expected_lost") == [0.0, 0.0, 3.0, 0.0]
    assert column(result, "X", "closing") == [7.0, 2.0, 0.0, 5.0]

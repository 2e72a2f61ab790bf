"""Operations on convex functions against the minima that they stand for, looked for on a grid."""

from collections.abc import Callable

import numpy as np
import pytest

from planner.audit.bound import convex
from planner.audit.bound.convex import Convex, Floats

COUNT, FAR, STEP = 40, 12.0, 0.0625
GRID = np.arange(0.0, FAR + STEP / 2, STEP)
INSIDE = GRID <= FAR / 2  # where the end of the grid has no influence


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(5)


def functions(random: np.random.Generator) -> Convex:
    """Random functions whose pieces begin on the grid, the last ones rising."""
    slope = np.sort(np.round(random.uniform(-5.0, 5.0, (6, COUNT)), 2), axis=0)
    start = np.sort(random.choice(GRID[GRID < 5.0], (6, COUNT)), axis=0)
    start[0] = 0.0
    slope[-1] = np.maximum(slope[-1], 0.5)
    return Convex(random.uniform(-3.0, 3.0, COUNT), slope, start)


def values(f: Convex) -> Floats:
    return f.at(np.repeat(GRID[:, None], COUNT, axis=1))[0]


def on_grid(random: np.random.Generator) -> Floats:
    return random.choice(GRID[(GRID > 0) & (GRID < 4.0)], COUNT)


def least(f: Convex, cost: Callable[[Floats], Floats], low: Floats | float, high: Floats | float) -> Floats:
    """min over low ≤ q ≤ high of f(x − q) + cost(q), for x − q on the grid."""
    known, best = values(f), np.full((len(GRID), COUNT), np.inf)
    for place in range(len(GRID)):
        q = (GRID - GRID[place])[:, None] + np.zeros(COUNT)
        total = np.where((q >= low) & (q <= high), known[place] + cost(q), np.inf)
        best = np.minimum(best, total)
    return best


def test_a_cap_is_giving_away_at_a_rate(random: np.random.Generator) -> None:
    f, rate = functions(random), random.uniform(-1.0, 2.0, COUNT)
    expected = least(f, lambda q: rate * q, 0.0, np.inf)
    assert values(convex.capped(f, rate))[INSIDE] == pytest.approx(expected[INSIDE])


def test_buying_is_a_floor_under_the_slopes(random: np.random.Generator) -> None:
    f, price = functions(random), random.uniform(0.0, 4.0, COUNT)
    expected = least(f, lambda q: -price * q, -np.inf, 0.0)
    assert values(convex.bought(f, price))[INSIDE] == pytest.approx(expected[INSIDE])


def test_buying_without_end_is_minus_infinity_and_without_a_price_nothing(
    random: np.random.Generator,
) -> None:
    f = functions(random)
    assert np.isneginf(convex.bought(f, np.full(COUNT, -9.0)).value).all()
    assert np.array_equal(values(convex.bought(f, np.full(COUNT, np.inf))), values(f))


def test_a_piece_that_is_inserted_is_what_may_be_sold(random: np.random.Generator) -> None:
    f, rate, length = functions(random), random.uniform(-4.0, 4.0, COUNT), on_grid(random)
    expected = least(f, lambda q: rate * q, 0.0, length)
    assert values(convex.inserted(f, rate, length))[INSIDE] == pytest.approx(expected[INSIDE])


def test_stock_that_is_moved_and_missing_stock_costs_what_it_costs(random: np.random.Generator) -> None:
    f, by, short = functions(random), random.uniform(-3.0, 3.0, COUNT), np.full(COUNT, 50.0)
    x = GRID[:, None] + by
    expected = np.where(x >= 0.0, f.at(np.maximum(x, 0.0))[0], f.value - 50.0 * x)
    assert values(convex.moved(f, by, short)) == pytest.approx(expected)


def test_a_bend_adds_and_nothing_where_there_is_none(random: np.random.Generator) -> None:
    f, at, below, above = functions(random), on_grid(random), *random.uniform(0.0, 3.0, (2, COUNT))
    at[:5] = np.inf
    x = GRID[:, None]
    with np.errstate(invalid="ignore"):
        added = below * np.maximum(0.0, at - x) + above * np.maximum(0.0, x - at)
    assert values(convex.bent(f, at, below, above)) == pytest.approx(
        values(f) + np.where(np.isfinite(at), added, 0.0)
    )


def test_stock_that_expires_has_to_go_and_other_stock_may(random: np.random.Generator) -> None:
    f, at, rate = functions(random), on_grid(random), random.uniform(0.0, 3.0, COUNT)
    known, expected = values(f), np.full((len(GRID), COUNT), np.inf)
    for place in range(len(GRID)):
        may = (GRID[place] <= at) & (GRID[:, None] >= GRID[place])
        expected = np.minimum(
            expected, np.where(may, known[place] + rate * (GRID[:, None] - GRID[place]), np.inf)
        )
    assert values(convex.cut(f, at, rate)) == pytest.approx(expected)


def test_tidying_and_joining_change_no_value(random: np.random.Generator) -> None:
    f = convex.inserted(functions(random), np.full(COUNT, 1.0), np.zeros(COUNT))
    f = convex.moved(convex.capped(f, np.full(COUNT, 2.0)), np.full(COUNT, 1.5), np.zeros(COUNT))
    tidy = convex.tidied(f)
    assert len(tidy.slope) < len(f.slope)
    assert values(tidy) == pytest.approx(values(f))
    rows = np.arange(COUNT) % 3 == 0
    again = convex.joined(f.columns(rows), tidy.columns(~rows), rows)
    assert values(again) == pytest.approx(values(f))


def test_lines_that_touch_a_parabola_are_below_it_and_meet_it_where_they_touch() -> None:
    x = np.linspace(0.0, 4.0, 9)[:, None]
    f = convex.tangents(x, (x - 1.0) ** 2, 2.0 * (x - 1.0))
    inside = GRID[GRID <= 4.0][:, None]
    assert (f.at(inside)[0] <= (inside - 1.0) ** 2 + 1e-12).all()
    assert f.at(x)[0] == pytest.approx((x - 1.0) ** 2)

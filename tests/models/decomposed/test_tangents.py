"""Tables of tangents touch the curves of section 2 and never cross them."""

import numpy as np

from planner.compile import compile_problem
from planner_models.curve import sales_curves, terminal_shortage
from planner_models.decomposed.recursion import sales_above
from planner_models.decomposed.tangents import Tangents
from planner_models.problem import StockPoints
from tests.engine.instances import random_data

SEEDS = range(12)


def stocks() -> list[StockPoints]:
    return [compile_problem(random_data(seed)).stock for seed in SEEDS]


def test_they_touch_the_sales_curve() -> None:
    for stock in stocks():
        tables, curves = Tangents.of(stock), sales_curves(stock)
        for j in range(tables.stock.shape[2]):
            sales, slope = curves.evaluate(tables.stock[:, :, j])
            np.testing.assert_allclose(tables.sales[:, :, j], sales, atol=1e-8)
            uncertain = curves.scale > 0
            np.testing.assert_allclose(tables.slope[:, :, j][uncertain], slope[uncertain], atol=1e-6)


def test_no_stock_sells_more_than_the_tangents_say() -> None:
    random = np.random.default_rng(1)
    for stock in stocks():
        tables, curves = Tangents.of(stock), sales_curves(stock)
        for n, t in np.argwhere(stock.mean > 0)[:40].tolist():
            for a in random.uniform(0.0, 4.0 * tables.stock[n, t, -1], 5):
                above, _ = sales_above(
                    a, stock.mean[n, t], tables.stock[n, t], tables.sales[n, t], tables.slope[n, t]
                )
                assert above >= float(curves[n, t].evaluate(np.array(a))[0]) - 1e-9


def test_they_touch_the_shortage_after_the_horizon() -> None:
    for stock in stocks():
        tables = Tangents.of(stock)
        for j in range(tables.end_stock.shape[1]):
            short, _ = terminal_shortage(stock, tables.end_stock[:, j])
            np.testing.assert_allclose(tables.end_short[:, j], short, atol=1e-8)


def test_two_threads_make_the_same_tables_as_one() -> None:
    stock = stocks()[0]
    one, two = Tangents.of(stock), Tangents.of(stock, threads=2)
    assert all(
        np.array_equal(left, right)
        for left, right in zip(vars(one).values(), vars(two).values(), strict=True)
    )

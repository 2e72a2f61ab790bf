"""The newsvendor: one delivery, uncertain demand. Optima by scipy.stats, not by the curves of the engine.

Arrow, Harris & Marschak (1951): the best stock is the p/(p + h) fractile of demand, p the cost of a unit
short, h of one left over. The items of one data set don't influence each other, so a whole grid is one
plan.
"""

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest
from scipy import stats

from planner.plan.plan import Plan
from tests.models.builder import World, shipped, world


def surplus(stock: float, mean: float, sd: float) -> float:
    """E[(stock − D)⁺] of gamma demand: ∫ d·f_k(d) up to a stock is the mean times F_{k+1} there."""
    shape, scale = mean**2 / sd**2, sd**2 / mean
    below = stats.gamma.cdf(stock, shape, scale=scale)
    return float(stock * below - mean * stats.gamma.cdf(stock, shape + 1, scale=scale))


@dataclass(frozen=True)
class Case:
    short: float  # money per unit
    over: float
    mean: float
    sd: float
    size: float

    @cached_property
    def fractile(self) -> float:
        gamma = stats.gamma(self.mean**2 / self.sd**2, scale=self.sd**2 / self.mean)
        return float(gamma.ppf(self.short / (self.short + self.over)))

    def cost(self, stock: float) -> float:
        left = surplus(stock, self.mean, self.sd)
        return self.over * left + self.short * (self.mean - stock + left)

    @cached_property
    def best(self) -> float:
        """Cost is convex in stock, so the best whole number of cases is next to the fractile."""
        below = np.floor(self.fractile / self.size) * self.size
        return min(self.cost(float(below)), self.cost(float(below + self.size)))


GRID = [
    Case(short, 1.0, mean, ratio * mean, size)
    for short, mean, ratio, size in itertools.product(
        (0.25, 1.0, 4.0, 19.0, 99.0), (0.8, 6.0, 45.0), (0.2, 0.6, 1.3), (1.0, 6.0)
    )
]


def newsvendors(cases: list[Case]) -> World:
    built = world(1).place("S", "supplier").place("X", "store").lane("S", "X", lead_time_days=0)
    for number, case in enumerate(cases):
        name = f"I{number:03d}"
        built.item(name, case_size=case.size).demand("X", [case.mean], sd=case.sd, item=name)
        built.policy(item_id=name, holding_cost_per_unit_day=case.over, lost_sale_penalty=case.short)
    return built


@pytest.fixture(scope="module")
def grid() -> Plan:
    return newsvendors(GRID).solve(gap=1e-6)


def test_stock_is_within_a_case_of_the_critical_fractile(grid: Plan) -> None:
    bought = {key[0]: units for key, units in shipped(grid).items()}
    for number, case in enumerate(GRID):
        stock = bought.get(f"I{number:03d}", 0.0)
        assert abs(stock - case.fractile) <= case.size + 1e-6, case


def test_no_other_number_of_cases_is_cheaper(grid: Plan) -> None:
    bought = {key[0]: units for key, units in shipped(grid).items()}
    for number, case in enumerate(GRID):
        assert case.cost(bought.get(f"I{number:03d}", 0.0)) <= case.best + 1e-5 * max(1.0, case.best), case
    assert grid.cost == pytest.approx(sum(case.best for case in GRID), rel=1e-6)


def test_a_service_target_is_reached_as_the_fractile_of_one_review() -> None:
    built = world(1).place("S", "supplier").place("X", "store").lane("S", "X", lead_time_days=0)
    targets = {"A": 0.5, "B": 0.9, "C": 0.98}
    for name, target in targets.items():
        built.item(name).demand("X", [30], sd=12, item=name).policy(item_id=name, service_target=target)
    plan = built.policy(holding_cost_per_unit_day=0.2).solve()
    bought = {key[0]: units for key, units in shipped(plan).items()}
    for name, target in targets.items():
        exact = stats.gamma(30**2 / 12**2, scale=12**2 / 30).ppf(target)
        assert abs(bought[name] - exact) <= 1


@pytest.mark.parametrize("short", [1.0, 4.0, 19.0])
def test_without_a_deviation_stock_is_next_to_the_fractile_of_poisson_demand(short: float) -> None:
    means = (1, 3, 8, 20, 60, 150)
    built = world(1).place("S", "supplier").place("X", "store").lane("S", "X", lead_time_days=0)
    for mean in means:
        built.item(f"I{mean}").demand("X", [mean], sd=np.nan, item=f"I{mean}")
    plan = built.policy(holding_cost_per_unit_day=1, lost_sale_penalty=short).solve()
    bought = {key[0]: units for key, units in shipped(plan).items()}
    for mean in means:
        exact = stats.poisson(mean).ppf(short / (short + 1))
        # Gamma demand is continuous: at most a unit away from whole customers.
        assert abs(bought.get(f"I{mean}", 0.0) - exact) <= 1.0 + 0.02 * np.sqrt(mean), mean


@pytest.mark.parametrize("daily", [[5.0, 5.0, 5.0], [2.0, 9.0, 4.0, 7.0], [30.0, 12.0]])
@pytest.mark.parametrize("short", [2.0, 12.0])
def test_one_delivery_for_several_days_is_exact_by_the_convolution(daily: list[float], short: float) -> None:
    """Daily demands are independent gamma variables of one scale; their sums are so, too."""
    scale, days = 1.8, len(daily)
    built = world(days, review_days=days).item().place("S", "supplier").place("X", "store")
    built.lane("S", "X", lead_time_days=0, dispatch_days="Mon")
    for t, mean in enumerate(daily):
        built.row("demand", item_id="A", location_id="X", date=_date(t), mean=mean, sd=(scale * mean) ** 0.5)
    plan = built.policy(holding_cost_per_unit_day=0.3, lost_sale_penalty=short).solve()
    total = np.cumsum(daily)

    def cost(stock: float) -> float:
        left = [surplus(stock, mean, float(np.sqrt(scale * mean))) for mean in total]
        return 0.3 * sum(left) + short * (total[-1] - stock + left[-1])

    costs = [cost(float(stock)) for stock in range(int(3 * total[-1]))]
    assert sum(shipped(plan).values()) == pytest.approx(int(np.argmin(costs)), abs=1e-6)
    assert plan.cost == pytest.approx(min(costs), rel=1e-6)


def _date(number: int) -> object:
    from tests.models.builder import day

    return day(number)

"""What must hold between the optima of two data sets. Each property says where it holds, and why.

Optimal costs are compared up to a millionth. Hypothesis draws the seeds, always the same ones.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from planner import solve
from planner.errors import NoFeasiblePlan, NoPlanInTime
from planner.plan.plan import Plan
from planner.tables.dataset import DataSet
from planner.tables.schema import TABLES
from tests.engine.instances import bounded_data, random_data
from tests.seeds import ALL

SEEDS = st.integers(0, 10_000)
few = settings(max_examples=20 if ALL else 6, deadline=None, derandomize=True, database=None)


def optimum(data: DataSet) -> float:
    """The optimal cost; inf if there is no plan."""
    try:
        return best_plan(data).cost
    except NoFeasiblePlan:
        return float("inf")


def best_plan(data: DataSet) -> Plan:
    return solve(data, gap=0.0, time_limit=20.0, threads=1)


def not_above(cost: float, other: float) -> bool:
    """`cost ≤ other`, up to a millionth."""
    return cost <= other + 1e-6 * max(1.0, abs(other)) if other < float("inf") else True


def same(cost: float, other: float) -> bool:
    return not_above(cost, other) and not_above(other, cost)


def with_column(data: DataSet, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> DataSet:
    """The data set with another version of one table."""
    return data.replace(**{table: change(data[table].copy())})


@few
@given(seed=SEEDS, seconds=st.sampled_from([0.05, 0.2, 5.0]), gap=st.sampled_from([0.0, 0.05, 0.5]))
def test_the_bound_is_never_above_the_cost_of_the_best_plan(seed: int, seconds: float, gap: float) -> None:
    """However early the search stops: a bound is proven for every plan, so also for the optimal one."""
    data = bounded_data(seed)
    try:
        plan = solve(data, gap=gap, time_limit=seconds, threads=1)
    except (NoFeasiblePlan, NoPlanInTime):
        return
    assert plan.bound <= plan.cost
    assert not_above(plan.bound, optimum(data))
    assert not_above(optimum(data), plan.cost)


@few
@given(seed=SEEDS)
def test_more_vehicles_never_raise_the_cost(seed: int) -> None:
    """Always: what a larger fleet carries includes every load of the smaller one, at the same price."""
    data = bounded_data(seed)
    more = with_column(
        data, "lanes", lambda lanes: lanes.assign(max_vehicles_per_day=lanes["max_vehicles_per_day"] + 1)
    )
    assert not_above(optimum(more), optimum(data))


@few
@given(seed=SEEDS)
def test_larger_vehicles_never_raise_the_cost(seed: int) -> None:
    """Where a limit stays a limit: no load needs more vehicles than before, and vehicles alone cost."""
    data = bounded_data(seed)
    larger = with_column(
        data,
        "lanes",
        lambda lanes: lanes.assign(vehicle_kg=lanes["vehicle_kg"] * 2, vehicle_m3=lanes["vehicle_m3"] * 2),
    )
    assert not_above(optimum(larger), optimum(data))


@few
@given(seed=SEEDS, factor=st.sampled_from([0.0, 0.5, 0.9]))
def test_a_cheaper_tariff_never_raises_the_cost(seed: int, factor: float) -> None:
    """Always: every plan stays feasible and none costs more. All prices of freight fall alike."""
    data = bounded_data(seed)
    prices = ["cost_per_vehicle", "cost_per_kg", "cost_per_m3", "min_charge", "stop_cost"]
    cheaper = with_column(
        data, "lanes", lambda lanes: lanes.assign(**{name: lanes[name] * factor for name in prices})
    )
    cheaper = with_column(
        cheaper, "weight_breaks", lambda bands: bands.assign(cost_per_kg=bands["cost_per_kg"] * factor)
    )
    assert not_above(optimum(cheaper), optimum(data))


@few
@given(seed=SEEDS)
def test_more_stock_that_costs_nothing_to_hold_never_raises_the_cost(seed: int) -> None:
    """Where stock is neither charged nor limited nor wasted: no holding cost, shelf life, maximum, storage.

    More stock leaves every plan feasible then, and sells no less with it, because the available stock of no
    day falls and the closing stock rises with it (models/README.md, section 2).
    """
    data = bounded_data(seed)
    free = with_column(data, "items", lambda items: items.assign(shelf_life_days=float("nan")))
    free = with_column(
        free,
        "policies",
        lambda rows: rows.assign(
            max_stock=float("nan"), max_days_of_cover=float("nan"), holding_cost_per_unit_day=float("nan")
        ),
    )
    free = with_column(free, "capacities", lambda rows: rows[rows["resource"] != "storage_m3"])
    defaults = free.settings.defaults.model_copy(update={"holding_rate_per_year": 0.0})
    free = free.replace(settings=free.settings.model_copy(update={"defaults": defaults}))
    # A service target is turned into a penalty by way of the holding cost, the same before and after.
    more = with_column(free, "inventory", lambda rows: rows.assign(on_hand=rows["on_hand"] + 1))
    assert not_above(optimum(more), optimum(free))


@few
@given(seed=SEEDS)
def test_a_lane_that_never_runs_changes_nothing(seed: int) -> None:
    """A lane of its own mode whose fleet is empty, an emergency lane beside a usual one.

    Else it could become a main source or shorten a window; these are definitions and change the curves.
    """
    data = bounded_data(seed)

    def with_useless(lanes: pd.DataFrame) -> pd.DataFrame:
        row = lanes.iloc[[0]].assign(
            mode="never", emergency=True, max_vehicles_per_day=0.0, route="", vehicle_kg=50.0
        )
        return pd.concat([lanes, row], ignore_index=True)

    usual = data["lanes"][~data["lanes"]["emergency"]]
    if (
        data["lanes"]["destination"].iloc[0] in set(usual["destination"])
        and (data["items"]["unit_weight_kg"] > 0).all()
    ):
        assert same(optimum(with_column(data, "lanes", with_useless)), optimum(data))


@few
@given(seed=SEEDS)
def test_the_order_of_rows_and_the_names_change_nothing(seed: int) -> None:
    """Not the order of items and locations: that of locations decides between equal main sources.

    Every item and location gets another name, and with it lanes another place in the alphabet.
    """
    data = bounded_data(seed)
    shuffled = {
        name: rows
        for name, rows in data.tables.items()
        if len(rows) > 1 and name not in ("items", "locations")
    }
    other = data.replace(
        **{name: rows.sample(frac=1.0, random_state=seed) for name, rows in shuffled.items()}
    )
    other = other.replace(**{name: _renamed(rows) for name, rows in other.tables.items()})
    assert same(optimum(other), optimum(data))


def _renamed(rows: pd.DataFrame) -> pd.DataFrame:
    columns = ["item_id", "location_id", "origin", "destination", "supplier"]
    new: dict[str, Any] = {
        name: rows[name].map(lambda text: f"{text[::-1]} new" if text else "")
        for name in columns
        if name in rows
    }
    return rows.assign(**new)


@few
@given(seed=SEEDS, factor=st.sampled_from([0.01, 7.0, 1000.0]))
def test_another_currency_changes_the_cost_and_nothing_else(seed: int, factor: float) -> None:
    """Every column and setting with money in its unit is multiplied; the optimal cost is, too."""
    data = bounded_data(seed)
    scaled = {}
    for name, table in TABLES.items():
        money = [column.name for column in table.columns if column.unit.startswith("money")]
        money += ["min_value"] if name == "order_minimums" else []
        scaled[name] = data[name].assign(
            **{column: data[name][column] * factor for column in dict.fromkeys(money)}
        )
    prices = {
        name: getattr(data.settings, name) * factor for name in ("co2_price_per_kg", "change_cost_per_case")
    }
    other = data.replace(settings=data.settings.model_copy(update=prices), **scaled)
    assert same(optimum(other) / factor, optimum(data))


@few
@given(seed=SEEDS)
def test_the_same_seed_gives_the_same_plan(seed: int) -> None:
    """One thread, no time limit that matters: nothing in the search is left to chance."""
    data = random_data(seed, stores=2, days=3)
    try:
        first, second = best_plan(data), best_plan(data)
    except NoFeasiblePlan:
        return
    pd.testing.assert_frame_equal(first.orders, second.orders)
    assert (first.cost, first.bound) == (second.cost, second.bound)

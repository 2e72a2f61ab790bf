"""What a lane's tariff can do to the cost of the best plan."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner import evaluate
from planner.plan.plan import Plan
from planner.solve import solve
from planner.tables.dataset import DataSet
from planner.value.scenarios.apply import applied
from planner.value.scenarios.scenario import Change, Scenario, Step
from tests.value.tiny import tiny

LANES = (("MILL", "DC", "truck", "cost_per_vehicle"), ("DC", "NEAR", "van", "cost_per_vehicle"),
         ("DC", "FAR", "van", "cost_per_vehicle"), ("DC", "FAR", "express", "cost_per_kg"))  # fmt: skip
CENT = 0.01


@cache
def best(lane: int, factor: float) -> tuple[DataSet, Plan]:
    """The data with the tariff of one lane times a factor, and their proven optimum."""
    *way, column = LANES[lane]
    where = dict(zip(("origin", "destination", "mode"), way, strict=True))
    step = Step("", Change(table="lanes", where=where, multiply={column: factor}, allow_empty=True))
    data = applied(Scenario("tariff", steps=(step,)), tiny())[0]
    plan = solve(data, gap=0.0, threads=1)
    assert plan.cost - plan.bound < CENT
    return data, plan


def volume(plan: Plan, lane: int) -> float:
    """Vehicles, or kg where the tariff is by weight (the minimum charge is then a part of it: at most that of each load)."""
    *way, column = LANES[lane]
    loads = plan.loads
    mine = loads[(loads[["origin", "destination", "mode"]] == way).all(axis=1)]
    return float(mine["vehicles" if column == "cost_per_vehicle" else "kg"].sum())


def tariff(data: DataSet, lane: int) -> float:
    *way, column = LANES[lane]
    lanes = data["lanes"]
    return float(lanes.loc[(lanes[["origin", "destination", "mode"]] == way).all(axis=1), column].iloc[0])


@given(
    st.integers(0, len(LANES) - 1),
    st.sampled_from([0.0, 0.4, 0.9, 1.0, 1.3, 2.5]),
    st.sampled_from([0.7, 1.0, 1.6]),
)
@settings(max_examples=12, deadline=None, derandomize=True)
def test_a_tariff_never_changes_the_cost_by_more_than_its_change_times_the_volume(
    lane: int, factor: float, other: float
) -> None:
    """Each optimal plan is also a plan at the other tariff, where it costs that much more: for the costs C at the tariffs c < d
    with the volumes V of their best plans, (d − c)·V(d) ≤ C(d) − C(c) ≤ (d − c)·V(c). So a dearer tariff never lowers the
    cost, and never moves more goods on the lane.

    A minimum charge takes some of the change away: with it only 0 ≤ C(d) − C(c) ≤ (d − c)·V(c) holds.
    """
    (cheap, before), (dear, after) = (best(lane, times) for times in sorted((factor, other)))
    step = tariff(dear, lane) - tariff(cheap, lane)
    rise = after.cost - before.cost
    assert -CENT <= rise <= step * volume(before, lane) + CENT
    assert abs(rise) <= step * max(volume(before, lane), volume(after, lane)) + CENT
    if LANES[lane][3] == "cost_per_vehicle":
        assert rise >= step * volume(after, lane) - CENT


def test_a_plan_kept_at_another_tariff_costs_exactly_the_change_times_its_volume() -> None:
    (_, plan), (dear, _) = best(2, 1.0), best(2, 1.6)
    # one van to FAR at 30: 1.6 × 30 − 30 = 18
    assert volume(plan, 2) == 1
    assert evaluate(dear, plan.orders).total - plan.cost == pytest.approx(18.0)

"""One limit is broken by whole lots: a lot less or a lot more mends it, or nothing does."""

import numpy as np
import pytest

from planner_models.problem import Ints, Problem
from planner_models.projection import Projection
from planner_models.search.mend import mend
from tests.models.builder import World, direct, world


def lots(problem: Problem, *shipped: tuple[int, int, int]) -> Ints:
    """`K × T` with (shipment, day, lots)."""
    plan = np.zeros(problem.shipments.open.shape, np.int64)
    for k, t, number in shipped:
        plan[k, t] = number
    return plan


def broken(problem: Problem, plan: Ints) -> set[str]:
    return set(Projection(problem, plan).excess)


def shop(means: tuple[float, ...] = (3.0, 3.0, 3.0), **supply: object) -> World:
    return direct().row("supply", item_id="A", location_id="S", **supply).demand("X", list(means))


def fleet(**lane: object) -> World:
    return direct(lane=dict(lane)).row("supply", item_id="A", location_id="S").demand("X", [3.0] * 3)


ONCE = (3.0, 0.0, 0.0)
ENDS = {"supplier": "S", "destination": "X"}
BREACHES = {  # lots on the first day before and after
    "max_vehicles": (fleet(vehicle_kg=5, max_vehicles_per_day=1, cost_per_vehicle=1), 6, 5),
    "max_stock": (shop().policy(location_id="X", max_stock=4), 9, 7),
    "min_stock": (shop(ONCE).policy(location_id="X", min_stock=2), 4, 5),
    "demand_met": (shop(ONCE).policy(location_id="X", lost_sales_allowed=False), 2, 3),
    "max_per_day": (shop(max_per_day=4), 6, 4),
    "min_value": (shop().row("order_minimums", **ENDS, min_value=50), 4, 5),
    "min_kg": (shop().row("order_minimums", **ENDS, min_kg=5), 4, 5),
    "capacity": (shop().row("capacities", location_id="X", resource="inbound_kg", limit=5), 6, 5),
}


@pytest.mark.parametrize("kind", BREACHES)
def test_a_single_breach_is_mended(kind: str) -> None:
    built, before, after = BREACHES[kind]
    problem = built.problem()
    plan = lots(problem, (0, 0, before))
    assert broken(problem, plan) == {kind}
    mended = mend(problem, plan)
    assert mended is not None
    assert broken(problem, mended) == set()
    assert mended[0].tolist() == [after, 0, 0]


def test_more_than_there_is_is_not_shipped() -> None:
    built = world().item().place("D", "dc").place("X", "store").lane("D", "X").stock("D", 4)
    problem = built.demand("X", [3.0] * 3).problem()
    plan = lots(problem, (0, 0, 6))
    assert broken(problem, plan) == {"available"}
    mended = mend(problem, plan)
    assert mended is not None
    assert mended.sum() == 4


@pytest.mark.parametrize(("before", "after"), [(2, 0), (3, 5), (4, 5), (7, 7)])
def test_orders_below_their_minimum_become_the_minimum_or_nothing(before: int, after: int) -> None:
    problem = shop(min_order_quantity=5).problem()
    mended = mend(problem, lots(problem, (0, 0, before)))
    assert mended is not None
    assert mended[0].tolist() == [after, 0, 0]


def test_nothing_is_shipped_on_a_closed_day() -> None:
    problem = fleet(dispatch_days="Tue").problem()
    mended = mend(problem, lots(problem, (0, 0, 2), (0, 1, 3)))
    assert mended is not None
    assert mended[0].tolist() == [0, 3, 0]


def test_a_plan_without_breaches_stays_as_it_is() -> None:
    problem = shop().problem()
    plan = lots(problem, (0, 0, 3), (0, 2, 4))
    mended = mend(problem, plan)
    assert mended is not None
    assert np.array_equal(mended, plan)


def test_what_no_order_can_mend_is_not_mended() -> None:
    """The supplier gives less than has to be sold."""
    problem = shop(ONCE, max_per_day=2).policy(location_id="X", lost_sales_allowed=False).problem()
    plan = lots(problem, (0, 0, 2))
    assert broken(problem, plan) == {"demand_met"}
    assert mend(problem, plan) is None

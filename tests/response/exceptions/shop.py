"""A plan that was made by hand, published, and looked at with tables that may have changed since."""

from pathlib import Path
from typing import Any

from planner.audit import evaluate
from planner.plan.effort import Effort
from planner.plan.plan import Plan
from planner.plan.record import new_record
from planner.plan.registry import Registry
from planner.plan.run import Run, write_plan
from planner.response.exceptions.issue import Issue
from planner.response.exceptions.look import Look, look
from tests.audit.world import World

MARGIN = 5.0  # money per unit of the item A in `store`


def published(folder: Path, world: World, source: str = "/data") -> Run:
    """A run whose plan are the orders of the world, for its tables."""
    data, orders = world.data(), world.frame()
    found = evaluate(data, orders)
    assert found.feasible, found.violations["message"].tolist()
    certificate = {"cost": found.total, "bound": 0.0, "gap": 1.0}
    plan = Plan(typed(orders), found.loads, found.inventory, found.kpis, certificate)
    effort = Effort("default", gap=0.01, time_limit=60.0, threads=2, seed=0)
    draft = Registry(folder / "runs").open(new_record(source, data.content_hash, "EUR", effort))
    draft.step("validated")
    draft.step("solving")
    write_plan(draft.folder, plan)
    draft.step("completed", cost=found.total, bound=0.0, gap=1.0)
    return draft.publish()


def typed(orders: Any) -> Any:
    dates = dict.fromkeys(("dispatch_date", "arrival_date"), "datetime64[us]")
    return orders.astype(dates | {"cases": "float64", "quantity": "float64"})


def seen(folder: Path, world: World, now: World | None = None, **options: Any) -> Look:
    """What is found when the plan of the world is held against the tables of `now`, by default its own."""
    return look((now or world).data(), published(folder, world).plan, **options)


def only(found: Look) -> Issue:
    """The one exception that is listed."""
    assert [one.kind for one in found.listed] == [found.listed[0].kind], [one.says for one in found.listed]
    return found.listed[0]


def store(
    days: int = 5, item: dict[str, Any] | None = None, lane: dict[str, Any] | None = None, **settings: Any
) -> World:
    """S → D → X, one day each: 10 units of A a day are wanted at X, for sure; a lost one costs its margin of 5."""
    usual = {"exceptions": {"least_money": 1.0}}
    world = World.chain(days, {"unit_price": 10.0 + MARGIN} | (item or {}), lane, **(usual | settings))
    return world.demand("X", [10.0] * days)

"""The policies that are compared, each as a function from what is known to orders."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planner.tables.dataset import DataSet
from planner.value.simulate.episode import Policy

if TYPE_CHECKING:
    import pandas as pd

Name = Literal["joint", "sequential", "reorder"]
NAMES: tuple[Name, ...] = ("joint", "sequential", "reorder")


@dataclass(frozen=True)
class Effort:
    """How hard the joint policy tries at each review: gap, seconds, engine, periods such as `3d,1x4d` ("" = days).
    `service_weight`: times its price that a lost sale counts in joint plans; `window`: days that they are more careful than a
    review takes. `horizon`: days that every policy looks ahead, None = as the settings."""

    gap: float = 0.05
    time_limit: float = 30.0
    engine: Literal["auto", "exact", "decomposed"] = "auto"
    horizon: int | None = None
    buckets: str = ""
    service_weight: float = 1.0
    window: int = 0


def policy(name: Name, effort: Effort, factor: float = 1.0) -> Policy:
    """The policy of this name; `factor` scales the safety stock of `reorder`."""

    def orders(known: DataSet) -> "pd.DataFrame":
        data = _ahead(known, effort.horizon)
        return _joint(data, effort) if name == "joint" else _baseline(data, name, factor)

    return orders


def _joint(data: DataSet, effort: Effort) -> "pd.DataFrame":
    from planner.solve import solve

    settings = data.settings
    careful = {
        "service_weight": settings.service_weight * effort.service_weight,
        "review_days": settings.review_days + effort.window,
    }
    plan = solve(
        data.replace(settings=settings.model_copy(update=careful)),
        gap=effort.gap,
        time_limit=effort.time_limit,
        engine=effort.engine,
        buckets=effort.buckets or None,
        threads=1,
    )
    return plan.orders


def _baseline(data: DataSet, name: Literal["sequential", "reorder"], factor: float) -> "pd.DataFrame":
    from planner.compile import compile_problem
    from planner.compile.index import index_of
    from planner.plan.build import orders_of
    from planner_models.baselines import asked_for
    from planner_models.projection import Projection

    problem = compile_problem(data)
    # where limits are tight it may exceed them in days that are planned again before they come; measures count those that left
    lots = asked_for(problem, name, factor=factor)
    return orders_of(data, index_of(data), Projection(problem, lots))


def _ahead(known: DataSet, horizon: int | None) -> DataSet:
    if horizon is None:
        return known
    return known.replace(settings=known.settings.model_copy(update={"horizon_days": horizon}))

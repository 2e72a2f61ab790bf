"""The policies that are compared, each as a function from what is known to orders."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal

from planner.plan.effort import Policy
from planner.tables.dataset import DataSet
from planner.value.simulate.planning import Decide, Respond
from planner.value.simulate.setup import Effort

if TYPE_CHECKING:
    import pandas as pd

    from planner_models.problem import Ints, Problem


def policy(name: Policy, effort: Effort, factor: float = 1.0) -> Decide:
    """The policy of this name; `factor` scales the safety stock of `reorder`."""

    def orders(known: DataSet) -> "pd.DataFrame":
        data = _ahead(known, effort.horizon)
        if name != "joint":
            return _by_lots(data, partial(_baseline, name, factor))
        careful = _careful(data, effort)
        return _by_lots(careful, _quick) if effort.engine == "quick" else _solved(careful, effort)

    return orders


def response(name: Policy, effort: Effort, factor: float = 1.0) -> Respond:
    """How the policy of this name answers events between reviews: it plans anew."""
    decide = policy(name, effort, factor)

    def answer(known: DataSet, _: "pd.DataFrame") -> "pd.DataFrame":
        return decide(known)

    return answer


def _careful(data: DataSet, effort: Effort) -> DataSet:
    weight = data.settings.service_weight * effort.service_weight
    return data.replace(settings=data.settings.model_copy(update={"service_weight": weight}))


def _solved(data: DataSet, effort: Effort) -> "pd.DataFrame":
    from planner.solve import solve

    plan = solve(
        data,
        gap=effort.gap,
        time_limit=effort.time_limit,
        engine="auto" if effort.engine == "quick" else effort.engine,
        buckets=effort.buckets or None,
        threads=1,
    )
    return plan.orders


def _by_lots(data: DataSet, lots_of: "Callable[[Problem], Ints]") -> "pd.DataFrame":
    """Where limits are tight they may be exceeded, mostly on days that are planned again before they come; measures count that."""
    from planner.compile import compile_problem
    from planner.compile.index import index_of
    from planner.plan.build import orders_of
    from planner_models.projection import Projection

    problem = compile_problem(data)
    return orders_of(data, index_of(data), Projection(problem, lots_of(problem)))


def _quick(problem: "Problem") -> "Ints":
    from planner_models.quick import quick

    return quick(problem)


def _baseline(name: Literal["sequential", "reorder"], factor: float, problem: "Problem") -> "Ints":
    from planner_models.baselines import asked_for

    return asked_for(problem, name, factor=factor)


def _ahead(known: DataSet, horizon: int | None) -> DataSet:
    if horizon is None:
        return known
    return known.replace(settings=known.settings.model_copy(update={"horizon_days": horizon}))

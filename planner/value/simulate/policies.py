"""The policies that are compared, each as a function from what is known to orders."""

from collections.abc import Callable
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Literal

import pandas as pd

from planner.plan.effort import Policy
from planner.response.events.event import OF_AN_ORDER
from planner.tables.dataset import DataSet
from planner.value.simulate.planning import Decide, Respond
from planner.value.simulate.setup import Effort

if TYPE_CHECKING:
    from planner_models.problem import Ints, Problem

LOOKS = 200  # of an answer; about as long as half a quick plan of the retail sample


def policy(name: Policy, effort: Effort, factor: float = 1.0) -> Decide:
    """The policy of this name; `factor` scales the safety stock of `reorder`."""

    def orders(known: DataSet) -> pd.DataFrame:
        data = _ahead(known, effort)
        if name != "joint":
            return _by_lots(data, partial(_baseline, name, factor))
        careful = _careful(data, effort)
        return _by_lots(careful, _quick) if effort.engine == "quick" else _solved(careful, effort)

    return orders


def response(name: Policy, effort: Effort, factor: float = 1.0) -> Respond:
    """How the policy of this name answers events between reviews: what they touch is planned again until the end of the plan, and
    the rest stays.

    Baselines have no such neighbourhood; they make a whole plan.
    """
    decide = policy(name, effort, factor)

    def answer(known: DataSet, plan: pd.DataFrame, news: pd.DataFrame, since: int) -> pd.DataFrame:
        if name != "joint":
            return decide(known)
        return _answered(_careful(_ahead(known, effort, since), effort), plan, news)

    return answer


class Work:
    """Ends a search after so many looks, where a clock would make results depend on the machine."""

    def __init__(self, looks: int) -> None:
        self.left = looks

    def __call__(self) -> bool:
        """One look more; whether that is enough."""
        self.left -= 1
        return self.left < 0


def _answered(data: DataSet, plan: pd.DataFrame, news: pd.DataFrame) -> pd.DataFrame:
    """The best response by work and not by time, so that it doesn't depend on the machine."""
    from planner.plan.build import orders_of
    from planner.response.events import scope
    from planner.response.replan.respond import Limits, respond
    from planner.response.replan.situation import Situation

    situation = Situation.of(data, plan)
    touched = scope(data, situation.placed.orders, as_of(news, data)).pairs
    found = respond(situation, situation.points(touched), Limits(time_limit=inf), Work(LOOKS))
    return orders_of(data, situation.index, found.plan)


def as_of(news: pd.DataFrame, data: DataSet) -> pd.DataFrame:
    """Events as they touch a plan for the days to come: what has happened to stock and to goods on the way is in the tables by now,
    but no plan knows it yet."""
    start = pd.Timestamp(data.settings.start_date)
    moved = news["type"].isin(["stock_correction", *OF_AN_ORDER])
    late = news["type"].isin(OF_AN_ORDER)
    return news.assign(
        at=news["at"].mask(moved, start),
        type=news["type"].mask(late, "stock_correction"),
        location_id=news["location_id"].mask(late, news["destination"]),
    )


def _careful(data: DataSet, effort: Effort) -> DataSet:
    weight = data.settings.service_weight * effort.service_weight
    return data.replace(settings=data.settings.model_copy(update={"service_weight": weight}))


def _solved(data: DataSet, effort: Effort) -> pd.DataFrame:
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


def _by_lots(data: DataSet, lots_of: "Callable[[Problem], Ints]") -> pd.DataFrame:
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


def _ahead(known: DataSet, effort: Effort, passed: int = 0) -> DataSet:
    """What is known, for the days ahead that are planned, of which some have `passed`."""
    days = known.settings.horizon_days if effort.horizon is None else effort.horizon
    asked = {"horizon_days": max(1, days - passed), "review_days": effort.window}
    update = {name: value for name, value in asked.items() if value is not None}
    return known.replace(settings=known.settings.model_copy(update=update)) if update else known

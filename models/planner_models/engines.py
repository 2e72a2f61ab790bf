"""Which engine answers: the joint model as one programme, or prices and places."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from planner_models import exact
from planner_models.incumbent import Effort, Report, Solution
from planner_models.problem import Ints, Problem

if TYPE_CHECKING:
    from planner_models.decomposed.cluster import Cluster

Engine = Literal["auto", "exact", "decomposed"]
LARGE = 60_000  # possible shipments and days from which `auto` decomposes


def chosen(problem: Problem, engine: Engine) -> Engine:
    """The engine that `auto` stands for."""
    if engine != "auto":
        return engine
    return "decomposed" if int(problem.shipments.open.sum()) > LARGE else "exact"


def solve(
    problem: Problem,
    effort: Effort,
    *,
    engine: Engine = "auto",
    report: Callable[[Report], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    write_model: Path | None = None,
    warm: Any = None,
    start: Ints | None = None,
    cluster: "Cluster | None" = None,
) -> Solution:
    """The best plan found, and a bound for every plan.

    The exact engine begins with the plan `start` (lots, `K × T`), by default the sequential one, if it is feasible; the decomposed
    one with `warm` prices of an earlier solve, and it leaves its blocks to the workers of a `cluster`.

    Raises Infeasible if the joint model has no plan at all (the exact engine only), EngineFault if bound and cost contradict each
    other, ValueError if a model is to be written by an engine that has none.
    """
    if chosen(problem, engine) == "exact":
        if start is None:
            from planner_models.baselines import asked_for  # compiles on first use

            start = asked_for(problem, "sequential")
        return exact.solve(problem, effort, report=report, stop=stop, write_model=write_model, start=start)
    if write_model is not None:
        raise ValueError("the decomposed engine builds no model that could be written")
    from planner_models.decomposed.engine import solve as decompose  # compiles on first use
    from planner_models.decomposed.engine import threads

    workers = threads(effort.threads)
    if cluster is not None:
        workers = partial(cluster.work, until=time.monotonic() + effort.time_limit, spare=workers)
    found = decompose(problem, effort, report=report, stop=stop, workers=workers, warm=warm)
    if found.lots is not None or int(problem.shipments.open.sum()) > LARGE or stop():
        return found
    # lot by lot nothing was found that keeps all limits: the joint model finds a plan, or that there is none
    left = max(1.0, effort.time_limit - sum(found.seconds.values()))
    whole = exact.solve(problem, replace(effort, time_limit=left), report=report, stop=stop)
    return replace(whole, bound=min(found.bound, whole.cost), proof=found.proof)

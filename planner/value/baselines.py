"""The plan of a baseline: what joint planning is compared with."""

import time
from typing import TYPE_CHECKING, cast

from planner.errors import NoPlanInTime
from planner.plan.policy import BASELINES
from planner.plan.progress import Progress

if TYPE_CHECKING:
    from planner.plan.effort import Effort
    from planner.plan.plan import Plan
    from planner.plan.progress import Listener
    from planner.tables.dataset import DataSet
    from planner_models.baselines import Baseline


def follow(data: "DataSet", how: "Effort", *, progress: "Listener") -> "Plan":
    """Compile, follow the policy of the effort, and describe the plan; it claims no bound.

    Raises NoFeasiblePlan with the limits that contradict each other, NoPlanInTime if the policy found no plan within all limits.
    """
    from planner.compile import compile_problem
    from planner.plan.build import plan_tables
    from planner.plan.certificate import certificate_of
    from planner.plan.conflicts import no_plan
    from planner.plan.plan import Plan
    from planner_models.baselines import Unmended, plan
    from planner_models.incumbent import Infeasible
    from planner_models.projection import Projection

    began = time.monotonic()
    problem = compile_problem(data, how.buckets)
    compiled = time.monotonic() - began
    progress(Progress(f"planning by {how.policy}", compiled))
    try:
        lots = plan(problem, cast("Baseline", how.policy))
    except Infeasible:
        raise no_plan(problem) from None
    except Unmended as fault:
        raise NoPlanInTime(
            f"{how.policy} found no plan that keeps all limits; near what it asks for these are exceeded: {fault}. "
            "There may be such a plan: --policy joint looks for it."
        ) from None
    planned = time.monotonic() - began - compiled
    orders, loads, inventory, kpis = plan_tables(data, Projection(problem, lots))
    certificate = certificate_of(
        how,
        data.content_hash,
        cost=kpis["cost"]["total"],
        bound=0.0,
        engine=how.policy,
        method=f"baseline: {BASELINES[how.policy]}; nothing is proven about it",
        seconds={"compiling": compiled, "planning": planned},
        model={},
    )
    return Plan(orders, loads, inventory, kpis, certificate)

"""Data set → plan: compile, solve, and describe what was found and proven."""

import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from planner.errors import Conflict, NoFeasiblePlan, NoPlanInTime
from planner.plan.effort import effort
from planner.plan.plan import Plan
from planner.plan.progress import Listener, Progress
from planner.tables.dataset import DataSet

if TYPE_CHECKING:
    import pandas as pd

METHODS = {
    "exact": (
        "bound: best of the linear relaxation, of its places apart at its duals with rounding cuts, and of branch and bound "
        "over the joint model, in which lines touch the curves of expected sales and shortage from outside; "
        "cost: the orders, projected by the definitions"
    ),
    "decomposed": (
        "bound: stock points apart at prices of all that they share, with whole vehicles by branching place by place, computed "
        "again by the check from prices.parquet and branches.json; cost: the orders, projected by the definitions"
    ),
}
VERSIONED = ("joint-planner", "pyomo", "highspy", "numpy", "scipy", "pandas")


def solve(
    data: DataSet,
    *,
    profile: str = "default",
    gap: float | None = None,
    time_limit: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    engine: Literal["auto", "exact", "decomposed"] = "auto",
    buckets: str | None = None,
    warm: "pd.DataFrame | None" = None,
    executor: str | None = None,
    insecure_cluster: bool = False,
    progress: Listener | None = None,
    stop: Callable[[], bool] | None = None,
    write_model: Path | None = None,
) -> Plan:
    """The joint plan of a data set.

    `gap` is the proven gap (a share of the cost) at which to stop, `time_limit` is in seconds; both, `threads` and `seed` come
    from the profile of `planner.toml` where they are not given. `stop` is asked now and then: once it is true, the best plan so
    far is returned.
    `buckets` are periods of uneven length, such as `7d,3w`: seven days, then three weeks; they divide the horizon.
    `warm` are the prices of an earlier plan (`Plan.prices`), from which the decomposed engine begins; they hold for the
    same periods.
    `executor` is the address of a Dask scheduler (tcp://HOST:PORT or tls://HOST:PORT) whose workers plan the blocks of the
    decomposed engine; tcp:// only on this machine, unless `insecure_cluster`. The results are the same.
    `write_model` names a file (.mps or .lp) for the mixed-integer programme.

    Raises UsageError for buckets that don't divide the horizon, NoFeasiblePlan with the limits that contradict each other,
    NoPlanInTime if a limit came before any plan, Unavailable if no executor answers.
    """
    import pandas as pd

    from planner.audit.bound import recompute
    from planner.compile import compile_problem
    from planner.plan.build import plan_tables
    from planner.plan.executor import cluster_at, require_executor
    from planner.plan.proof import proof_files, read_prices
    from planner_models.diagnose import diagnose
    from planner_models.engines import chosen
    from planner_models.engines import solve as search
    from planner_models.incumbent import Effort, Infeasible, Report, gap_of
    from planner_models.projection import Projection

    how = effort(
        data.settings,
        profile,
        gap=gap,
        time_limit=time_limit,
        threads=threads,
        seed=seed,
        engine=engine,
        executor=executor,
        buckets=buckets,
    )
    require_executor(executor, insecure=insecure_cluster, engine=engine, writes_model=write_model is not None)
    began = time.monotonic()

    def listen(report: Report) -> None:
        if progress is not None:
            known = report.cost is not None and report.cost > 0
            share = max(0.0, (report.cost - report.bound) / report.cost) if known and report.cost else None
            elapsed = compiled + report.elapsed
            progress(
                Progress(report.phase, elapsed, report.cost, report.bound, share, report.done, report.blocks)
            )

    with cluster_at(executor, insecure=insecure_cluster) as cluster:
        problem = compile_problem(data, how.buckets)
        compiled = time.monotonic() - began
        answers = "exact" if write_model is not None else chosen(problem, how.engine)
        if cluster is not None and answers == "exact" and progress is not None:
            progress(Progress("small enough for one programme here: the executor is not used", compiled))
        try:
            solution = search(
                problem,
                Effort(how.gap, max(0.0, how.time_limit - compiled), how.threads, how.seed),
                engine=answers,
                warm=None
                if warm is None
                else read_prices(problem, warm, pd.Timestamp(data.settings.start_date)),
                cluster=cluster,
                report=listen,
                stop=stop or (lambda: False),
                write_model=write_model,
            )
        except Infeasible:
            raise NoFeasiblePlan([_conflict(found) for found in diagnose(problem)]) from None
    if solution.lots is None:
        raise NoPlanInTime(
            f"no plan was found within {how.time_limit:g} s; give it more time with --time-limit"
        )
    orders, loads, inventory, kpis = plan_tables(data, Projection(problem, solution.lots))
    cost, bound, prices, branches, claim = kpis["cost"]["total"], solution.bound, None, None, None
    if solution.proof is not None:
        prices, branches = proof_files(problem, solution.proof, pd.Timestamp(data.settings.start_date))
        # what the check can't confirm is not claimed
        claim = recompute(data, prices, branches, how.buckets).total
        bound = min(bound, claim)
    proven = solution.proof is not None and bound > 0
    bound = float(max(0.0, min(bound, cost)))
    certificate: dict[str, Any] = {
        "schema_version": 1,
        "cost": cost,
        "bound": bound,
        "gap": gap_of(cost, bound),
        "engine": answers,
        "method": METHODS[answers],
        **({"proof": "prices"} if proven else {}),
        "optimal": gap_of(cost, bound) <= how.gap,
        "input_hash": data.content_hash,
        "seed": how.seed,
        "options": {
            "profile": how.profile,
            "gap": how.gap,
            "time_limit": how.time_limit,
            "threads": how.threads,
            "engine": how.engine,
            "buckets": how.buckets,
        },
        **({} if cluster is None else {"executor": cluster.account()}),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in VERSIONED},
        "seconds": {"compiling": compiled, **solution.seconds},
        "model": {
            "rows": solution.rows,
            "columns": solution.columns,
            "whole": solution.whole,
            "rounds": solution.rounds,
        },
    }
    return Plan(orders, loads, inventory, kpis, certificate, prices, branches, claim)


def _conflict(found: Any) -> Conflict:
    return Conflict(
        found.limit, found.location, found.item, found.day, found.amount, found.unit, found.message
    )

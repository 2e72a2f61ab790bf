"""Data set → plan: compile, solve, and describe what was found and proven."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import NoPlanInTime, UsageError
from planner.plan.effort import Engine, Policy, effort
from planner.plan.plan import Plan
from planner.plan.policy import require_joint
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


def solve(
    data: DataSet,
    *,
    profile: str = "default",
    gap: float | None = None,
    time_limit: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    engine: Engine = "auto",
    policy: Policy = "joint",
    buckets: str | None = None,
    warm: "pd.DataFrame | None" = None,
    start: "pd.DataFrame | None" = None,
    executor: str | None = None,
    insecure_cluster: bool = False,
    progress: Listener | None = None,
    stop: Callable[[], bool] | None = None,
    write_model: Path | None = None,
) -> Plan:
    """The joint plan of a data set, or that of a baseline.

    `gap` is the proven gap (a share of the cost) at which to stop, `time_limit` is in seconds; both, `threads` and `seed` come
    from the profile of `planner.toml` where they are not given. `stop` is asked now and then: once it is true, the best plan so
    far is returned.
    `policy` is `joint`, or a baseline that plans part by part: `sequential` or `reorder`. These prove nothing (bound 0), and take
    neither a gap, an engine, prices, an executor nor a file for the model.
    `buckets` are periods of uneven length, such as `7d,3w`: seven days, then three weeks; they divide the horizon.
    `warm` are the prices of an earlier plan (`Plan.prices`), from which the decomposed engine begins; they hold for the
    same periods. `start` are the orders of a plan with which the exact engine begins; what is not possible is left out.
    `executor` is the address of a Dask scheduler (tcp://HOST:PORT or tls://HOST:PORT) whose workers plan the blocks of the
    decomposed engine; tcp:// only on this machine, unless `insecure_cluster`. The results are the same.
    `write_model` names a file (.mps or .lp) for the mixed-integer programme.

    Raises UsageError for buckets that don't divide the horizon, options that a baseline doesn't have or a start that the
    engine can't use, NoFeasiblePlan with the limits that contradict each other, NoPlanInTime if a limit came before any
    plan, Unavailable if no executor answers.
    """
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
        policy=policy,
    )
    require_joint(policy, gap=gap, engine=engine, warm=warm, executor=executor, write_model=write_model)
    if policy != "joint":
        from planner.value.baselines import follow

        return follow(data, how, progress=progress or (lambda _: None))
    import pandas as pd

    from planner.audit.bound import recompute
    from planner.compile import compile_problem
    from planner.compile.index import index_of
    from planner.plan.build import plan_tables
    from planner.plan.certificate import certificate_of
    from planner.plan.conflicts import no_plan
    from planner.plan.executor import cluster_at, require_executor
    from planner.plan.placed import place
    from planner.plan.proof import proof_files, read_prices
    from planner_models.engines import chosen
    from planner_models.engines import solve as search
    from planner_models.incumbent import Effort, Infeasible, Report
    from planner_models.projection import Projection

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
        if answers == "decomposed" and start is not None and warm is None:
            raise UsageError(
                "The decomposed engine begins with prices, which the run to begin with doesn't have; "
                "a run of --engine decomposed has them."
            )
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
                start=None if start is None else place(problem, index_of(data), start).lots,
                cluster=cluster,
                report=listen,
                stop=stop or (lambda: False),
                write_model=write_model,
            )
        except Infeasible:
            raise no_plan(problem) from None
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
    certificate = certificate_of(
        how,
        data.content_hash,
        cost=cost,
        bound=bound,
        engine=answers,
        method=METHODS[answers],
        seconds={"compiling": compiled, **solution.seconds},
        model={
            "rows": solution.rows,
            "columns": solution.columns,
            "whole": solution.whole,
            "rounds": solution.rounds,
        },
        **({"proof": "prices"} if proven else {}),
        **({} if cluster is None else {"executor": cluster.account()}),
    )
    return Plan(orders, loads, inventory, kpis, certificate, prices, branches, claim)

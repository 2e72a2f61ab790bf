"""From the tables to a run: validate, solve, check, and only then make the run visible."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import Conflict, NoFeasiblePlan, NoPlanInTime, PlannerError, PlanRefuted, UsageError
from planner.plan.effort import Effort, Engine, Policy, effort
from planner.plan.executor import require_executor
from planner.plan.plan import Plan
from planner.plan.policy import require_joint
from planner.plan.progress import Listener, Progress
from planner.plan.record import RunRecord, new_record, stamp
from planner.plan.registry import Draft, Registry
from planner.plan.run import LOG, RECORD, SCENARIO, Run, write_plan
from planner.tables.dataset import DataSet
from planner.verbs.validate import valid_data

if TYPE_CHECKING:
    from planner.value.scenarios.scenario import Scenario

MODEL_FORMATS = (".mps", ".lp")
REFUTED = "refuted"  # where the files of a plan go that the check refutes


@dataclass(frozen=True)
class Request:
    """What is to be solved and how; None = as the profile says."""

    source: Path
    profile: str = "default"
    gap: float | None = None
    time_limit: float | None = None
    threads: int | None = None
    seed: int | None = None
    strict: bool = False
    errors: Path | None = None
    force: bool = False
    write_model: Path | None = None
    engine: Engine = "auto"
    warm: str | None = None
    executor: str | None = None
    insecure_cluster: bool = False
    buckets: str | None = None
    policy: Policy = "joint"
    scenario: "Scenario | None" = None
    run_id: str | None = None  # the id that the run is to have; asked for twice, it is made once


@dataclass(frozen=True)
class Hooks:
    """How the caller follows a solve, and ends it early with the best plan so far."""

    begun: Callable[[RunRecord], None] = lambda _: None
    progress: Listener = lambda _: None
    stop: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Outcome:
    """The run that answers a request, and whether it was there already."""

    run: Run
    reused: bool


def solve(request: Request, registry: Registry, hooks: Hooks = Hooks()) -> Outcome:
    """Answer the request by a run in the registry, or by a new one.

    Raises InvalidData before anything is written; NoFeasiblePlan, NoPlanInTime, PlanRefuted and faults after
    the run was kept as failed; KeyboardInterrupt after it was kept as cancelled.
    """
    require_joint(
        request.policy,
        gap=request.gap,
        engine=request.engine,
        warm=request.warm,
        executor=request.executor,
        write_model=request.write_model,
    )
    if request.run_id and (made := registry.made(request.run_id)):
        return _as_it_ended(made)
    if request.write_model and request.write_model.suffix not in MODEL_FORMATS:
        raise UsageError(f"{request.write_model}: the model is written as {' or '.join(MODEL_FORMATS)}")
    if request.write_model and request.engine == "decomposed":
        raise UsageError("The decomposed engine builds no model that could be written; --engine exact does.")
    require_executor(
        request.executor,
        insecure=request.insecure_cluster,
        engine=request.engine,
        writes_model=request.write_model is not None,
    )
    known_run = registry.find(request.warm) if request.warm else None
    if known_run and known_run.plan.prices is None and request.engine == "decomposed":
        raise UsageError(f"run {request.warm} has no prices to begin with; a run of --engine decomposed has")
    began = stamp()
    data, warnings = valid_data(
        request.source, strict=request.strict, errors=request.errors, scenario=request.scenario
    )
    how = effort(
        data.settings,
        request.profile,
        gap=request.gap,
        time_limit=request.time_limit,
        threads=request.threads,
        seed=request.seed,
        engine=request.engine,
        warm=known_run.record.run_id if known_run else "",
        executor=request.executor,
        buckets=request.buckets,
        policy=request.policy,
    )
    if known_run:
        _require_same_periods(known_run, how)
    source = str(request.source.resolve())
    record = new_record(
        source,
        data.content_hash,
        data.settings.currency,
        how,
        began,
        request.scenario.name if request.scenario else "",
        request.run_id,
    )
    record = record.step("validated", warnings=[finding.as_dict() for finding in warnings])
    if not (request.force or request.write_model) and (known := _answered(registry, record)):
        return Outcome(known, reused=True)
    draft = registry.open(record)
    if request.scenario and not request.scenario.changes_nothing:
        (draft.folder / SCENARIO).write_text(request.scenario.toml(), encoding="utf-8")
    hooks.begun(record)
    try:
        run = _work(
            data,
            how,
            draft,
            hooks,
            write_model=request.write_model,
            warm=known_run.plan if known_run else None,
            insecure_cluster=request.insecure_cluster,
        )
    except BaseException as fault:
        _end_without_plan(draft, fault, stopped=hooks.stop())
        if isinstance(fault, NoPlanInTime) and hooks.stop():
            raise KeyboardInterrupt from fault
        raise
    return Outcome(run, reused=False)


def _as_it_ended(run: Run) -> Outcome:
    """What came of a run that was made under the id that is asked for: the run, or the reason why it has no plan."""
    if run.has_plan:
        return Outcome(run, reused=False)
    error = run.record.error or {}
    if error.get("kind") == NoFeasiblePlan.__name__:
        raise NoFeasiblePlan([Conflict(**fields) for fields in error.get("conflicts", [])])
    if run.record.status == "cancelled":
        raise KeyboardInterrupt
    for kind in (NoPlanInTime, PlanRefuted):
        if error.get("kind") == kind.__name__:
            raise kind(error.get("message", ""))
    raise PlannerError(f"run {run.record.run_id} has failed: {error.get('kind')}: {error.get('message')}")


def _answered(registry: Registry, record: RunRecord) -> Run | None:
    """The run that has answered the question; raises NoFeasiblePlan if one has found that there is no answer."""
    known = registry.answer(record)
    if known is None and (refusal := registry.refusal(record)):
        found = (refusal.record.error or {}).get("conflicts", [])
        raise NoFeasiblePlan([Conflict(**fields) for fields in found])
    return known


def _require_same_periods(warm: Run, how: Effort) -> None:
    """Prices are per period: those of other periods would mean something else."""
    before = warm.plan.buckets
    if before != how.buckets:
        asked = f"--buckets {before}" if before else "no --buckets"
        raise UsageError(
            f"run {warm.record.alias} has prices for periods of {before or 'a day'}, this solve has "
            f"{how.buckets or 'days'}. Begin with a run of the same periods, or ask for {asked}."
        )


def _work(
    data: DataSet,
    how: Effort,
    draft: Draft,
    hooks: Hooks,
    *,
    write_model: Path | None,
    warm: Plan | None,
    insecure_cluster: bool,
) -> Run:
    """Solve, write, check and publish."""
    from planner.solve import solve as solve_data

    def listen(progress: Progress) -> None:
        draft.log(progress.sentence())
        hooks.progress(progress)

    draft.step("solving")
    began = time.monotonic()
    plan = solve_data(
        data,
        profile=how.profile,
        gap=how.gap if how.policy == "joint" else None,
        time_limit=how.time_limit,
        threads=how.threads,
        seed=how.seed,
        engine=how.engine,
        policy=how.policy,
        buckets=how.buckets or None,
        warm=warm.prices if warm else None,
        start=warm.orders if warm else None,
        executor=how.executor or None,
        insecure_cluster=insecure_cluster,
        progress=listen,
        stop=hooks.stop,
        write_model=write_model,
    )
    interrupted = hooks.stop()
    listen(Progress("writing and checking", time.monotonic() - began, plan.cost, plan.bound, plan.gap))
    write_plan(draft.folder, plan)
    require_confirmed(draft.folder, data, plan.proven)
    draft.step(
        # a baseline has no gap to close
        "completed" if how.policy != "joint" or plan.gap <= how.gap + 1e-9 else "incomplete",
        seconds=round(time.monotonic() - began, 3),
        interrupted=interrupted,
        **_claims(plan),
    )
    return draft.publish()


def require_confirmed(folder: Path, data: DataSet, proven: float | None = None) -> None:
    """Raise PlanRefuted, with what is wrong, unless the evaluator confirms the plan in the folder."""
    from planner.audit import check

    report = check(folder, data, proven)
    if not report.agrees:
        raise PlanRefuted(report.text())


def _claims(plan: Plan) -> dict[str, Any]:
    certificate = plan.certificate
    return {
        "cost": plan.cost,
        "bound": plan.bound,
        "gap": plan.gap,
        "engine": str(certificate.get("engine", certificate.get("method", ""))),
    }


def _end_without_plan(draft: Draft, fault: BaseException, *, stopped: bool) -> None:
    """Keep the run without a plan, so that its id and the reason aren't lost; never hides the first fault."""
    cancelled = isinstance(fault, KeyboardInterrupt) or (isinstance(fault, NoPlanInTime) and stopped)
    error: dict[str, Any] = {"kind": type(fault).__name__, "message": str(fault)}
    if isinstance(fault, NoFeasiblePlan):
        error["conflicts"] = [_fields(conflict) for conflict in fault.conflicts]
    try:
        _set_aside(draft.folder)
        draft.log(f"{error['kind']}: {error['message']}" if error["message"] else error["kind"])
        draft.step("cancelled" if cancelled else "failed", error=error, interrupted=cancelled)
        draft.publish()
    except (OSError, ValueError, PlannerError) as second:
        fault.add_note(f"The run could not be kept: {second}")


def _set_aside(folder: Path) -> None:
    """Move the files of a plan that isn't one out of the way, as evidence."""
    files = [file for file in folder.iterdir() if file.name not in (RECORD, LOG, SCENARIO)]
    if files:
        (folder / REFUTED).mkdir()
    for file in files:
        file.rename(folder / REFUTED / file.name)


def _fields(conflict: Conflict) -> dict[str, Any]:
    return {name: getattr(conflict, name) for name in conflict.__slots__}

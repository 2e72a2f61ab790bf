"""A single order decided by a person: a new run, priced against its base, and afterwards against what happened."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from shutil import copyfile, rmtree
from typing import TYPE_CHECKING, Any

from planner.errors import NothingToDo, NotNow, PlanRefuted, UsageError
from planner.plan.effort import Effort
from planner.plan.record import new_record
from planner.plan.registry import Draft, Registry
from planner.plan.run import EVENTS, SCENARIO, Run, write_plan
from planner.response.approval.standing import Decisions
from planner.response.ledger import ledger_of
from planner.verbs.approve import actor
from planner.verbs.explain import row_of
from planner.verbs.validate import data_of

if TYPE_CHECKING:
    from planner.tables.dataset import DataSet
    from planner.value.explain.judged import Judged
    from planner.value.override.files import Overridden


@dataclass(frozen=True)
class Request:
    """Which order is to be different, how, and why; None = stays, `by` = None: whoever is logged in.

    `quantity` is in units, 0 = nothing is sent; `item` chooses one of an order of several; `source`: where the tables are now.
    """

    order: str
    reason: str
    quantity: float | None = None
    mode: str | None = None
    day: date | None = None
    item: str | None = None
    by: str | None = None
    source: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """The run with the override, and its base."""

    run: Run
    base: Run
    override: "Overridden"


def override(name: str, registry: Registry, request: Request) -> Outcome:
    """Make the run called `name` with one order as somebody wants it; all else stays.

    Raises UsageError, InvalidData; NothingToDo if it is like that already, or was made before; PlanRefuted with the limits that it
    would break.
    """
    from planner.value.explain.judged import Base
    from planner.value.override.change import Override, judged
    from planner.value.override.files import Overridden
    from planner.value.override.plan import after, before

    who, reason = actor(request.by), request.reason.strip()
    if request.quantity is None and request.mode is None and request.day is None:
        raise UsageError("Say what is to be different: --quantity, --mode or --date.")
    if not reason:
        raise UsageError("Say why: --reason TEXT.")
    run = registry.find(name)
    plan = run.plan
    _require_current(run)
    data, _ = data_of(run, request.source)
    if data.content_hash != run.record.input_hash:
        raise NotNow(
            f"the tables of {run.record.run_id} have changed since it was solved, so an override can't be priced against it. "
            f"Plan anew first."
        )
    base = Base.of(data, plan.orders, plan.buckets)
    row = row_of(plan.orders, request.order, request.item)
    one = judged(base, row, Override(request.quantity, request.mode, request.day))
    made = Overridden(
        order_id=request.order,
        item_id=str(plan.orders["item_id"].iloc[row]),
        before=before(base, row),
        after=after(one),
        reason=reason,
        by=who,
        price=one.difference,
        causes=one.causes,
        currency=run.record.currency,
    )
    _require_possible(one, made)
    if known := _made(registry, run, made):
        return known
    return Outcome(_kept(registry, run, data, one, made), run, made)


def _require_current(run: Run) -> None:
    standing = Decisions(ledger_of(run).entries()).standing(run)
    if standing.state == "superseded" and standing.decision:
        raise NotNow(
            f"{run.record.run_id} is superseded: {standing.decision.run_id} was published since. Override that one."
        )


def _require_possible(one: "Judged", made: "Overridden") -> None:
    """Raise PlanRefuted with the limits that the plan keeps and the override doesn't."""
    if one.possible:
        return
    broken = one.broken["message"].tolist()
    price = f" It would cost {made.price:+,.2f} {made.currency}." if one.priced else ""
    raise PlanRefuted(
        "\n".join([f"The override of {made.order_id} breaks limits:{price}", *(f"  {m}" for m in broken)])
    )


def _made(registry: Registry, base: Run, made: "Overridden") -> Outcome | None:
    """The run that a call before has made and had no time to note, now noted; raises NothingToDo if it was noted."""
    from planner.value.override.files import read

    for run in registry.runs():
        if run.record.base != base.record.run_id or (known := read(run)) is None or known.what != made.what:
            continue
        if any(
            entry.kind == "overridden" and entry.run_id == run.record.run_id
            for entry in ledger_of(run).entries()
        ):
            raise NothingToDo(f"{run.record.run_id} has this override already, by {known.by}: {known.reason}")
        _note(run, base, known)
        return Outcome(run, base, known)
    return None


def _note(run: Run, base: Run, made: "Overridden") -> None:
    facts = {name: value for name, value in asdict(made).items() if name != "by"}
    ledger_of(run).append(
        "overridden", actor=made.by, run_id=run.record.run_id, base=base.record.run_id, **facts
    )


def _kept(registry: Registry, base: Run, data: "DataSet", one: "Judged", made: "Overridden") -> Run:
    """Write the run, let the evaluator confirm it, make it visible, and note it in the ledger."""
    record = base.record
    effort = Effort(**{**record.effort, "profile": record.profile})
    new = new_record(record.source, record.input_hash, record.currency, effort, scenario=record.scenario)
    update = {"base": record.run_id, "horizon_days": record.horizon_days}
    draft = registry.open(new.model_copy(update=update).step("validated"))
    try:
        run = _finished(draft, base, data, one, made)
    except BaseException:
        rmtree(draft.folder, ignore_errors=True)
        raise
    _note(run, base, made)
    return run


def _finished(draft: Draft, base: Run, data: "DataSet", one: "Judged", made: "Overridden") -> Run:
    from planner.audit import check
    from planner.value.override.plan import changed_plan

    record = base.record
    draft.log(f"override of {made.order_id} of {record.run_id} by {made.by}: {made.reason}")
    draft.step("solving")
    plan = changed_plan(base.plan, one, made.order_id, record.run_id)
    write_plan(draft.folder, plan)
    made.write(draft.folder)
    for name in (SCENARIO, EVENTS):
        if (base.folder / name).exists():
            copyfile(base.folder / name, draft.folder / name)
    report = check(draft.folder, data, plan.bound)
    kept = set(one.base.evaluation.violations["message"])
    if len(report.differences) or not set(report.violations["message"]) <= kept:
        raise PlanRefuted(report.text())
    draft.step("completed", cost=plan.cost, bound=plan.bound, gap=plan.gap, engine=record.engine)
    return draft.publish()


def document(outcome: Outcome) -> dict[str, Any]:
    """The override for programs."""
    record = outcome.run.record
    return {
        "status": "proposed",
        "run_id": record.run_id,
        "base": outcome.base.record.run_id,
        "folder": str(outcome.run.folder),
        "cost": record.cost,
        **asdict(outcome.override),
    }

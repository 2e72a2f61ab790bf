"""Events → a new run in which a neighbourhood of the published plan is planned again."""

import time
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from shutil import copyfile, rmtree
from typing import TYPE_CHECKING, Any

from planner.errors import NothingToDo, UsageError
from planner.plan.effort import Effort
from planner.plan.files import write_atomically, write_csv, write_json
from planner.plan.record import RunRecord, new_record, stamp
from planner.plan.registry import Draft, Registry
from planner.plan.run import EVENTS, PROOF, SCENARIO, Run, write_plan
from planner.response.ledger.ledger import ledger_of
from planner.verbs.validate import scenario_of, valid_data

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.response.events import Events, Scope
    from planner.response.replan.proposal import Proposal
    from planner.response.replan.situation import Situation
    from planner.tables.dataset import DataSet

ACTOR = "replan"


@dataclass(frozen=True)
class Request:
    """How much may change, and for how long that may be looked for; None = no limit.

    `change_cost` is money per changed case, `time_limit` seconds; `certify` proves a bound for the whole plan, which takes longer;
    `source`: where the tables are now, if they were moved. `run_id` is the id that the run is to have; asked for
    twice, it is made once.
    """

    max_changes: int | None = None
    change_cost: float = 0.0
    time_limit: float = 4.0
    seed: int = 0
    certify: bool = False
    source: Path | None = None
    run_id: str | None = None

    @property
    def limits(self) -> dict[str, Any]:
        """What the run was allowed, for its record."""
        return {
            name: value
            for name, value in asdict(self).items()
            if name not in ("source", "run_id") and (name != "certify" or value)
        }


@dataclass(frozen=True)
class Outcome:
    """The new run and its base; `reused`: it was there already. `proposal` is None then."""

    run: Run
    base: Run
    reused: bool
    proposal: "Proposal | None" = field(default=None, repr=False)
    repeated: tuple[str, ...] = ()  # events that the base has already


@dataclass
class Desk:
    """A run that stands, with its tables and its plan in memory: one event after the other is answered from it.

    `tables` are the tables without any event, `past` the events that are in the run.
    """

    base: Run
    tables: "DataSet"
    past: "pd.DataFrame"
    source: Path
    situation: "Situation"
    shortened: bool = False  # the tables' own horizon goes beyond the plan

    @classmethod
    def of(cls, base: Run, source: Path | None = None) -> "Desk":
        """Read the run and its tables as they are now, until the end of the plan. Raises UsageError, InvalidData."""
        from planner.response.events import applied, stored
        from planner.response.replan.covered import until_its_end
        from planner.response.replan.situation import Situation

        plan, where = base.plan, source or Path(base.record.source)
        if not where.exists():
            raise UsageError(
                f"the tables of the run are no longer in {where}. Maybe they are elsewhere: see --data."
            )
        read = valid_data(where, scenario=scenario_of(base))[0]
        tables, past = until_its_end(read, plan), stored(base.folder)
        buckets = plan.buckets if tables is read else ""
        situation = Situation.of(applied(tables, past), plan.orders, buckets)
        return cls(base, tables, past, where, situation, tables is not read)

    def warm(self) -> None:
        """Compute now what the first event would have to wait for."""
        from planner.response.replan import certified, proposal  # noqa: F401 (loaded now, not at the first event)
        from planner.response.replan.respond import respond

        situation = self.situation
        respond(situation, situation.some_point)  # as for an event: what is compiled is loaded
        for known in (situation.plan, situation.evaluation):  # kept once they are computed
            getattr(known, "cost", None)
        getattr(situation.plan, "excess", None)
        getattr(situation, "network", None)
        getattr(self.tables, "content_hash", None)  # tables that an event leaves alone are not hashed again

    def read(self, events: Path | str | None) -> "Events":
        """The new events of a file or standard input. Raises InvalidData, UsageError; NothingToDo if none is new."""
        from planner.response.events import read

        found = read(events, self.tables, self.base.plan.orders, self.past)
        if not len(found):
            known = f" The plan has them already: {', '.join(found.repeated)}." if found.repeated else ""
            raise NothingToDo(f"there is no new event.{known}")
        return found

    def after(self, events: "pd.DataFrame") -> "DataSet":
        """The tables after the events of the run and new ones. Raises InvalidData."""
        from planner.response.events import applied, together

        return applied(self.tables, together(self.past, events))

    def propose(
        self, events: "pd.DataFrame", request: Request = Request(), data: "DataSet | None" = None
    ) -> "Proposal":
        """Answer events, without writing anything; `data` are the tables after them, if they are known.

        Raises NoFeasiblePlan, PlanRefuted, InvalidData.
        """
        from planner.response.replan.proposal import propose
        from planner.response.replan.respond import Limits

        data = data or self.after(events)
        limits = Limits(request.max_changes, request.change_cost, request.time_limit, request.seed)
        now = self.situation.with_tables(data)
        if (events["type"] == "demand_shift").all() and (events["factor"] == 1).any():
            # it changes no table, and says that the plan was made for others: these, as they are, are the reason to plan again
            now = replace(now, before=None)
        return propose(now, events, limits, self.earlier, self.base.plan.prices)

    @cached_property
    def earlier(self) -> "list[pd.DataFrame]":
        """The orders of the plan before this one, if it is there."""
        before = self.base.record.base
        folder = self.base.folder.parent / before
        if not before or not (folder / "orders.parquet").exists():
            return []
        return [Run.read(folder).plan.orders]


def replan(
    name: str,
    events: Path | str | None,
    registry: Registry,
    request: Request = Request(),
    actor: str = ACTOR,
) -> Outcome:
    """Answer events by a new run whose base is the run called `name`; with the same question the run that is there.

    Raises UsageError, InvalidData, NoFeasiblePlan, PlanRefuted; NothingToDo if no event is new.
    """
    began = stamp()
    desk = Desk.of(registry.find(name), request.source)
    return answer(desk, desk.read(events), registry, request, began, actor)


def answer(
    desk: Desk,
    events: "Events",
    registry: Registry,
    request: Request = Request(),
    began: str = "",
    actor: str = ACTOR,
) -> Outcome:
    """Answer events from what is in memory: a new run, written, confirmed, visible and noted as proposed by `actor`."""
    from planner.response.events import together, write

    base = desk.base
    both = together(desk.past, events.frame)
    data = events.after or desk.after(events.frame)
    record = _record(desk, data, request, began)
    made = registry.made(request.run_id) if request.run_id else None
    if known := made or registry.answer(record):
        _note(known, base, desk, both, actor)
        return Outcome(known, base, reused=True, repeated=events.repeated)
    started = time.monotonic()
    proposal = desk.propose(events.frame, request, data)
    plan = _plan(proposal, base.plan, data, request)
    draft = registry.open(record)
    try:
        draft.step("solving")
        _write(draft, proposal, plan, base)
        write(draft.folder / EVENTS, both)
        draft.step(
            "completed" if proposal.response.ended else "incomplete",
            seconds=round(time.monotonic() - started, 3),
            cost=plan.cost,
            bound=plan.bound,
            gap=plan.gap,
            engine="neighbourhood",
        )
        run = draft.publish()
    except BaseException:
        rmtree(draft.folder, ignore_errors=True)
        raise
    _note(run, base, desk, both, actor, None if len(desk.past) else proposal.touched)
    return Outcome(run, base, reused=False, proposal=proposal, repeated=events.repeated)


def _record(desk: Desk, data: "DataSet", request: Request, began: str) -> RunRecord:
    before = desk.base.record
    effort = replace(
        Effort(**{**before.effort, "profile": before.profile, "policy": "joint"}),
        time_limit=request.time_limit,
        seed=request.seed,
    )
    source = str(desk.source.resolve())
    record = new_record(
        source, data.content_hash, before.currency, effort, began, before.scenario, request.run_id
    )
    days = desk.tables.settings.horizon_days if desk.shortened else None
    changes = {"base": before.run_id, "limits": request.limits, "horizon_days": days}
    return record.model_copy(update=changes).step("validated")


def _plan(proposal: "Proposal", base: "Plan", data: "DataSet", request: Request) -> "Plan":
    """The plan with its certificate: what is proven for the neighbourhood, and for the whole if that was asked for."""
    from planner.response.replan.certified import certified, uncertified

    make = certified if request.certify else uncertified
    return make(proposal, base, data)


def _write(draft: Draft, proposal: "Proposal", plan: "Plan", base: Run) -> None:
    from concurrent.futures import ThreadPoolExecutor

    proof = base.plan.prices is plan.prices and base.plan.branches is plan.branches
    with ThreadPoolExecutor(1) as writer:  # the longest tables, while reasons are found for what changes
        tables = replace(plan, prices=None, branches=None) if proof else plan
        written = writer.submit(write_plan, draft.folder, tables)
        write_csv(draft.folder / "actions.csv", proposal.actions)
        written.result()
    for name in PROOF if proof else ():  # copied: to write the trees again takes as long as to judge the plan
        if (base.folder / name).exists():
            write_atomically(draft.folder / name, partial(copyfile, base.folder / name))
    write_csv(draft.folder / "actions.csv", proposal.actions)
    write_json(draft.folder / "actions.json", actions_document(proposal, plan))
    if (base.folder / SCENARIO).exists():
        copyfile(base.folder / SCENARIO, draft.folder / SCENARIO)
    draft.log(
        f"{len(proposal.events)} events answered on top of {base.record.run_id}: {proposal.response.changes} order lines changed"
    )


def actions_document(proposal: "Proposal", plan: "Plan") -> dict[str, Any]:
    """The content of actions.json."""
    response, frame = proposal.response, proposal.actions
    texts = frame.copy()
    for name in frame.columns[frame.dtypes.astype(str).str.startswith("datetime")]:
        texts[name] = frame[name].dt.strftime("%Y-%m-%d")
    plain = texts.astype(object).where(texts.notna(), None)
    return {
        "schema_version": 1,
        "events": proposal.touched.sentences,
        "cost_before": response.cost_before,
        "cost_after": response.cost_after,
        "feasible_before": not response.situation.plan.excess,
        "broken_before": response.situation.plan.excess,
        "saved": response.saved,
        "changes": response.changes,
        "changed_cases": response.changed_cases,
        "change_cost": proposal.limits.change_cost * response.changed_cases,
        "max_changes": proposal.limits.max_changes,
        "neighbourhood": plan.certificate["neighbourhood"],
        "actions": plain.to_dict("records"),
    }


def _note(
    run: Run, base: Run, desk: Desk, events: "pd.DataFrame", actor: str, touched: "Scope | None" = None
) -> None:
    """Note the run as proposed, once: a process that was killed before it could is caught up with."""
    from planner.response.noted import event_facts

    ledger = ledger_of(run)
    facts = event_facts(desk.tables, base.plan.orders, events, touched)
    with ledger.writing() as book:
        if not any(entry.kind == "proposed" and entry.run_id == run.record.run_id for entry in book.entries):
            book.append(
                "proposed", actor=actor, run_id=run.record.run_id, base=base.record.run_id, events=facts
            )


def document(outcome: Outcome) -> dict[str, Any]:
    """The outcome for programs."""
    import json

    record = outcome.run.record
    told = json.loads((outcome.run.folder / "actions.json").read_text(encoding="utf-8"))
    return {
        "status": "proposed",
        "run_id": record.run_id,
        "base": outcome.base.record.run_id,
        "folder": str(outcome.run.folder),
        "reused": outcome.reused,
        "repeated": list(outcome.repeated),
        "cost": record.cost,
        "bound": record.bound,
        "gap": record.gap,
        "seconds": record.seconds,
        **{name: value for name, value in told.items() if name != "schema_version"},
    }

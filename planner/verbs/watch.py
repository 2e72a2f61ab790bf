"""Look at the tables again and again, and leave a proposal for every event that the plan doesn't have.

Every look derives what is to be done from the tables, the runs and the ledger. A run is complete or not there, an entry of the
ledger too; so a look that was killed anywhere is done again by the next one, and what it had finished isn't.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from planner.errors import InvalidData, LedgerDamaged, NothingToDo, PlannerError, UsageError
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.response.ledger import Ledger
from planner.response.watch.base import ACTOR, answers, base_of, plans_of, unfinished
from planner.response.watch.folder import dropped
from planner.response.watch.pace import Pace, settled
from planner.verbs.validate import valid_data

if TYPE_CHECKING:
    import pandas as pd

    from planner.tables.dataset import DataSet

State = Literal["proposed", "published", "nothing", "waiting", "no_plan", "failed"]
Answer = Callable[[Run, "pd.DataFrame"], Run]
Find = Callable[["DataSet", Run], Sequence[str]]


@dataclass(frozen=True)
class Look:
    """What came of one look. `faults` are files or plans that can't be used, each with what is wrong.

    `proposed`, `published`: `run` answers `events` of `base`. `nothing`: the plan has every event, or they were answered;
    `exceptions` are said of tables that have changed. `waiting`: the tables are not valid as they are. `no_plan`: none was solved
    yet. `failed`: the events have no answer.
    """

    state: State
    base: Run | None = None
    run: Run | None = None
    events: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    faults: tuple[tuple[str, PlannerError], ...] = ()


@dataclass
class Watcher:
    """`answer` plans again because of events; it keeps the run, with its base and all its events, and notes it as proposed.

    `find` says what is exceptional in tables beside a plan; it is asked when there is nothing new but the tables.
    """

    source: Path
    registry: Registry
    answer: Answer
    find: Find = lambda _data, _run: ()
    _found: tuple[str, ...] = ()  # tables and plan that were looked at for exceptions
    _failed: set[tuple[str, ...]] = field(default_factory=set)  # questions without an answer, not asked again

    def look(self) -> Look:
        """Answer what is new. Raises LedgerDamaged, KeyboardInterrupt; UsageError if the tables are gone."""
        try:
            data, _ = valid_data(self.source)
        except InvalidData as fault:
            return Look("waiting", faults=((self.source.name, fault),))
        ledger = Ledger(self.registry.folder)
        plans = plans_of(self.registry, self.source)
        self._finish(ledger, plans)
        entries = ledger.entries()
        base = base_of(plans, entries)
        if base is None:
            return Look("no_plan")
        from planner.response.events import stored
        from planner.response.watch.news import news

        past = stored(base.folder)
        found = news(data, dropped(self.source), base.plan.orders, past)
        names = tuple(found.events["event_id"])
        if not names:
            exceptions = self._exceptions(data, base, past)
            return self._published(data, Look("nothing", base, base, (), exceptions, found.refused))
        self._detected(ledger, data, base, past, found.events)
        known = answers(plans, base, found.events)
        question = (base.record.run_id, data.content_hash, *names)
        if known is not None or question in self._failed:
            return Look("nothing", base, known, names, faults=found.refused)
        try:
            run = self.answer(base, found.events)
        except NothingToDo:
            return Look("nothing", base, known, names, faults=found.refused)
        except PlannerError as fault:
            self._failed.add(question)
            return Look("failed", base, None, names, faults=(*found.refused, (base.record.run_id, fault)))
        return self._published(data, Look("proposed", base, run, names, faults=found.refused))

    def _finish(self, ledger: Ledger, plans: list[Run]) -> None:
        """Let runs be noted whose maker was killed before: the answer to their question is there already."""
        from planner.response.events import stored

        while (run := unfinished(plans, ledger.entries())) is not None:
            base = self.registry.find(run.record.base)
            told = stored(run.folder)
            new = told[~told["event_id"].isin(stored(base.folder)["event_id"])]
            with suppress(PlannerError):  # then it stays as it is, and is asked for again
                if len(new):
                    self.answer(base, new)
            plans = [one for one in plans if one.record.run_id > run.record.run_id]

    def _exceptions(self, data: "DataSet", base: Run, past: "pd.DataFrame") -> tuple[str, ...]:
        """What is exceptional, if nobody has looked at these tables beside this plan yet."""
        from planner.response.events import applied

        looked = (data.content_hash, base.record.run_id)
        if looked == self._found:
            return ()
        self._found = looked
        return tuple(self.find(applied(data, past), base))

    def _detected(
        self, ledger: Ledger, data: "DataSet", base: Run, past: "pd.DataFrame", events: "pd.DataFrame"
    ) -> None:
        """Note the events that nobody has noted yet."""
        from planner.response.events import applied
        from planner.response.ledger import events_of
        from planner.response.noted import event_facts

        source = str(self.source.resolve())
        with ledger.writing() as book:
            noted = {
                event.event_id
                for entry in book.entries
                if entry.kind == "detected" and entry.facts.get("source") == source
                for event in events_of(entry)
            }
            new = events[~events["event_id"].isin(noted)]
            if len(new):
                facts = event_facts(applied(data, past), base.plan.orders, new)
                book.append("detected", actor=ACTOR, source=source, events=facts)

    def _published(self, data: "DataSet", look: Look) -> Look:
        """Publish a proposal of the watcher if the policy allows it without signatures."""
        from planner.response.approval.content import content_hash
        from planner.response.approval.decide import Signing, publish_unsigned
        from planner.verbs.approve import confirmed

        run, policy = look.run, data.settings.approval
        if run is None or not run.record.base or policy.publish_up_to is None:
            return look
        own = any(
            entry.kind == "proposed" and entry.actor == ACTOR and entry.run_id == run.record.run_id
            for entry in Ledger(self.registry.folder).entries()
        )
        if not own:
            return look
        content = content_hash(run.folder)
        try:
            base = self.registry.find(run.record.base)
            if not confirmed(run, self.source):
                return look
            decision = publish_unsigned(
                run, base, policy, Signing("", ACTOR, "within publish_up_to"), content
            )
        except PlannerError as fault:
            return replace(look, faults=(*look.faults, (run.record.run_id, fault)))
        return look if decision is None else replace(look, state="published", base=base)


def replanned(source: Path, registry: Registry) -> Answer:
    """Plan the neighbourhood of events again, as `planner replan` does; what that has left unnoted is noted."""

    def answer(base: Run, events: "pd.DataFrame") -> Run:
        from planner.response.events import Events
        from planner.verbs.replan import Desk
        from planner.verbs.replan import answer as answered

        desk = Desk.of(base, source)
        return answered(desk, Events(events), registry, actor=ACTOR).run

    return answer


def watch(watcher: Watcher, pace: Pace) -> Iterator[Look]:
    """What comes of every look, until it is time to stop. Tables that are gone for a while are waited for."""
    while pace.wait():
        try:
            yield watcher.look()
        except LedgerDamaged:
            raise
        except PlannerError as fault:
            yield Look("waiting", faults=((watcher.source.name, fault),))


def once(watcher: Watcher) -> Look:
    """One look. Raises NothingToDo, and what keeps the events from an answer."""
    settled(watcher.source)
    look = watcher.look()
    if look.state == "no_plan":
        raise UsageError(
            f"there is no plan of {watcher.source} yet that could be changed. `planner solve {watcher.source}` makes one."
        )
    if look.state in ("waiting", "failed") or (look.state == "nothing" and look.faults):
        raise look.faults[-1][1]
    if look.state == "nothing":
        known = f"; {look.run.record.run_id} has answered them" if look.events and look.run else ""
        raise NothingToDo(f"There are no events that the plan doesn't have{known}.")
    return look


def document(looks: list[Look], seconds: float) -> dict[str, Any]:
    """What came of the looks that found something, for programs."""
    told = [one for one in looks if one.run is not None and one.state in ("proposed", "published")]
    return {
        "status": told[-1].state if told else looks[-1].state if looks else "nothing",
        "seconds": round(seconds, 3),
        "looks": len(looks),
        "runs": [
            {
                "run_id": one.run.record.run_id,
                "state": one.state,
                "base": one.run.record.base,
                "events": list(one.events),
                "cost": one.run.record.cost,
            }
            for one in told
            if one.run is not None
        ],
        "exceptions": list(looks[-1].exceptions) if looks else [],
        "faults": [
            {"where": where, "kind": type(fault).__name__, "message": str(fault)}
            for where, fault in (looks[-1].faults if looks else ())
        ],
    }

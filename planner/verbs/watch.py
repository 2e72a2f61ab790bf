"""Look at the tables again and again, and leave a proposal for every event and shift of demand that the plan doesn't have.

Every look derives what is to be done from the tables, the runs and the ledger. A run is complete or not there, an entry of the
ledger too; so a look that was killed anywhere is done again by the next one, and what it had finished isn't.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from planner.errors import InvalidData, LedgerDamaged, NothingToDo, PlannerError, UsageError
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.response.ledger import Ledger
from planner.response.watch.base import (
    ACTOR,
    answers,
    base_of,
    plans_of,
    turned_down,
    unfinished,
)
from planner.response.watch.folder import dropped
from planner.response.watch.note import facts_of, note_events, note_exceptions
from planner.response.watch.pace import Pace, settled
from planner.verbs.validate import valid_data

if TYPE_CHECKING:
    import pandas as pd

    from planner.response.exceptions.issue import Issue
    from planner.response.watch.detect import Found
    from planner.tables.dataset import DataSet

State = Literal["proposed", "published", "found", "nothing", "waiting", "no_plan", "failed"]
Answer = Callable[[Run, "pd.DataFrame"], Run]
Find = Callable[["DataSet", Run], "Found"]
Faults = tuple[tuple[str, PlannerError], ...]


@dataclass(frozen=True)
class Look:
    """What came of one look. `faults` are files or plans that can't be used, each with what is wrong.

    `proposed`, `published`: `run` answers `events` of `base`. `found`: no events, but `exceptions`; only those that nobody has
    noted beside this plan. `nothing`: the plan has every event, or they were answered. `waiting`: the tables are not valid as
    they are. `no_plan`: none was solved yet. `failed`: the events have no answer.
    """

    state: State
    base: Run | None = None
    run: Run | None = None
    events: tuple[str, ...] = ()
    exceptions: "tuple[Issue, ...]" = ()
    faults: Faults = ()


@dataclass
class Watcher:
    """`answer` plans again because of events; it keeps the run, with its base and all its events, and notes it as proposed.

    `find` says what is exceptional in tables beside a plan (`None`: nobody looks); it is asked when there is nothing new but the
    tables, once for each pair of them.
    """

    source: Path
    registry: Registry
    answer: Answer
    find: Find | None = None
    _seen: tuple[str, str] = ("", "")  # tables and plan that were looked at for exceptions
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
        look = self._answered(ledger, data, plans, base, found.events, found.refused)
        if self.find is None or look.state != "nothing":
            return look
        return self._detected(ledger, data, plans, base, look, self.find)

    def _detected(
        self, ledger: Ledger, data: "DataSet", plans: list[Run], base: Run, look: Look, find: Find
    ) -> Look:
        """Hold tables and plan against each other, once, and answer the shifts of demand; `look`: so far there is nothing to do.

        What is exceptional is noted after these have their answer: a look that was killed before is done again as it was.
        """
        pair = (data.content_hash, base.record.run_id)
        if self._seen == pair:
            return look
        self._seen = pair
        try:
            found = find(data, base)
        except PlannerError as fault:
            return replace(look, faults=(*look.faults, (base.record.run_id, fault)))
        events = found.events[~found.events["event_id"].isin(turned_down(plans, ledger.entries()))]
        if len(events):
            look = self._answered(ledger, data, plans, base, events, look.faults)
        exceptions = note_exceptions(ledger, self.source, data, base, found.exceptions)
        if exceptions and look.state == "nothing":
            look = replace(look, state="found")
        return replace(look, exceptions=exceptions)

    def _answered(
        self,
        ledger: Ledger,
        data: "DataSet",
        plans: list[Run],
        base: Run,
        events: "pd.DataFrame",
        refused: Faults,
    ) -> Look:
        """Answer events that the plan doesn't have."""
        names = tuple(events["event_id"])
        if not names:
            return self._published(data, Look("nothing", base, base, faults=refused))
        note_events(ledger, self.source, data, base, events)
        known = answers(plans, base, events)
        question = (base.record.run_id, data.content_hash, *names)
        if known is not None or question in self._failed:
            return Look("nothing", base, known, names, faults=refused)
        try:
            run = self.answer(base, events)
        except NothingToDo:
            return Look("nothing", base, known, names, faults=refused)
        except PlannerError as fault:
            self._failed.add(question)
            return Look("failed", base, None, names, faults=(*refused, (base.record.run_id, fault)))
        if self._seen == (data.content_hash, base.record.run_id):
            self._seen = (data.content_hash, run.record.run_id)  # what it answers was all that is new
        return self._published(data, Look("proposed", base, run, names, faults=refused))

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
    """What comes of every look, until it is time to stop. Tables that are gone for a while are waited for.

    After an answer it looks again at once: whatever else there is, is held against the new plan.
    """
    again = False
    while (again and not pace.stop()) or pace.wait():
        try:
            look = watcher.look()
        except LedgerDamaged:
            raise
        except PlannerError as fault:
            look = Look("waiting", faults=((watcher.source.name, fault),))
        again = look.state in ("proposed", "published")
        yield look


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
        "exceptions": [
            {"base": one.base.record.run_id if one.base else "", **facts_of(issue)}
            for one in looks
            for issue in one.exceptions
        ],
        "faults": [
            {"where": where, "kind": type(fault).__name__, "message": str(fault)}
            for where, fault in (looks[-1].faults if looks else ())
        ],
    }

"""An answer to events by a whole new plan, and a quick one: for tests of the watcher without the re-planning."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from planner.plan.effort import effort
from planner.plan.record import new_record
from planner.plan.registry import Registry
from planner.plan.run import EVENTS, Run, write_plan
from planner.response.events import applied, stored, together, write
from planner.response.ledger import Ledger
from planner.response.noted import event_facts
from planner.response.watch.base import ACTOR
from planner.solve import solve
from planner.verbs.validate import valid_data


def whole(registry: Registry) -> Callable[[Run, pd.DataFrame], Run]:
    """Solve the tables after all events; what a killed call has made is noted and not made again."""

    def answer(base: Run, events: pd.DataFrame) -> Run:
        data, _ = valid_data(Path(base.record.source))
        every = together(stored(base.folder), events)
        run = next((run for run in registry.runs() if made(run, base, every)), None)
        run = run or solved(data, base, every)
        facts = event_facts(data, base.plan.orders, every)
        Ledger(registry.folder).append(
            "proposed", actor=ACTOR, run_id=run.record.run_id, base=base.record.run_id, events=facts
        )
        return run

    def made(run: Run, base: Run, every: pd.DataFrame) -> bool:
        return run.record.base == base.record.run_id and stored(run.folder).equals(every)

    def solved(data, base: Run, every: pd.DataFrame) -> Run:
        after = applied(data, every)
        how = effort(data.settings, "default")
        record = new_record(base.record.source, after.content_hash, data.settings.currency, how)
        draft = registry.open(record.model_copy(update={"base": base.record.run_id}).step("validated"))
        write(draft.folder / EVENTS, every)
        draft.step("solving")
        plan = solve(after, time_limit=how.time_limit, policy="reorder", threads=1)
        write_plan(draft.folder, plan)
        draft.step("completed", cost=plan.cost, bound=plan.bound, gap=plan.gap, engine="exact")
        return draft.publish()

    return answer

"""What fresh tables show beside a plan: exceptions, and the events that answer them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from planner.plan.run import Run
from planner.response.exceptions.issue import Issue
from planner.tables.dataset import DataSet, conform
from planner.tables.schema import TABLES

MOST = 20  # exceptions


@dataclass(frozen=True)
class Found:
    """`exceptions` by the money that a response recovers, the `events` that answer them (rows of that table)."""

    exceptions: tuple[Issue, ...] = ()
    events: pd.DataFrame = field(default_factory=lambda: conform(TABLES["events"]))


def detected(data: DataSet, run: Run) -> Found:
    """Look at tables (without any event) beside the plan of a run and the events that it has.

    Raises UsageError if the plan doesn't cover the first day of the tables; InvalidData if its events don't fit them.
    """
    from planner.response.events import applied, stored
    from planner.response.exceptions.look import beside, ranked_of

    now, least = applied(data, stored(run.folder)), data.settings.exceptions.least_money
    listed, _, _ = ranked_of(*beside(now, run.plan), least, MOST)
    return Found(tuple(listed), answering(data, run, listed))


def answering(data: DataSet, run: Run, issues: Sequence[Issue]) -> pd.DataFrame:
    """Events that answer what tables (without any event) show.

    They are the shifts of demand that the plan of the run doesn't know, and planning again where exceptions can be recovered.
    Raises UsageError if the plan doesn't cover the first day of the tables; InvalidData if its events don't fit them.
    """
    from planner.response.events import applied, stored
    from planner.response.exceptions.again import again_events
    from planner.response.exceptions.shift_events import shift_events
    from planner.response.replan.covered import covered

    past, plan = stored(run.folder), run.plan
    last = pd.Timestamp(covered(applied(data, past), plan).settings.end_date)
    shifted = shift_events(data, past, plan.inventory[plan.inventory["date"] <= last])
    return pd.concat([shifted, again_events(data, past, issues)], ignore_index=True)

"""Exceptions as events: what planning again would recover, where no shift of demand says so already."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from planner.response.exceptions.issue import Issue
from planner.tables.dataset import DataSet, conform
from planner.tables.schema import TABLES

PAIR = ["item_id", "location_id"]
MOST_PAIRS = 12  # of an exception that are named; of more, the whole places or the items


def again_events(data: DataSet, past: pd.DataFrame, issues: Sequence[Issue]) -> pd.DataFrame:
    """Rows of the table `events`, of type `demand_shift` with factor 1: plan again there, with the tables as they are.

    For exceptions of which something can be recovered, and that `past` (the events of the plan) doesn't answer yet. An id is that
    of the exception, a number, and the first day: the same exception is answered once a day.
    """
    start = pd.Timestamp(data.settings.start_date)
    rows: list[dict[str, Any]] = []
    for issue in issues:
        if issue.kind == "demand_shift" or not (issue.recoverable or 0.0) > 0.0:
            continue
        for number, scope in enumerate(_scopes(data, issue), start=1):
            name = f"{issue.id}-{number}-{start:%Y-%m-%d}"
            rows.append({"event_id": name, "at": start, "type": "demand_shift", "factor": 1.0, **scope})
    events = conform(TABLES["events"], rows or None)
    return events[~events["event_id"].isin(past["event_id"])].reset_index(drop=True)


def _scopes(data: DataSet, issue: Issue) -> Iterator[dict[str, Any]]:
    """Items and locations of the exception that somebody wants, as events name them."""
    table = data["demand"] if len(data["demand"]) else data["sales"]
    mine = table["item_id"].isin(issue.items) & table["location_id"].isin(issue.locations)
    pairs = table.loc[mine, PAIR].drop_duplicates()
    fewest = min(PAIR, key=lambda column: pairs[column].nunique())
    named = pairs[PAIR if len(pairs) <= MOST_PAIRS else [fewest]].drop_duplicates()
    for values in named.to_numpy(dtype=object):
        yield dict(zip(named.columns, values, strict=True))

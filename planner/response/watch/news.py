"""The events that a plan doesn't have: of the table `events`, and of the files that were dropped beside the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planner.errors import PlannerError
from planner.response.events import read, together
from planner.response.events.event import idle
from planner.tables.dataset import DataSet, conform
from planner.tables.schema import TABLES


@dataclass(frozen=True)
class News:
    """`events` in the order of time; `refused`: files that can't be used as they are, and why."""

    events: pd.DataFrame
    refused: tuple[tuple[str, PlannerError], ...] = ()


def news(data: DataSet, files: Sequence[Path], orders: pd.DataFrame, past: pd.DataFrame) -> News:
    """What is new against the events of a plan (`past`) with these orders, and touches the days of the tables.

    A file that is invalid, perhaps because it is being written, keeps nobody from the others.
    """
    found, refused = conform(TABLES["events"]), list[tuple[str, PlannerError]]()
    for source in (None, *files):
        try:
            one = read(source, data, orders, together(past, found))
        except PlannerError as fault:
            refused.append((source.name if source else "events", fault))
            continue
        found = together(found, one.frame)
    return News(conform(TABLES["events"], found[~idle(found, data)]), tuple(refused))

"""The events of a run, in its folder."""

from pathlib import Path

import pandas as pd

from planner.plan.files import write_atomically
from planner.response.events.event import in_order
from planner.tables.csv_files import read
from planner.tables.dataset import conform
from planner.tables.load import sheet_of
from planner.tables.schema import TABLES
from planner.tables.settings import CsvReading
from planner.tables.write import as_text, shielded

TABLE = TABLES["events"]
AS_WRITTEN = CsvReading(separator=",", decimal=".", encoding="utf-8")


def write(path: Path, events: pd.DataFrame) -> None:
    """A CSV file that `stored` reads back as it is."""
    texts = shielded(TABLE, as_text(TABLE, conform(TABLE, events)))
    write_atomically(path, lambda target: texts.to_csv(target, index=False, lineterminator="\n"))


def as_rows(events: pd.DataFrame) -> list[dict[str, str]]:
    """The events as texts, without what is not given: `read` takes them back."""
    rows = as_text(TABLE, conform(TABLE, events)).to_dict("records")
    return [{str(name): text for name, text in row.items() if text} for row in rows]


def stored(folder: Path) -> pd.DataFrame:
    """All events that are in the run in this folder; no rows where there are none."""
    from planner.plan.run import EVENTS

    path = folder / EVENTS
    if not path.exists():
        return conform(TABLE)
    grid, _ = read(path, TABLE.names, AS_WRITTEN)
    return conform(TABLE, sheet_of(grid, TABLE)[0].frame)


def together(past: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The events of a plan and those that come to them, in the order of time; an id counts once."""
    rows = [frame for frame in (past, new) if len(frame)]
    both = pd.concat(rows).drop_duplicates("event_id") if rows else past
    return conform(TABLE, in_order(both))

"""Parts of a plan's tables: rows that are asked for, in the format that is asked for."""

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from planner.plan.run import Run

if TYPE_CHECKING:
    import pandas as pd

Name = Literal["orders", "loads", "inventory"]
Format = Literal["json", "csv", "parquet"]
MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
# what is asked for → the columns of the tables that may have it
FILTERS: dict[str, tuple[str, ...]] = {
    "item": ("item_id",),
    "location": ("location_id", "destination", "origin"),
    "origin": ("origin",),
    "destination": ("destination",),
    "mode": ("mode",),
    "day": ("date", "dispatch_date", "arrival_date"),
}


def rows(run: Run, name: Name, wanted: Mapping[str, Any]) -> "pd.DataFrame":
    """The rows of the table for which each thing that is asked for is in one of its columns.

    A table that has none of the columns has no such rows.
    """
    import pandas as pd

    frame: pd.DataFrame = getattr(run.plan, name)
    for what, value in wanted.items():
        if value is None:
            continue
        columns = [column for column in FILTERS[what] if column in frame.columns]
        sought = pd.Timestamp(value) if what == "day" else value
        frame = frame[(frame[columns] == sought).any(axis=1)] if columns else frame[:0]
    return frame


def written(frame: "pd.DataFrame", form: Format) -> bytes:
    """The rows as a file: CSV for spreadsheets (texts that would run as formulas are shielded), or Parquet."""
    from planner.plan.export import harmless

    if form == "parquet":
        buffer = io.BytesIO()
        frame.to_parquet(buffer, index=False)
        return buffer.getvalue()
    text: str = harmless(frame).to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n")
    return text.encode()

"""`location_closed` and `capacity_change`: rows of `calendar` and `capacities` for single days."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.response.events.event import Event, Fault
from planner.tables.dataset import DataSet
from planner.tables.schema import WEEKDAYS

LIMITS = ["limit", "overtime_limit", "overtime_cost"]
Floats = npt.NDArray[np.float64]


def closed(data: DataSet, events: Sequence[Event]) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """The table `calendar`; without a last day a location is closed until the end of the horizon."""
    shut: dict[tuple[str, int], None] = {}
    for event in events:
        if event.type == "location_closed":
            cells = dict.fromkeys((event.location_id, day) for day in range(event.first, event.last + 1))
            shut = {cell: None for cell in shut if cell not in cells} if event.ends else shut | cells
    if not shut:
        return {}, []
    names, days = zip(*shut, strict=True)
    start = pd.Timestamp(data.settings.start_date)
    more = pd.DataFrame(
        {"location_id": names, "date": start + pd.to_timedelta(np.array(days), unit="D"), "closed": True}
    )
    table = data["calendar"]
    cell = ["location_id", "date"]
    others = ~pd.MultiIndex.from_frame(table[cell]).isin(pd.MultiIndex.from_frame(more[cell]))
    kept = table[others]
    return {"calendar": pd.concat([kept, more]) if len(kept) else more}, []


def limited(data: DataSet, events: Sequence[Event]) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """The table `capacities`: a row for each day that is not as it was.

    A factor multiplies what the table gives for the day, limit and overtime limit; a quantity is the new limit.
    """
    changes = [event for event in events if event.type == "capacity_change"]
    frames, faults = [], []
    for location, resource in dict.fromkeys((event.location_id, event.resource) for event in changes):
        here = [event for event in changes if (event.location_id, event.resource) == (location, resource)]
        before = limits_of(data, location, resource)
        now = before.copy()
        for event in here:
            found = _limit(event, before, now)
            faults += found
        day = np.flatnonzero((now != before).any(axis=1) & ~(np.isnan(now) & np.isnan(before)).all(axis=1))
        frames.append(
            pd.DataFrame(now[day], columns=LIMITS).assign(
                location_id=location,
                resource=resource,
                date=pd.Timestamp(data.settings.start_date) + pd.to_timedelta(day, unit="D"),
                weekday="",
            )
        )
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        return {}, faults
    more = pd.concat(frames)
    key = ["location_id", "resource", "date"]
    table = data["capacities"]
    kept = table[~pd.MultiIndex.from_frame(table[key]).isin(pd.MultiIndex.from_frame(more[key]))]
    return {"capacities": pd.concat([kept, more[kept.columns]]) if len(kept) else more}, faults


def limits_of(data: DataSet, location: str, resource: str) -> Floats:
    """Days × limit, overtime limit, overtime cost; NaN where there is no limit. A date wins over a weekday, that over all."""
    table = data["capacities"]
    table = table[(table["location_id"] == location) & (table["resource"] == resource)]
    start, days = pd.Timestamp(data.settings.start_date), data.settings.horizon_days
    weekday = np.array(WEEKDAYS)[(start.weekday() + np.arange(days)) % 7]
    result = np.full((days, len(LIMITS)), np.nan)
    rank = np.where(table["date"].notna(), 2, np.where(table["weekday"] != "", 1, 0))
    for row in np.argsort(rank, kind="stable"):
        cells = table.iloc[row]
        on = np.ones(days, bool)
        if rank[row] == 2:
            on = np.arange(days) == (cells["date"] - start).days
        elif rank[row] == 1:
            on = weekday == cells["weekday"]
        result[on] = cells[LIMITS].to_numpy(float)
    return result


def _limit(event: Event, before: Floats, now: Floats) -> list[Fault]:
    span = event.span
    if event.ends:
        now[span] = before[span]
    elif not np.isnan(event.quantity):
        now[span, 0] = event.quantity
        now[span, 1:] = np.nan_to_num(before[span, 1:])
    elif np.isnan(before[span, 0]).any():
        rule = f"{event.location_id} has no limit of {event.resource} that could be multiplied"
        return [Fault(event, "factor", "nothing_to_multiply", rule, "Give a quantity.")]
    else:
        now[span] = before[span] * np.array([event.factor, event.factor, 1.0])
    return []

"""Shifts of demand that show in the sales, as events: what the plan should know of them beyond what it has been told."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from planner.demand import demand
from planner.demand.dates import Codes
from planner.demand.history import Floats
from planner.response.events.apply import applied
from planner.response.events.demand import named
from planner.response.events.event import in_force
from planner.response.exceptions.bands import bands_of
from planner.response.exceptions.demand import Shifted, shifts_of
from planner.response.exceptions.facts import NOWHERE, shift_issue
from planner.tables.dataset import DataSet, conform
from planner.tables.schema import TABLES

HOLDS = 7  # days for which a shift that nobody told is taken to last: by then the forecast has learned it, or it is found again
A_LITTLE = 0.1  # of demand; less is not worth an event
WIDE_FIRST = ("category", "item", "series")


def shift_events(data: DataSet, past: pd.DataFrame, planned: pd.DataFrame | None = None) -> pd.DataFrame:
    """Rows of the table `events`, of type `demand_shift`, for what `past` (the events of the plan) doesn't say yet.

    `data` are the tables without any event. The sales are held against the forecast, not against the plan, so that the factors are
    those by which the forecast has to change. `planned` is the inventory of the plan: where it expects something else than the
    tables, the factor may be 1: the forecast has learned the shift, the plan hasn't. An id is that of the exception and the first
    day: the same sales, the same events.
    """
    found = sorted(shifts_of(data), key=lambda one: WIDE_FIRST.index(one.shift.level))
    if not found:
        return conform(TABLES["events"])
    ends = np.cumsum([len(one.item) for one in found])
    parts = list(zip(found, np.split(np.arange(ends[-1]), ends[:-1]), strict=True))
    book = _Book(data, past, found)
    if planned is not None:
        book.behind = behind(applied(data, past), planned, book.pairs)
    groups = [len(rows) > 1 and book.can_name(one) for one, rows in parts]
    for (one, rows), together in zip(parts, groups, strict=True):
        if together:
            book.add(one, rows)
    for (one, rows), together in zip(parts, groups, strict=True):
        for place, row in enumerate(rows.tolist()):
            if not together or book.covered[row] > 1:
                book.add(_alone(one, place), rows[[place]])
    events = conform(TABLES["events"], book.events or None)
    return events[~events["event_id"].isin(past["event_id"])].reset_index(drop=True)


class _Book:
    """New events. Arrays are per item and location that shifts: the factor that is `wanted`, what the events of the plan (`told`)
    and the `new` ones make of it, by how many new ones it is `covered`, and how far the plan is `behind` the tables."""

    def __init__(self, data: DataSet, past: pd.DataFrame, found: list[Shifted]) -> None:
        self.data, self.bands, self.events = data, bands_of(data), list[dict[str, Any]]()
        item, place = (np.concatenate([getattr(one, name) for one in found]) for name in ("item", "location"))
        names = data["items"]["item_id"].array[item], data["locations"]["location_id"].array[place]
        self.pairs = pd.DataFrame({"item_id": names[0], "location_id": names[1]})
        self.wanted = np.concatenate([one.factor for one in found])
        self.told, self.new, self.behind = (np.ones(len(item)) for _ in range(3))
        self.covered = np.zeros(len(item), np.int64)
        for event in in_force(past[past["type"] == "demand_shift"], data):
            if event.first == 0:
                self.told[named(event, self.pairs, data)] *= event.factor

    def can_name(self, one: Shifted) -> bool:
        """Whether the columns of an event say what has shifted: not where it has no category, and other items have one."""
        items = self.data["items"]["category"]
        return one.shift.level != "category" or items.nunique() == 1 or items.iloc[one.item[0]] != ""

    def add(self, one: Shifted, rows: Codes) -> None:
        """An event for what is missing at these rows, if that is more than a little."""
        wanted = self.wanted[rows]
        told = np.clip(self.told[rows], np.minimum(1.0, wanted), np.maximum(1.0, wanted))
        missing = wanted / told / self.new[rows]
        factor, from_plan = (float(np.median(values)) for values in (missing, missing * self.behind[rows]))
        if abs(factor - 1.0) <= A_LITTLE:
            if abs(from_plan - 1.0) <= A_LITTLE:
                return
            factor = 1.0
        start = pd.Timestamp(self.data.settings.start_date)
        row: dict[str, Any] = {
            "event_id": f"{shift_issue(self.data, self.bands, one, NOWHERE).id}-{start:%Y-%m-%d}",
            "at": start,
            "type": "demand_shift",
            **_scope(self.data, one),
            "date_from": start,
            "date_to": start + pd.Timedelta(days=HOLDS - 1),
            "factor": round(factor, 3),
        }
        self.events.append(row)
        [event] = in_force(conform(TABLES["events"], [row]), self.data)
        about = named(event, self.pairs, self.data)
        self.new[about] *= row["factor"]
        self.covered[about] += 1
        self.behind[about] = 1.0  # it is made again there


def behind(data: DataSet, planned: pd.DataFrame, pairs: pd.DataFrame) -> Floats:
    """Demand of the tables ÷ what the plan expects (its inventory), over the days that both have; 1 where it expects nothing."""
    expected = planned.assign(mean=planned["expected_sales"] + planned["expected_lost"])
    table = demand(data)
    days = expected["date"].unique()
    first = pd.Timestamp(data.settings.start_date)

    def total(frame: pd.DataFrame) -> Floats:
        both = frame[frame["date"].isin(days) & (frame["date"] >= first)]
        sums = both.groupby(["item_id", "location_id"])["mean"].sum()
        return sums.reindex(pd.MultiIndex.from_frame(pairs)).fillna(0.0).to_numpy(np.float64)

    now, then = total(table), total(expected)
    return np.divide(now, then, out=np.ones_like(now), where=then > 0)


def _scope(data: DataSet, one: Shifted) -> dict[str, str]:
    """The columns of an event that name what has shifted."""
    item = data["items"].iloc[one.item[0]]
    place = str(data["locations"]["location_id"].iloc[one.location[0]])
    if one.shift.level == "item":
        return {"item_id": str(item["item_id"])}
    if one.shift.level == "category":
        return {"category": str(item["category"]), "location_id": place}
    return {"item_id": str(item["item_id"]), "location_id": place}


def _alone(one: Shifted, place: int) -> Shifted:
    """One item at one location of a shift."""
    row = slice(place, place + 1)
    shift = replace(one.shift, level="series", series=one.shift.series[row])
    return Shifted(shift, one.item[row], one.location[row], one.factor[row])

"""Shifts of demand that show in the sales, as events: what the plan should know of them beyond what it has been told."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from planner.demand.history import Floats
from planner.response.events.demand import Flags, named
from planner.response.events.event import in_force
from planner.response.exceptions.bands import bands_of
from planner.response.exceptions.demand import Shifted, shifts_of
from planner.response.exceptions.facts import NOWHERE, shift_issue
from planner.tables.dataset import DataSet, conform
from planner.tables.schema import TABLES

HOLDS = 7  # days for which a shift that nobody told is taken to last: by then the forecast has learned it, or it is found again
A_LITTLE = 0.1  # of demand; less is not worth an event


def shift_events(data: DataSet, past: pd.DataFrame) -> pd.DataFrame:
    """Rows of the table `events`, of type `demand_shift`, for what `past` (the events of the plan) doesn't say yet.

    `data` are the tables without any event. The sales are held against the forecast, not against the plan, so that the factors are
    those by which the forecast has to change. An id is that of the exception and the first day: the same sales, the same events.
    """
    found = sorted(_by_scope(data, shifts_of(data)), key=lambda one: one.shift.level == "series")
    if not found:
        return conform(TABLES["events"])
    bands, start = bands_of(data), pd.Timestamp(data.settings.start_date)
    pairs = pd.concat([_pairs(data, one) for one in found], ignore_index=True)
    told, new = _told(data, past, pairs), np.ones(len(pairs))
    rows, first = [], 0
    for one in found:
        mine = slice(first, first := first + len(one.item))
        low, high = np.minimum(1.0, one.factor), np.maximum(1.0, one.factor)
        missing = one.factor / np.clip(told[mine], low, high) / new[mine]
        factor = round(float(np.median(missing)), 3)
        if abs(factor - 1.0) <= A_LITTLE:
            continue
        scope = _scope(data, one)
        new[_covered(data, scope, pairs)] *= factor
        name = f"{shift_issue(data, bands, one, NOWHERE).id}-{start:%Y-%m-%d}"
        until = start + pd.Timedelta(days=HOLDS - 1)
        row = {"event_id": name, "at": start, "type": "demand_shift", "factor": factor}
        rows.append(row | scope | {"date_from": start, "date_to": until})
    events = conform(TABLES["events"], rows or None)
    return events[~events["event_id"].isin(past["event_id"])].reset_index(drop=True)


def _by_scope(data: DataSet, found: Iterable[Shifted]) -> Iterator[Shifted]:
    """The same shifts; where items without a category shift and others have one, no event can name them but one by one."""
    mixed = data["items"]["category"].nunique() > 1
    for one in found:
        if one.shift.level != "category" or _scope(data, one)["category"] or not mixed:
            yield one
            continue
        for row in range(len(one.item)):
            alone = replace(one.shift, level="series", series=one.shift.series[[row]])
            yield Shifted(alone, one.item[[row]], one.location[[row]], one.factor[[row]])


def _scope(data: DataSet, one: Shifted) -> dict[str, str]:
    """The columns of an event that name what has shifted."""
    item = data["items"].iloc[one.item[0]]
    place = str(data["locations"]["location_id"].iloc[one.location[0]])
    if one.shift.level == "item":
        return {"item_id": str(item["item_id"])}
    if one.shift.level == "category":
        return {"category": str(item["category"]), "location_id": place}
    return {"item_id": str(item["item_id"]), "location_id": place}


def _pairs(data: DataSet, one: Shifted) -> pd.DataFrame:
    items, places = data["items"]["item_id"], data["locations"]["location_id"]
    return pd.DataFrame(
        {"item_id": items.iloc[one.item].array, "location_id": places.iloc[one.location].array}
    )


def _covered(data: DataSet, scope: dict[str, str], pairs: pd.DataFrame) -> Flags:
    """The pairs that an event with these columns is about."""
    start = pd.Timestamp(data.settings.start_date)
    [event] = in_force(conform(TABLES["events"], [{"at": start, "type": "demand_shift"} | scope]), data)
    return named(event, pairs, data)


def _told(data: DataSet, past: pd.DataFrame, pairs: pd.DataFrame) -> Floats:
    """By what the events of the plan multiply the demand of the first day, per pair."""
    factor = np.ones(len(pairs))
    for event in in_force(past[past["type"] == "demand_shift"], data):
        if event.first == 0:
            factor[named(event, pairs, data)] *= event.factor
    return factor

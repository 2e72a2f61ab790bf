"""`demand_shift`: mean and standard deviation of demand times a factor."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.demand import demand as forecast
from planner.response.events.event import Event, Fault
from planner.tables.dataset import DataSet

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NEAR_ONE = 1e-12  # a factor and its inverse leave nothing


def shifted(data: DataSet, events: Sequence[Event]) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """The table `demand`; where it has no rows, the forecast from the sales is shifted.

    An empty sd stays empty: then the spread follows from the new mean.
    """
    shifts = [event for event in events if event.type == "demand_shift"]
    if not shifts:
        return {}, []
    table = data["demand"] if len(data["demand"]) else forecast(data)
    day = ((table["date"] - pd.Timestamp(data.settings.start_date)).dt.days).to_numpy()
    factor: Floats = np.ones(len(table))
    faults = []
    for event in shifts:
        rows = named(event, table, data) & (day >= event.first) & (day <= event.last)
        if not rows.any():
            faults.append(_nothing(event))
        factor[rows] *= event.factor
    factor = net(factor)
    if (factor == 1).all():
        return {}, faults
    return {"demand": table.assign(mean=table["mean"] * factor, sd=table["sd"] * factor)}, faults


def net(factor: Floats) -> Floats:
    """Products of factors, exactly 1 where one takes back the other."""
    return np.where(np.abs(factor - 1) < NEAR_ONE, 1.0, factor)


def named(event: Event, table: pd.DataFrame, data: DataSet) -> Flags:
    """The rows of a table with items at locations that the event names."""
    rows: Flags = np.ones(len(table), dtype=bool)
    if event.item_id:
        rows &= (table["item_id"] == event.item_id).to_numpy()
    if event.category:
        items = data["items"]
        rows &= table["item_id"].isin(items.loc[items["category"] == event.category, "item_id"]).to_numpy()
    if event.location_id:
        rows &= (table["location_id"] == event.location_id).to_numpy()
    return rows


def _nothing(event: Event) -> Fault:
    column = next((name for name in ("item_id", "category", "location_id") if getattr(event, name)), "factor")
    rule = "there is no demand like that on its days, so it changes nothing"
    return Fault(event, column, "event_without_effect", rule, severity="warning")

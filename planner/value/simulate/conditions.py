"""Shocks that hold for some days: on demand, and on the tables of the network."""

import numpy as np
import pandas as pd

from planner.response.events import applied
from planner.tables.dataset import DataSet
from planner.value.simulate.shocks import Floats

OF_THE_NETWORK = ("lane_closed", "lane_capacity", "location_closed", "capacity_change", "tariff_change")


def with_conditions(data: DataSet, shocks: pd.DataFrame, days: int) -> DataSet:
    """The tables of the network as these shocks change them on so many days from the start: lanes, calendar, capacities."""
    lasting = shocks[shocks["type"].isin(OF_THE_NETWORK)]
    if lasting.empty:
        return data
    return applied(over(data, days), lasting).replace(settings=data.settings)


def demand_factors(data: DataSet, shocks: pd.DataFrame, table: pd.DataFrame, days: int) -> Floats:
    """What shifts multiply the demand of each row of a table by (item_id, location_id, date; days from the start)."""
    shifts = shocks[shocks["type"] == "demand_shift"]
    if shifts.empty or table.empty:
        return np.ones(len(table))
    ones = table[["item_id", "location_id", "date"]].assign(mean=1.0, sd=0.0)
    shifted = applied(over(data.replace(demand=ones), days), shifts)["demand"]
    return shifted["mean"].to_numpy(np.float64)


def over(data: DataSet, days: int) -> DataSet:
    """The tables with a horizon of so many days from the start."""
    settings = data.settings.model_copy(update={"horizon_days": days, "buckets": None})
    return data.replace(settings=settings)

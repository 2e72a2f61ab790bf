"""Data set + events → data set: events become changed tables."""

import pandas as pd

from planner.errors import InvalidData
from planner.response.events.demand import shifted
from planner.response.events.event import Fault, in_force
from planner.response.events.firm import possible
from planner.response.events.lanes import rows_changed
from planner.response.events.orders import orders_changed
from planner.response.events.places import closed, limited
from planner.response.events.stock import stock_changed
from planner.tables.dataset import DataSet

CHANGES = (shifted, rows_changed, closed, limited, orders_changed, stock_changed)


def applied(data: DataSet, events: pd.DataFrame) -> DataSet:
    """The data set after the events (rows of the table `events`, in any order); `data` stays as it is.

    Without events it is the same data set. Raises InvalidData where an event can't be applied to these tables.
    """
    result, faults = outcome(data, events)
    errors = [fault.finding() for fault in faults if fault.severity == "error"]
    if errors:
        raise InvalidData(errors)
    return result


def outcome(data: DataSet, events: pd.DataFrame) -> tuple[DataSet, list[Fault]]:
    """The data set after the events as far as they can be applied, and what is wrong with them."""
    told, faults = list(in_force(events, data)) if len(events) else [], []
    result = data
    for change in CHANGES if told else ():
        frames, found = change(result, told)
        faults += found
        result = result.replace(**frames) if frames else result
    return possible(data, result), faults

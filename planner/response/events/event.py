"""One event in force: a row of the table `events` with its days as day numbers of the horizon."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.tables.dataset import DataSet
from planner.tables.findings import Finding, Severity

FILE = "events"
OF_AN_ORDER = ("inbound_late", "order_confirmed")  # their dates are those of the order


@dataclass(frozen=True)
class Event:
    """What is not given is "" or NaN; `first` and `last` are day numbers within the horizon."""

    event_id: str
    type: str
    item_id: str
    category: str
    location_id: str
    origin: str
    destination: str
    mode: str
    order_id: str
    resource: str
    date_from: Any
    date_to: Any
    factor: float
    quantity: float
    days: float
    first: int
    last: int

    @property
    def ends(self) -> bool:
        """Whether it takes back a closure, a limit or a hold: from now on it is as the tables say."""
        return self.factor == 1 and self.quantity != self.quantity

    @property
    def span(self) -> slice:
        """Its days, as a part of an array over the horizon."""
        return slice(self.first, self.last + 1)


@dataclass(frozen=True)
class Fault:
    """What is wrong with an event, given the tables and the events before it."""

    event: Event
    column: str
    code: str
    rule: str
    hint: str = ""
    severity: Severity = "error"

    def finding(self) -> Finding:
        """For those who have no file with the event."""
        value = getattr(self.event, self.column)
        text = f"{value:g}" if isinstance(value, float) else str(value)
        where = f"{FILE}, event {self.event.event_id}"
        return Finding(self.code, self.severity, where, None, None, self.column, text, self.rule, self.hint)


def in_order(events: pd.DataFrame) -> pd.DataFrame:
    """By the time at which they became known; what came at the same time stays in its order."""
    return events.sort_values("at", kind="stable")


def days_of(events: pd.DataFrame) -> tuple["pd.Series[Any]", "pd.Series[Any]"]:
    """The first and the last day of each event; NaT = until further notice."""
    return events["date_from"].fillna(events["at"].dt.normalize()), events["date_to"]


def idle(events: pd.DataFrame, data: DataSet) -> "pd.Series[bool]":
    """Which events are over before the first day, or begin after the last one.

    A stock correction is over when the first day begins: `inventory` is the stock at that time.
    """
    start, end = pd.Timestamp(data.settings.start_date), pd.Timestamp(data.settings.end_date)
    first, last = days_of(events)
    corrects = events["type"] == "stock_correction"
    over = (last < start).mask(corrects, first < start)
    return (over | ((first > end) & ~corrects)) & ~events["type"].isin(OF_AN_ORDER)


def in_force(events: pd.DataFrame, data: DataSet) -> Iterator[Event]:
    """The events that are not idle, in the order of time."""
    events = in_order(events[~idle(events, data)])
    start, last_day = pd.Timestamp(data.settings.start_date), data.settings.horizon_days - 1
    first, last = ((dates - start).dt.days for dates in days_of(events))
    events = events.drop(columns="at").assign(
        first=first.clip(0, last_day).astype(int), last=last.fillna(last_day).clip(0, last_day).astype(int)
    )
    for row in events.to_dict("records"):
        yield Event(**{str(name): value for name, value in row.items()})

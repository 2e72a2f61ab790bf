"""When plans are made: at every review, and where the trigger reacts, when there is something that the plan doesn't know."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from planner.errors import NoFeasiblePlan, NoPlanInTime
from planner.plan.plan import ORDER_COLUMNS
from planner.tables.dataset import DataSet, conform
from planner.tables.schema import TABLES
from planner.value.simulate.knowledge import Records, known_data
from planner.value.simulate.setup import MORNING, Trigger
from planner.value.simulate.shocks import all_of

if TYPE_CHECKING:
    from planner.response.exceptions.demand import Shifted

A_LITTLE = 0.1  # of demand
Cell = tuple[str, str]  # item and location

Decide = Callable[[DataSet], pd.DataFrame]  # what is known → orders (columns of orders.csv)
# what is known, the plan, the events that are new, and the days since the last review → orders
Respond = Callable[[DataSet, pd.DataFrame, pd.DataFrame, int], pd.DataFrame]


class Planning:
    """The plan in force, and how it came about.

    A plan that is in force on a day was begun `response` hours before that morning, and knows what was known by then.
    """

    def __init__(
        self, records: Records, decide: Decide, respond: Respond | None, delay: int, trigger: Trigger
    ) -> None:
        self.records, self.decide, self.trigger = records, decide, trigger
        self.respond = respond if trigger.reacts else None
        self.age = delay + trigger.age
        self.every = trigger.review or records.data.settings.review_days
        self.plan, self.known = no_orders(), pd.Timestamp.min
        self.seen: set[Cell] = set()  # where the plan knows of a shift that was detected
        self.reviews: list[int] = []
        self.answers: list[int] = []
        self.failed: list[int] = []
        self.changed: list[float] = []
        self.before: list[float] = []
        self.seconds: list[float] = []

    def plan_of(self, day: int) -> pd.DataFrame:
        """Orders (columns of orders.csv) that are in force in the morning of a day."""
        known = self.records.date(day) + pd.Timedelta(hours=MORNING - self.trigger.response)
        if day % self.every == 0:
            self.reviews.append(day)
            data, shifts = self._tables(day, known)
            self.seen = set(cells(data, shifts))
            self._make(day, known, data, self.decide)
        elif self.respond is not None:
            self._answer(day, known, self.respond)
        return self.plan

    def _answer(self, day: int, known: pd.Timestamp, respond: Respond) -> None:
        """A plan for what one is told since the last one, and for shifts that show in the sales, if there are any."""
        news, plan = self.records.told(known, self.known), self.plan
        if news.empty and not self.trigger.detects:
            return
        data, shifts = self._tables(day, known)
        fresh = {cell: factor for cell, factor in cells(data, shifts).items() if cell not in self.seen}
        self.seen |= fresh.keys()
        news = all_of(news, as_events(fresh, known))
        if len(news):
            self.answers.append(day)
            since = day - self.reviews[-1]
            self._make(day, known, data, lambda tables: respond(tables, plan, news, since))

    def _tables(self, day: int, known: pd.Timestamp) -> tuple[DataSet, "list[Shifted]"]:
        """What is known, with the demand that the sales of the last days suggest where the trigger looks at them."""
        data = known_data(self.records, day, self.age, self.plan, known)
        if not self.trigger.detects:
            return data, []
        from planner.response.exceptions.demand import shifts_of, with_shifts

        found = shifts_of(data.replace(demand=None))
        return with_shifts(data, found), found

    def _make(self, day: int, known: pd.Timestamp, data: DataSet, decide: Decide) -> None:
        began = time.perf_counter()
        try:
            found = decide(data)
        except (NoFeasiblePlan, NoPlanInTime):
            found = self.plan
            self.failed.append(day)
        self.seconds.append(time.perf_counter() - began)
        moved, base = difference(self.plan, found, data) if day else (0.0, 0.0)
        self.changed.append(moved)
        self.before.append(base)
        self.plan, self.known = found, known


def cells(data: DataSet, shifts: "list[Shifted]") -> dict[Cell, float]:
    """The factor of each item and location of which demand has shifted by more than a little."""
    items, places = data["items"]["item_id"], data["locations"]["location_id"]
    return {
        (items.iloc[item], places.iloc[place]): float(factor)
        for shift in shifts
        for item, place, factor in zip(shift.item, shift.location, shift.factor, strict=True)
        if abs(factor - 1.0) > A_LITTLE
    }


def as_events(shifted: dict[Cell, float], at: pd.Timestamp) -> pd.DataFrame:
    """Shifts that were detected, as if one had been told."""
    rows = [
        {
            "event_id": f"sales {item} {place}",
            "at": at,
            "type": "demand_shift",
            "item_id": item,
            "location_id": place,
            "factor": factor,
        }
        for (item, place), factor in shifted.items()
    ]
    return conform(TABLES["events"], rows or None)


def difference(one: pd.DataFrame, other: pd.DataFrame, known: DataSet) -> tuple[float, float]:
    """Cases by which a plan differs from the one before on the days that both cover, and the cases of that one there."""
    key = ["item_id", "origin", "destination", "mode", "dispatch_date"]
    first = pd.Timestamp(known.settings.start_date)
    last = one["dispatch_date"].max()
    both = [
        frame[(frame["dispatch_date"] >= first) & (frame["dispatch_date"] <= last)] for frame in (one, other)
    ]
    cases = [frame.groupby(key)["cases"].sum() for frame in both]
    return float(cases[0].sub(cases[1], fill_value=0.0).abs().sum()), float(cases[0].sum())


def no_orders() -> pd.DataFrame:
    """Orders (columns of orders.csv), none."""
    frame = pd.DataFrame(columns=list(ORDER_COLUMNS))
    return frame.astype({"dispatch_date": "datetime64[us]", "arrival_date": "datetime64[us]"})

"""When plans are made: at every review, and where the trigger reacts, when there are events that no plan knows."""

import time
from collections.abc import Callable

import pandas as pd

from planner.errors import NoFeasiblePlan, NoPlanInTime
from planner.plan.plan import ORDER_COLUMNS
from planner.tables.dataset import DataSet
from planner.value.simulate.knowledge import Records, known_data
from planner.value.simulate.setup import MORNING, Trigger

Decide = Callable[[DataSet], pd.DataFrame]  # what is known → orders (columns of orders.csv)
# what is known, the plan, and the events that are new → orders
Respond = Callable[[DataSet, pd.DataFrame, pd.DataFrame], pd.DataFrame]


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
        self.reviews: list[int] = []
        self.answers: list[int] = []
        self.failed: list[int] = []
        self.changed: list[float] = []
        self.before: list[float] = []
        self.seconds: list[float] = []

    def plan_of(self, day: int) -> pd.DataFrame:
        """Orders (columns of orders.csv) that are in force in the morning of a day."""
        hours = MORNING - self.trigger.response
        known = self.records.date(day) + pd.Timedelta(hours=hours)
        news = self.records.told(known, self.known)
        if day % self.every == 0:
            self.reviews.append(day)
            self._make(day, known, self.decide)
        elif self.respond is not None and len(news):
            respond, plan = self.respond, self.plan
            self.answers.append(day)
            self._make(day, known, lambda data: respond(data, plan, news))
        return self.plan

    def _make(self, day: int, known: pd.Timestamp, decide: Decide) -> None:
        began = time.perf_counter()
        data = known_data(self.records, day, self.age, self.plan, known)
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

"""One policy in one replication, with information of one age: review, dispatch, sell, day after day."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.errors import NoFeasiblePlan, NoPlanInTime
from planner.plan.plan import ORDER_COLUMNS
from planner.tables.dataset import DataSet
from planner.value.simulate.knowledge import Records, known_data
from planner.value.simulate.truth import Floats, Truth
from planner.value.simulate.world import World

Decide = Callable[[DataSet], pd.DataFrame]  # what is known → orders (columns of orders.csv)


@dataclass(frozen=True)
class Episode:
    """What happened. Arrays are days × items × locations [units]; `orders` are those that left, with what did."""

    orders: pd.DataFrame
    sold: Floats
    lost: Floats
    wasted: Floats
    closing: Floats
    planned: tuple[int, ...]  # days with a review
    changed: Floats  # per review: cases that differ from the plan before, on days that both plan
    before: Floats  # per review: cases of the plan before on these days
    seconds: Floats  # per review
    failed: tuple[int, ...]  # days of reviews without a plan: the one before was followed


def play(
    truth: Truth,
    decide: Decide,
    delay: int,
    review: int | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Episode:
    """Follow the policy through all days; a review every `review` days, by default those of the settings.

    Raises KeyboardInterrupt on the first day on which it is asked to stop.
    """
    world = World(truth)
    records = Records(world)
    every = review or truth.data.settings.review_days
    plan = _nothing()
    sent, days, reviews, changed, before, seconds = [], [], [], [], [], []
    failed: list[int] = []
    for day in range(truth.days):
        if stop():
            raise KeyboardInterrupt
        records.opening[day] = world.on_hand
        if day % every == 0:
            began = time.perf_counter()
            known = known_data(records, day, delay, plan)
            try:
                found = decide(known)
            except (NoFeasiblePlan, NoPlanInTime):
                found = plan
                failed.append(day)
            seconds.append(time.perf_counter() - began)
            reviews.append(day)
            moved, base = difference(plan, found, known) if day else (0.0, 0.0)
            changed.append(moved)
            before.append(base)
            plan = found
        records.arrived[day] = world.arrive(day)
        left = world.dispatch(day, plan[plan["dispatch_date"] == records.date(day)])
        sent.append(left)
        _note_departures(records, day, left)
        records.arrived[day] += world.arrive(day)  # a lead time of 0: usable on the day of dispatch
        happened = world.sell(day)
        records.sold[day] = happened.sold
        records.out[day] = happened.closing <= 0
        days.append(happened)
    orders = pd.concat([part for part in sent if len(part)] or [_nothing()], ignore_index=True)
    return Episode(
        orders=orders.assign(order_id=[f"S{number:06d}" for number in range(1, len(orders) + 1)]),
        sold=np.stack([day.sold for day in days]),
        lost=np.stack([day.lost for day in days]),
        wasted=np.stack([day.wasted for day in days]),
        closing=np.stack([day.closing for day in days]),
        planned=tuple(reviews),
        changed=np.array(changed),
        before=np.array(before),
        seconds=np.array(seconds),
        failed=tuple(failed),
    )


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


def _note_departures(records: Records, day: int, left: pd.DataFrame) -> None:
    index = records.world.index
    np.add.at(
        records.left[day],
        (index.item(left["item_id"]), index.location(left["origin"])),
        left["quantity"].to_numpy(np.float64),
    )


def _nothing() -> pd.DataFrame:
    frame = pd.DataFrame(columns=list(ORDER_COLUMNS))
    return frame.astype({"dispatch_date": "datetime64[us]", "arrival_date": "datetime64[us]"})

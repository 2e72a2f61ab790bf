"""One policy and trigger in one replication, with information of one age: plan, dispatch, sell, day after day."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.value.simulate.knowledge import Records
from planner.value.simulate.planning import Decide, Planning, Respond, no_orders
from planner.value.simulate.setup import REVIEW, Trigger
from planner.value.simulate.shocks import Floats
from planner.value.simulate.truth import Truth
from planner.value.simulate.world import World


@dataclass(frozen=True)
class Episode:
    """What happened. Arrays are days × items × locations [units]; `orders` are those that left, with what did."""

    orders: pd.DataFrame
    sold: Floats
    lost: Floats
    wasted: Floats
    closing: Floats
    held: Floats
    planned: tuple[int, ...]  # days with a review
    answered: tuple[int, ...]  # days between reviews with a plan that answers events
    changed: Floats  # per plan: cases that differ from the plan before, on days that both plan
    before: Floats  # per plan: cases of the plan before on these days
    seconds: Floats  # per plan
    failed: tuple[int, ...]  # days on which no plan was found: the one before was followed


def play(
    truth: Truth,
    decide: Decide,
    delay: int,
    trigger: Trigger = REVIEW,
    respond: Respond | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Episode:
    """Follow the policy through all days. It makes a plan at every review, and `respond` one when the trigger reacts to events.

    Raises KeyboardInterrupt on the first day on which it is asked to stop.
    """
    world = World(truth)
    records = Records(world)
    incidents = records.incidents
    planning = Planning(records, decide, respond, delay, trigger)
    sent, days = [], []
    for day in range(truth.days):
        if stop():
            raise KeyboardInterrupt
        records.opening[day] = world.on_hand
        incidents.happen(day, early=True)
        plan = planning.plan_of(day)
        records.arrived[day] = world.arrive(day)
        left = world.dispatch(day, plan[plan["dispatch_date"] == records.date(day)])
        sent.append(left)
        _note_departures(records, day, left)
        records.arrived[day] += world.arrive(day)  # a lead time of 0: usable on the day of dispatch
        incidents.happen(day, early=False)
        happened = world.sell(day)
        records.sold[day] = happened.sold
        records.out[day] = happened.closing <= 0
        days.append(happened)
    orders = pd.concat([part for part in sent if len(part)] or [no_orders()], ignore_index=True)
    return Episode(
        orders=orders.assign(order_id=[f"S{number:06d}" for number in range(1, len(orders) + 1)]),
        sold=np.stack([day.sold for day in days]),
        lost=np.stack([day.lost for day in days]),
        wasted=np.stack([day.wasted for day in days]),
        closing=np.stack([day.closing for day in days]),
        held=np.stack([day.held for day in days]),
        planned=tuple(planning.reviews),
        answered=tuple(planning.answers),
        changed=np.array(planning.changed),
        before=np.array(planning.before),
        seconds=np.array(planning.seconds),
        failed=tuple(planning.failed),
    )


def _note_departures(records: Records, day: int, left: pd.DataFrame) -> None:
    index = records.world.index
    np.add.at(
        records.left[day],
        (index.item(left["item_id"]), index.location(left["origin"])),
        left["quantity"].to_numpy(np.float64),
    )

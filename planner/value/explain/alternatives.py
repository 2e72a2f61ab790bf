"""Which other decisions there are for an order, and for an order that is not in the plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from planner.plan.placed import Change, Placed
from planner_models.problem import Ints

Kind = Literal["more", "less", "nothing", "day", "mode", "origin", "order"]


@dataclass(frozen=True)
class Candidates:
    """Changes of one kind, of which the cheapest possible one is shown.

    Without a shipment they are changes of the quantity; with one the goods come by it, as the last part of each change says.
    """

    kind: Kind
    changes: tuple[Change, ...]
    shipment: int = -1


def of_order(placed: Placed, k: int, t: int) -> Iterator[Candidates]:
    """One lot more, one less, none; other days, other modes, other origins.

    Of days those that arrive in time; where a mode has none of these, all of its days.
    """
    lots = int(placed.lots[k, t])
    yield Candidates("more", (((k, t, 1),),))
    yield Candidates("less", (((k, t, -1),),))
    if lots > 1:
        yield Candidates("nothing", (((k, t, -lots),),))
    ship, lanes = placed.problem.shipments, placed.problem.lanes
    units = lots * int(ship.lot_cases[k])
    arrival = int(lanes.arrival[ship.lane[k], t])
    for other in ways(placed, int(ship.target[k])).tolist():
        if units % int(ship.lot_cases[other]):  # another source sells in other lots
            continue
        days = np.flatnonzero(ship.open[other])
        days = days[(days != t) | (other != k)]
        if not len(days):
            continue
        in_time = days[lanes.arrival[ship.lane[other], days] <= arrival]
        number = units // int(ship.lot_cases[other])
        yield from (
            Candidates(
                _kind(placed, k, other),
                tuple(((k, t, -lots), (other, day, number)) for day in chosen.tolist()),
                other,
            )
            for chosen in ((days,) if other == k or not len(in_time) else (in_time, days))
        )


def of_nothing(placed: Placed, target: int, t: int) -> Iterator[Candidates]:
    """One lot by every way to the stock point, on a day that arrives by period `t`."""
    ship, lanes = placed.problem.shipments, placed.problem.lanes
    for k in ways(placed, target).tolist():
        days = np.flatnonzero(ship.open[k] & (lanes.arrival[ship.lane[k]] <= t)).tolist()
        if days:
            yield Candidates("order", tuple(((k, day, 1),) for day in days), k)


def ways(placed: Placed, target: int) -> Ints:
    """The shipments that reach a stock point."""
    return np.flatnonzero(placed.problem.shipments.target == target)


def _kind(placed: Placed, k: int, other: int) -> Kind:
    ship, lanes = placed.problem.shipments, placed.problem.lanes
    if other == k:
        return "day"
    same = lanes.origin[ship.lane[k]] == lanes.origin[ship.lane[other]]
    return "mode" if same else "origin"

"""An order as somebody wants it, as lots of the problem: another quantity, mode or day of dispatch."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from planner.errors import NothingToDo, UsageError
from planner.plan.placed import Change, Placed
from planner.tables.findings import nearest
from planner.value.explain.alternatives import Candidates, Kind
from planner.value.explain.judged import Base, Judged, judge

WHOLE = 1e-9


@dataclass(frozen=True)
class Override:
    """What is to be different in an order; None = stays. `quantity` is in units, 0 = nothing is sent."""

    quantity: float | None = None
    mode: str | None = None
    day: date | None = None


def judged(base: Base, row: int, wanted: Override) -> Judged:
    """The plan with this row of its orders as wanted, all else as it is.

    Raises UsageError if the order is given, or there is no such mode, day or quantity; NothingToDo if it is like that already.
    """
    placed = base.placed
    k, t = int(placed.shipment[row]), int(placed.period[row])
    name = placed.orders["order_id"].iloc[row]
    if k < 0:
        raise UsageError(
            f"order {name} is given: in transit, firm or planned for a frozen day. The plan did not decide it; "
            f"what happens to it is an event."
        )
    if int(((placed.shipment == k) & (placed.period == t)).sum()) > 1:
        raise UsageError(f"order {name} is one of several that the plan has of this item, lane and day.")
    to = _mode(placed, k, wanted.mode)
    then = t if wanted.day is None else _period(placed, wanted.day)
    lots = _lots(placed, k, t, to, wanted.quantity)
    if (to, then) == (k, t):
        change: Change = ((k, t, lots - int(placed.lots[k, t])),)
        if lots == placed.lots[k, t]:
            raise NothingToDo(f"order {name} is like that already.")
    else:
        change = ((k, t, -int(placed.lots[k, t])), *(((to, then, lots),) if lots else ()))
    return judge(base, Candidates(_kind(placed, (k, t), (to, then), lots), (change,), to), change)


def _mode(placed: Placed, k: int, mode: str | None) -> int:
    """The shipment by this mode between the same places."""
    ship, lanes = placed.problem.shipments, placed.problem.lanes
    if mode is None:
        return k
    lane = ship.lane[k]
    same = (ship.item == ship.item[k]) & (lanes.origin[ship.lane] == lanes.origin[lane])
    same &= lanes.destination[ship.lane] == lanes.destination[lane]
    by = {lanes.mode[ship.lane[other]]: other for other in np.flatnonzero(same).tolist()}
    if mode not in by:
        names = placed.problem.locations.names
        way = f"{names[lanes.origin[lane]]} to {names[lanes.destination[lane]]}"
        hint = nearest(mode, by) or f"It goes by {', '.join(by)}."
        raise UsageError(f"the item doesn't go by {mode!r} from {way}. {hint}")
    return by[mode]


def _period(placed: Placed, day: date) -> int:
    index = placed.index
    number = (day - index.start.date()).days
    if not 0 <= number < index.days:
        last = index.date(np.array([index.days - 1]))[0]
        raise UsageError(f"{day} is not planned; the plan covers {index.start.date()} to {last.date()}.")
    return int((placed.starts <= number).sum()) - 1


def _lots(placed: Placed, k: int, t: int, to: int, quantity: float | None) -> int:
    """Whole lots of the shipment `to`."""
    ship, items = placed.problem.shipments, placed.problem.items
    case = items.case_size[ship.item[k]]
    units = float(placed.lots[k, t] * ship.lot_cases[k] * case) if quantity is None else quantity
    lot = float(ship.lot_cases[to] * case)
    lots = units / lot
    if units < 0 or not np.isfinite(units):
        raise UsageError(f"--quantity {units:g}: a quantity is 0 or more units.")
    if abs(lots - round(lots)) > WHOLE * max(1.0, lots):
        low = np.floor(lots) * lot
        raise UsageError(
            f"--quantity {units:g}: it goes in lots of {lot:g} units. Take {low:g} or {low + lot:g}."
        )
    return round(lots)


def _kind(placed: Placed, old: tuple[int, int], new: tuple[int, int], lots: int) -> Kind:
    if not lots:
        return "nothing"
    if old[0] != new[0]:
        return "mode"
    if old[1] != new[1]:
        return "day"
    return "more" if lots > placed.lots[old] else "less"

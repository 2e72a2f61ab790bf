"""The difference between two plans as what somebody has to do: order, expedite, defer, cancel, increase, decrease, …"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from planner.plan.placed import Placed
from planner_models.problem import Ints, Problem

Kind = Literal["order", "expedite", "defer", "cancel", "increase", "decrease", "transfer", "change mode"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FILE = "actions"  # .csv and .json in the folder of a run
WAY = ("origin", "mode", "dispatch_date", "arrival_date", "quantity")
Cell = tuple[int, int]  # shipment and period


@dataclass(frozen=True)
class Action:
    """One thing to do: the line that was (None = there was none) and the line that is to be (None = none)."""

    kind: Kind
    was: Cell | None
    now: Cell | None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The lines in which the plans differ by it."""
        return tuple(dict.fromkeys(cell for cell in (self.was, self.now) if cell is not None))


def actions_of(problem: Problem, before: Ints, after: Ints) -> list[Action]:
    """What makes the plan `after` of the plan `before` (lots, `K × T`), by item, destination and day.

    A line that goes and one that comes for the same item and destination are one action: the same goods another way.
    """
    ship = problem.shipments
    k, t = np.nonzero(before != after)
    gone: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    come: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    found: list[Action] = []
    for cell in zip(k.tolist(), t.tolist(), strict=True):
        key = int(ship.item[cell[0]]), int(problem.lanes.destination[ship.lane[cell[0]]])
        if not after[cell]:
            gone[key].append(cell)
        elif not before[cell]:
            come[key].append(cell)
        else:
            kind: Kind = "increase" if after[cell] > before[cell] else "decrease"
            found.append(Action(kind, cell, cell))
    for key in sorted(gone.keys() | come.keys()):
        found += _matched(problem, sorted(gone[key], key=_by_day), sorted(come[key], key=_by_day))
    return sorted(found, key=lambda one: (*_place(problem, one.cells[-1]), _by_day(one.cells[-1])))


def _by_day(cell: Cell) -> tuple[int, int]:
    return cell[1], cell[0]


def _place(problem: Problem, cell: Cell) -> tuple[int, int]:
    ship = problem.shipments
    return int(ship.item[cell[0]]), int(problem.lanes.destination[ship.lane[cell[0]]])


def _matched(problem: Problem, gone: list[Cell], come: list[Cell]) -> Iterator[Action]:
    """Lines that go and lines that come, one to one, the nearest in time first; the rest is cancelled or new."""
    pairs = sorted((abs(was[1] - now[1]), was[0] != now[0], was, now) for was in gone for now in come)
    left, new = dict.fromkeys(gone), dict.fromkeys(come)
    for _, _, was, now in pairs:
        if was in left and now in new:
            del left[was], new[now]
            yield Action(_moved(problem, was, now), was, now)
    yield from (Action("cancel", cell, None) for cell in left)
    yield from (Action("transfer" if _sideways(problem, cell) else "order", None, cell) for cell in new)


def _moved(problem: Problem, was: Cell, now: Cell) -> Kind:
    """What it is called that the goods come another way."""
    ship, lanes = problem.shipments, problem.lanes
    old, new = int(ship.lane[was[0]]), int(ship.lane[now[0]])
    if lanes.origin[old] != lanes.origin[new] and _sideways(problem, now):
        return "transfer"
    arrives = int(lanes.lands[new, now[1]]) - int(lanes.lands[old, was[1]])
    if lanes.mode[old] != lanes.mode[new] and (arrives == 0 or was[1] == now[1]):
        return "change mode"
    if arrives == 0:
        arrives = now[1] - was[1]
    return "expedite" if arrives < 0 else "defer" if arrives > 0 else "change mode"


def _sideways(problem: Problem, cell: Cell) -> bool:
    """Whether a line takes goods from a place that usually supplies nobody there: not a supplier, not the main source."""
    ship, lanes = problem.shipments, problem.lanes
    lane = ship.lane[cell[0]]
    usual = problem.locations.main_source[lanes.destination[lane]]
    return bool(ship.source[cell[0]] >= 0 and lanes.origin[lane] != usual)


@dataclass(frozen=True)
class Told:
    """An action with its reason, the events behind it, and its money: what would be lost without it.

    `money_by` says how that was found: `evaluated` (two plans by the evaluator), `projected` (by the engines' own arithmetic), or
    `needed`: without it a limit is broken, so there is no plan to compare with.
    """

    action: Action
    reason: str
    events: tuple[str, ...]
    money: float | None
    money_by: str


def table(told: Sequence[Told], placed: Placed, after: Ints, names: Mapping[Cell, str]) -> pd.DataFrame:
    """The content of actions.csv; `names` are the order ids of lines of both plans. Lines without a way are `lost`."""
    rows = [_row(one, placed, after, names) for one in told]
    rows += [_lost(placed, row) for row in np.flatnonzero(placed.unplaced).tolist()]
    columns = [
        "action", "order_id", "item_id", "destination", *WAY, *(f"from_{name}" for name in WAY), "reason", "event_ids", "money",
        "money_by",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    for name in ("dispatch_date", "arrival_date", "from_dispatch_date", "from_arrival_date"):
        frame[name] = pd.to_datetime(frame[name])
    for name in ("quantity", "from_quantity", "money"):
        frame[name] = frame[name].astype(float)
    return frame


def _row(one: Told, placed: Placed, after: Ints, names: Mapping[Cell, str]) -> dict[str, Any]:
    problem, action = placed.problem, one.action
    k = action.cells[-1][0]
    ship, places = problem.shipments, problem.locations.names
    row: dict[str, Any] = {
        "action": action.kind,
        "order_id": names[action.was or action.cells[0]],
        "item_id": problem.items.names[ship.item[k]],
        "destination": places[problem.lanes.destination[ship.lane[k]]],
        "reason": one.reason,
        "event_ids": " ".join(one.events),
        "money": one.money,
        "money_by": one.money_by,
    }
    for prefix, cell, lots in (("", action.now, after), ("from_", action.was, placed.lots)):
        if cell is not None:
            row |= {f"{prefix}{name}": value for name, value in _way(placed, cell, int(lots[cell])).items()}
    return row


def _way(placed: Placed, cell: Cell, lots: int) -> dict[str, Any]:
    problem = placed.problem
    ship, lanes = problem.shipments, problem.lanes
    k, t = cell
    lane = int(ship.lane[k])
    leaves, lands = (
        placed.index.start + pd.Timedelta(days=int(day))
        for day in (lanes.leaves[lane, t], lanes.lands[lane, t])
    )
    units = float(lots * ship.lot_cases[k] * problem.items.case_size[ship.item[k]])
    origin = problem.locations.names[lanes.origin[lane]]
    return dict(zip(WAY, (origin, lanes.mode[lane], leaves, lands, units), strict=True))


def _lost(placed: Placed, row: int) -> dict[str, Any]:
    order = placed.orders.iloc[row]
    return {
        "action": "cancel",
        "order_id": order["order_id"],
        "item_id": order["item_id"],
        "destination": order["destination"],
        **{f"from_{name}": order[name] for name in WAY},
        "reason": "there is no such way any more",
        "event_ids": "",
        "money": None,
        "money_by": "needed",
    }

"""The orders of a plan as lots of a problem, and back again with a change."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.compile.index import Index
from planner_models.problem import Flags, Ints, Problem

Change = tuple[
    tuple[int, int, int], ...
]  # lots added (or taken away) of a shipment in a period: (k, t, lots)


@dataclass(frozen=True)
class Placed:
    """Free orders as whole lots; `shipment` and `period` say where each row of `orders` is, −1 for given and unplaced ones."""

    problem: Problem
    index: Index
    orders: pd.DataFrame
    shipment: Ints
    period: Ints
    lots: Ints  # K × T
    unplaced: Flags  # per row: a free order that the problem has no way for

    @property
    def starts(self) -> Ints:
        """The first day of every period."""
        return np.asarray(np.cumsum(self.problem.length) - self.problem.length)

    def with_change(self, change: Change) -> pd.DataFrame:
        """The orders with other lots: lines grow, shrink, vanish or appear; new lines take the names of those that vanish."""
        orders, free = self.orders, iter([f"N{number:06d}" for number in range(1, len(change) + 1)])
        quantity = orders["quantity"].to_numpy(float).copy()
        cases = orders["cases"].to_numpy(float).copy()
        added: list[tuple[int, int, int]] = []
        for k, t, lots in change:
            rows = np.flatnonzero((self.shipment == k) & (self.period == t))
            if not len(rows):
                added.append((k, t, lots))
                continue
            more = lots * int(self.problem.shipments.lot_cases[k])
            cases[rows[0]] += more
            quantity[rows[0]] += more * self.problem.items.case_size[self.problem.shipments.item[k]]
        kept = cases > 0
        names = iter([*orders["order_id"][~kept], *free])
        changed = orders.assign(cases=cases, quantity=quantity)[kept]
        lines = [self._line(next(names), k, t, lots) for k, t, lots in added]
        return pd.concat([changed, pd.DataFrame(lines)], ignore_index=True) if lines else changed

    def _line(self, name: str, k: int, t: int, lots: int) -> dict[str, object]:
        ship, lanes, items = self.problem.shipments, self.problem.lanes, self.problem.items
        lane, item = ship.lane[k], ship.item[k]
        cases = float(lots * ship.lot_cases[k])
        leaves, lands = self.index.date(np.array([lanes.leaves[lane, t], lanes.lands[lane, t]]))
        return {
            "order_id": name,
            "item_id": items.names[item],
            "origin": self.problem.locations.names[lanes.origin[lane]],
            "destination": self.problem.locations.names[lanes.destination[lane]],
            "mode": lanes.mode[lane],
            "dispatch_date": leaves,
            "arrival_date": lands,
            "cases": cases,
            "quantity": cases * items.case_size[item],
        }


def place(problem: Problem, index: Index, orders: pd.DataFrame) -> Placed:
    """Place the orders of a plan; those that are not possible in the problem are `unplaced`."""
    lanes, ship = problem.lanes, problem.shipments
    names = np.asarray(index.locations)
    ways = pd.MultiIndex.from_arrays([names[lanes.origin], names[lanes.destination], np.array(lanes.mode)])
    lane = ways.get_indexer(pd.MultiIndex.from_frame(orders[["origin", "destination", "mode"]]))
    item = index.item(orders["item_id"])
    known = pd.MultiIndex.from_arrays([ship.item, ship.lane])
    shipment = np.asarray(known.get_indexer(pd.MultiIndex.from_arrays([item, lane])), np.int64)
    free = ~_given(problem, orders["order_id"], item)
    starts = np.cumsum(problem.length) - problem.length
    day = index.day(orders["dispatch_date"])
    period = np.searchsorted(starts, day, side="right") - 1
    lots = orders["cases"].to_numpy(float) / np.append(ship.lot_cases, 1)[shipment]
    fits = (shipment >= 0) & (day >= 0) & (day < problem.length.sum()) & (lots == np.rint(lots))
    placed = free & fits
    found = np.zeros(ship.open.shape, np.int64)
    np.add.at(found, (shipment[placed], period[placed]), lots[placed].astype(np.int64))
    return Placed(
        problem,
        index,
        orders,
        np.where(placed, shipment, -1),
        np.where(placed, period, -1).astype(np.int64),
        found,
        free & ~fits,
    )


def _given(problem: Problem, names: "pd.Series[str]", item: Ints) -> Flags:
    """Whether a row is a given order; few have the name of one."""
    given = set(zip(problem.given.order_id, problem.given.item.tolist(), strict=True))
    found = names.isin(set(problem.given.order_id)).to_numpy(bool, copy=True)
    named = zip(names[found], item[found].tolist(), strict=True)
    found[found] = [pair in given for pair in named]
    return found

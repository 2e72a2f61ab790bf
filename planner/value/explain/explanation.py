"""Everything there is to say about one order, or about an order that is not there."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.value.explain.alternatives import of_nothing, of_order
from planner.value.explain.judged import Base, Judged, best_of_each
from planner.value.explain.limits import Binding, binding
from planner.value.explain.served import Served, served

INVENTORY = ("opening", "arrivals", "expected_sales", "expected_lost", "dispatched", "waste", "closing")


@dataclass(frozen=True)
class Explanation:
    """Alternatives with their exact differences; `given` orders have none.

    `order` is its row in the orders, or None: then `stock` is the day in question, a row of the inventory (empty where nothing
    ever happens). `binding` has the limits that keep the quantity from growing ("more") and from shrinking ("less").
    """

    base: Base
    order: dict[str, Any] | None
    given: bool
    stock: dict[str, Any]
    alternatives: tuple[Judged, ...]
    binding: dict[str, tuple[Binding, ...]]
    served: Served | None

    @property
    def best(self) -> Judged | None:
        """The cheapest possible alternative that changes mode, day or origin."""
        moves = [one for one in self.alternatives if one.possible and one.candidates.shipment >= 0]
        return min(moves, key=lambda one: one.difference, default=None)


def explain_order(base: Base, row: int, prices: pd.DataFrame | None = None) -> Explanation:
    """Explain a row of the orders; `prices` is the content of prices.parquet if the run has it."""
    placed = base.placed
    k, t = int(placed.shipment[row]), int(placed.period[row])
    order = dict(placed.orders.iloc[row])
    length = pd.Timedelta(days=int(placed.problem.length.sum()))
    goes = served(placed.orders, base.evaluation.inventory, row, placed.index.start + length)
    if k < 0:
        return Explanation(base, order, True, {}, (), {}, goes)
    item = int(placed.problem.shipments.item[k])
    alternatives = tuple(best_of_each(base, item, of_order(placed, k, t)))
    bounds: dict[str, tuple[Binding, ...]] = {
        one.candidates.kind: tuple(binding(base, one, prices))
        for one in alternatives
        if one.candidates.kind == "more" or (one.candidates.kind == "less" and not one.possible)
    }
    return Explanation(base, order, False, {}, alternatives, bounds, goes)


def explain_nothing(base: Base, item: int, location: int, t: int) -> Explanation:
    """Explain why nothing arrives: what one lot would cost by every way that brings it by period `t`."""
    stock = base.placed.problem.stock
    point = np.flatnonzero((stock.item == item) & (stock.location == location))
    kinds = of_nothing(base.placed, int(point[0]), t) if len(point) else ()
    alternatives = tuple(best_of_each(base, item, kinds))
    names = base.placed.problem.items.names[item], base.placed.problem.locations.names[location]
    rows = base.evaluation.inventory
    day = base.placed.index.date(base.placed.starts[[t]])[0]
    rows = rows[(rows["item_id"] == names[0]) & (rows["location_id"] == names[1]) & (rows["date"] == day)]
    there = {name: float(rows[name].iloc[0]) for name in INVENTORY} if len(rows) else {}
    return Explanation(base, None, False, there, alternatives, {}, None)

"""Judge a plan: its cost, its key figures and every limit that it violates, from tables and orders alone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.audit.costs import COSTS
from planner.audit.figures import emergency_freight, freight_by_mode, inventory, key_figures
from planner.audit.findings import together
from planner.audit.limits import LIMITS
from planner.audit.projection import Projection, play
from planner.tables.dataset import DataSet


@dataclass(frozen=True)
class Evaluation:
    """What a plan costs and does: `costs` per cause add up to `total`, `kpis` is the content of kpis.json.

    `violations` has limit, item_id, location_id, date, lane, amount, allowed and message, a row each;
    malformed orders are violations of the limit "orders" and count no further if they can't be placed.
    """

    costs: dict[str, float]
    freight_by_mode: dict[str, float]
    emergency_freight: float
    total: float
    kpis: dict[str, Any]
    loads: pd.DataFrame
    inventory: pd.DataFrame
    violations: pd.DataFrame
    projection: Projection

    @property
    def feasible(self) -> bool:
        """Whether the plan violates no limit."""
        return self.violations.empty


def evaluate(
    data: DataSet, orders: pd.DataFrame, buckets: str | None = None, known: Evaluation | None = None
) -> Evaluation:
    """Evaluate the orders of a plan (columns of orders.csv) against valid tables.

    `buckets` are the periods for which it was made, such as `7d,3w`; None = those of the settings. `known` is the
    evaluation of a similar plan, which saves work and changes nothing. Raises BadBuckets.
    """
    projection, malformed = play(data, orders, buckets, None if known is None else known.projection)
    with ThreadPoolExecutor(
        1
    ) as aside:  # the longest table is written out while costs and limits are added up
        stock = aside.submit(inventory, projection)
        costs = {name: cost(projection) for name, cost in COSTS.items()}
        return Evaluation(
            costs=costs,
            freight_by_mode=freight_by_mode(projection),
            emergency_freight=emergency_freight(projection),
            total=sum(costs.values()),
            kpis=key_figures(projection, costs),
            loads=projection.loads.frame,
            violations=together([malformed, *(limit(projection) for limit in LIMITS)]),
            inventory=stock.result(),
            projection=projection,
        )

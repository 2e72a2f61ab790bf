"""What DCs can do in a day: hours of work and vehicles at the docks, enough for all but the busiest days."""

import numpy as np
import pandas as pd

from planner.bench.goods import Floats, Goods
from planner.bench.network import Network

BUSY = 1.25  # × what an average workday takes: what a DC can do in its usual hours
PER_WORKDAY = 7.0 / 5.0  # a week is shipped on five days
OVERTIME_SHARE, OVERTIME_COST = 0.6, 32.0  # of the usual hours; per hour
OUT_KG, IN_KG = 5_000.0, 12_000.0  # on an average vehicle that leaves, that arrives
LEAST = {"handling_hours": 8.0, "outbound_vehicles": 2.0, "inbound_vehicles": 2.0}  # of the smallest DC
DOCK_OVERTIME = 2.0  # × the usual vehicles
DOCK_COSTS = {"outbound_vehicles": 60.0, "inbound_vehicles": 150.0}  # per vehicle beyond the usual ones


def limits_of(network: Network, goods: Goods, daily: Floats, served: Floats) -> pd.DataFrame:
    """The table `capacities`, from units per day at stores (items × stores) and through DCs (items × DCs)."""
    usual = {
        "handling_hours": _hours(network, goods, daily, served),
        "outbound_vehicles": BUSY * PER_WORKDAY * (goods.weight @ served) / OUT_KG,
        "inbound_vehicles": 1.0 + BUSY * PER_WORKDAY * (goods.weight @ served) / IN_KG,
    }
    return pd.concat(
        [_rows(network, name, np.ceil(np.maximum(limit, LEAST[name]))) for name, limit in usual.items()]
    )


def _hours(network: Network, goods: Goods, daily: Floats, served: Floats) -> Floats:
    """Cases go in and out; an order line goes out at most once a day and store."""
    rates = network.tables["handling"].iloc[0]
    cases = (served / goods.case[:, None]).sum(axis=0)
    lines = np.bincount(
        network.home, np.minimum(daily / goods.case[:, None], 1.0).sum(axis=0), minlength=len(network.dcs)
    )
    work = 2.0 * rates["hours_per_case"] * cases + rates["hours_per_line"] * lines
    return np.asarray(BUSY * PER_WORKDAY * work, float)


def _rows(network: Network, resource: str, usual: Floats) -> pd.DataFrame:
    hours = resource == "handling_hours"
    return pd.DataFrame(
        {
            "location_id": network.dcs,
            "resource": resource,
            "limit": usual,
            "overtime_limit": np.ceil((OVERTIME_SHARE if hours else DOCK_OVERTIME) * usual),
            "overtime_cost": OVERTIME_COST if hours else DOCK_COSTS[resource],
        }
    )

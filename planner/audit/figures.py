"""Key figures, and the inventory table (models/README.md, section 5)."""

from typing import Any

import numpy as np
import pandas as pd

from planner.audit.costs import kg_co2
from planner.audit.numbering import Days
from planner.audit.projection import Projection


def ratio(above: float, below: float) -> float | None:
    """`above / below`, or None where there is nothing to divide by."""
    return float(above / below) if below else None


def freight_by_mode(p: Projection) -> dict[str, float]:
    """Freight of every mode of the table `lanes`."""
    modes = sorted(set(p.network.lanes.table["mode"]))
    used = p.loads.frame["mode"].to_numpy(dtype=object)
    return {mode: float(p.loads.cost[used == mode].sum()) for mode in modes}


def emergency_freight(p: Projection) -> float:
    """Freight of the loads on lanes that are flagged `emergency`."""
    return float(p.loads.cost[p.loads.emergency].sum())


def key_figures(p: Projection, costs: dict[str, float]) -> dict[str, Any]:
    """The content of kpis.json."""
    flow, loads = p.flow, p.loads
    emergency, freight, sales = emergency_freight(p), costs["freight"], float(flow.sales.sum())
    turns = inventory_turns(p)
    limited = ~np.isnan(loads.fill)
    cost: dict[str, Any] = {"total": sum(costs.values()), "freight": freight_by_mode(p)}
    cost |= {"emergency_freight": emergency} | {name: costs[name] for name in costs if name != "freight"}
    return {
        "cost": cost,
        "fill_rate": ratio(sales, float(p.needs.mean.sum())),
        "in_stock_rate": in_stock_rate(p),
        "inventory_turns": turns,
        "days_of_cover": ratio(365.0, turns or 0.0),
        "vehicle_fill": ratio(
            float((loads.vehicles * loads.fill)[limited].sum()), float(loads.vehicles[limited].sum())
        ),
        "loads": len(loads),
        "emergency_share": ratio(emergency, freight),
        "kg_co2": kg_co2(p),
        "freight_per_unit": ratio(freight, sales),
    }


def in_stock_rate(p: Projection) -> float | None:
    """Mean probability that a day, or each day of a period, ends with stock, where there is demand in the horizon."""
    sells = (p.needs.mean > 0).any(axis=1)
    ends = p.flow.ends_with_stock[sells] * p.network.horizon.length
    return ratio(float(ends.sum()), float(sells.sum() * p.network.horizon.length.sum()))


def inventory_turns(p: Projection) -> float | None:
    """Cost of goods sold per year ÷ mean value of the closing stock."""
    cost = p.network.items.cost[p.needs.pairs.item]
    sold = float((cost * p.flow.sales.sum(axis=1)).sum()) * 365.0
    closing = np.maximum(p.flow.closing, 0.0) * p.network.horizon.length
    value = float((cost * closing.sum(axis=1)).sum())
    return ratio(sold, value)


def inventory(p: Projection) -> pd.DataFrame:
    """The rows of inventory.parquet: pairs that ever have stock, arrivals, dispatches or demand."""
    flow, moved = p.flow, p.moved
    columns = {
        "opening": flow.opening,
        "arrivals": moved.arrivals,
        "expected_sales": flow.sales,
        "expected_lost": flow.lost,
        "dispatched": moved.dispatched,
        "waste": flow.waste,
        "closing": flow.closing,
    }
    busy = np.logical_or.reduce(
        [values.any(axis=1) for values in columns.values()] + [p.needs.mean.any(axis=1)]
    )
    horizon, pairs, rows = p.network.horizon, p.needs.pairs, np.flatnonzero(busy)
    item, location = pairs.item[rows], pairs.location[rows]
    order = np.lexsort([_rank(p.network.locations)[location], _rank(p.network.items.names)[item]])
    rows, item, location = rows[order], item[order], location[order]
    head = {
        "item_id": _texts(p.network.items.names, np.repeat(item, horizon.days)),
        "location_id": _texts(p.network.locations, np.repeat(location, horizon.days)),
        "date": np.tile(horizon.date(np.arange(horizon.days)), len(rows)),
    }
    return pd.DataFrame(head | {name: values[rows].ravel() for name, values in columns.items()}, copy=False)


def _rank(names: pd.Index) -> Days:
    """The place of each name in the alphabet."""
    return np.argsort(np.argsort(names.to_numpy(object)))


def _texts(names: pd.Index, number: Days) -> "pd.Series[str]":
    return pd.Series(pd.Series(names, dtype="str").array.take(number))

"""Problem + Solution → Plan: arrays become the tables that people and systems read."""

from typing import Any

import numpy as np
import pandas as pd

from planner.compile.index import Index, index_of
from planner.plan.placed import Placed
from planner.plan.plan import INVENTORY_COLUMNS, LOAD_COLUMNS, ORDER_COLUMNS
from planner.tables.dataset import DataSet
from planner_models.curve import sales_curves
from planner_models.movements import Lines
from planner_models.problem import Ints, Problem
from planner_models.projection import Projection


def plan_tables(
    data: DataSet, projection: Projection
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Orders, loads, inventory and key figures of a set of shipments."""
    index = index_of(data)
    orders = orders_of(data, index, projection)
    loads = loads_of(index, projection)
    inventory = inventory_of(index, projection)
    return orders, loads, inventory, figures_of(projection)


def orders_of(
    data: DataSet, index: Index, projection: Projection, before: Placed | None = None
) -> pd.DataFrame:
    """Given orders under their own id, then free ones as O000001 … in the order of period, lane and item.

    Those that the plan `before` has (of the same problem) keep their names, also if their quantity is another; no name that it
    has is given to something else.
    """
    problem = projection.problem
    ship, lanes, given = problem.shipments, problem.lanes, problem.given
    free = free_lines(projection)
    k, t = free.shipment, free.period
    lane = np.concatenate([given.lane, ship.lane[k]])
    item = np.concatenate([given.item, ship.item[k]])
    day = np.concatenate([given.leaves, lanes.leaves[ship.lane[k], t]])
    arrival = np.concatenate([given.lands, lanes.lands[ship.lane[k], t]])
    units = np.concatenate([given.units, free.units])
    names = _free_names(data, len(k)) if before is None else _kept_names(data, before, k, t)
    items, places, modes = (
        pd.Series(np.asarray(texts), dtype="str") for texts in (index.items, index.locations, lanes.mode)
    )
    frame = pd.DataFrame(
        {
            "order_id": pd.concat([pd.Series(given.order_id, dtype="str"), names], ignore_index=True),
            "item_id": items.array.take(item),
            "origin": places.array.take(lanes.origin[lane]),
            "destination": places.array.take(lanes.destination[lane]),
            "mode": modes.array.take(lane),
            "dispatch_date": index.date(day),
            "arrival_date": index.date(arrival),
            "cases": units / problem.items.case_size[item],
            "quantity": units,
        }
    )
    return frame[list(ORDER_COLUMNS)]


def free_lines(projection: Projection) -> Lines:
    """The free orders in the order of `orders_of`."""
    ship, lines = projection.problem.shipments, projection.lines
    keys = ship.item[lines.shipment], ship.lane[lines.shipment], lines.period
    return lines.at(np.lexsort([_short(key) for key in keys]))


def _short(numbers: Ints) -> "np.ndarray[Any, Any]":
    """The same numbers ≥ 0 in as few bytes as they need: those of two are sorted in a tenth of the time."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _kept_names(data: DataSet, before: Placed, k: Ints, t: Ints) -> "pd.Series[str]":
    """The names of the plan before, and new ones for lines that it doesn't have."""
    row = np.full(before.lots.shape, -1)
    free = np.flatnonzero(before.shipment >= 0)[::-1]  # the first of several rows is the last to be noted
    row[before.shipment[free], before.period[free]] = free
    known, used = row[k, t], before.orders["order_id"].astype("str")
    new = known < 0
    known[new] = len(used) + np.arange(new.sum())
    names = pd.concat([used, _free_names(data, int(new.sum()), used)], ignore_index=True)
    return pd.Series(names.array.take(known))


def _free_names(data: DataSet, count: int, used: "pd.Series[str] | None" = None) -> "pd.Series[str]":
    """O000001 …, passing over names that open orders have; names beyond those that are `used`, if there are such."""
    taken, number = set(data["open_orders"]["order_id"]), 0
    if used is not None and len(used):
        numbers = used[used.str.match(r"O\d+$")].str[1:].astype("int64") if count else used.iloc[:0]
        number = int(numbers.max()) if len(numbers) else 0
    names: list[str] = []
    while len(names) < count:
        number += 1
        name = f"O{number:06d}"
        if name not in taken:
            names.append(name)
    return pd.Series(names, dtype="str")


def loads_of(index: Index, projection: Projection) -> pd.DataFrame:
    """One row per load; the stops of a route are joined by ` + `."""
    problem, flow = projection.problem, projection.loads
    lanes, groups = problem.lanes, problem.loads
    used = projection.used
    rows = []
    names = list(index.locations)
    members: dict[int, list[int]] = {}
    for m, g in enumerate(lanes.load.tolist()):
        members.setdefault(g, []).append(m)
    active = np.zeros(flow.group_cost.shape, bool)
    np.logical_or.at(active, lanes.load, used)
    for g, t in np.argwhere(active).tolist():
        stops = sorted(int(lanes.destination[m]) for m in members[g] if used[m, t])
        vehicles = flow.vehicles[g, t]
        limits = np.array([groups.vehicle_kg[g, t], groups.vehicle_m3[g, t]])
        amounts = np.array([flow.group_kg[g, t], flow.group_m3[g, t]])
        limited = np.isfinite(limits) & (limits > 0)
        fill = (
            float(np.max(amounts[limited] / (vehicles * limits[limited])))
            if limited.any() and vehicles
            else np.nan
        )
        rows.append(
            (
                names[lanes.origin[members[g][0]]],
                " + ".join(names[stop] for stop in stops),
                lanes.mode[members[g][0]],
                index.start + pd.Timedelta(days=int(groups.leaves[g, t])),
                int(vehicles),
                float(flow.group_kg[g, t]),
                float(flow.group_m3[g, t]),
                float(flow.group_cost[g, t]),
                fill,
                groups.route[g],
            )
        )
    frame = pd.DataFrame(rows, columns=[name for name in LOAD_COLUMNS if name != "load_id"])
    frame = frame.sort_values(
        ["dispatch_date", "origin", "destination", "mode"], kind="stable", ignore_index=True
    )
    frame.insert(0, "load_id", [f"L{n:06d}" for n in range(1, len(frame) + 1)])
    frame["dispatch_date"] = pd.to_datetime(frame["dispatch_date"])
    return frame[list(LOAD_COLUMNS)]


def inventory_of(index: Index, projection: Projection) -> pd.DataFrame:
    """Expected stock per item, location and period, under its first day; only where something ever happens."""
    problem, flow = projection.problem, projection.stock
    stock, days = problem.stock, problem.days
    first = np.cumsum(problem.length) - problem.length
    alive = (stock.on_hand > 0) | (stock.mean.sum(axis=1) > 0)
    alive |= (flow.arrivals.sum(axis=1) > 0) | (flow.dispatched.sum(axis=1) > 0)
    points = np.flatnonzero(alive)
    points = points[
        np.lexsort(
            [np.asarray(index.locations)[stock.location[points]], np.asarray(index.items)[stock.item[points]]]
        )
    ]

    def flat(values: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        return np.asarray(values[points].ravel())

    frame = pd.DataFrame(
        {
            "item_id": np.repeat(np.asarray(index.items)[stock.item[points]], days),
            "location_id": np.repeat(np.asarray(index.locations)[stock.location[points]], days),
            "date": np.tile(np.asarray(index.date(first)), len(points)),
            "opening": flat(flow.opening),
            "arrivals": flat(flow.arrivals),
            "expected_sales": flat(flow.sales),
            "expected_lost": flat(stock.mean - flow.sales),
            "dispatched": flat(flow.dispatched),
            "waste": flat(flow.waste),
            "closing": flat(flow.closing),
        }
    )
    return frame[list(INVENTORY_COLUMNS)]


def figures_of(projection: Projection) -> dict[str, Any]:
    """The content of kpis.json (models/README.md, section 5)."""
    problem, flow, loads = projection.problem, projection.stock, projection.loads
    stock, lanes, costs = problem.stock, problem.lanes, projection.costs
    by_mode, emergency = projection.freight_by_mode
    sold, demand = float(flow.sales.sum()), float(stock.mean.sum())
    cost_of_goods = float((flow.sales * problem.items.unit_cost[stock.item][:, None]).sum())
    days = int(problem.length.sum())
    closing = flow.closing * problem.length
    value = float((closing * problem.items.unit_cost[stock.item][:, None]).sum()) / days
    turns = _ratio(cost_of_goods / days * 365.0, value)
    limits = np.minimum(problem.loads.vehicle_kg, np.inf), problem.loads.vehicle_m3
    full = np.maximum(loads.group_kg / limits[0], loads.group_m3 / limits[1])  # vehicles · fill
    limited = np.isfinite(limits[0]) | np.isfinite(limits[1])
    active = np.zeros(loads.group_cost.shape, bool)
    np.logical_or.at(active, lanes.load, projection.used)
    return {
        "cost": {
            "total": projection.cost,
            "freight": by_mode,
            "emergency_freight": emergency,
            **{cause: money for cause, money in costs.items() if cause != "freight"},
        },
        "fill_rate": _ratio(sold, demand),
        "in_stock_rate": _in_stock_rate(problem, projection),
        "inventory_turns": turns,
        "days_of_cover": _ratio(365.0, turns or 0.0),
        "vehicle_fill": _ratio(float(full[limited].sum()), float(loads.vehicles[limited].sum())),
        "loads": int(active.sum()),
        "emergency_share": _ratio(emergency, costs["freight"]),
        "kg_co2": loads.kg_co2,
        "freight_per_unit": _ratio(costs["freight"], sold),
    }


def _ratio(part: float, whole: float) -> float | None:
    return None if whole == 0 else part / whole


def _in_stock_rate(problem: Problem, projection: Projection) -> float | None:
    """Mean probability that a day, or each day of a period, ends with stock, over the item-locations with demand."""
    flow, sells = projection.stock, problem.stock.mean.sum(axis=1) > 0
    if not sells.any():
        return None
    certain = sales_curves(problem.stock).scale <= 0
    available = np.maximum(flow.available, 0.0)
    likely = np.where(available > 0, 1.0 - flow.sells_more, 0.0)
    ends = np.where(certain, (flow.stock > 1e-6).astype(float), likely)
    return float((ends[sells] * problem.length).sum()) / (int(sells.sum()) * int(problem.length.sum()))

"""Open orders: what is on the way, what is firm, and what the previous plan had."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.compile.index import Index
from planner.compile.network import Network
from planner.tables.dataset import DataSet
from planner_models.problem import Floats, GivenOrders


@dataclass(frozen=True)
class Given:
    """Open orders as arrays; `I × L × T` unless noted."""

    orders: GivenOrders  # firm and frozen ones
    previous: pd.DataFrame  # item, lane, day, cases of the other planned orders
    arrivals: Floats
    dispatches: Floats
    later: Floats  # I × L, arrives after the horizon
    transit: pd.DataFrame  # item, location, day, units of in-transit orders that arrive in the horizon


def given_of(data: DataSet, index: Index, network: Network) -> Given:
    """Compile `open_orders`."""
    table = data["open_orders"]
    status = np.asarray(table["status"])
    day = index.day(table["dispatch_date"])
    lane = network.keys.get_indexer(pd.MultiIndex.from_frame(table[["origin", "destination", "mode"]]))
    lane = np.asarray(lane, np.int64)
    inside = (day >= 0) & (day < index.days)
    frozen = day < data.settings.frozen_days
    fixed = inside & ((status == "firm") | ((status == "planned") & frozen))
    planned = inside & (status == "planned") & ~frozen
    item, destination = index.item(table["item_id"]), index.location(table["destination"])
    units = np.asarray(table["quantity"], float)

    arrival = index.day(table["arrival_date"])
    usable = np.flatnonzero(fixed)
    by_lane = np.full(len(table), np.nan)
    by_lane[usable] = network.lanes.arrival[lane[usable], day[usable].astype(int)]
    arrival = np.where(np.isnan(arrival), by_lane, arrival)

    moving = status == "in_transit"
    arrival = np.where(moving, np.maximum(arrival, 0), arrival)  # what is overdue arrives on the first day
    arrives = np.flatnonzero(fixed | (moving & (arrival >= 0)))
    shape = (len(index.items), len(index.locations), index.days)
    arrivals, dispatches, later = np.zeros(shape), np.zeros(shape), np.zeros(shape[:2])
    soon = arrives[arrival[arrives] < index.days]
    late = arrives[arrival[arrives] >= index.days]
    np.add.at(arrivals, (item[soon], destination[soon], arrival[soon].astype(int)), units[soon])
    np.add.at(later, (item[late], destination[late]), units[late])
    origin = index.location(table["origin"])
    np.add.at(dispatches, (item[usable], origin[usable], day[usable].astype(int)), units[usable])

    orders = GivenOrders(
        order_id=tuple(table["order_id"].iloc[usable]),
        item=item[usable],
        lane=lane[usable],
        day=day[usable].astype(np.int64),
        arrival=arrival[usable].astype(np.int64),
        leaves=day[usable].astype(np.int64),
        lands=arrival[usable].astype(np.int64),
        units=units[usable],
    )
    case = np.asarray(data["items"]["case_size"], float)
    previous = pd.DataFrame(
        {
            "item": item[planned],
            "lane": lane[planned],
            "day": day[planned].astype(int),
            "cases": units[planned] / case[item[planned]],
        }
    )
    rows = soon[moving[soon]]
    transit = pd.DataFrame(
        {
            "item": item[rows],
            "location": destination[rows],
            "day": arrival[rows].astype(int),
            "units": units[rows],
        }
    )
    return Given(orders, previous, arrivals, dispatches, later, transit)

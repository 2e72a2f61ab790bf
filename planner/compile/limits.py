"""Supplier limits, order minimums and capacities as arrays."""

import numpy as np
import pandas as pd

from planner.compile.given import Given
from planner.compile.index import Index, filled
from planner.compile.network import Network
from planner.tables.dataset import DataSet
from planner.tables.schema import WEEKDAYS
from planner_models.problem import (
    RESOURCES,
    Capacities,
    Floats,
    Items,
    Locations,
    OrderMinimums,
    SupplyLimits,
)


def locations_of(data: DataSet, index: Index, network: Network) -> Locations:
    """Handling rates of every location, and who supplies it."""
    table = data["handling"].set_index("location_id").reindex(index.locations)
    return Locations(
        names=tuple(index.locations),
        line_cost=filled(table["cost_per_line"], 0),
        case_cost=filled(table["cost_per_case"], 0),
        line_hours=filled(table["hours_per_line"], 0),
        case_hours=filled(table["hours_per_case"], 0),
        main_source=network.main_source,
    )


def offers(data: DataSet, index: Index) -> pd.DataFrame:
    """What every supplier offers: item, location, unit_cost, min_order_quantity, order_multiple, max_per_day, available_from."""
    table = data["supply"]
    listed = pd.DataFrame(
        {
            "item": index.item(table["item_id"]),
            "location": index.location(table["location_id"]),
            "unit_cost": np.asarray(table["unit_cost"], float),
            "min_units": filled(table["min_order_quantity"], 0),
            "multiple": np.asarray(table["order_multiple"], float),
            "max_per_day": filled(table["max_per_day"], np.inf),
            "from_day": np.nan_to_num(index.day(table["available_from"]), nan=-np.inf),
        }
    )
    suppliers = np.array([n for n, kind in enumerate(index.kinds) if kind == "supplier"], int)
    silent = np.setdiff1d(suppliers, listed["location"])
    count = len(index.items)
    everything = pd.DataFrame(
        {
            "item": np.tile(np.arange(count), len(silent)),
            "location": np.repeat(silent, count),
            "unit_cost": np.nan,
            "min_units": 0.0,
            "multiple": np.nan,
            "max_per_day": np.inf,
            "from_day": -np.inf,
        }
    )
    table = pd.concat([frame for frame in (listed, everything) if len(frame)] or [listed], ignore_index=True)
    usual = filled(data["items"]["unit_cost"], 0)[table["item"]]
    table["unit_cost"] = np.where(np.isnan(table["unit_cost"]), usual, table["unit_cost"])
    table["above_cheapest"] = table["unit_cost"] - table.groupby("item")["unit_cost"].transform("min")
    return table


def limited_offers(offered: pd.DataFrame) -> pd.DataFrame:
    """Those of which there is only so much on a day."""
    limited: pd.DataFrame = offered[np.isfinite(offered["max_per_day"])]
    return limited


def supply_limits(offered: pd.DataFrame, given: Given, network: Network, days: int) -> SupplyLimits:
    """Daily limits per item and supplier, with what given orders already take."""
    limited = limited_offers(offered)
    use = np.zeros((len(limited), days))
    if len(limited):
        orders = given.orders
        row = pd.MultiIndex.from_frame(limited[["item", "location"]]).get_indexer(
            pd.MultiIndex.from_arrays([orders.item, network.lanes.origin[orders.lane]])
        )
        hit = row >= 0
        np.add.at(use, (row[hit], orders.day[hit]), orders.units[hit])
    return SupplyLimits(
        np.asarray(limited["item"], np.int64),
        np.asarray(limited["location"], np.int64),
        np.zeros(use.shape) + np.asarray(limited["max_per_day"], float)[:, None],
        use,
    )


def order_minimums(
    data: DataSet, index: Index, items: Items, offered: pd.DataFrame, given: Given, network: Network
) -> OrderMinimums:
    """Minimum value and weight of what a supplier sends to a destination on a day."""
    table = data["order_minimums"]
    supplier, destination = index.location(table["supplier"]), index.location(table["destination"])
    value, kg = np.zeros((len(table), index.days)), np.zeros((len(table), index.days))
    orders, lanes = given.orders, network.lanes
    cost = offered.set_index(["item", "location"])["unit_cost"]
    for row in range(len(table)):
        hit = (lanes.origin[orders.lane] == supplier[row]) & (
            lanes.destination[orders.lane] == destination[row]
        )
        listed = cost.reindex(pd.MultiIndex.from_arrays([orders.item[hit], lanes.origin[orders.lane[hit]]]))
        price = np.where(listed.isna(), items.unit_cost[orders.item[hit]], listed)
        np.add.at(value[row], orders.day[hit], orders.units[hit] * price)
        np.add.at(kg[row], orders.day[hit], orders.units[hit] * items.weight[orders.item[hit]])
    return OrderMinimums(
        supplier,
        destination,
        filled(table["min_value"], 0),
        filled(table["min_kg"], 0),
        value,
        kg,
        np.zeros(value.shape, bool),  # given orders stand as they are, whatever they come to
    )


def capacities_of(
    data: DataSet, index: Index, items: Items, locations: Locations, given: Given, network: Network
) -> Capacities:
    """What every location can do, and what given orders take of it."""
    limit, overtime, cost = limits_of(data, index)
    return Capacities(limit, overtime, cost, _given_use(items, locations, given, network, limit.shape))


def limits_of(data: DataSet, index: Index) -> tuple[Floats, Floats, Floats]:
    """Limit, overtime and its cost (`R × L × T`): the date's row wins over the weekday's, that over every day's."""
    table = data["capacities"]
    shape = (len(RESOURCES), len(index.locations), index.days)
    limit, overtime, cost = np.full(shape, np.inf), np.zeros(shape), np.zeros(shape)
    location, day = index.location(table["location_id"]), index.day(table["date"])
    weekday = [WEEKDAYS.index(name) if name else -1 for name in table["weekday"]]
    rank = np.where(~np.isnan(day), 2, np.where(np.array(weekday, int) >= 0, 1, 0))
    for row in np.argsort(rank, kind="stable"):
        if rank[row] == 2:
            days = np.arange(index.days) == day[row]
        elif rank[row] == 1:
            days = index.weekday == weekday[row]
        else:
            days = np.ones(index.days, bool)
        where = RESOURCES.index(table["resource"].iloc[row]), location[row], days
        limit[where] = table["limit"].iloc[row]
        overtime[where] = np.nan_to_num(table["overtime_limit"].iloc[row])
        cost[where] = np.nan_to_num(table["overtime_cost"].iloc[row])
    return limit, overtime, cost


def _given_use(
    items: Items, locations: Locations, given: Given, network: Network, shape: tuple[int, ...]
) -> Floats:
    use = np.zeros(shape)
    orders, transit, days = given.orders, given.transit, shape[2]
    at = {name: use[n] for n, name in enumerate(RESOURCES)}
    origin, destination = network.lanes.origin[orders.lane], network.lanes.destination[orders.lane]
    kg, cases = orders.units * items.weight[orders.item], orders.units / items.case_size[orders.item]
    soon = orders.arrival < days
    np.add.at(at["outbound_units"], (origin, orders.day), orders.units)
    np.add.at(at["outbound_kg"], (origin, orders.day), kg)
    np.add.at(at["inbound_kg"], (destination[soon], orders.arrival[soon]), kg[soon])
    out_hours = locations.line_hours[origin] + locations.case_hours[origin] * cases
    in_hours = locations.line_hours[destination] + locations.case_hours[destination] * cases
    np.add.at(at["handling_hours"], (origin, orders.day), out_hours)
    np.add.at(at["handling_hours"], (destination[soon], orders.arrival[soon]), in_hours[soon])

    item, location = np.asarray(transit["item"], int), np.asarray(transit["location"], int)
    where = location, np.asarray(transit["day"], int)
    units = np.asarray(transit["units"], float)
    np.add.at(at["inbound_kg"], where, units * items.weight[item])
    hours = locations.line_hours[location] + locations.case_hours[location] * units / items.case_size[item]
    np.add.at(at["handling_hours"], where, hours)
    return use

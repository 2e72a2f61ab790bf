"""Use and limits of the resources of locations, per period."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.audit.lanes import Flags
from planner.audit.lines import OrderLines
from planner.audit.network import Floats, Network
from planner.audit.numbering import Days, numbered, sums
from planner.audit.projection import Projection
from planner.tables.dataset import DataSet
from planner.tables.schema import RESOURCES, WEEKDAYS

UNITS = {"outbound_units": "units", "storage_m3": "m³", "handling_hours": "hours"}


@dataclass(frozen=True)
class Capacity:
    """Limited resources, one per row; limits, overtime and use are rows × periods (NaN = no limit)."""

    location: Days
    resource: Days
    limit: Floats
    overtime_limit: Floats
    overtime_cost: Floats
    use: Floats


def capacities(p: Projection) -> Capacity:
    """The limits that hold on each day, and what the plan uses of them."""
    network, table = p.network, p.data["capacities"]
    location = numbered(network.locations, table["location_id"])
    resource = numbered(pd.Index(RESOURCES), table["resource"])
    keys, cell = np.unique(location * len(RESOURCES) + resource, return_inverse=True)
    location, resource = keys // len(RESOURCES), keys % len(RESOURCES)
    limit, overtime_limit, overtime_cost = _by_period(p, cell, location, resource)
    use = np.zeros((len(keys), network.horizon.days))
    for number in np.unique(resource):
        rows = resource == number
        use[rows] = resource_use(p, RESOURCES[number])[location[rows]]
    return Capacity(location, resource, limit, overtime_limit, overtime_cost, use)


def _by_period(p: Projection, cell: Days, location: Days, resource: Days) -> tuple[Floats, Floats, Floats]:
    """Limits, overtime limits and costs. The days add up on which the location works, and the cheapest overtime counts;
    of storage the last day's limit holds, and its overtime is paid on every day.
    """
    horizon, daily = p.network.horizon, p.dated.network
    limit, most, cost = (
        _by_day(p.data, daily, cell, len(location), name)
        for name in ("limit", "overtime_limit", "overtime_cost")
    )
    most, cost = np.nan_to_num(most), np.nan_to_num(cost)
    if not horizon.lengths:
        return limit, most, cost
    days = p.dated.works[location]
    possible = np.minimum.reduceat(np.where(days & (most > 0), cost, np.inf), horizon.first, axis=1)
    lowest = np.where(np.isfinite(possible), possible, np.minimum.reduceat(cost, horizon.first, axis=1))
    stored, last = (resource == RESOURCES.index("storage_m3"))[:, None], horizon.ends - 1
    return (
        np.where(stored, limit[:, last], horizon.counted(limit, days)),
        np.where(stored, most[:, last], horizon.counted(most, days)),
        np.where(stored, np.add.reduceat(cost, horizon.first, axis=1), lowest),
    )


def _by_day(data: DataSet, network: Network, cell: Days, cells: int, column: str) -> Floats:
    """A column for each cell and day: the row of the date wins over the weekday, and that over every day."""
    table, horizon = data["capacities"], network.horizon
    values = table[column].to_numpy(dtype=float)
    result = np.full((cells, horizon.days), np.nan)
    dated, weekday = table["date"].notna().to_numpy(), table["weekday"].to_numpy(dtype=object)
    always = ~dated & (weekday == "")
    result[cell[always]] = values[always, None]
    for number, name in enumerate(WEEKDAYS):
        rows = ~dated & (weekday == name)
        result[np.ix_(cell[rows], horizon.weekdays == number)] = values[rows, None]
    day = horizon.day(table["date"])
    inside = dated & (day >= 0) & (day < horizon.days)
    result[cell[inside], day[inside]] = values[inside]
    return result


def resource_use(p: Projection, resource: str) -> Floats:
    """Use of a resource, locations × days."""
    return {
        "outbound_units": lambda: _outbound(p, p.lines.quantity),
        "outbound_kg": lambda: _outbound(p, p.lines.quantity * p.network.items.weight[p.lines.item]),
        "outbound_vehicles": lambda: _sum(p, p.loads.origin, p.loads.dispatch, p.loads.vehicles),
        "inbound_kg": lambda: _inbound_kg(p),
        "inbound_vehicles": lambda: _inbound_vehicles(p),
        "storage_m3": lambda: _storage(p),
        "handling_hours": lambda: _hours(p),
    }[resource]()


def _sum(p: Projection, location: Days, day: Days, amount: Floats) -> Floats:
    days = p.network.horizon.days
    used = (location >= 0) & (day >= 0) & (day < days)
    size = len(p.network.locations) * days
    flat = sums((location * days + day)[used], amount[used], size)
    return np.asarray(flat, dtype=float).reshape(-1, days)


def _outbound(p: Projection, amount: Floats) -> Floats:
    return _sum(p, p.lines.origin, p.lines.dispatch, amount)


def _inbound_kg(p: Projection) -> Floats:
    total = np.zeros((len(p.network.locations), p.network.horizon.days))
    parts: tuple[OrderLines, ...] = (p.lines, p.given.transit)
    for part in parts:
        total += _sum(p, part.destination, part.arrival, part.quantity * p.network.items.weight[part.item])
    return total


def _inbound_vehicles(p: Projection) -> Floats:
    """Vehicles of loads on the day of their arrival; a load of a route is one vehicle at each stop."""
    legs = p.loads.legs
    on_route: Flags = (p.network.lanes.table["route"] != "").to_numpy(dtype=bool)[legs.row]
    vehicles = np.where(on_route, 1.0, p.loads.vehicles[legs.load])
    return _sum(p, p.network.lanes.destination[legs.lane], legs.arrival, vehicles)


def _storage(p: Projection) -> Floats:
    pairs, stock = p.needs.pairs, np.maximum(p.flow.stock, 0.0)
    total = np.zeros((len(p.network.locations), p.network.horizon.days))
    np.add.at(total, pairs.location, stock * p.network.items.volume[pairs.item][:, None])
    return total


def _hours(p: Projection) -> Floats:
    per_line, per_case = handling(p, "hours_per_line"), handling(p, "hours_per_case")
    lines, transit = p.lines, p.given.transit
    return (
        _sum(p, lines.origin, lines.dispatch, per_line[lines.origin] + per_case[lines.origin] * lines.cases)
        + _sum(p, lines.destination, lines.arrival, _work(per_line, per_case, lines))
        + _sum(p, transit.destination, transit.arrival, _work(per_line, per_case, transit))
    )


def _work(per_line: Floats, per_case: Floats, lines: OrderLines) -> Floats:
    return np.asarray(per_line[lines.destination] + per_case[lines.destination] * lines.cases)


def handling(p: Projection, column: str) -> Floats:
    """A column of the table `handling` per location; 0 where it has no row."""
    table = p.data["handling"]
    result = np.zeros(len(p.network.locations))
    result[numbered(p.network.locations, table["location_id"])] = table[column].fillna(0.0)
    return result

"""Put the parts of the problem together."""

from dataclasses import replace

import numpy as np
import pandas as pd

from planner.compile.given import given_of
from planner.compile.index import filled, index_of
from planner.compile.limits import (
    capacities_of,
    limited_offers,
    locations_of,
    offers,
    order_minimums,
    supply_limits,
)
from planner.compile.network import Network, network_of
from planner.compile.periods import in_periods
from planner.compile.shipments import carried, shipments_of, within_limits
from planner.compile.stock import demand_of, least_stock, stock_points, with_idle_stock
from planner.tables.buckets import periods
from planner.tables.dataset import DataSet
from planner_models.problem import Floats, Ints, Items, Problem


def compile_problem(data: DataSet, buckets: str | None = None, network: Network | None = None) -> Problem:
    """The arrays of a validated data set, in periods such as `7d,3w`; None = those of the settings.

    `network` is that of the data set, if it is known. Raises BadBuckets if the periods don't divide the horizon.
    """
    wanted = data.settings.buckets if buckets is None else buckets
    length = np.array(periods(wanted or "", data.settings.horizon_days), np.int64)
    index = index_of(data)
    network = network or network_of(data, index)
    given = given_of(data, index, network)
    table = data["items"]
    items = Items(
        names=tuple(table["item_id"]),
        case_size=filled(table["case_size"], 1),
        weight=filled(table["unit_weight_kg"], 0),
        volume=filled(table["unit_volume_m3"], 0),
        unit_cost=filled(table["unit_cost"], 0),
    )
    locations = locations_of(data, index, network)
    offered = offers(data, index)
    own = demand_of(data, index)

    present = (given.arrivals.sum(axis=2) + given.dispatches.sum(axis=2) + given.later) > 0
    inventory = data["inventory"]
    present[index.item(inventory["item_id"]), index.location(inventory["location_id"])] |= (
        np.asarray(inventory["on_hand"]) > 0
    )
    least = least_stock(data, index, network, own, present)
    present[given.previous["item"], network.lanes.destination[given.previous["lane"]]] = True
    holds = np.array([kind != "supplier" for kind in index.kinds])
    wanted = (own.mean.sum(axis=2) > 0) | (least > 0)
    item, location = np.nonzero(carried(offered, index, network, present, wanted))
    stock = stock_points(data, index, network, given, own, least, item, location)

    minimums = order_minimums(data, index, items, offered, given, network)
    reserve = np.zeros(len(item))
    lowest = items.unit_cost.copy()
    np.minimum.at(lowest, offered["item"], offered["unit_cost"])
    for supplier_minimum in range(len(minimums.supplier)):
        there = location == minimums.destination[supplier_minimum]
        with np.errstate(divide="ignore", invalid="ignore"):
            units = np.nan_to_num(
                np.maximum(
                    minimums.min_value[supplier_minimum] / lowest[item],
                    minimums.min_kg[supplier_minimum] / items.weight[item],
                ),
                posinf=0.0,
            )
        reserve = np.where(there, np.maximum(reserve, units), reserve)

    orders, lanes = given.orders, network.lanes
    given_kg, given_m3 = lanes.given_kg.copy(), lanes.given_m3.copy()
    np.add.at(given_kg, (orders.lane, orders.day), orders.units * items.weight[orders.item])
    np.add.at(given_m3, (orders.lane, orders.day), orders.units * items.volume[orders.item])
    cases = orders.units / items.case_size[orders.item]
    handling = sum(
        float(np.sum(locations.line_cost[end] + locations.case_cost[end] * cases))
        for end in (lanes.origin[orders.lane], lanes.destination[orders.lane])
    )
    origin = lanes.origin[orders.lane]
    bought = ~holds[origin]
    above = _surcharge(offered, items, orders.item[bought], origin[bought])
    purchase = float(above @ orders.units[bought])
    problem = Problem(
        days=index.days,
        length=np.ones(index.days, np.int64),
        review_days=data.settings.review_days,
        weekday=index.start.weekday(),
        items=items,
        locations=locations,
        stock=stock,
        lanes=replace(lanes, given_kg=given_kg, given_m3=given_m3),
        loads=network.loads,
        shipments=shipments_of(index, network, items, stock, offered, given.previous, reserve),
        supply=supply_limits(offered, given, network, index.days),
        minimums=minimums,
        capacities=capacities_of(data, index, items, locations, given, network),
        given=orders,
        co2_price=data.settings.co2_price_per_kg,
        change_cost=data.settings.change_cost_per_case,
        given_handling=handling,
        given_purchase=purchase,
    )
    if length.max() > 1:
        first = np.asarray(limited_offers(offered)["from_day"], float)
        problem = in_periods(problem, length, index.closed[:, : index.days], first)
    return problem.replace(stock=with_idle_stock(problem.stock), shipments=within_limits(problem))


def _surcharge(offered: pd.DataFrame, items: Items, item: Ints, supplier: Ints) -> Floats:
    """What a supplier asks for an item above the cheapest offer [money per unit]; one that doesn't offer it asks its usual cost."""
    asked = offered.set_index(["item", "location"])["unit_cost"].reindex(
        pd.MultiIndex.from_arrays([item, supplier])
    )
    lowest = np.full(len(items.unit_cost), np.inf)
    np.minimum.at(lowest, offered["item"], offered["unit_cost"])
    price = np.where(asked.isna(), items.unit_cost[item], asked)
    return np.asarray(np.maximum(0.0, price - lowest[item]))

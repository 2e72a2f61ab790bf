"""Which stock points exist and which shipments are possible."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from planner.compile.index import Index
from planner.compile.network import Network
from planner_models.problem import Flags, Floats, Ints, Items, Problem, Shipments, StockPoints

# Demand above mean + 8 sd + 35 scales has a probability below 1e-15 for every gamma distribution: no plan buys for it.
FAR_TAIL, FAR_SCALES = 8.0, 35.0


def carried(offered: pd.DataFrame, index: Index, network: Network, present: Flags, wanted: Flags) -> Flags:
    """`I × L`: the item can be at the location and is of use there.

    `present`: it has stock or arrivals of its own; `wanted`: demand or a minimum.
    """
    reach = _reach(index, network)
    holds = np.array([kind != "supplier" for kind in index.kinds])
    begins = present.copy()
    begins[offered["item"], offered["location"]] = True
    available = (begins.astype(np.float32) @ reach.astype(np.float32)) > 0
    useful = (wanted.astype(np.float32) @ reach.T.astype(np.float32)) > 0
    return np.asarray(((available & useful) | present | wanted) & holds[None, :])


def shipments_of(
    index: Index,
    network: Network,
    items: Items,
    stock: StockPoints,
    offered: pd.DataFrame,
    previous: pd.DataFrame,
    reserve: Floats,
) -> Shipments:
    """All (item, lane-mode) pairs that make sense. `reserve[n]`: units that order minimums may force upon a stock point.

    What vehicles and suppliers can't give is still possible (`within_limits`).
    """
    lanes = network.lanes
    point = np.full((len(index.items), len(index.locations)), -1, np.int64)
    point[stock.item, stock.location] = np.arange(len(stock.item))
    offer = np.full((len(index.items), len(index.locations)), -1, np.int64)
    offer[offered["item"], offered["location"]] = np.arange(len(offered))

    can_leave = (point[:, lanes.origin] >= 0) | (offer[:, lanes.origin] >= 0)
    can_arrive = point[:, lanes.destination] >= 0
    rides = lanes.open[None, :, :] & _fits(items, network)
    wished = np.zeros(can_leave.shape, bool)
    wished[previous["item"], previous["lane"]] = True  # also where it can't be: it is a change then
    item, lane = np.nonzero(can_arrive & ((can_leave & rides.any(axis=2)) | wished))
    source, target = point[item, lanes.origin[lane]], point[item, lanes.destination[lane]]
    row = offer[item, lanes.origin[lane]]
    bought = (source < 0) & (row >= 0)

    def of_offer(column: str, default: float) -> Floats:
        values = np.append(np.asarray(offered[column], float), default)
        return values[np.where(bought, row, -1)]

    multiple = of_offer("multiple", np.nan)
    case = items.case_size[item]
    lot_cases = _lots(case, multiple)
    days = np.arange(index.days)
    is_open = rides[item, lane] & can_leave[item, lane][:, None]
    is_open &= days[None, :] >= of_offer("from_day", -np.inf)[:, None]
    lot = lot_cases * case
    min_units = of_offer("min_units", 0.0)
    most = np.maximum(_useful_units(stock, lanes.origin)[target] + reserve[target], min_units)
    most = np.maximum(most, _last_band(network, items, item, lane))
    most = np.maximum(most, np.append(_there(index, network, stock), 0.0)[source])
    kept = _previous(previous, item, lane, index.days)
    most = np.maximum(most, kept.max(axis=1, initial=0.0) * case)
    return Shipments(
        item=item,
        lane=lane,
        source=source,
        target=target,
        lot_cases=lot_cases,
        open=is_open,
        max_lots=np.ceil(most / lot - 1e-9),
        min_units=min_units,
        purchase=of_offer("above_cheapest", 0.0),
        value=np.where(bought, of_offer("unit_cost", 0.0), items.unit_cost[item]),
        previous=kept,
    )


def _fits(items: Items, network: Network) -> Flags:
    """`I × M × T`: one case of the item fits on the vehicle of the day."""
    load = network.lanes.load
    kg, m3 = network.loads.vehicle_kg[load], network.loads.vehicle_m3[load]
    case_kg, case_m3 = items.case_size * items.weight, items.case_size * items.volume
    return np.asarray(
        (case_kg[:, None, None] <= kg * (1 + 1e-9)) & (case_m3[:, None, None] <= m3 * (1 + 1e-9))
    )


def within_limits(problem: Problem) -> Shipments:
    """The shipments, none larger than what its supplier has and its vehicles carry."""
    ship = problem.shipments
    lot = ship.lot_cases * problem.items.case_size[ship.item]
    allowed = np.floor(_allowed_units(problem) / lot + 1e-9)
    return replace(ship, max_lots=np.minimum(ship.max_lots, allowed))


def _allowed_units(problem: Problem) -> Floats:
    """Units of a shipment that the supplier's limit and the vehicles of its best day can carry."""
    ship, lanes, loads, items = problem.shipments, problem.lanes, problem.loads, problem.items
    item, lane = ship.item, ship.lane
    allowed = np.full(len(item), np.inf)
    supply = pd.MultiIndex.from_arrays([problem.supply.item, problem.supply.location])
    row = supply.get_indexer(pd.MultiIndex.from_arrays([item, lanes.origin[lane]]))
    limited = (row >= 0) & (ship.source < 0)
    allowed[limited] = problem.supply.limit.max(axis=1, initial=0.0)[row[limited]]
    for size, capacity in ((items.weight, loads.vehicle_kg), (items.volume, loads.vehicle_m3)):
        limited = np.isfinite(capacity) & np.isfinite(loads.max_vehicles)
        carried = np.full(capacity.shape, np.inf)
        carried[limited] = capacity[limited] * loads.max_vehicles[limited]
        carried = carried.max(axis=1)
        unit = size[item]
        carried = carried[lanes.load[lane]] * (1 + 1e-9)
        allowed = np.minimum(
            allowed, np.divide(carried, unit, out=np.full_like(unit, np.inf), where=unit > 0)
        )
    return allowed


def _lots(case: Floats, multiple: Floats) -> Ints:
    """Cases in the smallest lot of each; there are few different ones."""
    pairs, code = np.unique(np.stack([case, np.nan_to_num(multiple)]), axis=1, return_inverse=True)
    return np.array([_lot(c, m) for c, m in pairs.T.tolist()], np.int64)[code.ravel()]


def _lot(case: float, multiple: float) -> int:
    """Cases in the smallest lot: least common multiple of case size and order multiple."""
    if multiple <= 0:
        return 1
    cases, units = round(case), round(multiple)
    if abs(cases - case) < 1e-9 and abs(units - multiple) < 1e-9:
        return math.lcm(cases, units) // cases
    return next(n for n in range(1, 100_000) if abs(n * case / multiple - round(n * case / multiple)) < 1e-9)


def _there(index: Index, network: Network, stock: StockPoints) -> Floats:
    """Units of stock and given orders that could be brought to each stock point: to be rid of them may pay, too."""
    units = np.zeros((len(index.items), len(index.locations)))
    units[stock.item, stock.location] = stock.on_hand + stock.given_in.sum(axis=1)
    reach = _reach(index, network).astype(float)
    return np.asarray((units @ reach)[stock.item, stock.location])


def _reach(index: Index, network: Network) -> Flags:
    """`L × L`: there is a way from one location to the other; from each to itself, too."""
    count = len(index.locations)
    reach = np.eye(count, dtype=bool)
    reach[network.lanes.origin, network.lanes.destination] = True
    for _ in range(max(1, math.ceil(math.log2(max(2, count))))):
        reach = reach | ((reach.astype(np.float32) @ reach.astype(np.float32)) > 0)
    return reach


def _last_band(network: Network, items: Items, item: Ints, lane: Ints) -> Floats:
    """Units from which the last weight break holds: a heavier load may cost less in total."""
    start = np.array([bands[-1][0] if bands else 0.0 for bands in network.lanes.breaks])[lane]
    weight = items.weight[item]
    return np.asarray(np.divide(start, weight, out=np.zeros_like(weight), where=weight > 0))


def _useful_units(stock: StockPoints, origins: Ints) -> Floats:
    """Units beyond which more stock at a point serves nobody: the item's demand in horizon and window, far into the tail."""
    mean = stock.mean.sum(axis=1) + stock.terminal_mean
    spread = (stock.sd**2).sum(axis=1) + stock.terminal_sd**2
    scale = np.divide(spread, mean, out=np.zeros_like(mean), where=mean > 0)
    own = mean + FAR_TAIL * np.sqrt(spread) + FAR_SCALES * scale + stock.min_stock
    own += stock.given_out.sum(axis=1)
    forwards = np.isin(stock.location, origins)
    total = np.zeros(stock.item.max(initial=0) + 1)
    np.add.at(total, stock.item, own)
    return np.where(forwards, total[stock.item], own)


def _previous(previous: pd.DataFrame, item: Ints, lane: Ints, days: int) -> Floats:
    cases = np.zeros((len(item), days))
    if len(previous):
        row = pd.MultiIndex.from_arrays([item, lane]).get_indexer(
            pd.MultiIndex.from_frame(previous[["item", "lane"]])
        )
        hit = row >= 0
        np.add.at(cases, (row[hit], np.asarray(previous["day"])[hit]), np.asarray(previous["cases"])[hit])
    return cases

"""Prices of stock at which nobody gains without end: not above what it costs to bring a unit, not below what to be rid of it.

Any prices give a bound, so those that prove nothing are replaced. What is left of them is nearly always rounding, or what the
search for prices counted and the bound leaves out.
"""

import numpy as np

from planner.audit.bound.convex import Floats
from planner.audit.bound.prices import Prices
from planner.audit.bound.rooms import Room
from planner.audit.bound.ways import Ways
from planner.audit.numbering import Days

SWEEPS = 8  # along chains of places that serve each other
MARGIN = 1e-9  # so that rounding makes nobody gain
Leg = tuple[
    Days, Days, Days, Floats
]  # pairs that are left and reached, T days of arrival, prices by pair and day


def sober(ways: Ways, prices: Prices, room: Room, storage: Floats) -> Prices:
    """Prices of stock between what it costs to be rid of a unit and what it costs to bring one.

    `room` has the lowest prices of all leaves; `storage` is `N × T`.
    """
    riddance = _riddance(ways, prices, room, storage)
    floor = MARGIN * np.abs(riddance) - riddance
    prices = prices.with_stock(np.maximum(prices.stock, floor))
    return _not_above_bringing(ways, prices, room, storage + ways.scene.holding)


def _riddance(ways: Ways, prices: Prices, room: Room, storage: Floats) -> Floats:
    """`N × T` [money per unit]: to keep a unit until the end, throw it away if it can expire, or send it elsewhere for this."""
    scene, days = ways.scene, ways.scene.days
    p, legs = scene.given, _legs(ways, prices.with_stock(np.zeros_like(prices.stock)), room)
    wasted = np.where(
        np.isfinite(p.outlook.shelf), scene.network.items.cost[p.needs.pairs.item][:, None], np.inf
    )
    cost = np.full((len(storage), days + 1), np.inf)
    cost[:, days] = 0.0
    for _ in range(SWEEPS):
        before = cost.copy()
        for day in range(days - 1, -1, -1):
            kept = np.minimum(scene.holding[:, day] + cost[:, day + 1], wasted[:, day]) + storage[:, day]
            np.minimum(cost[:, day], kept, out=cost[:, day])
            for source, target, arrival, price in legs:
                sent = price[:, day] + cost[target, arrival[day]]
                cost[source, day] = np.minimum(cost[source, day], sent)
        if np.array_equal(before, cost):
            break
    return cost[:, :days]


def _legs(ways: Ways, prices: Prices, room: Room) -> list[Leg]:
    """The lane-modes between places with stock; an infinite price where nothing may leave."""
    scene, found = ways.scene, []
    lanes, holds = scene.network.lanes, scene.network.holds_stock
    for lane in np.flatnonzero(holds[lanes.origin] & holds[lanes.destination]).tolist():
        location = int(lanes.destination[lane])
        item, pairs = ways.items_at(location), scene.pairs_at(location)
        source = scene.pair(item, int(lanes.origin[lane]))
        known = source >= 0
        price = ways.besides(prices, lane, item) + ways.room(room, lane, item)
        price = np.where(ways.rides(lane, item), price, np.inf)
        target = np.arange(pairs.start, pairs.stop)
        found.append(
            (source[known], target[known], np.minimum(lanes.arrival[lane], scene.days), price[known])
        )
    return found


def _not_above_bringing(ways: Ways, prices: Prices, room: Room, keeping: Floats) -> Prices:
    """Lower prices of stock where it costs more to take than to bring and to keep (`keeping`, `N × T`)."""
    scene = ways.scene
    served = np.unique(scene.given.needs.pairs.location[ways.leaves.any(axis=1)])
    for _ in range(SWEEPS):
        stock = prices.stock.copy()
        for location in served.tolist():
            pairs = scene.pairs_at(location)
            most = _less(ways.arriving(prices, location, [room])[0, :, : scene.days])
            for day in range(1, scene.days):
                kept = _less(most[:, day - 1] + keeping[pairs, day - 1])
                most[:, day] = np.minimum(most[:, day], kept)
            stock[pairs] = np.minimum(stock[pairs], most)
        if np.array_equal(stock[ways.leaves], prices.stock[ways.leaves]):
            break
        prices = prices.with_stock(stock)
    return prices


def _less(values: Floats) -> Floats:
    """A little less, where it is a number."""
    return np.asarray(values - MARGIN * np.abs(np.where(np.isfinite(values), values, 0.0)))

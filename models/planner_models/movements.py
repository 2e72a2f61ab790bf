"""What orders add up to where something is shared or kept: weight on lanes, use of resources, what reaches and leaves stock.

All of it is linear in the orders, so that of a plan is that of its parts together: the projection adds free orders to given
ones, and a neighbourhood (`neighbourhood.py`) takes those that it can't change for given.
"""

from dataclasses import dataclass

import numpy as np

from planner_models.problem import RESOURCES, Flags, Floats, Ints, Problem

DECISIVE = {  # all that the sums follow from, beside the orders
    "shipments": ("item", "lane", "source", "target", "lot_cases", "value"),
    "lanes": ("origin", "destination", "arrival"),
    "items": ("case_size", "weight", "volume"),
    "locations": ("names", "line_hours", "case_hours"),
    "stock": ("item", "location"),
    "supply": ("item", "location"),
    "minimums": ("supplier", "destination"),
}


@dataclass(frozen=True)
class Movements:
    """Sums over orders [units, kg, m³, money]."""

    arrivals: Floats  # N × T
    dispatched: Floats  # N × T
    later: Floats  # N, arrives after the horizon
    lane_kg: Floats  # M × T
    lane_m3: Floats  # M × T
    used: Flags  # M × T, something travels
    use: Floats  # R × L × T, without vehicles and storage, which follow from the whole plan
    supplied: Floats  # U × T
    ordered_value: Floats  # P × T, for order minimums
    ordered_kg: Floats  # P × T
    ordered: Flags  # P × T, there is an order


@dataclass(frozen=True)
class Lines:
    """Free orders one by one: shipment, period, quantity [units]."""

    shipment: Ints
    period: Ints
    units: Floats

    @staticmethod
    def of(problem: Problem, lots: Ints) -> "Lines":
        """Those of lots (`K × T`), in the order of shipments and periods."""
        ship = problem.shipments
        k, t = np.divmod(np.flatnonzero(lots != 0), lots.shape[1])
        return Lines(k, t, lots[k, t] * (ship.lot_cases[k] * problem.items.case_size[ship.item[k]]))

    def at(self, rows: Flags | Ints) -> "Lines":
        """Some of them, or all in another order."""
        return Lines(self.shipment[rows], self.period[rows], self.units[rows])


def movements(problem: Problem, units: Floats) -> Movements:
    """What dispatched quantities (`K × T`) add up to, without given orders."""
    k, t = np.nonzero(units)
    return movements_of(problem, Lines(k, t, units[k, t]))


def movements_of(problem: Problem, orders: Lines) -> Movements:
    """What orders add up to, without given ones."""
    ship, lanes, stock, items = problem.shipments, problem.lanes, problem.stock, problem.items
    k, t, units = orders.shipment, orders.period, orders.units
    m, item, days = ship.lane[k], ship.item[k], problem.days
    cases = units / items.case_size[item]
    kg, m3 = units * items.weight[item], units * items.volume[item]
    arrival, points, places = lanes.arrival[m, t], len(stock.item), len(problem.locations.names)
    soon, own = arrival < days, ship.source[k] >= 0

    def total(rows: Ints, day: Ints, amount: Floats, count: int) -> Floats:
        return np.asarray(np.bincount(rows * days + day, amount, count * days).reshape(count, days), float)

    origin, destination, place = lanes.origin[m], lanes.destination[m], problem.locations
    use = np.zeros((len(RESOURCES), places, days))
    at = {name: use[number] for number, name in enumerate(RESOURCES)}
    at["outbound_units"] += total(origin, t, units, places)
    at["outbound_kg"] += total(origin, t, kg, places)
    at["inbound_kg"] += total(destination[soon], arrival[soon], kg[soon], places)
    hours = place.line_hours[origin] + place.case_hours[origin] * cases
    at["handling_hours"] += total(origin, t, hours, places)
    hours = place.line_hours[destination] + place.case_hours[destination] * cases
    at["handling_hours"] += total(destination[soon], arrival[soon], hours[soon], places)

    limit, minimum = supply_limit(problem)[k], order_minimum(problem)[k]
    limited, bundled = limit >= 0, minimum >= 0
    lane_count, count = len(lanes.origin), len(problem.minimums.supplier)
    value = units * ship.value[k]
    used = np.zeros(lanes.open.shape, bool)
    used[m, t] = True
    ordered = np.zeros((count, days), bool)
    ordered[minimum[bundled], t[bundled]] = True
    return Movements(
        arrivals=total(ship.target[k[soon]], arrival[soon], units[soon], points),
        dispatched=total(ship.source[k[own]], t[own], units[own], points),
        later=np.asarray(np.bincount(ship.target[k[~soon]], units[~soon], points), float),
        lane_kg=total(m, t, kg, lane_count),
        lane_m3=total(m, t, m3, lane_count),
        used=used,
        use=use,
        supplied=total(limit[limited], t[limited], units[limited], len(problem.supply.item)),
        ordered_value=total(minimum[bundled], t[bundled], value[bundled], count),
        ordered_kg=total(minimum[bundled], t[bundled], kg[bundled], count),
        ordered=ordered,
    )


def same_ways(one: Problem, other: Problem) -> bool:
    """Whether the same orders add up to the same in both problems, given orders apart."""
    return all(
        np.array_equal(getattr(getattr(one, part), name), getattr(getattr(other, part), name))
        for part, names in DECISIVE.items()
        for name in names
    )


def supply_limit(problem: Problem) -> Ints:
    """Per shipment the number of the supplier's limit that holds for it; −1 = none (`K`)."""
    supply, ship = problem.supply, problem.shipments
    number = np.full((len(problem.items.names), len(problem.locations.names)), -1)
    number[supply.item, supply.location] = np.arange(len(supply.item))
    return np.asarray(number[ship.item, problem.lanes.origin[ship.lane]])


def order_minimum(problem: Problem) -> Ints:
    """Per shipment the number of the order minimum that holds for it; −1 = none (`K`)."""
    places, least, lanes = len(problem.locations.names), problem.minimums, problem.lanes
    number = np.full((places, places), -1)
    number[least.supplier, least.destination] = np.arange(len(least.supplier))
    return np.asarray(number[lanes.origin, lanes.destination][problem.shipments.lane])

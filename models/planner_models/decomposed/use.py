"""How much of every limited resource the wishes of the stock points would take."""

import numpy as np

from planner_models.decomposed.loads import Loads
from planner_models.decomposed.prices import RESOURCE
from planner_models.problem import Floats, Ints


def resource_use(loads: Loads, way: Ints, units: Floats, stock_after: Floats) -> Floats:
    """`R × L × T`, given orders included; vehicles in parts, order lines left out."""
    ways, problem = loads.ways, loads.problem
    lanes, place, days = problem.lanes, problem.locations, problem.days
    use = problem.capacities.given_use.copy()
    shape = use.shape[1:]
    m, t = ways.lane[way], ways.day[way]
    origin, destination, arrival, soon = (
        lanes.origin[m],
        lanes.destination[m],
        ways.arrival[way],
        ways.soon[way],
    )
    kg = units * ways.weight[way]
    cases = units / problem.items.case_size[problem.shipments.item[ways.shipment[way]]]

    def out(name: str, amount: Floats) -> None:
        use[RESOURCE[name]] += np.bincount(origin * days + t, amount, use[0].size).reshape(shape)

    def into(name: str, amount: Floats) -> None:
        cell = destination * days + np.minimum(arrival, days - 1)
        use[RESOURCE[name]] += np.bincount(cell, amount * soon, use[0].size).reshape(shape)

    out("outbound_units", units)
    out("outbound_kg", kg)
    out("handling_hours", cases * place.case_hours[origin])
    into("inbound_kg", kg)
    into("handling_hours", cases * place.case_hours[destination])
    stock = problem.stock
    volume = problem.items.volume[stock.item][:, None] * stock_after
    np.add.at(use[RESOURCE["storage_m3"]], stock.location, volume)
    vehicles = np.maximum(*loads.vehicles(*loads.flow(way, units)))
    first = loads.first
    np.add.at(use[RESOURCE["outbound_vehicles"]], lanes.origin[first], vehicles)
    routed = np.array([bool(route) for route in problem.loads.route])
    g, day = np.nonzero((lanes.arrival[first] < days) & ~routed[:, None])
    np.add.at(
        use[RESOURCE["inbound_vehicles"]],
        (lanes.destination[first[g]], lanes.arrival[first[g], day]),
        vehicles[g, day],
    )
    return use

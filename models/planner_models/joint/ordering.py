"""Order lines, suppliers and capacities: equations (20) to (27)."""

from collections import defaultdict

import numpy as np
import pyomo.core as pyo
from pyomo.core.expr import LinearExpression

from planner_models.joint.declare import Model
from planner_models.problem import RESOURCES


def order_line(model: Model) -> pyo.Constraint:
    """(20) What is shipped belongs to an order line [lots]: `ship[k,t] ≤ most[k]·line[k,t]`."""
    most = model.problem.shipments.max_lots.tolist()
    return pyo.Constraint(model.LINE, rule=lambda model, k, t: model.ship[k, t] <= most[k] * model.line[k, t])


def minimum_quantity(model: Model) -> pyo.Constraint:
    """(21) A line is not below the supplier's minimum [units]: `lot·ship[k,t] ≥ min_units[k]·line[k,t]`."""
    ship, lot = model.problem.shipments, lot_units(model)
    least = ship.min_units.tolist()
    return pyo.Constraint(
        model.AT_LEAST, rule=lambda model, k, t: lot[k] * model.ship[k, t] >= least[k] * model.line[k, t]
    )


def supplier_limit(model: Model) -> pyo.Constraint:
    """(22) A supplier gives at most so much of an item on a day [units]: `Σ lot·ship[k,t] ≤ max_per_day[u] − given[u,t]`."""
    problem, lot = model.problem, lot_units(model)
    row = {
        (i, o): n
        for n, (i, o) in enumerate(
            zip(problem.supply.item.tolist(), problem.supply.location.tolist(), strict=True)
        )
    }
    item, origin = problem.shipments.item.tolist(), problem.lanes.origin[problem.shipments.lane].tolist()
    sent = defaultdict(list)
    for k, t in model.SHIP:
        if (item[k], origin[k]) in row:
            sent[row[item[k], origin[k]], t].append(lot[k] * model.ship[k, t])
    room = (problem.supply.limit - problem.supply.given).tolist()
    return pyo.Constraint(
        [(n, t) for n, t in model.SUPPLY_DAYS if sent[n, t] or room[n][t] < -1e-6],
        rule=lambda model, n, t: pyo.quicksum(sent[n, t] or [model.nothing]) <= room[n][t],
    )


def order_minimum_used(model: Model) -> pyo.Constraint:
    """(23) What a supplier sends to a destination belongs to an order: `ship[k,t] ≤ most[k]·ordered[p,t]`."""
    most, order = model.problem.shipments.max_lots.tolist(), _orders(model)
    return pyo.Constraint(
        list(order), rule=lambda model, k, t: model.ship[k, t] <= most[k] * model.ordered[order[k, t], t]
    )


def order_minimum_value(model: Model) -> pyo.Constraint:
    """(24) An order reaches the supplier's minimum value [money]: `Σ value·lot·ship[k,t] + given ≥ min_value[p]·ordered[p,t]`."""
    minimums = model.problem.minimums
    return _order_minimum(model, model.problem.shipments.value, minimums.given_value, minimums.min_value)


def order_minimum_weight(model: Model) -> pyo.Constraint:
    """(25) An order reaches the supplier's minimum weight [kg]: `Σ weight·lot·ship[k,t] + given ≥ min_kg[p]·ordered[p,t]`."""
    problem = model.problem
    weight = problem.items.weight[problem.shipments.item]
    return _order_minimum(model, weight, problem.minimums.given_kg, problem.minimums.min_kg)


def _orders(model: Model) -> dict[tuple[int, int], int]:
    """(k, t) → the order minimum that it falls under."""
    problem = model.problem
    lanes, lane = problem.lanes, problem.shipments.lane.tolist()
    number = {
        (o, d): p
        for p, (o, d) in enumerate(
            zip(problem.minimums.supplier.tolist(), problem.minimums.destination.tolist(), strict=True)
        )
    }
    ends = list(zip(lanes.origin.tolist(), lanes.destination.tolist(), strict=True))
    return {(k, t): number[ends[lane[k]]] for k, t in model.SHIP if ends[lane[k]] in number}


def _order_minimum(model: Model, per_unit: object, given: object, least: object) -> pyo.Constraint:
    lot, content = lot_units(model), defaultdict(list)
    for (k, t), p in _orders(model).items():
        content[p, t].append((lot[k] * float(per_unit[k]), model.ship[k, t]))  # type: ignore[index]

    def rule(model: Model, p: int, t: int) -> object:
        body = pyo.quicksum(c * v for c, v in content[p, t]) + float(given[p, t])  # type: ignore[index]
        return body >= float(least[p]) * model.ordered[p, t]  # type: ignore[index]

    where = [(p, t) for p, t in model.MINIMUM_DAYS if least[p] > 0 and content[p, t]]  # type: ignore[index]
    return pyo.Constraint(where, rule=rule)


def plan_change(model: Model) -> pyo.Constraint:
    """(26) A change is the distance from the previous plan [cases]: `change[k,t] ≥ ±(cases·ship[k,t] − previous[k,t])`."""
    ship = model.problem.shipments
    cases, previous = ship.lot_cases.tolist(), ship.previous.tolist()
    return pyo.Constraint(
        [(k, t, sign) for k, t in model.CHANGED for sign in (1, -1)],
        rule=lambda model, k, t, sign: (
            model.change[k, t] >= sign * (cases[k] * model.ship[k, t] - previous[k][t])
        ),
    )


def capacity(model: Model) -> pyo.Constraint:
    """(27) The use of a resource stays within its limit and overtime: `use[r,l,t] ≤ limit[r,l,t] + overtime[r,l,t]`."""
    problem = model.problem
    limits = problem.capacities
    use = _uses(model)
    limit, given = limits.limit.tolist(), limits.given_use.tolist()

    def rule(model: Model, r: int, at: int, t: int) -> object:
        terms = use[r, at, t]
        coefficients, variables = [c for c, _ in terms], [v for _, v in terms]
        if (r, at, t) in model.overtime:
            coefficients.append(-1.0)
            variables.append(model.overtime[r, at, t])
        room = limit[r][at][t] - given[r][at][t]
        if not variables:
            return pyo.Constraint.Feasible if room >= -1e-6 else model.nothing <= room
        return LinearExpression(linear_coefs=coefficients, linear_vars=variables) <= room

    return pyo.Constraint(model.LIMITED, rule=rule)


def _uses(model: Model) -> dict[tuple[int, int, int], list[tuple[float, object]]]:
    """What uses each limited resource: (amount per variable, variable)."""
    problem, days = model.problem, model.problem.days
    ship, lanes, place, items = problem.shipments, problem.lanes, problem.locations, problem.items
    limited = np.isfinite(problem.capacities.limit).any(axis=2)
    number = {name: n for n, name in enumerate(RESOURCES)}
    use: dict[tuple[int, int, int], list[tuple[float, object]]] = defaultdict(list)
    lot = lot_units(model)
    weight = (items.weight[ship.item] * np.array(lot)).tolist()
    cases = ship.lot_cases.tolist()
    lane = ship.lane.tolist()
    origin, destination = lanes.origin.tolist(), lanes.destination.tolist()
    arrival = lanes.arrival.tolist()
    per_line, per_case = place.line_hours.tolist(), place.case_hours.tolist()

    def add(resource: str, at: int, t: int, amount: float, variable: object) -> None:
        if limited[number[resource], at] and t < days and amount:
            use[number[resource], at, t].append((amount, variable))

    for k, t in model.SHIP:
        m, moved = lane[k], model.ship[k, t]
        o, d, there = origin[m], destination[m], arrival[m][t]
        add("outbound_units", o, t, lot[k], moved)
        add("outbound_kg", o, t, weight[k], moved)
        add("inbound_kg", d, there, weight[k], moved)
        add("handling_hours", o, t, per_case[o] * cases[k], moved)
        add("handling_hours", d, there, per_case[d] * cases[k], moved)
        if (k, t) in model.line:
            add("handling_hours", o, t, per_line[o], model.line[k, t])
            add("handling_hours", d, there, per_line[d], model.line[k, t])
    load, route = lanes.load.tolist(), problem.loads.route
    first: dict[int, int] = {}
    for m, g in enumerate(load):
        first.setdefault(g, m)
    for g, t in model.LOAD_DAYS:
        add("outbound_vehicles", origin[first[g]], t, 1.0, model.vehicles[g, t])
    for m, t in model.LANE_DAYS:
        docked = model.used[m, t] if route[load[m]] and (m, t) in model.used else model.vehicles[load[m], t]
        add("inbound_vehicles", destination[m], arrival[m][t], 1.0, docked)
    volume, location = items.volume[problem.stock.item].tolist(), problem.stock.location.tolist()
    for n, t in model.STOCK:
        add("storage_m3", location[n], t, volume[n], model.on_hand[n, t])
        if (n, t) in model.waste:
            add("storage_m3", location[n], t, volume[n], model.waste[n, t])
    return use


def lot_units(model: Model) -> list[float]:
    """Units in one lot of every shipment."""
    ship = model.problem.shipments
    return (ship.lot_cases * model.problem.items.case_size[ship.item]).tolist()  # type: ignore[no-any-return]

"""The objective: money per cause over the horizon, equation (28)."""

import pyomo.core as pyo
from pyomo.core.expr import LinearExpression

from planner_models.joint.declare import Model
from planner_models.joint.ordering import lot_units


def total_cost(model: Model) -> pyo.Objective:
    """(28) Everything that decisions can change [money]: the sum of the causes below."""
    causes = (freight, holding, lost_sales, handling, overtime, waste, purchase, co2, changes, terminal)
    terms: list[tuple[float, object]] = []
    constant = 0.0
    for cause in causes:
        fixed, parts = cause(model)
        constant += fixed
        terms += [(float(price), variable) for price, variable in parts if price]
    body = LinearExpression(
        constant=constant, linear_coefs=[price for price, _ in terms], linear_vars=[v for _, v in terms]
    )
    return pyo.Objective(expr=body)


Terms = tuple[float, list[tuple[float, object]]]


def freight(model: Model) -> Terms:
    """Vehicles, weight, volume, stops [money]."""
    lanes, per_vehicle = model.problem.lanes, model.problem.loads.cost_per_vehicle
    terms = [(per_vehicle[g, t], model.vehicles[g, t]) for g, t in model.LOAD_DAYS]
    terms += [(lanes.stop_cost[m, t], model.used[m, t]) for m, t in model.USED]
    terms += [(1.0, model.charge[m, t]) for m, t in model.CHARGED]
    for m, t in model.FREE_OF_CHARGE_RULES:
        terms.append((lanes.cost_per_kg[m, t], model.lane_kg[m, t]))
        if (m, t) in model.lane_m3:
            terms.append((lanes.cost_per_m3[m, t], model.lane_m3[m, t]))
    return 0.0, terms


def holding(model: Model) -> Terms:
    """Closing stock of every day [money]."""
    price = model.problem.stock.holding.tolist()
    return 0.0, [(price[n][t], model.on_hand[n, t]) for n, t in model.STOCK]


def lost_sales(model: Model) -> Terms:
    """Margin and goodwill of demand that is not met [money]."""
    stock = model.problem.stock
    price = stock.lost_cost.tolist()
    lost = float((stock.lost_cost[:, None] * stock.mean).sum())
    return lost, [(-price[n], model.sales[n, t]) for n, t in model.SELLS]


def handling(model: Model) -> Terms:
    """Lines and cases at both ends [money]."""
    problem = model.problem
    place, lanes, ship = problem.locations, problem.lanes, problem.shipments
    ends = lanes.origin[ship.lane], lanes.destination[ship.lane]
    per_lot = (ship.lot_cases * (place.case_cost[ends[0]] + place.case_cost[ends[1]])).tolist()
    per_line = (place.line_cost[ends[0]] + place.line_cost[ends[1]]).tolist()
    terms = [(per_lot[k], model.ship[k, t]) for k, t in model.SHIP]
    terms += [(per_line[k], model.line[k, t]) for k, t in model.LINE]
    return problem.given_handling, terms


def overtime(model: Model) -> Terms:
    """Use above the normal limits [money]."""
    price = model.problem.capacities.overtime_cost
    return 0.0, [(price[key], model.overtime[key]) for key in model.OVERTIME]


def waste(model: Model) -> Terms:
    """Expired goods at their cost [money]."""
    price = model.problem.items.unit_cost[model.problem.stock.item].tolist()
    return 0.0, [(price[n], model.waste[n, t]) for n, t in model.EXPIRES]


def purchase(model: Model) -> Terms:
    """What a source costs above the item's cheapest source [money]."""
    price, lot = model.problem.shipments.purchase.tolist(), lot_units(model)
    return model.problem.given_purchase, [(price[k] * lot[k], model.ship[k, t]) for k, t in model.SHIP]


def co2(model: Model) -> Terms:
    """Emissions at their price [money]."""
    problem = model.problem
    price, loads, lanes = problem.co2_price, problem.loads, problem.lanes
    if not price:
        return 0.0, []
    terms = [(price * loads.co2_per_vehicle[g, t], model.vehicles[g, t]) for g, t in model.LOAD_DAYS]
    return 0.0, terms + [(price * lanes.co2_per_kg[m, t], model.lane_kg[m, t]) for m, t in model.LANE_DAYS]


def changes(model: Model) -> Terms:
    """Cases away from the previous plan [money]; a previous order that can't be repeated is a change in any plan."""
    problem = model.problem
    if not problem.change_cost:
        return 0.0, []
    kept = sum(problem.shipments.previous[k, t] for k, t in model.CHANGED)
    gone = problem.change_cost * (float(problem.shipments.previous.sum()) - float(kept))
    return gone, [(problem.change_cost, model.change[key]) for key in model.CHANGED]


def terminal(model: Model) -> Terms:
    """Ending the horizon below the stock that the next days need [money]."""
    price = model.problem.stock.terminal_cost.tolist()
    return 0.0, [(price[n], model.short[n]) for n in model.ENDS_SHORT]

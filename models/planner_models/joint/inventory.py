"""Stock: equations (1) to (3)."""

from collections import defaultdict

import pyomo.core as pyo
from pyomo.core.expr import LinearExpression

from planner_models.joint.declare import Model


def stock_balance(model: Model) -> pyo.Constraint:
    """(1) Closing stock is yesterday's plus arrivals minus dispatches, sales and waste [units].

    `on_hand[n,t] = on_hand[n,t−1] + Σ arriving lot·ship − Σ leaving lot·ship + given − sales[n,t] − waste[n,t]`
    """
    problem = model.problem
    stock, ship, days = problem.stock, problem.shipments, problem.days
    lot = (ship.lot_cases * problem.items.case_size[ship.item]).tolist()
    source, target = ship.source.tolist(), ship.target.tolist()
    arrival = problem.lanes.arrival[ship.lane].tolist()
    flows: dict[tuple[int, int], list[tuple[float, object]]] = defaultdict(list)
    for k, t in model.SHIP:
        moved = model.ship[k, t]
        if arrival[k][t] < days:
            flows[target[k], arrival[k][t]].append((lot[k], moved))
        if source[k] >= 0:
            flows[source[k], t].append((-lot[k], moved))
    given = (stock.given_in - stock.given_out).tolist()
    opening = stock.on_hand.tolist()

    def rule(model: Model, n: int, t: int) -> object:
        terms = flows[n, t]
        coefficients, variables = [c for c, _ in terms], [v for _, v in terms]
        for sign, family in ((-1.0, model.on_hand), (-1.0, model.sales), (-1.0, model.waste)):
            if (n, t) in family:
                coefficients.append(sign)
                variables.append(family[n, t])
        constant = -given[n][t]
        if t == 0:
            constant -= opening[n]
        else:
            coefficients.append(1.0)
            variables.append(model.on_hand[n, t - 1])
        return LinearExpression(linear_coefs=coefficients, linear_vars=variables) == constant

    return pyo.Constraint(model.STOCK, rule=rule)


def minimum_stock(model: Model) -> pyo.Constraint:
    """(2) Stock after sales is not below its minimum [units]: `on_hand[n,t] + waste[n,t] ≥ min_stock[n]`."""
    least = model.problem.stock.min_stock.tolist()
    return pyo.Constraint(model.KEPT, rule=lambda model, n, t: stock_after_sales(model, n, t) >= least[n])


def maximum_stock(model: Model) -> pyo.Constraint:
    """(3) Stock after sales is not above its maximum [units]: `on_hand[n,t] + waste[n,t] ≤ max_stock[n,t]`."""
    most = model.problem.stock.max_stock.tolist()
    return pyo.Constraint(model.CAPPED, rule=lambda model, n, t: stock_after_sales(model, n, t) <= most[n][t])


def stock_after_sales(model: Model, n: int, t: int) -> object:
    """Stock after sales and before expired goods are taken out [units]."""
    return model.on_hand[n, t] + expired(model, n, t)


def expired(model: Model, n: int, t: int) -> object:
    """Goods that expire; 0 where they keep."""
    return model.waste[n, t] if (n, t) in model.waste else 0  # noqa: SIM401 — a variable has no `get`

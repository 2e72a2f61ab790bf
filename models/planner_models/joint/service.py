"""Expected sales and the stock at the end: equations (4) to (6).

Expected sales are a concave and the expected shortage a convex function; the model holds lines that touch
them. It begins with a few and the engine
adds those that the solution needs (Kelley 1960), so that the relaxation is never above the true cost.
"""

import pyomo.core as pyo
from pyomo.core.expr import LinearExpression

from planner_models.joint.declare import Model
from planner_models.joint.inventory import expired


def sales_curve(model: Model) -> pyo.Constraint:
    """(4) Sales are not above a line that touches the sales curve [units].

    `sales[n,t] ≤ c + s·(on_hand[n,t] + sales[n,t] + waste[n,t])` for every line (n, t, c, s) in `SALES_LINES`
    """
    lines = model.SALES_LINES

    def rule(model: Model, at: int) -> object:
        n, t, constant, slope = lines[at]
        kept = [model.on_hand[n, t]] + ([model.waste[n, t]] if (n, t) in model.waste else [])
        coefficients = [1.0 - slope] + [-slope] * len(kept)
        return LinearExpression(linear_coefs=coefficients, linear_vars=[model.sales[n, t], *kept]) <= constant

    return pyo.Constraint(range(len(lines)), rule=rule)


def terminal_cover(model: Model) -> pyo.Constraint:
    """(5) Units missing after the horizon are not below a line that touches the expected shortage [units].

    `short[n] ≥ c + s·(on_hand[n,T−1] + Σ lot·ship on the way + given later)` for every line (n, c, s) in `TERMINAL_LINES`
    """
    problem = model.problem
    ship, days, lines = problem.shipments, problem.days, model.TERMINAL_LINES
    lot = (ship.lot_cases * problem.items.case_size[ship.item]).tolist()
    arrival, target = problem.lanes.arrival[ship.lane].tolist(), ship.target.tolist()
    on_the_way: dict[int, list[tuple[float, object]]] = {}
    for k, t in model.SHIP:
        if arrival[k][t] >= days:
            on_the_way.setdefault(target[k], []).append((lot[k], model.ship[k, t]))
    later = problem.stock.given_later.tolist()

    def rule(model: Model, at: int) -> object:
        n, constant, slope = lines[at]
        terms = on_the_way.get(n, [])
        coefficients = [1.0, -slope] + [-slope * units for units, _ in terms]
        variables = [model.short[n], model.on_hand[n, days - 1]] + [moved for _, moved in terms]
        body = LinearExpression(linear_coefs=coefficients, linear_vars=variables)
        return body >= constant + slope * later[n]

    return pyo.Constraint(range(len(lines)), rule=rule)


def nothing_withheld(model: Model) -> pyo.Constraint:
    """(6) Sales are not below two chords of the sales curve [units]: nothing is withheld from a customer.

    With a = on_hand + sales + waste: `a ≥ knee·ample`, `a ≤ knee + (most − knee)·ample`. With `ample[n,t]` the stock is above the
    knee of the curve and sales above the second chord, else above the first one.
    Without uncertainty the knee is the day's demand, and this is exact. Only where keeping stock back could pay.
    """
    rows: list[tuple[int, int, str]] = [(n, t, which) for n, t, *_ in model.GUARDS for which in "bdfs"]
    data = {(n, t): values for n, t, *values in model.GUARDS}

    def rule(model: Model, n: int, t: int, which: str) -> object:
        knee, at_knee, most, at_most = data[n, t]
        sales, ample = model.sales[n, t], model.ample[n, t]
        available = model.on_hand[n, t] + sales + expired(model, n, t)
        slope = (at_most - at_knee) / (most - knee) if most > knee else 0.0
        if which == "b":
            return available >= knee * ample
        if which == "d":
            return available <= knee + (most - knee) * ample
        if which == "f":
            return sales >= at_knee / knee * (available - most * ample)
        return sales >= at_knee * ample + slope * (available - knee) - slope * (most - knee) * (1 - ample)

    return pyo.Constraint(rows, rule=rule)

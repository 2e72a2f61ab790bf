"""The plan with an override: what it is, and what of it is proven."""

from typing import Any

from planner.plan.plan import Plan
from planner.value.explain.judged import Base, Judged
from planner.value.explain.words import way
from planner_models.incumbent import gap_of


def changed_plan(plan: Plan, one: Judged, order: str, base: str) -> Plan:
    """The plan of the run `base` with `order` changed. No plan of these tables costs less than the bound, this one included."""
    cost = one.evaluation.total
    bound = min(plan.bound, cost)
    certificate = plan.certificate | {
        "cost": cost,
        "bound": bound,
        "gap": gap_of(cost, bound),
        "optimal": False,
        "method": f"{plan.certificate.get('method', '')}; order {order} overridden",
        "base": base,
    }
    return Plan(
        orders=one.base.placed.with_change(one.change),
        loads=one.evaluation.loads,
        inventory=one.evaluation.inventory,
        kpis=one.evaluation.kpis,
        certificate=certificate,
        prices=plan.prices,
        branches=plan.branches,
    )


def before(base: Base, row: int) -> dict[str, Any]:
    """Quantity, mode and day of dispatch of a row of the orders, as override.json has them."""
    order = base.placed.orders.iloc[row]
    return {
        "quantity": float(order["quantity"]),
        "mode": str(order["mode"]),
        "dispatch_date": str(order["dispatch_date"].date()),
    }


def after(one: Judged) -> dict[str, Any]:
    """The order as it is now; {} if nothing is sent."""
    placed = one.base.placed
    k, lots = one.change[-1][0], one.change[-1][2]
    if one.candidates.kind == "nothing":
        return {}
    if one.candidates.kind in ("more", "less"):
        lots += int(placed.lots[k, one.change[-1][1]])
    units = (
        lots
        * int(placed.problem.shipments.lot_cases[k])
        * float(placed.problem.items.case_size[placed.problem.shipments.item[k]])
    )
    found = way(one)
    return {"quantity": units, "mode": found["mode"], "dispatch_date": str(found["dispatch_date"].date())}

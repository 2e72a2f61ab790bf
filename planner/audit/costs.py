"""What a plan costs, one function per cause (models/README.md, section 3); all in money, all ≥ 0."""

from collections.abc import Callable

import numpy as np

from planner.audit.capacities import capacities, handling
from planner.audit.curve import shortage
from planner.audit.projection import Projection


def freight(p: Projection) -> float:
    """Vehicles, weight, volume, minimum charges and stops of all loads."""
    return float(p.loads.cost.sum())


def holding(p: Projection) -> float:
    """Rate × stock at the end of each period × its days."""
    closing = np.maximum(p.flow.closing, 0.0) * p.network.horizon.length
    return float((p.rates.holding * closing.sum(axis=1)).sum())


def lost_sales(p: Projection) -> float:
    """Lost margin and penalty × expected lost sales."""
    return float((p.rates.lost_sale * np.maximum(p.flow.lost, 0.0).sum(axis=1)).sum())


def handling_cost(p: Projection) -> float:
    """Lines and cases, at the origin and at the destination."""
    per_line, per_case = handling(p, "cost_per_line"), handling(p, "cost_per_case")
    lines, total = p.lines, 0.0
    for place in (lines.origin, lines.destination):
        here = place >= 0
        total += float((per_line[place[here]] + per_case[place[here]] * lines.cases[here]).sum())
    return total


def overtime(p: Projection) -> float:
    """Cost of overtime × use above the limit."""
    capacity = capacities(p)
    above = np.nan_to_num(np.maximum(0.0, capacity.use - capacity.limit))
    return float((capacity.overtime_cost * above).sum())


def waste(p: Projection) -> float:
    """Unit cost × what expires."""
    return float((p.network.items.cost[p.needs.pairs.item] * p.flow.waste.sum(axis=1)).sum())


def purchase(p: Projection) -> float:
    """What a supplier costs above the cheapest supplier of the item."""
    bought = p.lines.select((p.lines.origin >= 0) & p.supply.is_supplier[p.lines.origin])
    surcharge = p.supply.unit_cost(bought.item, bought.origin) - p.supply.lowest_cost[bought.item]
    return float((np.maximum(surcharge, 0.0) * bought.quantity).sum())


def kg_co2(p: Projection) -> float:
    """CO₂ of vehicles and of weight [kg]; the weight by the rate of its own lane."""
    lanes, loads = p.network.lanes, p.loads
    vehicles = np.nan_to_num(lanes.column("kg_co2_per_vehicle", loads.row)) * loads.vehicles
    weight = np.nan_to_num(lanes.column("kg_co2_per_kg", loads.legs.row)) * loads.legs.kg
    return float(vehicles.sum() + weight.sum())


def co2(p: Projection) -> float:
    """The price of CO₂."""
    return p.data.settings.co2_price_per_kg * kg_co2(p)


def changes(p: Projection) -> float:
    """Price × cases by which free orders differ from the previous plan, per item, lane-mode and period."""
    days, items = p.network.horizon.days, len(p.network.items.names)
    parts = []
    free, planned = p.lines.select(p.lines.free), p.given.planned
    for item, lane, dispatch, cases in (
        (free.item, free.lane, free.dispatch, free.cases),
        (planned.item, planned.lane, planned.dispatch, -planned.cases),
    ):
        known = lane >= 0
        parts.append((((lane * days + dispatch) * items + item)[known], cases[known]))
    keys = np.concatenate([key for key, _ in parts])
    group = np.unique(keys, return_inverse=True)[1]
    difference = np.bincount(group, np.concatenate([cases for _, cases in parts]))
    return p.data.settings.change_cost_per_case * float(np.abs(difference).sum())


def terminal(p: Projection) -> float:
    """The stock that the days after the horizon need and that is neither there nor on the way."""
    if p.data.settings.terminal_value == "none":
        return 0.0
    position = p.flow.closing[:, -1] + p.moved.late
    mean, variance = p.beyond.mean, p.beyond.variance
    return float((p.rates.missing * np.where(mean > 0, shortage(position, mean, variance), 0.0)).sum())


COSTS: dict[str, Callable[[Projection], float]] = {
    "freight": freight,
    "holding": holding,
    "lost_sales": lost_sales,
    "handling": handling_cost,
    "overtime": overtime,
    "waste": waste,
    "purchase": purchase,
    "co2": co2,
    "changes": changes,
    "terminal": terminal,
}

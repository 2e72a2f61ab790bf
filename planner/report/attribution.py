"""Which item and location each cost belongs to. Parts add up to the whole, cause by cause."""

import numpy as np
import pandas as pd

from planner.audit.capacities import capacities, handling
from planner.audit.costs import changes
from planner.audit.curve import shortage
from planner.audit.network import Floats
from planner.audit.numbering import Days, sums
from planner.audit.orders import Lines
from planner.audit.projection import Projection

COLUMNS = ["item_id", "location_id", "cause", "money"]
NETWORK = -1  # the number of what belongs to no item, or to no location


def attribute(p: Projection) -> pd.DataFrame:
    """Rows of item, location, cause and money; empty text where a cost belongs to no item or location.

    Costs of a shipment belong to where it arrives. The cost and the CO₂ of a load are split by the weight of its
    lines (by volume where nothing weighs anything); handling at both ends counts.
    """
    pairs, lines = p.needs.pairs, p.lines
    at = (pairs.item, pairs.location)
    to = (lines.item, lines.destination)
    capacity = capacities(p)
    above = np.nan_to_num(np.maximum(0.0, capacity.use - capacity.limit))
    nowhere = np.full(len(capacity.location), NETWORK)
    parts = [
        _part(p, "freight", *to, per_line(p, p.loads.cost)),
        _part(p, "holding", *at, p.rates.holding * _weighted(p, p.flow.closing)),
        _part(p, "lost_sales", *at, p.rates.lost_sale * np.maximum(p.flow.lost, 0.0).sum(axis=1)),
        _part(p, "handling", *to, _handling(p)),
        _part(p, "overtime", nowhere, capacity.location, (capacity.overtime_cost * above).sum(axis=1)),
        _part(p, "waste", *at, p.network.items.cost[pairs.item] * p.flow.waste.sum(axis=1)),
        _part(p, "purchase", *to, _purchase(p)),
        _part(p, "co2", *to, p.data.settings.co2_price_per_kg * per_line(p, _co2(p))),
        _part(p, "changes", np.array([NETWORK]), np.array([NETWORK]), np.array([changes(p)])),
        _part(p, "terminal", *at, _terminal(p)),
    ]
    return pd.concat(parts, ignore_index=True)


def _part(p: Projection, cause: str, item: Days, location: Days, money: Floats) -> pd.DataFrame:
    some = money > 0
    items = np.append(p.network.items.names.to_numpy(dtype=object), "")
    places = np.append(p.network.locations.to_numpy(dtype=object), "")
    columns = (items[item[some]], places[location[some]], cause, money[some])
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def _weighted(p: Projection, closing: Floats) -> Floats:
    return np.asarray((np.maximum(closing, 0.0) * p.network.horizon.length).sum(axis=1))


def load_of(p: Projection, lines: Lines) -> Days:
    """The load on which each line rides; −1 if it rides on none."""
    legs, days = p.loads.legs, p.network.horizon.days
    if not len(legs.lane):
        return np.full(len(lines), -1)
    keys = legs.lane * days + legs.dispatch
    order = np.argsort(keys)
    wanted = lines.lane * days + lines.dispatch
    place = order[np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)]
    rides = (lines.lane >= 0) & (lines.quantity > 0) & (keys[place] == wanted)
    return np.where(rides, legs.load[place], -1)


def per_line(p: Projection, money: Floats) -> Floats:
    """Money of loads, split over their lines."""
    lines, load = p.lines, load_of(p, p.lines)
    rides = load >= 0
    kg = lines.quantity * p.network.items.weight[lines.item]
    m3 = lines.quantity * p.network.items.volume[lines.item]
    weight = np.zeros(len(lines))
    for measure in (np.ones(len(lines)), m3, kg):  # the last one that a load has any of
        total = sums(load[rides], measure[rides], len(p.loads))
        has = rides & (total[load] > 0) if len(p.loads) else rides
        weight[has] = measure[has] / total[load[has]]
    return np.asarray(np.where(rides, weight * (money[load] if len(p.loads) else 0.0), 0.0))


def _handling(p: Projection) -> Floats:
    per_line, per_case = handling(p, "cost_per_line"), handling(p, "cost_per_case")
    lines = p.lines
    total = np.zeros(len(lines))
    for place in (lines.origin, lines.destination):
        total += np.where(place >= 0, per_line[place] + per_case[place] * lines.cases, 0.0)
    return total


def _purchase(p: Projection) -> Floats:
    lines = p.lines
    bought = (lines.origin >= 0) & p.supply.is_supplier[lines.origin]
    surcharge = p.supply.unit_cost(lines.item, lines.origin) - p.supply.lowest_cost[lines.item]
    return np.where(bought, np.maximum(surcharge, 0.0) * lines.quantity, 0.0)


def _co2(p: Projection) -> Floats:
    """CO₂ per load [kg]."""
    lanes, loads = p.network.lanes, p.loads
    vehicles = np.nan_to_num(lanes.column("kg_co2_per_vehicle", loads.row)) * loads.vehicles
    weight = np.nan_to_num(lanes.column("kg_co2_per_kg", loads.legs.row)) * loads.legs.kg
    return np.asarray(vehicles + sums(loads.legs.load, weight, len(loads)))


def _terminal(p: Projection) -> Floats:
    if p.data.settings.terminal_value == "none":
        return np.zeros(len(p.needs.pairs))
    mean, variance = p.beyond.mean, p.beyond.variance
    short = shortage(p.flow.closing[:, -1] + p.moved.late, mean, variance)
    return np.asarray(p.rates.missing * np.where(mean > 0, short, 0.0))

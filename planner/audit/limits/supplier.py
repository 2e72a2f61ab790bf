"""Limits that suppliers set: lots, least quantities, most per day, and order minimums over all items."""

from fractions import Fraction
from math import lcm

import numpy as np
import pandas as pd

from planner.audit.findings import QUANTITY, above, number, violated
from planner.audit.lanes import Flags
from planner.audit.limits.dispatch import line_rows
from planner.audit.network import Floats
from planner.audit.numbering import Days, numbered, sums
from planner.audit.projection import Projection


def order_multiple(p: Projection) -> pd.DataFrame:
    """Free quantities from a supplier are a multiple of its order multiple and of the case."""
    lines, row = p.lines, _supply_row(p)
    multiple = np.append(p.supply.order_multiple, 1.0)[row]
    size = p.network.items.case_size[lines.item]
    at = np.flatnonzero(lines.free & (multiple != 1.0))
    lot = np.ones(len(lines))
    lots = {
        key: _common_multiple(*key) for key in set(zip(size[at].tolist(), multiple[at].tolist(), strict=True))
    }
    lot[at] = [lots[key] for key in zip(size[at].tolist(), multiple[at].tolist(), strict=True)]
    rest = np.abs(lines.quantity / lot - np.round(lines.quantity / lot)) * lot
    rows = lines.free & (multiple != 1.0) & (rest > QUANTITY)
    message = "{amount} units are not a multiple of {allowed}, the smallest lot of its supplier"
    return line_rows("order_multiple", p, rows, message, lines.quantity, lot)


def _common_multiple(a: float, b: float) -> float:
    first, second = (Fraction(value).limit_denominator(10**6) for value in (a, b))
    denominator = lcm(first.denominator, second.denominator)
    return lcm(int(first * denominator), int(second * denominator)) / denominator


def min_order_quantity(p: Projection) -> pd.DataFrame:
    """Each free order line from a supplier is at least the supplier's minimum."""
    least = np.append(p.supply.min_order_quantity, 0.0)[_supply_row(p)]
    rows = p.lines.free & above(least, p.lines.quantity)
    message = "{amount} units are less than its supplier's minimum of {allowed}"
    return line_rows("min_order_quantity", p, rows, message, p.lines.quantity, least)


def max_per_day(p: Projection) -> pd.DataFrame:
    """A supplier dispatches at most so much of an item on a day, on the days of a period together; given orders count."""
    row, days = _supply_row(p), p.network.horizon.days
    lines, selected = p.lines, row >= 0
    keys, group = np.unique((row * days + lines.dispatch)[selected], return_inverse=True)
    amount = sums(group, lines.quantity[selected], len(keys))
    most = p.supply.most[keys // days, keys % days]
    at = np.flatnonzero(above(amount, most))
    first = np.flatnonzero(selected)[np.unique(group, return_index=True)[1]][at]
    each = "in each period of days" if p.network.horizon.lengths else "a day"
    item = p.network.items.names[lines.item[first]]
    location = p.network.locations[lines.origin[first]]
    words = zip(location, amount[at], item, keys[at] % days, most[at], strict=True)
    return violated(
        "max_per_day",
        [
            f"{supplier} dispatches {number(units)} units of {name} on {p.network.horizon.text(day)}, "
            f"but at most {number(limit)} {each}"
            for supplier, units, name, day, limit in words
        ],
        item=item,
        location=location,
        date=p.network.horizon.date(keys[at] % days),
        amount=amount[at],
        allowed=most[at],
    )


def order_minimums(p: Projection) -> pd.DataFrame:
    """What a supplier sends a destination on one day is worth and weighs enough, unless all is given."""
    table, network, lines = p.data["order_minimums"], p.network, p.lines
    supplier = numbered(network.locations, table["supplier"])
    destination = numbered(network.locations, table["destination"])
    days, places = network.horizon.days, len(network.locations)
    wanted = supplier * places + destination
    row = pd.Index(wanted).get_indexer(lines.origin * places + lines.destination) if len(wanted) else -1
    selected = (row >= 0) & (lines.origin >= 0) & (lines.quantity > 0)
    keys, group = np.unique((row * days + lines.dispatch)[selected], return_inverse=True)
    chosen = sums(group, lines.free[selected], len(keys)) > 0
    quantity, item, origin = lines.quantity[selected], lines.item[selected], lines.origin[selected]
    value = sums(group, quantity * p.supply.unit_cost(item, origin), len(keys))
    weight = sums(group, quantity * network.items.weight[item], len(keys))
    pair, day = keys // days, keys % days
    parts = [
        _below(p, supplier[pair], destination[pair], day, amount, least[pair], chosen, unit)
        for amount, least, unit in (
            (value, table["min_value"].fillna(0.0).to_numpy(dtype=float), p.data.settings.currency),
            (weight, table["min_kg"].fillna(0.0).to_numpy(dtype=float), "kg"),
        )
    ]
    return pd.concat(parts, ignore_index=True)


def _below(
    p: Projection,
    supplier: Days,
    destination: Days,
    day: Days,
    amount: Floats,
    least: Floats,
    chosen: Flags,
    unit: str,
) -> pd.DataFrame:
    at = np.flatnonzero(chosen & above(least, amount))
    place, origin = p.network.locations[destination[at]], p.network.locations[supplier[at]]
    words = zip(origin, place, p.network.horizon.date(day[at]), amount[at], least[at], strict=True)
    return violated(
        "order_minimums",
        [
            f"what {source} sends to {target} on {pd.Timestamp(date).date()} "
            f"comes to {number(total)} {unit}, the minimum is {number(limit)} {unit}"
            for source, target, date, total, limit in words
        ],
        location=place,
        date=p.network.horizon.date(day[at]),
        lane=[f"{source} > {target}" for source, target in zip(origin, place, strict=True)],
        amount=amount[at],
        allowed=least[at],
    )


def _supply_row(p: Projection) -> Days:
    """The row of `supply` of each line, −1 without one."""
    known = p.lines.origin >= 0
    return np.asarray(np.where(known, p.supply.row(p.lines.item, p.lines.origin), -1))

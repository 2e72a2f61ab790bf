"""Limits of a single free order: whole cases, and where and when it may be dispatched."""

from typing import Any

import numpy as np
import pandas as pd

from planner.audit.findings import QUANTITY, RELATIVE, Values, number, violated
from planner.audit.lanes import Flags
from planner.audit.projection import Projection


def line_rows(
    limit: str, p: Projection, rows: Flags, message: str, amount: Values, allowed: Values | None = None
) -> pd.DataFrame:
    """Violations of order lines; {lane}, {date}, {amount} and {allowed} of `message` are filled in."""
    at = np.flatnonzero(rows)
    lines, network = p.dated_lines, p.dated.network
    item = network.items.names[lines.item[at]]
    lane = [lane_text(p, number) for number in lines.lane[at]]
    amounts = np.asarray(amount, dtype=float)[at]
    limits = np.full(len(at), np.nan) if allowed is None else np.asarray(allowed, dtype=float)[at]
    words: list[dict[str, Any]] = [
        {
            "order": order,
            "item": i,
            "lane": where,
            "date": network.horizon.text(day),
            "amount": a,
            "allowed": b,
        }
        for order, i, where, day, a, b in zip(
            lines.order_id[at],
            item,
            lane,
            lines.dispatch[at],
            map(number, amounts),
            map(number, limits),
            strict=True,
        )
    ]
    return violated(
        limit,
        [("order {order} of item {item}: " + message).format_map(word) for word in words],
        item=item,
        location=network.locations[lines.destination[at]],
        date=network.horizon.date(lines.dispatch[at]),
        lane=lane,
        amount=amounts,
        allowed=limits,
    )


def lane_text(p: Projection, lane: int) -> str:
    """A lane-mode for people."""
    if lane < 0:
        return ""
    origin, destination, mode = p.dated.network.lanes.names[lane]
    return f"{origin} > {destination} ({mode})"


def whole_cases(p: Projection) -> pd.DataFrame:
    """Free orders are whole cases."""
    cases = p.dated_lines.cases
    rows = p.dated_lines.free & (np.abs(cases - np.round(cases)) > QUANTITY)
    return line_rows("whole_cases", p, rows, "{amount} cases are not whole cases", cases, np.round(cases))


def frozen_days(p: Projection) -> pd.DataFrame:
    """Nothing free is dispatched on frozen days."""
    frozen = p.data.settings.frozen_days
    rows = p.dated_lines.free & (p.dated_lines.dispatch < frozen)
    message = f"{{date}} is one of the {frozen} frozen days"
    return line_rows("frozen_days", p, rows, message, p.dated_lines.quantity, np.zeros(len(p.dated_lines)))


def lane_valid(p: Projection) -> pd.DataFrame:
    """A row of `lanes` is valid on the day of dispatch."""
    rows = _free_on_lane(p) & (
        p.dated.network.lanes.valid_row[p.dated_lines.lane, p.dated_lines.dispatch] < 0
    )
    return line_rows("lane_valid", p, rows, "the lane {lane} is not valid on {date}", p.dated_lines.quantity)


def dispatch_day(p: Projection) -> pd.DataFrame:
    """The day is one of the lane's dispatch days."""
    lanes, lines = p.dated.network.lanes, p.dated_lines
    valid = lanes.valid_row[lines.lane, lines.dispatch] >= 0
    rows = _free_on_lane(p) & valid & ~lanes.dispatch_day[lines.lane, lines.dispatch]
    return line_rows("dispatch_day", p, rows, "{lane} doesn't dispatch on {date}", lines.quantity)


def first_open_day(p: Projection) -> pd.DataFrame:
    """What leaves in a period of several days leaves on the first one on which the lane dispatches."""
    lines, lane, period = p.dated_lines, p.lines.lane, p.lines.dispatch
    known = _free_on_lane(p) & p.dated.network.lanes.allowed[lane, lines.dispatch]
    first = p.network.lanes.leaves[lane, period]
    rows = known & (lines.dispatch != first)
    message = "{lane} has an earlier day of dispatch in the period of {date}"
    return line_rows("first_open_day", p, rows, message, lines.quantity)


def origin_open(p: Projection) -> pd.DataFrame:
    """The origin is open on the day of dispatch."""
    rows = _free_on_lane(p) & ~p.dated.network.lanes.origin_open[p.dated_lines.lane, p.dated_lines.dispatch]
    return line_rows(
        "origin_open", p, rows, "the origin of {lane} is closed on {date}", p.dated_lines.quantity
    )


def offered(p: Projection) -> pd.DataFrame:
    """The supplier offers the item, and already on that day."""
    lines, supply = p.dated_lines, p.supply
    offers = supply.offered(lines.item, lines.origin)
    first = np.append(supply.available_from, -(10**9))[supply.row(lines.item, lines.origin)]
    rows = _free_on_lane(p) & (~offers | (supply.is_supplier[lines.origin] & (lines.dispatch < first)))
    return line_rows("offered", p, rows, "its supplier doesn't offer it on {date}", lines.quantity)


def case_fits_vehicle(p: Projection) -> pd.DataFrame:
    """A case is not heavier or larger than the vehicle."""
    lines, items, lanes = p.dated_lines, p.network.items, p.dated.network.lanes
    row = lanes.tariff_row[lines.lane, lines.dispatch]
    kg, m3 = items.weight[lines.item], items.volume[lines.item]
    size = items.case_size[lines.item]
    share = np.fmax(kg * size / lanes.column("vehicle_kg", row), m3 * size / lanes.column("vehicle_m3", row))
    rows = _free_on_lane(p) & (share > 1.0 + RELATIVE)
    message = "a case takes {amount} vehicles of {lane}"
    return line_rows("case_fits_vehicle", p, rows, message, share, np.ones(len(lines)))


def _free_on_lane(p: Projection) -> Flags:
    return np.asarray(p.dated_lines.free & (p.dated_lines.lane >= 0))

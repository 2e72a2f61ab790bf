"""Given orders are in the plan as they stand."""

import numpy as np
import pandas as pd

from planner.audit.findings import QUANTITY, RELATIVE, number, violated
from planner.audit.limits.dispatch import lane_text
from planner.audit.projection import Projection


def given_orders(p: Projection) -> pd.DataFrame:
    """Each firm order, and each planned order of the frozen days, is there and unchanged."""
    fixed, lines, network = p.dated.given.fixed, p.dated_lines, p.dated.network
    found = np.full(len(fixed), -1)
    rows = np.flatnonzero(~lines.free)
    found[lines.given[rows]] = rows
    words: list[list[str]] = [[] for _ in range(len(fixed))]
    for order in np.flatnonzero(found < 0):
        words[order].append("it is not in the plan")
    present = np.flatnonzero(found >= 0)
    line = found[present]
    for name, horizon_text in (
        ("origin", False),
        ("destination", False),
        ("dispatch", True),
        ("arrival", True),
    ):
        expected, actual = getattr(fixed, name)[present], getattr(lines, name)[line]
        for place in np.flatnonzero(expected != actual):
            texts = [
                network.horizon.text(value) if horizon_text else _place(network.locations, value)
                for value in (actual[place], expected[place])
            ]
            words[present[place]].append(f"its {name} is {texts[0]} instead of {texts[1]}")
    for place in np.flatnonzero(fixed.lane[present] != lines.lane[line]):
        words[present[place]].append(f"it goes by {lane_text(p, lines.lane[line[place]]) or 'no lane'}")
    gap = np.abs(fixed.quantity[present] - lines.quantity[line])
    for place in np.flatnonzero(gap > QUANTITY + RELATIVE * fixed.quantity[present]):
        units = [number(value) for value in (lines.quantity[line[place]], fixed.quantity[present[place]])]
        words[present[place]].append(f"its quantity is {units[0]} instead of {units[1]}")
    at = np.array([order for order, text in enumerate(words) if text], dtype=np.int64)
    item = network.items.names[fixed.item[at]]
    amount = np.where(found[at] >= 0, np.append(lines.quantity, 0.0)[found[at]], 0.0)
    return violated(
        "given_orders",
        [
            f"the given order {order} of item {name}: {', '.join(words[number])}"
            for order, name, number in zip(fixed.order_id[at], item, at, strict=True)
        ],
        item=item,
        location=network.locations[fixed.destination[at]],
        date=network.horizon.date(fixed.dispatch[at]),
        lane=[lane_text(p, lane) for lane in fixed.lane[at]],
        amount=amount,
        allowed=fixed.quantity[at],
    )


def _place(locations: pd.Index, number: int) -> str:
    return str(locations[number]) if number >= 0 else "nowhere"

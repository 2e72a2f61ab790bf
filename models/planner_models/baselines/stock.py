"""Where stock may be higher than orders make it: what may come early."""

import numpy as np

from planner_models.baselines.links import Chain
from planner_models.curve import sales_curves
from planner_models.problem import Floats, Ints, taken


def room_of(chain: Chain, points: Ints, wanted: Ints, asked: Floats) -> Floats:
    """Units that may be in stock beyond what orders lead to, until a limit or expiry (`N × T`); without limit at other points.

    `wanted` are lots by day of order (`N × T`), `asked` is what others take from the points (`P × T`) [units]. What a supplier has
    little of can't come early.
    """
    problem = chain.problem
    stock = taken(problem.stock, points)
    days = problem.days
    arriving = stock.given_in - stock.given_out - asked
    n, t = np.nonzero(wanted[points])
    due = chain.due[points[n], t]
    soon = due < days
    np.add.at(arriving, (n[soon], due[soon]), (wanted[points] * chain.lot[points, None])[n[soon], t[soon]])
    room, level, curves = np.zeros((len(points), days)), stock.on_hand, sales_curves(stock)
    most = np.minimum(stock.max_stock, stock.shelf)
    for day in range(days):
        available = np.maximum(0.0, level + arriving[:, day])
        sold, _ = curves[:, day].evaluate(available)
        room[:, day] = most[:, day] - (available - sold)
        level = np.minimum(available - sold, stock.shelf[:, day])
    supply = problem.supply
    limited = np.isfinite(supply.limit).any(axis=1)
    scarce = {
        (i, o) for i, o in zip(supply.item[limited].tolist(), supply.location[limited].tolist(), strict=True)
    }
    for row, key in enumerate(zip(stock.item.tolist(), chain.source[points].tolist(), strict=True)):
        if key in scarce:
            room[row] = 0.0
    found = np.full(chain.opens.shape, np.inf)
    found[points] = room
    return found

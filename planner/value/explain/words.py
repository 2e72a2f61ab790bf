"""An alternative as the columns of an order."""

from typing import Any

import numpy as np

from planner.value.explain.judged import Judged


def way(one: Judged) -> dict[str, Any]:
    """How the goods come instead: origin, destination, mode, dispatch_date, arrival_date."""
    placed, k, t = one.base.placed, one.candidates.shipment, one.period
    lanes, names = placed.problem.lanes, placed.problem.locations.names
    lane = int(placed.problem.shipments.lane[k])
    leaves, lands = placed.index.date(np.array([lanes.leaves[lane, t], lanes.lands[lane, t]]))
    return {
        "origin": names[lanes.origin[lane]],
        "destination": names[lanes.destination[lane]],
        "mode": lanes.mode[lane],
        "dispatch_date": leaves,
        "arrival_date": lands,
    }

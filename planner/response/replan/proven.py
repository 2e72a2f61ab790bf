"""What is proven about a plan that answers events: for the neighbourhood, and on request for the whole plan."""

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.plan.proof import read_prices
from planner.response.replan.respond import Response
from planner_models.incumbent import gap_of
from planner_models.neighbourhood import Neighbourhood, narrowed
from planner_models.projection import Projection
from planner_models.repair import bound_at

if TYPE_CHECKING:
    import pandas as pd

METHOD = (
    "a neighbourhood of an earlier plan was planned again, the rest of it stands; cost: the orders, judged by the evaluator; "
    "bound of the neighbourhood: stock points apart at prices of all that they share, or the joint model where it is small, "
    "with the rest given (models/README.md, section 11)"
)


def neighbourhood(response: Response, prices: "pd.DataFrame | None") -> dict[str, Any]:
    """What the certificate says of the neighbourhood: how large it is, and what any plan with the same rest costs at least."""
    situation, free = response.situation, response.free
    problem, ship = situation.problem, situation.problem.shipments
    inside = free.any(axis=1)
    ends = np.concatenate([ship.source[inside], ship.target[inside]])
    points = np.unique(ends[ends >= 0])
    planned = situation.published > 0
    about: dict[str, Any] = {
        "widened_by": list(response.rings[1:]),
        "ended": response.ended,
        "items": len(np.unique(problem.stock.item[points])),
        "locations": len(np.unique(problem.stock.location[points])),
        "stock_points": len(points),
        "shipments": int(inside.sum()),
        "orders_inside": int((planned & free).sum()),
        "orders_outside": int((planned & ~free & ship.open).sum()),
        "orders_impossible": situation.forced,
        "changes": response.changes,
        "changed_cases": response.changed_cases,
    }
    cost = response.cost_after
    if not len(points):
        return about | {"cost": cost, "bound": cost, "gap": 0.0}
    bound = min(cost, _bound(narrowed(situation.plan, free), response, prices))
    return about | {"cost": cost, "bound": bound, "gap": gap_of(cost, bound)}


def _bound(part: Neighbourhood, response: Response, prices: "pd.DataFrame | None") -> float:
    """What any plan costs at least that is as this one outside the neighbourhood [money]."""
    known = None
    if prices is not None:
        known = read_prices(part.problem, prices, response.situation.index.start)
    after = Projection(part.problem, np.where(part.free, response.lots, 0)[part.shipments])
    return bound_at(part, known) + response.cost_after - after.cost

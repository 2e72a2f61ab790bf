"""What stock is worth at places that serve others, if they plan for what is asked of them."""

from dataclasses import fields

import numpy as np

from planner_models.curve import terminal_shortage
from planner_models.decomposed.dual import Dual, Evaluation
from planner_models.decomposed.points import NEVER, Points, Response, Terms
from planner_models.decomposed.prices import terms_of
from planner_models.problem import Floats, Ints, taken

LITTLE = 1e-6  # of what moves on a day: less is nothing


def supply(
    dual: Dual, found: Evaluation, asked: Floats, shortage: Floats, hint: Floats
) -> tuple[Floats, Response]:
    """The worth of a unit on every day (`N × T`), and the plan behind it, which says nothing of points that serve nobody.

    `asked` (`N × T`) is taken; what is missing costs `shortage` (`N`) per unit.
    """
    rows, points = dual.upstream, dual.upstream_points
    nobody = np.zeros(dual.ways.leaves.shape, bool)
    terms = taken(terms_of(dual.ways.upstream, found.prices, nobody)[0], rows)
    plan = points.respond(terms, hint[rows], asked[rows], shortage[rows])
    worth = worth_of(points, terms, plan, asked[rows], shortage[rows])
    stock = found.prices.stock.copy()
    stock[rows] = np.where(dual.ways.leaves[rows], worth, stock[rows])
    return stock, _spread(plan, rows, len(stock))


def _spread(plan: Response, rows: Ints, count: int) -> Response:
    """The same for all stock points, nothing where it says nothing."""

    def all_of(values: Floats) -> Floats:
        found = np.zeros((count, *values.shape[1:]))
        found[rows] = values
        return found

    return Response(**{field.name: all_of(getattr(plan, field.name)) for field in fields(plan)})


def worth_of(points: Points, terms: Terms, plan: Response, asked: Floats, shortage: Floats) -> Floats:
    """What a unit is worth on every day (`N × T`) if `plan` answers what is `asked` at these terms.

    Complementary slackness: what is bought is worth its price, what is kept is worth more by a day's keeping on the next day.
    """
    stock, days = points.problem.stock, points.problem.days
    price, keeping = terms.arriving, terms.holding
    there = np.maximum(0.0, plan.available)
    closing = there - np.minimum(stock.mean, there)
    little = LITTLE * (1.0 + np.abs(points.given - asked).max(axis=1))
    _, falling = terminal_shortage(stock, closing[:, -1] + stock.given_later + plan.arrivals[:, -1])
    after = np.minimum(-stock.terminal_cost * falling, price[:, -1])
    worth = np.zeros(stock.mean.shape)
    for t in range(days - 1, -1, -1):
        kept = (closing[:, t] > little) & (after < NEVER)
        here = np.where(kept, after - keeping[:, t], NEVER)
        here = np.where(plan.available[:, t] < -little, shortage, here)
        here = np.where(plan.arrivals[:, t] > little, price[:, t], here)
        worth[:, t] = after = np.minimum(here, price[:, t])
    worth[:, 0] = np.minimum(worth[:, 0], shortage)
    for t in range(1, days):
        worth[:, t] = np.minimum(worth[:, t], worth[:, t - 1] + keeping[:, t - 1])
    # customers take too much stock in the end; without them it can be worth less than nothing
    sells = (stock.mean > 0).any(axis=1).reshape(-1, 1)
    return np.where(sells, np.maximum(worth, 0.0), worth)

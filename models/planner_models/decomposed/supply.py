"""What stock is worth at places that serve others, if they plan for what is asked of them."""

import numpy as np

from planner_models.curve import terminal_shortage
from planner_models.decomposed.dual import Dual, Evaluation
from planner_models.decomposed.points import NEVER, Response, Terms
from planner_models.decomposed.prices import terms_of
from planner_models.problem import Floats

LITTLE = 1e-6  # of what moves on a day: less is nothing


def supply(
    dual: Dual, found: Evaluation, asked: Floats, shortage: Floats, hint: Floats
) -> tuple[Floats, Response]:
    """The worth of a unit on every day (`N × T`), and the plan behind it.

    `asked` (`N × T`) is taken; what is missing costs `shortage` (`N`) per unit.
    """
    stock = dual.problem.stock
    terms, _ = terms_of(dual.ways, found.prices, dual.line_share())
    closed = Terms(terms.arriving, np.full(terms.leaving.shape, -NEVER), terms.holding)
    plan = dual.points.respond(closed, hint, asked, shortage)
    worth = _worth(dual, terms, plan, asked, shortage)
    # customers take too much stock in the end; without them it can be worth less than nothing
    sells = (stock.mean > 0).any(axis=1).reshape(-1, 1)
    worth = np.where(sells, np.maximum(worth, 0.0), worth)
    return np.where(dual.ways.leaves, worth, found.prices.stock), plan


def _worth(dual: Dual, terms: Terms, plan: Response, asked: Floats, shortage: Floats) -> Floats:
    """Complementary slackness: what is bought is worth its price, what is kept is worth more by a day's keeping on the next day."""
    stock, days = dual.problem.stock, dual.problem.days
    price, keeping = terms.arriving, terms.holding
    there = np.maximum(0.0, plan.available)
    closing = there - np.minimum(stock.mean, there)
    little = LITTLE * (1.0 + np.abs(dual.points.given - asked).max(axis=1))
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
    return worth

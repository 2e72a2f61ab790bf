"""Retail first, then distribution, then the replenishment of those who distribute; each step looks at its own costs only.

A location that serves nobody plans like a shop: every item alone, freight ignored. What it orders is then brought to it at least
cost. What leaves the locations that serve it is the demand of these, with the uncertainty of all demand behind it; they plan in
the same way, with freight at the price of a full vehicle.
"""

from dataclasses import replace

import numpy as np

from planner_models.baselines.links import Chain
from planner_models.baselines.lotsizing import best_orders, orders_of
from planner_models.baselines.sources import full_freight
from planner_models.baselines.transport import Rules
from planner_models.baselines.waves import Policy
from planner_models.curve import windows
from planner_models.problem import Floats, Ints, StockPoints, taken


def sequential() -> Policy:
    """The policy; goods may come up to two days early to shops, and up to a week to those who serve others."""
    return Policy(_order, Rules(early=2, released=True), Rules(early=7, released=True))


def _order(chain: Chain, points: Ints, asked: Floats) -> Ints:
    stock = served(chain, points, asked)
    freight = np.where(asked.any(axis=1), landed(chain, points), 0.0)
    orders = orders_of(chain, points, freight)
    return best_orders(stock, chain.problem.items.unit_cost[stock.item], orders, chain.worth[points])


def landed(chain: Chain, points: Ints) -> Floats:
    """Freight of a unit at the price of a full vehicle on the cheapest regular lane (`P`) [money]."""
    problem = chain.problem
    per_kg = full_freight(problem)
    found = np.zeros(len(points))
    for link in chain.links:
        rows = np.searchsorted(points, link.points)
        rows = rows[(rows < len(points)) & (points[np.minimum(rows, len(points) - 1)] == link.points)]
        found[rows] = float(per_kg[link.lanes].min())
    return found * problem.items.weight[problem.stock.item[points]]


def served(chain: Chain, points: Ints, asked: Floats) -> StockPoints:
    """Stock points for which what is `asked` of them is demand, as uncertain as the demand that they serve."""
    stock = taken(chain.problem.stock, points)
    serves = asked.sum(axis=1) > 0
    variance = np.where(serves[:, None], chain.served[points], stock.sd**2)
    variance = np.where(stock.must_meet[:, None], stock.sd**2, variance)
    mean = stock.mean + asked
    # in periods of several days the window is counted in the shortest of them
    window = np.ceil(stock.window / chain.problem.length.min()).astype(np.int64)
    before, scale = windows(mean, variance, window, np.ones(chain.problem.days, np.int64))
    return replace(
        stock,
        mean=mean,
        sd=np.sqrt(variance),
        before=np.where(serves[:, None], before, stock.before),
        scale=np.where(serves[:, None], scale, stock.scale),
    )

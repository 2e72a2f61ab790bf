"""Retail first, then distribution, then the replenishment of those who distribute; each step is optimal on its own.

A location that serves nobody plans like a shop: every item alone, freight ignored. What it orders is then brought to it at least
cost. What leaves the locations that serve it is the demand of these, with the uncertainty of all demand behind it; they plan in
the same way, with freight at the price of a full vehicle.
"""

from dataclasses import replace

import numpy as np

from planner_models.baselines.ledger import Ledger
from planner_models.baselines.links import Chain, full_freight
from planner_models.baselines.lotsizing import best_orders, orders_of
from planner_models.baselines.minimums import settle
from planner_models.baselines.ration import Ration
from planner_models.baselines.stock import room_of
from planner_models.baselines.transport import LinkPlan, Rules, transport
from planner_models.curve import windows
from planner_models.problem import Floats, Ints, StockPoints, taken

RETAIL = Rules(early=2, released=True)
REPLENISHMENT = Rules(early=7, released=True)


def step_by_step(chain: Chain) -> Ints:
    """Whole lots (`K × T`)."""
    problem, ledger = chain.problem, Ledger.of(chain.problem)
    planned: list[list[LinkPlan]] = []
    for wave in chain.waves:
        points = np.sort(np.concatenate([link.points for link in wave]))
        asked = asked_of(ledger)[points]
        serves = asked.any(axis=1)
        stock = served(chain, points, asked)
        freight = np.where(serves, landed(chain, points), 0.0)
        orders = orders_of(chain, points, freight)
        lots = best_orders(stock, problem.items.unit_cost[stock.item], orders, chain.worth[points])
        wanted = np.zeros(chain.opens.shape, np.int64)
        wanted[points] = lots
        room = room_of(chain, points, wanted, stock)
        for rules, chosen in ((RETAIL, False), (REPLENISHMENT, True)):
            links = [link for link in wave if bool(serves[np.searchsorted(points, link.points)].any()) == chosen]
            planned.append(transport(chain, ledger, links, wanted, room, rules))
    for plans in reversed(planned):
        Ration(chain, ledger, plans).run()
        settle(chain, ledger, [plan.link for plan in plans])
    return ledger.lots


def asked_of(ledger: Ledger) -> Floats:
    """What free orders take from each stock point (`N × T`) [units]."""
    problem, ship = ledger.problem, ledger.problem.shipments
    found = np.zeros(problem.stock.mean.shape)
    own = ship.source >= 0
    np.add.at(found, ship.source[own], ledger.units[own])
    return found


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
    serves = asked.any(axis=1)
    variance = np.where(serves[:, None], chain.served[points], stock.sd**2)
    variance = np.where((stock.must_meet)[:, None], stock.sd**2, variance)
    mean = stock.mean + asked
    before, scale = windows(mean, variance, stock.window, chain.problem.length)
    return replace(
        stock,
        mean=mean,
        sd=np.sqrt(variance),
        before=np.where(serves[:, None], before, stock.before),
        scale=np.where(serves[:, None], scale, stock.scale),
    )

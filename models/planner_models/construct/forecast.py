"""The problem as it looks to those who are supplied, before anybody has planned what supplies them."""

from dataclasses import replace

import numpy as np

from planner_models.problem import RESOURCES, Problem


def with_plenty(problem: Problem) -> Problem | None:
    """The problem in which places that send goods on have plenty from the day on which free orders can reach them.

    Their own stock costs nothing here: it is planned afterwards. None if no place sends anything on."""
    stock, ship, lanes = problem.stock, problem.shipments, problem.lanes
    days = problem.days
    feeds = np.zeros(len(stock.item), bool)
    feeds[ship.source[ship.source >= 0]] = True
    feeds &= stock.mean.sum(axis=1) <= 0  # places that sell have their own plan
    if not feeds.any():
        return None
    calm = np.flatnonzero(~lanes.emergency[ship.lane])
    arrival = np.where(ship.open[calm], lanes.arrival[ship.lane[calm]], days).min(axis=1, initial=days)
    first = np.full(len(stock.item), days)
    bought = ship.source[calm] < 0
    np.minimum.at(first, ship.target[calm[bought]], arrival[bought])
    never = np.isin(np.arange(len(first)), ship.target[calm[bought]], invert=True)
    inner = never[ship.target[calm]]
    np.minimum.at(first, ship.target[calm[inner]], arrival[inner] + 1)
    total = np.zeros(len(problem.items.names))
    np.add.at(total, stock.item, 2.0 * stock.mean.sum(axis=1) + 3.0 * stock.terminal_mean + stock.min_stock)
    arriving = stock.given_in.copy()
    reached = np.flatnonzero(feeds & (first < days))
    arriving[reached, first[reached]] += total[stock.item[reached]]
    scarce = {
        int(i): float(limit) for i, limit in zip(problem.supply.item, problem.supply.limit, strict=True)
    }
    for n in reached:
        if int(stock.item[n]) in scarce:  # what a supplier limits is never plenty
            arriving[n] = stock.given_in[n]
            arriving[n, first[n] :] += scarce[int(stock.item[n])] / max(
                1, int(feeds[stock.item == stock.item[n]].sum())
            )
    free = {
        name: np.where(feeds, 0.0, getattr(stock, name)) for name in ("holding", "terminal_cost", "min_stock")
    }
    easy = replace(
        stock,
        given_in=arriving,
        max_stock=np.where(feeds[:, None], np.inf, stock.max_stock),
        shelf=np.where(feeds[:, None], np.inf, stock.shelf),
        **free,
    )
    limits = problem.capacities
    limit = limits.limit.copy()
    limit[RESOURCES.index("storage_m3"), np.unique(stock.location[feeds])] = np.inf
    return problem.replace(stock=easy, capacities=replace(limits, limit=limit))

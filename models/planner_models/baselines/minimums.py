"""Order minimums of suppliers: small orders wait if nothing is short before the next delivery, else they are raised."""

import numpy as np

from planner_models.baselines.links import Chain, Link
from planner_models.problem import Floats, Ints, Problem

WAITS = 0.5  # share of its level that a point may be short of while its order waits


def meet_minimums(problem: Problem, chain: Chain, wave: list[Link], points: Ints, t: int, lots: Ints, short: Floats) -> Ints:
    """Orders of day t (`lots` of the sorted `points`) that meet the minimums of their suppliers.

    `short` is how far each point is from its level, as a share of it. Raised are those orders that are shortest, lot by lot.
    """
    minimums = problem.minimums
    lots = lots.copy()
    for link in wave:
        for p in np.flatnonzero((minimums.supplier == link.origin) & (minimums.destination == link.destination)).tolist():
            rows = np.searchsorted(points, link.points)
            rows = rows[chain.opens[points[rows], t]]
            if not (lots[rows] > 0).any():
                continue
            least = minimums.min_value[p] - minimums.given_value[p, t], minimums.min_kg[p] - minimums.given_kg[p, t]
            value, kg = _worth(problem, chain, link, points[rows])
            if lots[rows] @ value >= least[0] - 1e-9 and lots[rows] @ kg >= least[1] - 1e-9:
                continue
            later = chain.opens[points[rows], t + 1 :].any()
            if later and float(short[rows][lots[rows] > 0].max()) < WAITS:
                lots[rows] = 0
                continue
            lots[rows] = _raised(lots[rows], value, kg, least, short[rows], chain.most[points[rows]])
    return lots


def _worth(problem: Problem, chain: Chain, link: Link, points: Ints) -> tuple[Floats, Floats]:
    """Value and weight of a lot of each point."""
    shipment = link.shipment[np.searchsorted(link.points, points)].max(axis=1)
    lot = chain.lot[points]
    return problem.shipments.value[shipment] * lot, problem.items.weight[problem.stock.item[points]] * lot


def _raised(lots: Ints, value: Floats, kg: Floats, least: tuple[float, float], short: Floats, most: Ints) -> Ints:
    """More lots of what is ordered, in equal parts; nothing if that is not enough."""
    raised = lots.copy()
    ordered = np.flatnonzero(lots > 0)
    ordered = ordered[np.argsort(-short[ordered], kind="stable")]
    for _ in range(1000):
        for row in ordered.tolist():
            if raised @ value >= least[0] - 1e-9 and raised @ kg >= least[1] - 1e-9:
                return raised
            if raised[row] < most[row]:
                raised[row] += 1
        if (raised[ordered] >= most[ordered]).all():
            break
    return np.zeros_like(lots)

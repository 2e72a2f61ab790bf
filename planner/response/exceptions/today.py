"""The published plan today: what of it its origins have the goods for."""

import numpy as np

from planner_models.curve import sales_curves
from planner_models.movements import movements
from planner_models.problem import Ints, Problem
from planner_models.projection import EXCESS
from planner_models.shares import shares


def carried_out(problem: Problem, lots: Ints) -> Ints:
    """The lots (`K × T`) as far as their origins have the goods; what is short is shared out, what is cut doesn't follow."""
    ship, stock = problem.shipments, problem.stock
    kept = lots.copy()
    lot = ship.lot_cases * problem.items.case_size[ship.item]
    moved = movements(problem, kept * lot[:, None])
    coming = stock.given_in + moved.arrivals
    sources = np.flatnonzero(moved.dispatched.any(axis=1))
    curves, level = sales_curves(stock)[sources], stock.on_hand[sources]
    for t in range(problem.days):
        there = level + coming[sources, t] - stock.given_out[sources, t]
        leaving = moved.dispatched[sources, t].copy()
        for row in np.flatnonzero(leaving > there + EXCESS).tolist():
            k = np.flatnonzero((ship.source == sources[row]) & (kept[:, t] > 0))
            got = shares(max(0.0, float(there[row])), kept[k, t], lot[k])
            arrival = problem.lanes.arrival[ship.lane[k], t]
            soon = arrival < problem.days
            np.subtract.at(coming, (ship.target[k[soon]], arrival[soon]), ((kept[k, t] - got) * lot[k])[soon])
            kept[k, t], leaving[row] = got, float(got @ lot[k])
        rest = np.maximum(0.0, there - leaving)
        sold, _ = curves[:, t].evaluate(rest)
        level = np.minimum(rest - sold, stock.shelf[sources, t])
    return kept

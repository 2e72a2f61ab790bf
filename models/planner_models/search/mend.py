"""Small breaches of limits that whole lots leave behind: a lot less or a lot more, where that mends most for least money."""

import numpy as np

from planner_models.problem import Ints, Problem
from planner_models.projection import Projection

MOST_STEPS = 60
MOST_TRIALS = 24  # per step


def mend(problem: Problem, lots: Ints) -> Ints | None:
    """The plan with all limits kept, or None if small changes don't suffice."""
    lots = _allowed(problem, lots)
    best = Projection(problem, lots)
    for _ in range(MOST_STEPS):
        breach = _breach(best)
        if breach <= 0:
            return best.lots
        trials = [Projection(problem, _changed(best.lots, *change)) for change in _candidates(problem, best)]
        better = [trial for trial in trials if _breach(trial) < breach - 1e-9]
        if not better:
            return None
        best = min(better, key=lambda trial: (trial.cost - best.cost) / (breach - _breach(trial)))
    return best.lots if _breach(best) <= 0 else None


def _breach(projection: Projection) -> float:
    return sum(projection.excess.values())


def _allowed(problem: Problem, lots: Ints) -> Ints:
    """No order on a closed day, none below its minimum."""
    ship = problem.shipments
    unit = ship.lot_cases * problem.items.case_size[ship.item]
    least = np.ceil(ship.min_units / unit - 1e-9).astype(np.int64)[:, None]
    few = (lots > 0) & (lots < least)
    lots = np.where(few, np.where(2 * lots >= least, least, 0), lots)
    return np.where(ship.open, lots, 0)


def _changed(lots: Ints, k: int, t: int, change: int) -> Ints:
    changed = lots.copy()
    changed[k, t] += change
    return changed


def _candidates(problem: Problem, projection: Projection) -> list[tuple[int, int, int]]:
    """Single lots that have to do with the worst breach."""
    ship, exceeded, lots = problem.shipments, projection.exceeded, projection.lots
    name = max(exceeded, key=lambda key: float(exceeded[key].max(initial=0.0)))
    arrival = problem.lanes.arrival[ship.lane]
    where = np.unravel_index(int(np.argmax(exceeded[name])), exceeded[name].shape)
    days = np.arange(problem.days)[None, :]
    dispatched = lots > 0
    if name in ("available", "max_stock", "min_stock", "demand_met"):
        n, day = int(where[0]), int(where[1])
        arriving = (ship.target == n)[:, None] & (arrival <= day)
        leaving = (ship.source == n)[:, None] & (days <= day)
        if name == "max_stock":
            return _list(arriving & dispatched, -1)
        return _list(leaving & dispatched, -1) + _list(arriving & ship.open, +1)
    if name == "max_per_day":
        limit, day = int(where[0]), int(where[1])
        item, location = problem.supply.item[limit], problem.supply.location[limit]
        mine = (ship.item == item) & (problem.lanes.origin[ship.lane] == location)
        return _list(mine[:, None] & dispatched & (days == day), -1)
    if name in ("min_value", "min_kg"):
        p, day = int(where[0]), int(where[1])
        ends = (problem.lanes.origin == problem.minimums.supplier[p]) & (
            problem.lanes.destination == problem.minimums.destination[p]
        )
        return _list(ends[ship.lane][:, None] & dispatched & (days == day), +1)
    if name == "max_vehicles":
        mine = (problem.lanes.load[ship.lane] == int(where[0]))[:, None] & (days == int(where[1]))
        return _list(mine & dispatched, -1)
    location, day = int(where[1]), int(where[2])
    ends_here = (problem.lanes.destination[ship.lane] == location)[:, None] & (arrival == day)
    starts_here = (problem.lanes.origin[ship.lane] == location)[:, None] & (days == day)
    return _list((ends_here | starts_here) & dispatched, -1)


def _list(
    where: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]", change: int
) -> list[tuple[int, int, int]]:
    """The last of these shipments and days."""
    found = [(int(k), int(t), change) for k, t in np.argwhere(where)]
    return sorted(found, key=lambda entry: -entry[1])[:MOST_TRIALS]

"""The best response to an exception: what of the plan may change for it, what that saves, and what is to be done."""

import numpy as np

from planner.response.exceptions.freight import dear, lines_of
from planner.response.exceptions.hits import excess_money
from planner.response.exceptions.issue import Issue, Proposal
from planner.response.exceptions.view import View
from planner.response.replan.actions import Action, Cell, actions_of
from planner_models.problem import Flags, Ints
from planner_models.repair import repaired

SMALL = 400  # shipments and days of a part for which more than one lot after the other is tried,
ENOUGH = 0.5  # where that has recovered less than this part of what is within reach
WORTH_CHANGING = 0.25  # of what it costs to move a case: a change that saves less per case is left alone


def answered(view: View, issue: Issue) -> Issue:
    """The exception with its best response: what of the plan reaches or leaves its places is planned again, the rest stays.

    Recoverable is the difference in cost between the plan that nobody touches and the one with the response, both projected; at
    most what is lost less at the places of the exception, because the response may find savings that have nothing to do with it.
    """
    after, recovered = responded(view, issue)
    day, way = deadline(view, issue)
    return issue.answered(
        recoverable=recovered,
        cost_before=float(view.plan.cost),
        cost_after=float(after.plan.cost),
        deadline=None if day is None else view.date(day),
        deadline_way=way,
        actions=tuple(proposals(view, after.plan.lots)),
    )


def responded(view: View, issue: Issue) -> tuple[View, float]:
    """The plan with the best response, and what it recovers [money]."""
    free, best, after = free_for(view, issue.points), 0.0, view
    for thorough in (False, True):
        if thorough and (best >= ENOUGH * within_reach(view, issue) or free.sum() > SMALL):
            break
        per_case = WORTH_CHANGING * view.cost_per_case
        found = view.after(
            repaired(view.plan, free, per_case=per_case, exactly=thorough, thorough=thorough).lots
        )
        recovered = min(view.plan.cost - found.plan.cost, at_stake(view, issue) - at_stake(found, issue))
        if recovered > best:
            after, best = found, float(recovered)
    return after, best


def at_stake(view: View, issue: Issue) -> float:
    """What the plan loses at the places of an exception [money], by the measure of its kind."""
    if issue.kind in ("freight", "emergency"):
        location = int(view.problem.stock.location[issue.points[0]])
        return sum(
            one.stake for one in dear(lines_of(view)) if (one.kind, one.location) == (issue.kind, location)
        )
    return float((excess_money(view) if issue.too_much else view.lost_money)[issue.points].sum())


def within_reach(view: View, issue: Issue) -> float:
    """The most that any response can recover [money]: lost sales on days that no dispatch reaches any more are lost."""
    if issue.too_much or issue.kind in ("freight", "emergency", "actual_service"):
        return issue.stake
    return float((view.lost_money * view.reached)[issue.points].sum())


def free_for(view: View, points: Ints) -> Flags:
    """What may change (`K × T`): what reaches or leaves the points, and what reaches those that feed them."""
    ship, feeders = view.problem.shipments, view.feeders[points]
    mine, above = (
        np.zeros(len(view.problem.stock.item) + 1, bool) for _ in range(2)
    )  # the last one: suppliers
    mine[points] = True
    above[feeders[feeders >= 0]] = True
    rows = mine[ship.target] | mine[ship.source] | above[ship.target]
    return np.asarray(ship.open & rows[:, None])


def deadline(view: View, issue: Issue) -> tuple[int | None, str]:
    """The last dispatch that still helps, and by which way: for the place where most money is lost.

    It is the last one that arrives by the day on which sales begin to be lost; where none does, the last one that arrives while
    they are lost. For stock and freight without lost sales: the first dispatch there that can still be changed.
    """
    money = view.lost_money[issue.points].sum(axis=1)
    if issue.too_much or issue.kind in ("freight", "emergency") or money.sum() <= 0:
        return _next_dispatch(view, issue.points)
    point = int(issue.points[int(np.argmax(money))])
    days = np.flatnonzero(view.losing[point])
    ship, lanes = view.problem.shipments, view.problem.lanes
    k = np.flatnonzero(ship.target == point)
    arrival = np.where(ship.open[k], lanes.arrival[ship.lane[k]], view.problem.days + 10**6)
    for until in (int(days[0]), int(days[-1])):
        possible = arrival <= until
        if possible.any():
            last = np.where(possible, np.arange(view.problem.days), -1).max(axis=1)
            best = int(np.argmax(last))
            return int(last[best]), view.lane(int(ship.lane[k[best]]))
    return None, ""


def _next_dispatch(view: View, points: Ints) -> tuple[int | None, str]:
    ship = view.problem.shipments
    k, t = np.nonzero(view.plan.lots * np.isin(ship.target, points)[:, None])
    if not len(t):
        return None, ""
    first = int(np.argmin(t))
    return int(t[first]), view.lane(int(ship.lane[k[first]]))


def proposals(view: View, lots: Ints) -> list[Proposal]:
    """What makes the plan with these lots of the one that stands, in the order of dispatch."""
    found = []
    for action in actions_of(view.problem, view.plan.lots, lots):
        now = action.now or action.cells[-1]
        units = _units(view, now, lots if action.now is not None else view.plan.lots)
        found.append((now[1], _proposal(view, action, now, units)))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _proposal(view: View, action: Action, cell: Cell, units: float) -> Proposal:
    problem, (k, t) = view.problem, cell
    ship, lanes, names = problem.shipments, problem.lanes, problem.locations.names
    lane = int(ship.lane[k])
    return Proposal(
        action.kind,
        problem.items.names[int(ship.item[k])],
        names[lanes.origin[lane]],
        names[lanes.destination[lane]],
        lanes.mode[lane],
        view.date(int(lanes.leaves[lane, t])),
        view.date(int(lanes.lands[lane, t])),
        units,
        _instead(view, action),
    )


def _instead(view: View, action: Action) -> str:
    """What the line is in the plan that stands; "" where it is new, or goes."""
    if action.was is None or action.now is None:
        return ""
    units = f"{_units(view, action.was, view.plan.lots):,.0f}"
    if action.was == action.now:
        return units
    lanes, lane = view.problem.lanes, int(view.problem.shipments.lane[action.was[0]])
    leaves = view.date(int(lanes.leaves[lane, action.was[1]]))
    return (
        f"{units} from {view.problem.locations.names[lanes.origin[lane]]} by {lanes.mode[lane]} on {leaves}"
    )


def _units(view: View, cell: Cell, lots: Ints) -> float:
    ship = view.problem.shipments
    lot = ship.lot_cases[cell[0]] * view.problem.items.case_size[ship.item[cell[0]]]
    return float(lots[cell] * lot)

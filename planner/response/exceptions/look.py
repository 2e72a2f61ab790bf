"""One look at fresh tables: every exception, the best answer to those that matter, and what is only counted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from planner.plan.plan import Plan
from planner.response.exceptions.answer import answered, within_reach
from planner.response.exceptions.bands import bands_of
from planner.response.exceptions.causes import issues
from planner.response.exceptions.demand import Shifted, shifts_of, with_shifts
from planner.response.exceptions.facts import served_issue, shift_issue, without_plan
from planner.response.exceptions.inbound import late
from planner.response.exceptions.issue import Issue
from planner.response.exceptions.service import Served, badly_served
from planner.response.exceptions.signs import Sign, Snapshot, signs
from planner.response.exceptions.view import View
from planner.response.replan.covered import covered
from planner.response.replan.situation import Situation
from planner.tables.dataset import DataSet
from planner_models.problem import Ints

SHORTAGES = ("low_service", "low_cover", "imbalance", "late_inbound", "demand_shift")


@dataclass(frozen=True)
class Look:
    """What was found: `listed` are ranked by recoverable money, without a plan by what is at stake.

    `below` have less recoverable money than the threshold. `unpriced` were not answered, because none of them can recover more than
    the last one that is listed. `impossible`: order lines of the plan that these tables have no way for.
    """

    listed: tuple[Issue, ...]
    below: tuple[Issue, ...]
    unpriced: tuple[Issue, ...]
    signs: tuple[Sign, ...]
    impossible: int

    @property
    def recoverable(self) -> float:
        """Of all that are listed [money]; a response to one may answer a part of another."""
        return sum(one.recoverable or 0.0 for one in self.listed)


def look(
    data: DataSet,
    plan: Plan | None = None,
    earlier: Iterable[Snapshot] = (),
    most: int = 20,
    tell: Callable[[str], None] = lambda _: None,
) -> Look:
    """Look at the tables, and at a plan beside them; at most `most` exceptions are listed.

    Raises UsageError if the plan doesn't cover the first day of the tables.
    """
    tell("sales against the forecast")
    bands, least = bands_of(data), data.settings.exceptions.least_money
    found = tuple(signs(data, bands, earlier))
    if plan is None:
        ranked = sorted(without_plan(data, bands), key=lambda one: -one.stake)
        enough = sum(one.stake >= least for one in ranked)
        last = min(most, enough)
        return Look(tuple(ranked[:last]), tuple(ranked[enough:]), tuple(ranked[last:enough]), found, 0)
    view, every = beside(data, plan, tell)
    listed, below, unpriced = ranked_of(view, every, least, most, tell)
    return Look(tuple(listed), tuple(below), tuple(unpriced), found, view.situation.forced)


def beside(
    data: DataSet, plan: Plan, tell: Callable[[str], None] = lambda _: None
) -> tuple[View, list[Issue]]:
    """What a plan leads to in fresh tables, and every exception there, not answered yet."""
    bands, data = bands_of(data), covered(data, plan)
    shifted = shifts_of(data, plan.inventory)
    tell("what the plan leads to")
    view = View.of(Situation.of(with_shifts(data, shifted), plan.orders), bands)
    at = [shift_issue(data, bands, one, _points(view, one)) for one in shifted]
    every = issues(view, at, late(data, plan))
    return view, _with_service(view, every, badly_served(data, bands))


def ranked_of(
    view: View, every: Sequence[Issue], least: float, most: int, tell: Callable[[str], None] = lambda _: None
) -> tuple[list[Issue], list[Issue], list[Issue]]:
    """The exceptions with most recoverable money, those below the threshold, and those that need no answer to know that.

    What is within reach is the most that can be recovered, so answers are looked for in its order, until nothing that is left can
    be among the first `most`.
    """
    reach = {number: within_reach(view, issue) for number, issue in enumerate(every)}
    order = sorted(reach, key=lambda number: -reach[number])
    listed: list[Issue] = []
    below = [every[number] for number in order if reach[number] < least]
    order = order[: len(order) - len(below)]
    waiting = [every[number] for number in order]
    for number, issue in enumerate(waiting):
        if len(listed) >= most and reach[order[number]] <= (listed[most - 1].recoverable or 0.0):
            return listed[:most], below, [*listed[most:], *waiting[number:]]
        tell(f"answers: {number + 1} of at most {len(waiting)}")
        answer = answered(view, issue)
        if (answer.recoverable or 0.0) < least:
            below.append(answer)
            continue
        listed.append(answer)
        listed.sort(key=lambda one: (-(one.recoverable or 0.0), -one.stake))
    return listed[:most], below, listed[most:]


def _points(view: View, one: "Shifted | Served") -> Ints:
    """The stock points of what has shifted, or was badly served."""
    points = view.point[one.item, one.location]
    return np.asarray(points[points >= 0])


def _with_service(view: View, every: list[Issue], served: list[Served]) -> list[Issue]:
    """Categories that were badly served: a measure of the largest shortage there, else an exception of their own."""
    found = list(every)
    for one in served:
        alone = served_issue(view.situation.data, view.bands, one, _points(view, one))
        same = [
            place
            for place, issue in enumerate(found)
            if issue.kind in SHORTAGES and np.isin(issue.points, alone.points).any()
        ]
        if same:
            best = max(same, key=lambda place: found[place].stake)
            found[best] = found[best].answered(measures=(*found[best].measures, *alone.measures))
        else:
            found.append(alone)
    return found

"""One look at fresh tables: every exception, the best answer to those that matter, and what is only counted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from planner.plan.run import Run
from planner.response.exceptions.answer import answered, within_reach
from planner.response.exceptions.bands import Bands, bands_of
from planner.response.exceptions.causes import issues
from planner.response.exceptions.demand import Shifted, shifts_of, with_shifts
from planner.response.exceptions.inbound import Late, late
from planner.response.exceptions.issue import Issue, Measure
from planner.response.exceptions.service import Served, badly_served
from planner.response.exceptions.signs import Sign, Snapshot, signs
from planner.response.exceptions.today import covered
from planner.response.exceptions.view import View
from planner.response.replan.situation import Situation
from planner.tables.dataset import DataSet

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
    run: Run | None = None,
    earlier: Iterable[Snapshot] = (),
    most: int = 20,
    tell: Callable[[str], None] = lambda _: None,
) -> Look:
    """Look at the tables, and at the plan of a run beside them; at most `most` exceptions are listed.

    Raises UsageError if the plan doesn't cover the first day of the tables.
    """
    tell("sales against the forecast")
    bands = bands_of(data)
    found = signs(data, bands, earlier)
    if run is None:
        every = _without_plan(data, bands)
        enough = [one for one in every if one.stake >= data.settings.exceptions.least_money]
        ranked = sorted(enough, key=lambda one: -one.stake)
        below = [one for one in every if one.stake < data.settings.exceptions.least_money]
        return Look(tuple(ranked[:most]), tuple(below), tuple(ranked[most:]), tuple(found), 0)
    data = covered(data, run)
    shifted = shifts_of(data, run.plan.inventory)
    tell("what the plan leads to")
    view = View.of(Situation.of(with_shifts(data, shifted), run.plan.orders), bands)
    every = issues(view, [_shift(view, one) for one in shifted], late(data, run.plan))
    every = _with_service(view, every, badly_served(data, bands))
    listed, below, unpriced = ranked_of(view, every, data.settings.exceptions.least_money, most, tell)
    return Look(tuple(listed), tuple(below), tuple(unpriced), tuple(found), view.situation.forced)


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


def _shift(view: View, one: Shifted) -> Issue:
    """A shift of demand at its stock points; those without a point in the plan have none."""
    stock, problem, shift = view.problem.stock, view.problem, one.shift
    number = np.full((len(problem.items.names), len(problem.locations.names)), -1)
    number[stock.item, stock.location] = np.arange(len(stock.item))
    points = number[one.item, one.location]
    item, place = (np.unique(values).tolist() for values in (one.item, one.location))
    hours = float(view.bands.response_hours[one.item, one.location].min())
    return _shift_issue(view.situation.data, one, points[points >= 0], item, place, hours)


def _shift_issue(
    data: DataSet,
    one: Shifted,
    points: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    item: list[int],
    place: list[int],
    hours: float,
) -> Issue:
    shift = one.shift
    items = tuple(data["items"]["item_id"].iloc[item])
    places = tuple(data["locations"]["location_id"].iloc[place])
    categories = tuple(sorted(set(data["items"]["category"].iloc[item])))
    what = {"series": items[0], "item": items[0], "category": categories[0] or "all items"}[shift.level]
    where = places[0] if len(places) == 1 else f"{len(places)} locations"
    span = "on the last day" if shift.days == 1 else f"in the last {shift.days} days"
    says = (
        f"{shift.units:,.0f} units of {what} were sold at {where} {span}, {shift.expected:,.1f} were expected; "
        f"demand seems to be {shift.factor:.2f} times its forecast (by luck: 1 in {1 / max(shift.probability, 1e-12):,.0f})"
    )
    start = data.settings.start_date
    return Issue(
        kind="demand_shift",
        measures=(Measure("demand_shift", shift.units, shift.expected, len(one.item)),),
        points=points,
        items=items,
        categories=categories,
        locations=places,
        lanes=(),
        orders=(),
        first=start,
        last=data.settings.end_date,
        stake=0.0,
        hours=hours,
        says=says,
    )


def _with_service(view: View, every: list[Issue], served: list[Served]) -> list[Issue]:
    """Categories that were badly served: a measure of the largest shortage there, else an exception of their own."""
    found, stock, problem = list(every), view.problem.stock, view.problem
    number = np.full((len(problem.items.names), len(problem.locations.names)), -1)
    number[stock.item, stock.location] = np.arange(len(stock.item))
    for one in served:
        points = number[one.item, one.location]
        points = points[points >= 0]
        measure = Measure("actual_service", one.fill_rate, one.band, len(one.item))
        same = [
            place
            for place, issue in enumerate(found)
            if issue.kind in SHORTAGES and np.isin(issue.points, points).any()
        ]
        if same:
            best = max(same, key=lambda place: found[place].stake)
            found[best] = found[best].answered(measures=(*found[best].measures, measure))
        else:
            found.append(_served(view.situation.data, view.bands, one, points))
    return found


def _served(
    data: DataSet,
    bands: Bands,
    one: Served,
    points: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    stake: float = 0.0,
) -> Issue:
    start = data.settings.start_date
    place = str(data["locations"]["location_id"].iloc[one.location])
    says = (
        f"{100 * one.fill_rate:.1f} % of what was wanted of {one.category or 'all items'} at {place} was sold in the last four weeks "
        f"({one.money:,.0f} of margin lost); the band begins at {100 * one.band:.1f} %"
    )
    return Issue(
        kind="actual_service",
        measures=(Measure("actual_service", one.fill_rate, one.band, len(one.item)),),
        points=points,
        items=tuple(data["items"]["item_id"].iloc[one.item]),
        categories=(one.category,),
        locations=(place,),
        lanes=(),
        orders=(),
        first=start - timedelta(days=28),
        last=start - timedelta(days=1),
        stake=stake,
        hours=float(bands.response_hours[one.item, one.location].min()),
        says=says,
    )


def _without_plan(data: DataSet, bands: Bands) -> list[Issue]:
    """What needs no plan: shifts of demand, late loads, bad service. What is at stake is the margin or the value of the goods."""
    items, nothing = data["items"], np.zeros(0, np.int64)
    found = []
    margin = (items["unit_price"] - items["unit_cost"]).fillna(0.0).clip(lower=0.0).to_numpy(np.float64)
    for one in shifts_of(data):
        item, place = (np.unique(values).tolist() for values in (one.item, one.location))
        hours = float(bands.response_hours[one.item, one.location].min())
        issue = _shift_issue(data, one, nothing, item, place, hours)
        away = abs(one.shift.units - one.shift.expected) / one.shift.days * data.settings.horizon_days
        found.append(issue.answered(stake=float(away * margin[one.item].mean())))
    found += [_late(data, bands, load, margin) for load in late(data)]
    found += [_served(data, bands, one, nothing, one.money) for one in badly_served(data, bands)]
    return found


def _late(
    data: DataSet, bands: Bands, load: Late, margin: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> Issue:
    """A late load beside no plan: at stake is the margin of what it carries."""
    items = data["items"].reset_index().set_index("item_id")["index"]
    item = items[list(load.items)].to_numpy()
    place = data["locations"].reset_index().set_index("location_id")["index"][load.destination]
    rows = data["open_orders"]
    mine = rows[rows["order_id"].isin(load.orders)]
    worth = float((mine["quantity"] * margin[items[mine["item_id"]].to_numpy()]).sum())
    start = data.settings.start_date
    return Issue(
        kind="late_inbound",
        measures=(Measure("late_inbound", float(load.days), 0.0, len(load.items)),),
        points=np.zeros(0, np.int64),
        items=load.items,
        categories=tuple(sorted(set(data["items"]["category"].iloc[item]))),
        locations=(load.destination,),
        lanes=(load.way,),
        orders=load.orders,
        first=start + timedelta(days=max(0, load.planned)),
        last=start + timedelta(days=load.expected),
        stake=worth,
        hours=float(bands.response_hours[item, place].min()),
        says=load.says(start),
    )

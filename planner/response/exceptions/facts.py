"""Exceptions that are facts of the tables: shifts of demand, bad service, late loads. Without a plan they are all there is."""

from datetime import date, timedelta

import numpy as np

from planner.demand.history import Floats
from planner.response.exceptions.bands import Bands
from planner.response.exceptions.demand import Shifted, shifts_of
from planner.response.exceptions.inbound import Late, late
from planner.response.exceptions.issue import Issue, Measure
from planner.response.exceptions.service import DAYS, Served, badly_served
from planner.tables.dataset import DataSet
from planner_models.problem import Ints

NOWHERE: Ints = np.zeros(0, np.int64)


def without_plan(data: DataSet, bands: Bands) -> list[Issue]:
    """What needs no plan. At stake is the margin: of what is sold more or less, of what is late, of what was lost."""
    items = data["items"]
    margin = (items["unit_price"] - items["unit_cost"]).fillna(0.0).clip(lower=0.0).to_numpy(np.float64)
    found = []
    for one in shifts_of(data):
        away = abs(one.shift.units - one.shift.expected) / one.shift.days * data.settings.horizon_days
        found.append(shift_issue(data, bands, one, NOWHERE, float(away * margin[one.item].mean())))
    found += [_late(data, bands, load, margin) for load in late(data)]
    return found + [served_issue(data, bands, one, NOWHERE, one.money) for one in badly_served(data, bands)]


def shift_issue(data: DataSet, bands: Bands, one: Shifted, points: Ints, stake: float = 0.0) -> Issue:
    """A shift of demand, with its stock points if there is a plan."""
    shift = one.shift
    item, place = (np.unique(values) for values in (one.item, one.location))
    categories = sorted(set(data["items"]["category"].iloc[item]))
    names = data["items"]["item_id"].iloc[item].tolist()
    what = (categories[0] or "all items") if shift.level == "category" else names[0]
    where = data["locations"]["location_id"].iloc[place[0]] if len(place) == 1 else f"{len(place)} locations"
    span = "on the last day" if shift.days == 1 else f"in the last {shift.days} days"
    says = (
        f"{shift.units:,.0f} units of {what} were sold at {where} {span}, {shift.expected:,.1f} were expected; "
        f"demand seems to be {shift.factor:.2f} times its forecast (by luck: 1 in {1 / max(shift.probability, 1e-12):,.0f})"
    )
    measure = Measure("demand_shift", shift.units, shift.expected, len(one.item))
    days = data.settings.start_date, data.settings.end_date
    hours = float(bands.response_hours[one.item, one.location].min())
    return _issue(data, measure, points, item, place, days, stake, hours, says)


def served_issue(data: DataSet, bands: Bands, one: Served, points: Ints, stake: float = 0.0) -> Issue:
    """A category that was badly served."""
    place = str(data["locations"]["location_id"].iloc[one.location])
    says = (
        f"{100 * one.fill_rate:.1f} % of what was wanted of {one.category or 'all items'} at {place} was sold in the last "
        f"{DAYS} days ({one.money:,.0f} of margin lost); the band begins at {100 * one.band:.1f} %"
    )
    measure = Measure("actual_service", one.fill_rate, one.band, len(one.item))
    start = data.settings.start_date
    days = start - timedelta(days=DAYS), start - timedelta(days=1)
    hours = float(bands.response_hours[one.item, one.location].min())
    return _issue(
        data, measure, points, np.unique(one.item), np.array([one.location]), days, stake, hours, says
    )


def _late(data: DataSet, bands: Bands, load: Late, margin: Floats) -> Issue:
    """A late load beside no plan."""
    row = {name: number for number, name in enumerate(data["items"]["item_id"])}
    item = np.array([row[name] for name in load.items])
    place = np.flatnonzero(data["locations"]["location_id"] == load.destination)
    orders = data["open_orders"]
    mine = orders[orders["order_id"].isin(load.orders)]
    stake = float((mine["quantity"] * margin[mine["item_id"].map(row)]).sum())
    start = data.settings.start_date
    days = start + timedelta(days=max(0, load.planned)), start + timedelta(days=load.expected)
    measure = Measure("late_inbound", float(load.days), 0.0, len(load.items))
    hours = float(bands.response_hours[item, place[0]].min())
    found = _issue(data, measure, NOWHERE, item, place, days, stake, hours, load.says(start))
    return found.answered(lanes=(load.way,), orders=load.orders)


def _issue(
    data: DataSet,
    measure: Measure,
    points: Ints,
    item: "np.ndarray[tuple[int], np.dtype[np.intp]]",
    place: "np.ndarray[tuple[int], np.dtype[np.intp]]",
    days: tuple[date, date],
    stake: float,
    hours: float,
    says: str,
) -> Issue:
    return Issue(
        kind=measure.kind,
        measures=(measure,),
        points=points,
        items=tuple(data["items"]["item_id"].iloc[item]),
        categories=tuple(sorted(set(data["items"]["category"].iloc[item]))),
        locations=tuple(data["locations"]["location_id"].iloc[place]),
        lanes=(),
        orders=(),
        first=days[0],
        last=days[1],
        stake=stake,
        hours=hours,
        says=says,
    )

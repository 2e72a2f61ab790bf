"""The published plan today: the days that it still covers, and what of it its origins have the goods for."""

from datetime import timedelta

import numpy as np
import pandas as pd

from planner.errors import UsageError
from planner.plan.plan import Plan
from planner.tables.buckets import read_buckets
from planner.tables.dataset import DataSet
from planner_models.baselines.shares import shares
from planner_models.curve import sales_curves
from planner_models.movements import movements
from planner_models.problem import Ints, Problem
from planner_models.projection import EXCESS


def covered(data: DataSet, plan: Plan) -> DataSet:
    """The fresh tables over the days that the plan still covers, day by day.

    Raises UsageError if it covers none. A plan in periods of uneven length counts as long as its periods are days.
    """
    first, days = _span(plan)
    if pd.isna(first):
        raise UsageError(
            "the plan is empty: there is nothing to hold the tables against. Solve first, or name another run with --run."
        )
    rest = (first + timedelta(days=days) - pd.Timestamp(data.settings.start_date)).days
    if rest <= 0:
        last = first + timedelta(days=days - 1)
        raise UsageError(
            f"the plan goes until {last:%Y-%m-%d}, the tables begin on {data.settings.start_date}. "
            "Solve again, or name a newer run with --run."
        )
    if (pd.Timestamp(data.settings.start_date) - first).days < 0:
        raise UsageError(
            f"the plan begins on {first:%Y-%m-%d}, after the first day of the tables, "
            f"{data.settings.start_date}. Maybe the tables are older than the run."
        )
    settings = data.settings.model_copy(
        update={"horizon_days": min(rest, data.settings.horizon_days), "buckets": None}
    )
    return data.replace(settings=settings)


def _span(plan: Plan) -> tuple[pd.Timestamp, int]:
    """First day of a plan, and how many of its first periods are days."""
    dates = plan.inventory["date"]
    first, count = dates.min(), int(dates.nunique())
    buckets = str(plan.certificate.get("options", {}).get("buckets", ""))
    lengths = np.array(read_buckets(buckets)) if buckets else np.ones(count, np.int64)
    single = int((np.cumsum(lengths > 1) == 0).sum())
    return first, single or int(lengths.sum())


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

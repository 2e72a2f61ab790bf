"""The days that a plan still covers: nobody has planned those that follow, so they tell nothing about it."""

from datetime import timedelta

import numpy as np
import pandas as pd

from planner.errors import UsageError
from planner.plan.plan import Plan
from planner.tables.buckets import read_buckets
from planner.tables.dataset import DataSet


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
    lengths = np.array(read_buckets(plan.buckets)) if plan.buckets else np.ones(count, np.int64)
    single = int((np.cumsum(lengths > 1) == 0).sum())
    return first, single or int(lengths.sum())


def until_its_end(data: DataSet, plan: Plan) -> DataSet:
    """As `covered`, and the tables as they are where the plan covers all of their days, or nothing."""
    first, days = _span(plan)
    start, horizon = pd.Timestamp(data.settings.start_date), data.settings.horizon_days
    if pd.isna(first) or (first == start and (plan.buckets or days >= horizon)):
        return data
    return covered(data, plan)

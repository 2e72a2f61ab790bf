"""What a decision was worth, once it is known what was wanted: two plans on the demand that came."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from planner.audit import evaluate
from planner.demand import demand
from planner.demand.censoring import demand_at_least
from planner.errors import UsageError
from planner.tables.dataset import DataSet
from planner.value.explain.judged import UNDEFINED

KEY = ["item_id", "location_id", "date"]


@dataclass(frozen=True)
class HindsightPrice:
    """total(plan) − total(other) on what happened [money], and its parts. Not `priced` where more leaves than there was."""

    difference: float
    causes: dict[str, float]
    priced: bool


def hindsight_price(
    tables: DataSet, orders: pd.DataFrame, other: pd.DataFrame, buckets: str | None = None
) -> HindsightPrice:
    """What the orders of a plan cost more than those of another.

    `tables` hold what was wanted: those of `happened`, or of `measures.hindsight` for a simulated truth.
    """
    one, two = evaluate(tables, orders, buckets), evaluate(tables, other, buckets)
    parts = {name: one.costs[name] - two.costs[name] for name in one.costs}
    causes = {name: money for name, money in parts.items() if abs(money) > 1e-9}
    undefined = {UNDEFINED} & {*one.violations["limit"], *two.violations["limit"]}
    return HindsightPrice(one.total - two.total, causes, not undefined)


def happened(data: DataSet, sales: pd.DataFrame) -> tuple[DataSet, date]:
    """The tables of a plan with what was wanted in the place of its forecast, and the last day of which that is known.

    A location's days up to its last row in `sales` are known: what was sold (0 without a row), and where it sold out what is
    expected of a demand of at least that. Later days keep the forecast. Raises UsageError if no day of the plan is known.
    """
    settings, forecast = data.settings, demand(data)
    start, end = pd.Timestamp(settings.start_date), pd.Timestamp(settings.end_date)
    sales = sales[(sales["date"] >= start) & sales["location_id"].isin(data["locations"]["location_id"])]
    if sales.empty:
        raise UsageError(
            f"there are no sales since {settings.start_date}: nothing is known yet of what happened"
        )
    until = sales.groupby("location_id")["date"].max()
    sales = sales[(sales["date"] <= end) & sales["item_id"].isin(data["items"]["item_id"])]
    both = forecast.merge(sales[[*KEY, "units", "stocked_out"]], on=KEY, how="outer")
    known = (both["date"] <= both["location_id"].map(until)).to_numpy(bool)
    mean, sd, sold = (both[name].fillna(0.0).to_numpy(float) for name in ("mean", "sd", "units"))
    short = both["stocked_out"].eq(True).to_numpy(bool) & (mean > 0) & (sd > 0)
    ratio = np.where(short, sd**2, 1.0) / np.where(short, mean, 1.0)
    wanted = np.where(short, demand_at_least(sold, mean, ratio), sold)
    table = both[KEY].assign(mean=np.where(known, wanted, mean), sd=np.where(known, 0.0, sd))
    return data.replace(demand=table, sales=None), min(until.max(), end).date()

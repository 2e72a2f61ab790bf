"""Signs that retail and distribution pull apart, over the history: what the tables and the runs show, and what they can't show."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.plan.plan import Plan
from planner.response.exceptions.bands import Bands
from planner.tables.dataset import DataSet

SPAN = 28  # days that are held against the same number before them
RUNS = 4  # of different days, from which stock and plans can be told to rise or fall
SURE = 1.96  # standard errors of a difference that counts
USUAL_COVER = 30.0  # days of sales that are too many where no policy says what is


@dataclass(frozen=True)
class Snapshot:
    """What a run knew on its first day: the value of its stock [money], and the share of emergency freight in its plan."""

    day: pd.Timestamp
    stock_value: float
    emergency_share: float | None


def snapshot(plan: Plan, data: DataSet) -> Snapshot:
    """The first day of a plan."""
    inventory = plan.inventory
    first = inventory["date"].min()
    rows = inventory[inventory["date"] == first]
    cost = rows["item_id"].map(data["items"].set_index("item_id")["unit_cost"]).fillna(0.0)
    return Snapshot(first, float((rows["opening"] * cost).sum()), plan.kpis.get("emergency_share"))


@dataclass(frozen=True)
class Sign:
    """A sign of misalignment: whether it is there (None = it can't be told), and what is seen."""

    name: str
    holds: bool | None
    says: str


def signs(data: DataSet, bands: Bands, runs: Iterable[Snapshot] = ()) -> list[Sign]:
    """The three signs of misalignment."""
    known = sorted({one.day: one for one in runs}.values(), key=lambda one: one.day)
    return [_turns_and_stockouts(data, known), _emergencies(known), _both(data, bands)]


def _turns_and_stockouts(data: DataSet, runs: list[Snapshot]) -> Sign:
    name = "turns fall while stockouts rise"
    rates = _stockouts(data)
    if rates is None:
        return Sign(name, None, f"sales tell less than {2 * SPAN} days")
    (before, after), (rows_before, rows_after) = rates
    spread = np.sqrt(before * (1 - before) / max(rows_before, 1) + after * (1 - after) / max(rows_after, 1))
    rise = after - before > SURE * spread
    out = f"{100 * after:.2f} % of item-store-days sold out in the last {SPAN} days, {100 * before:.2f} % in the {SPAN} before"
    if len(runs) < RUNS:
        stock = (
            f"turns can't be told: the tables have the stock of today only, and there are runs of {len(runs)} different days "
            f"({RUNS} are needed)"
        )
        return Sign(name, None if rise else False, f"{out}; {stock}")
    turns = _turns(data, runs)
    slope = np.polyfit(np.arange(len(turns)), turns, 1)[0] / max(float(np.mean(turns)), 1e-9)
    words = f"turns went from {turns[0]:.1f} to {turns[-1]:.1f} a year over {len(runs)} runs"
    return Sign(name, bool(rise and slope < 0 and turns[-1] < turns[0]), f"{out}; {words}")


def _stockouts(data: DataSet) -> tuple[tuple[float, float], tuple[int, int]] | None:
    """The share of item-store-days that sold out, in the span before the last one and in the last one, and how many there are."""
    sales, start = data["sales"], pd.Timestamp(data.settings.start_date)
    if sales.empty or (start - sales["date"].min()).days < 2 * SPAN:
        return None
    series = sales[["item_id", "location_id"]].drop_duplicates()
    rates, counts = [], []
    for back in (2 * SPAN, SPAN):
        inside = (sales["date"] >= start - pd.Timedelta(days=back)) & (
            sales["date"] < start - pd.Timedelta(days=back - SPAN)
        )
        counts.append(len(series) * SPAN)
        rates.append(float(sales.loc[inside, "stocked_out"].sum()) / counts[-1])
    return (rates[0], rates[1]), (counts[0], counts[1])


def _turns(data: DataSet, runs: list[Snapshot]) -> list[float]:
    """Cost of the goods sold in the four weeks before each run, per year, ÷ the stock of its first day."""
    sales = data["sales"]
    cost = sales["units"] * sales["item_id"].map(data["items"].set_index("item_id")["unit_cost"])
    found = []
    for one in runs:
        inside = (sales["date"] < one.day) & (sales["date"] >= one.day - pd.Timedelta(days=SPAN))
        found.append(float(cost[inside].sum()) * 365.0 / SPAN / max(one.stock_value, 1e-9))
    return found


def _emergencies(runs: list[Snapshot]) -> Sign:
    name = "the share of emergency freight rises"
    planned = [one.emergency_share for one in runs if one.emergency_share is not None]
    said = "what was paid for emergencies in the past is not in the tables"
    if len(planned) < RUNS:
        return Sign(
            name, None, f"{said}, and there are plans of {len(planned)} different days ({RUNS} are needed)"
        )
    half = len(planned) // 2
    before, after = float(np.mean(planned[:half])), float(np.mean(planned[half:]))
    words = (
        f"{100 * before:.2f} % of planned freight in the first {half} runs, {100 * after:.2f} % in the others"
    )
    return Sign(name, bool(after > before and planned[-1] > planned[0]), f"{words}; {said}")


def _both(data: DataSet, bands: Bands) -> Sign:
    """Items that have run out somewhere and lie too long elsewhere, today."""
    name = "items run out in one place and lie too long in another"
    items, places = data["items"]["item_id"], data["locations"]["location_id"]
    sales, start = data["sales"], pd.Timestamp(data.settings.start_date)
    recent = sales[sales["date"] >= start - pd.Timedelta(days=SPAN)]
    if recent.empty:
        return Sign(name, None, "there are no sales to tell what stock is for")
    rate, stock = np.zeros((len(items), len(places))), np.zeros((len(items), len(places)))
    for table, column, cells in ((recent, "units", rate), (data["inventory"], "on_hand", stock)):
        item = pd.Index(items).get_indexer(pd.Index(table["item_id"]))
        place = pd.Index(places).get_indexer(pd.Index(table["location_id"]))
        np.add.at(cells, (item, place), table[column].to_numpy(np.float64))
    rate /= SPAN
    sells = rate > 0
    cover = np.divide(stock, rate, out=np.zeros_like(stock), where=sells)
    limit = np.where(np.isnan(bands.high_cover), USUAL_COVER, bands.high_cover)
    out, over = (sells & (stock <= 0)).any(axis=1), (sells & (cover > limit)).any(axis=1)
    both, sold = int((out & over).sum()), int(sells.any(axis=1).sum())
    expected = float(out.sum()) * float(over.sum()) / max(sold, 1)
    says = (
        f"{both} of {sold} items that sell have run out at one store and have too many days of cover at another "
        f"({expected:.1f} if one had nothing to do with the other)"
    )
    return Sign(name, both > 0, says)

"""How often the demand detector is wrong, and how soon it is right.

`python benchmarks/detectors.py [--data DATA | --sales FOLDER]`. Quiet reviews: every alarm counts as false, also where demand has
wandered, or where a real history had its events. Power: a shift is put into the same sales, and the review 1, 3 and 7 days later
finds it or not.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.response.exceptions.outlook import tracked
from planner.response.exceptions.shifts import Shift, shifts
from planner.tables.dataset import DataSet
from planner.tables.load import load
from planner.value.simulate.truth import truth

FACTORS, AFTER = (1.5, 2.0, 0.5), (1, 3, 7)
CLASSES = (1.0, 10.0)  # units a day; below, between, above
CHEAP = 0.85  # of the median price of an item: it is promoted
INSIDE = 5  # series of each class that are shifted per trial, at most
Cells = Any


@dataclass(frozen=True)
class Chain:
    """What was sold, items × locations × days, and what is known about it; the first review may be on day `first`."""

    data: DataSet
    units: Cells
    stocked_out: Cells
    promoted: Cells
    first: int

    def at(self, day: int, units: Cells | None = None) -> DataSet:
        """The data set in the morning of a day: sales of the days before it."""
        units = self.units if units is None else units
        told = (units > 0) | self.stocked_out | self.promoted
        item, place, when = np.nonzero(told[:, :, :day])
        start = pd.Timestamp(self.data.settings.start_date)
        sales = pd.DataFrame(
            {
                "item_id": self.data["items"]["item_id"].to_numpy()[item],
                "location_id": self.data["locations"]["location_id"].to_numpy()[place],
                "date": start + pd.to_timedelta(when, unit="D"),
                "units": units[item, place, when],
                "stocked_out": self.stocked_out[item, place, when],
                "promotion": self.promoted[item, place, when],
            }
        )
        today = self.data.settings.start_date + timedelta(days=day)
        return self.data.replace(
            sales=sales, demand=None, settings=self.data.settings.model_copy(update={"start_date": today})
        )


def drawn(data: DataSet, replication: int, days: int) -> Chain:
    """The history of a data set, and demand that is drawn after it as `planner simulate` draws it."""
    happens = truth(data, days, "draws", 1, replication)
    sales = data["sales"]
    first = sales["date"].min()
    length = (pd.Timestamp(data.settings.start_date) - first).days
    shape = (*happens.wanted.shape[:2], length + days)
    units = _filled(shape, sales, data, "units")
    units[:, :, length:] = happens.wanted
    stocked_out, promoted = (_filled(shape, sales, data, name) > 0 for name in ("stocked_out", "promotion"))
    settings = data.settings.model_copy(update={"start_date": first.date()})
    return Chain(data.replace(settings=settings), units, stocked_out, promoted, length + 7)


def grocery(folder: Path) -> Chain:
    """The sales of a grocery chain as they are. A promotion is a day on which an item is much cheaper than it usually is."""
    sales = pd.read_parquet(folder / "grocery_sales.parquet")
    departments = pd.read_csv(folder / "grocery_items.csv").set_index("item_id")["department"]
    items, places = sorted(sales["item_id"].unique()), sorted(sales["location_id"].unique())
    tables = {
        "items": {"item_id": items, "category": departments.reindex(items), "unit_cost": 1.0},
        "locations": {"location_id": places, "kind": "store"},
    }
    first = pd.to_datetime(sales["date"]).min()
    data = DataSet.of(tables, start_date=first.date())
    days = (pd.to_datetime(sales["date"]).max() - first).days + 1
    shape = (len(items), len(places), days)
    usual = sales.groupby("item_id")["price"].transform("median")
    promoted = _filled(shape, sales.assign(promoted=sales["price"] < CHEAP * usual), data, "promoted") > 0
    return Chain(data, _filled(shape, sales, data, "units"), np.zeros(shape, bool), promoted, 91)


def _filled(shape: tuple[int, ...], sales: pd.DataFrame, data: DataSet, column: str) -> Cells:
    """A column of the sales as items × locations × days."""
    dates = pd.to_datetime(sales["date"])
    item = pd.Index(data["items"]["item_id"]).get_indexer(pd.Index(sales["item_id"]))
    place = pd.Index(data["locations"]["location_id"]).get_indexer(pd.Index(sales["location_id"]))
    cells = np.zeros(shape)
    cells[item, place, (dates - dates.min()).dt.days] = sales[column]
    return cells


def found(chain: Chain, day: int, rate: float, units: Cells | None = None) -> list[tuple[Shift, Cells]]:
    """The shifts of a review, each with the places of its series, items × locations."""
    t = tracked(chain.at(day, units), 7)
    assert t is not None
    return [(one, (t.item[one.series], t.location[one.series])) for one in shifts(t, rate)]


def injected(chain: Chain, day: int, where: Cells, factor: float, random: Any) -> Cells:
    """The units with a shift from a day on: a part of them stays, or a part of the week before comes on top."""
    units = chain.units.copy()
    last = min(units.shape[2], day + 7)
    own = units[:, :, day:last]
    week_before = units[:, :, day - 7 : last - 7]
    if factor < 1:
        shifted = random.binomial(own.astype(int), factor)
    else:
        shifted = own + random.binomial(week_before.astype(int), factor - 1.0)
    units[:, :, day:last] = np.where(where[:, :, None], shifted, own)
    return units


def scopes(chain: Chain, day: int, random: Any) -> Iterator[tuple[str, Cells, list[Cells]]]:
    """What is shifted together in a trial: kind, items × locations, and the groups that are looked for."""
    rate = chain.units[:, :, max(0, day - 56) : day].mean(axis=2)
    sells = rate > 0.05
    for low, high, words in zip(
        (0.0, *CLASSES), (*CLASSES, np.inf), ("below 1 a day", "1 to 10", "above 10"), strict=True
    ):
        inside = np.flatnonzero(sells & (rate >= low) & (rate < high))
        if len(inside):
            some = random.choice(inside, min(INSIDE, len(inside)), replace=False)
            where = np.zeros(rate.size, bool)
            where[some] = True
            groups = [np.eye(1, rate.size, cell, dtype=bool).reshape(rate.shape) for cell in some.tolist()]
            yield f"item at a store, {words}", where.reshape(rate.shape), groups
    item = random.choice(np.flatnonzero(sells.any(axis=1)))
    where = np.zeros(rate.shape, bool)
    where[item] = sells[item]
    yield "item at all stores", where, [where]
    category = pd.factorize(chain.data["items"]["category"])[0]
    place = random.choice(np.flatnonzero(sells.any(axis=0)))
    where = np.zeros(rate.shape, bool)
    where[:, place] = sells[:, place] & (category == random.choice(np.unique(category[sells[:, place]])))
    yield "category at a store", where, [where]


def measure(chains: list[Chain], every: int, trials: int, rate: float) -> tuple[dict[str, Any], Any]:
    """False alarms of quiet reviews; and for kind × factor × days after: how many shifts there were, and how many were found."""
    quiet: dict[str, Any] = defaultdict(int)
    power: Any = defaultdict(lambda: np.zeros(2, int))
    for number, chain in enumerate(chains):
        days = range(chain.first, chain.units.shape[2] + 1, every)
        for day in days:
            alarms = found(chain, day, rate)
            quiet["reviews"] += 1
            quiet["series"] += int((chain.units[:, :, :day].sum(axis=2) > 0).sum())
            quiet["alarms"] += len(alarms)
            quiet["reviews with an alarm"] += bool(alarms)
        random = np.random.default_rng(number)
        for _ in range(trials):
            day = int(random.integers(chain.first, chain.units.shape[2] - 7))
            for kind, where, groups in scopes(chain, day, random):
                for factor in FACTORS:
                    units = injected(chain, day, where, factor, random)
                    for after in AFTER:
                        alarms = found(chain, day + after, rate, units)
                        power[kind, factor, after] += len(groups), _hits(groups, alarms, factor)
    return dict(quiet), power


def _hits(groups: list[Cells], alarms: list[tuple[Shift, Cells]], factor: float) -> int:
    """Groups of which at least half is in shifts of the right direction."""
    seen = np.zeros(groups[0].shape, bool)
    for one, cells in alarms:
        if (one.units > one.expected) == (factor > 1):
            seen[cells] = True
    return sum(bool((seen & group).sum() >= 0.5 * group.sum()) for group in groups)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data/retail"))
    parser.add_argument("--sales", type=Path, help="the folder with grocery_sales.parquet, instead of --data")
    parser.add_argument("--replications", type=int, default=4)
    parser.add_argument("--every", type=int, default=7, help="days between quiet reviews")
    parser.add_argument("--trials", type=int, default=5, help="per replication")
    parser.add_argument("--rate", type=float, default=0.05)
    asked = parser.parse_args()
    if asked.sales:
        chains = [grocery(asked.sales)]
    else:
        chains = [drawn(load(asked.data), number, 56) for number in range(asked.replications)]
    quiet, power = measure(chains, asked.every, asked.trials, asked.rate)
    per_thousand = 1000 * quiet["alarms"] / quiet["series"]
    print(
        f"quiet: {quiet['reviews']} reviews of {quiet['series'] // quiet['reviews']:,} series: {quiet['alarms']} alarms "
        f"({per_thousand:.2f} per 1,000 series and review), {quiet['reviews with an alarm']} reviews with any"
    )
    print(
        "| what shifts | factor | "
        + " | ".join(f"after {days} d" for days in AFTER)
        + " | of |\n|---|---|---|---|---|---|"
    )
    for kind, factor in dict.fromkeys((kind, factor) for kind, factor, _ in power):
        cells = [power[kind, factor, after] for after in AFTER]
        shares = " | ".join(f"{100 * hits / count:.0f} %" for count, hits in cells)
        print(f"| {kind} | × {factor:g} | {shares} | {cells[0][0]} |")


if __name__ == "__main__":
    main()

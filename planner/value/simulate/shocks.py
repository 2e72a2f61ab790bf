"""Shocks: what happens to the network itself while days are played, as rows of the table `events`.

`at` is when the planner is told. What a shock does in the world begins on its own days, told or not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.tables.dataset import DataSet, conform
from planner.tables.schema import TABLES

Row = dict[str, Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Draw:
    """What a shock is drawn from; `begins` is the morning of its first day, of `days` that are simulated."""

    data: DataSet
    sold: pd.DataFrame  # units per day by item_id and location_id
    days: int
    random: np.random.Generator

    def one(self, values: "pd.Series[str]") -> str:
        """One of the values."""
        return str(values.iloc[self.random.integers(len(values))])

    def within(self, least: int, most: int) -> int:
        """A whole number, ends included."""
        return int(self.random.integers(least, most + 1))

    def span(self, least: int, most: int) -> Row:
        """Some days; told in the daytime, from two days before the first to the day before it."""
        first = self.morning()
        told = first - timedelta(days=self.within(1, 2)) + timedelta(hours=self.within(8, 20))
        last = first + timedelta(days=self.within(least, most) - 1)
        return {"at": told, "date_from": first, "date_to": last}

    def now(self) -> Row:
        """Told in the daytime when it happens."""
        return {"at": self.morning() + timedelta(hours=self.within(8, 20))}

    def morning(self) -> pd.Timestamp:
        """Midnight of a day."""
        start = pd.Timestamp(self.data.settings.start_date)
        return start + pd.Timedelta(days=int(self.random.integers(self.days)))


def no_shocks() -> pd.DataFrame:
    """The table `events` without a row."""
    return conform(TABLES["events"])


def all_of(*tables: pd.DataFrame) -> pd.DataFrame:
    """The shocks of several tables in one."""
    return pd.concat([table for table in tables if len(table)] or [no_shocks()], ignore_index=True)


def drawn(data: DataSet, days: int, rate: float, random: np.random.Generator) -> pd.DataFrame:
    """Shocks (table `events`): a Poisson number, `rate` per week. Types that the network has nothing for are left out."""
    sales = data["sales"]
    dates = max(1, sales["date"].nunique())
    sold = (sales.groupby(["item_id", "location_id"])["units"].sum() / dates).reset_index()
    draw = Draw(data, sold[sold["units"] > 0], days, random)
    names = list(KINDS)
    shares = np.array([KINDS[name][0] for name in names])
    rows: list[Row] = []
    for number in range(random.poisson(rate * days / 7)):
        name = names[int(random.choice(len(names), p=shares / shares.sum()))]
        found = KINDS[name][1](draw)
        rows += [
            {"event_id": f"SHOCK{number + 1:03d}.{part}", "type": name, **row}
            for part, row in enumerate(found, 1)
        ]
    return conform(TABLES["events"], rows or None)


def _demand_shift(draw: Draw) -> list[Row]:
    """A category or an item, everywhere or in some stores, for one or two weeks, times 0.4 to 3.

    Half of them are announced. Of the others the planner is told when they are over: until then they are only in the sales.
    """
    span = draw.span(5, 14)
    if draw.random.random() < 0.5:
        span["at"] = span["date_to"] + timedelta(days=1, hours=8)
    item = draw.one(draw.sold["item_id"])
    kinds = draw.data["items"].set_index("item_id")["category"]
    what = {"category": kinds[item]} if kinds[item] and draw.random.random() < 0.5 else {"item_id": item}
    factor = float(draw.random.choice([0.4, 0.6, 1.5, 2.0, 3.0], p=[0.15, 0.15, 0.3, 0.25, 0.15]))
    stores = pd.Series(draw.sold["location_id"].unique())
    share = float(draw.random.choice([0.25, 0.5, 1.0]))
    hit = draw.random.permutation(len(stores))[: max(1, round(share * len(stores)))]
    return [{**span, **what, "location_id": name, "factor": factor} for name in stores.iloc[np.sort(hit)]]


def _lane(draw: Draw, chosen: pd.DataFrame) -> Row | None:
    if chosen.empty:
        return None
    row = chosen.iloc[draw.random.integers(len(chosen))]
    return {"origin": row["origin"], "destination": row["destination"], "mode": row["mode"]}


def _from(draw: Draw, kind: str) -> pd.DataFrame:
    """Lanes of every day from locations of a kind."""
    places = draw.data["locations"]
    lanes = draw.data["lanes"]
    origins = places.loc[places["kind"] == kind, "location_id"]
    return lanes[lanes["origin"].isin(origins) & ~lanes["emergency"]]


def _inbound_late(draw: Draw) -> list[Row]:
    """What is on the way on a lane from a supplier comes one to four days later."""
    lane = _lane(draw, _from(draw, "supplier"))
    return [{**draw.now(), **lane, "days": draw.within(1, 4)}] if lane else []


def _lane_closed(draw: Draw) -> list[Row]:
    """A mode of a lane, two to five days."""
    lane = _lane(draw, _from(draw, "dc"))
    return [{**draw.span(2, 5), **lane}] if lane else []


def _lane_capacity(draw: Draw) -> list[Row]:
    """One vehicle a day on a lane that has them, for three to seven days."""
    lanes = _from(draw, "supplier")
    lane = _lane(draw, lanes[(lanes["cost_per_vehicle"] > 0) & ~(lanes["max_vehicles_per_day"] <= 1)])
    return [{**draw.span(3, 7), **lane, "quantity": 1}] if lane else []


def _location_closed(draw: Draw) -> list[Row]:
    """A store, one or two days."""
    return [{**draw.span(1, 2), "location_id": draw.one(draw.sold["location_id"])}]


def _capacity_change(draw: Draw) -> list[Row]:
    """Half of what may leave a location a day, for three to seven days."""
    table = draw.data["capacities"]
    table = table[table["resource"].isin(["outbound_vehicles", "outbound_units", "outbound_kg"])]
    if table.empty:
        return []
    row = table.iloc[draw.random.integers(len(table))]
    what = {"location_id": row["location_id"], "resource": row["resource"]}
    return [{**draw.span(3, 7), **what, "factor": 0.5}]


def _tariff_change(draw: Draw) -> list[Row]:
    """A mode, everywhere, 20 to 60 % dearer for one to three weeks; not one with weight breaks, which have no dates."""
    lanes = draw.data["lanes"]
    lanes = lanes[~lanes["mode"].isin(draw.data["weight_breaks"]["mode"])]
    if lanes.empty:
        return []
    factor = 1.0 + 0.2 * draw.within(1, 3)
    return [{**draw.span(7, 21), "mode": draw.one(lanes["mode"]), "factor": factor}]


def _stock_correction(draw: Draw) -> list[Row]:
    """One to four days of sales of an item in a store are not where the count says."""
    row = draw.sold.iloc[draw.random.integers(len(draw.sold))]
    lost = -float(np.ceil(row["units"] * draw.within(1, 4)))
    return [{**draw.now(), "item_id": row["item_id"], "location_id": row["location_id"], "quantity": lost}]


def _quality_hold(draw: Draw) -> list[Row]:
    """What there is of an item in a store or a DC may not be sold or sent for two to five days."""
    now = draw.now()
    last = now["at"].normalize() + timedelta(days=draw.within(2, 5) - 1)
    places = draw.data["locations"]
    held = pd.concat([draw.sold["location_id"], places.loc[places["kind"] == "dc", "location_id"]])
    what = {"item_id": draw.one(draw.sold["item_id"]), "location_id": draw.one(pd.Series(held.unique()))}
    return [{**now, **what, "date_to": last}]


# type → how often of all shocks, and how it is drawn. Orders that are confirmed are no surprise
KINDS: dict[str, tuple[float, Callable[[Draw], list[Row]]]] = {
    "demand_shift": (0.40, _demand_shift),
    "inbound_late": (0.15, _inbound_late),
    "stock_correction": (0.12, _stock_correction),
    "lane_closed": (0.08, _lane_closed),
    "quality_hold": (0.07, _quality_hold),
    "location_closed": (0.06, _location_closed),
    "lane_capacity": (0.04, _lane_capacity),
    "capacity_change": (0.04, _capacity_change),
    "tariff_change": (0.04, _tariff_change),
}

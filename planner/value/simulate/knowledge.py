"""What a policy knows at a review: nothing that happened later than `delay` days ago, but its own orders."""

from datetime import timedelta

import numpy as np
import pandas as pd

from planner.demand import demand
from planner.tables.dataset import DataSet
from planner.tables.settings import Settings
from planner.value.simulate.truth import Floats
from planner.value.simulate.way import KEPT
from planner.value.simulate.world import World

NO_STOCK = 1e-9


class Records:
    """Everything that was written down: what was sold, and how stock was counted and moved; days × items × locations."""

    def __init__(self, world: World) -> None:
        self.world, self.data = world, world.data
        shape = (world.truth.days, *world.stock.shape[:2])
        self.opening, self.arrived, self.left = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.sold, self.out = np.zeros(shape), np.zeros(shape, bool)
        self.begun = world.data.tables["sales"]
        sells = np.zeros(shape[1:], bool)
        index = world.index
        sells[index.item(self.begun["item_id"]), index.location(self.begun["location_id"])] = True
        self.sells = sells | (world.truth.wanted.sum(axis=2) > 0)

    def sales(self, day: int) -> pd.DataFrame:
        """The table `sales` as it was in the morning of a day: days before it."""
        before = self.begun
        if day <= 0:
            return before[before["date"] < self.date(day)]
        index = self.world.index
        when, item, location = np.nonzero(self.sells[None, :, :] & np.ones((day, 1, 1), bool))
        since = pd.DataFrame(
            {
                "item_id": index.items.to_numpy()[item],
                "location_id": index.locations.to_numpy()[location],
                "date": index.date(when).astype("datetime64[us]"),
                "units": self.sold[when, item, location],
                "stocked_out": self.out[when, item, location],
                "price": np.nan,
                "promotion": False,
            }
        )
        return pd.concat([before, since], ignore_index=True)

    def date(self, day: int) -> pd.Timestamp:
        """The date of a day number."""
        return pd.Timestamp(self.data.settings.start_date) + pd.Timedelta(days=day)


def known_data(records: Records, day: int, delay: int, previous: pd.DataFrame) -> DataSet:
    """The tables at the review in the morning of a day.

    Sales and stock counts are `delay` days old; stock is carried on from there by what was sent and what should have arrived, less
    the demand that was expected. Orders are the policy's own, and known. `previous` is the plan of the last review (columns of
    orders.csv), which stays as `planned` orders where it is firm or not yet due.
    """
    data, settings = records.data, records.data.settings
    seen = max(0, day - delay)  # the morning of the last stock count
    outlook = _forecast(records, day, delay, seen)
    return data.replace(
        settings=_moved(settings, day, settings.horizon_days),
        inventory=_inventory(records, _expected_stock(records, day, seen, outlook)),
        open_orders=_open_orders(records, day, previous),
        demand=outlook[outlook["date"] >= records.date(day)],
        sales=None,
    )


def _forecast(records: Records, day: int, delay: int, seen: int) -> pd.DataFrame:
    """Demand from the last stock count to the end of the horizon, from sales before it."""
    settings = records.data.settings
    told = day - delay  # sales before this day are known
    days = day + settings.horizon_days - told
    known = records.data.replace(
        settings=_moved(settings, told, days), sales=records.sales(told), demand=None
    )
    found = demand(known)
    return found[found["date"] >= records.date(seen)]


def _moved(settings: Settings, day: int, days: int) -> Settings:
    start = settings.start_date + timedelta(days=day)
    return settings.model_copy(update={"start_date": start, "horizon_days": days, "buckets": None})


def _expected_stock(records: Records, day: int, seen: int, outlook: pd.DataFrame) -> Floats:
    """Items × locations [units]: the last count, and what should have happened since."""
    index = records.world.index
    stock = records.opening[seen].copy() if seen < day else records.world.on_hand
    if seen == day:
        return stock
    when = np.asarray((outlook["date"] - index.start) / pd.Timedelta(days=1), int) - seen
    past = when < day - seen
    mean = np.zeros((day - seen, *stock.shape))
    table = outlook[past]
    mean[when[past], index.item(table["item_id"]), index.location(table["location_id"])] = table["mean"]
    for number in range(day - seen):
        moved = stock + records.arrived[seen + number] - records.left[seen + number]
        stock = np.maximum(0.0, moved - mean[number])
    return stock


def _inventory(records: Records, stock: Floats) -> pd.DataFrame:
    index = records.world.index
    item, location = np.nonzero((stock > NO_STOCK) & records.world.holds[None, :])
    return pd.DataFrame(
        {
            "item_id": index.items.to_numpy()[item],
            "location_id": index.locations.to_numpy()[location],
            "on_hand": np.round(stock[item, location], 9),
        }
    )


def _open_orders(records: Records, day: int, previous: pd.DataFrame) -> pd.DataFrame:
    """What is on the way, what is firm, and what was planned and has not left."""
    moving = records.world.way.open_orders(day)
    given = records.data["open_orders"]
    today = records.date(day)
    firm = given[(given["status"] == "firm") & (given["dispatch_date"] >= today)]
    waits = previous[(previous["dispatch_date"] >= today) & ~previous["order_id"].isin(firm["order_id"])]
    planned = waits.assign(status="planned")
    parts = [part for part in (moving, firm, planned) if len(part)]
    if not parts:
        return given.iloc[:0]
    together = pd.concat([part[[*KEPT, "status"]] for part in parts], ignore_index=True)
    # names repeat from plan to plan; given ones keep theirs
    return together.assign(order_id=_distinct(together["order_id"]))


def _distinct(names: "pd.Series[str]") -> "pd.Series[str]":
    again = names.groupby(names).cumcount()
    return names.where(again == 0, names + "~" + again.astype(str))

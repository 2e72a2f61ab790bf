"""What a policy knows at a review: nothing that happened later than `delay` days ago, but its own orders."""

from datetime import timedelta

import numpy as np
import pandas as pd

from planner.demand import demand
from planner.response.events.event import OF_AN_ORDER
from planner.tables.dataset import DataSet, conform
from planner.tables.schema import TABLES
from planner.tables.settings import Settings
from planner.value.simulate.conditions import demand_factors, with_conditions
from planner.value.simulate.incidents import Incidents
from planner.value.simulate.setup import MORNING
from planner.value.simulate.shocks import Floats, Ints, all_of
from planner.value.simulate.way import KEPT
from planner.value.simulate.world import World

NO_STOCK = 1e-9


class Records:
    """Everything that was written down: what was sold, and how stock was counted and moved; days × items × locations."""

    def __init__(self, world: World) -> None:
        self.world, self.data = world, world.data
        self.incidents = Incidents(world)
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

    def told(self, known: pd.Timestamp, since: pd.Timestamp = pd.Timestamp.min) -> pd.DataFrame:
        """The events of which the planner was told after `since`, up to `known`; late goods order by order."""
        shocks = self.world.truth.shocks
        of_orders = conform(TABLES["events"], self.incidents.of_orders or None)
        events = all_of(shocks[~shocks["type"].isin(OF_AN_ORDER)], of_orders)
        return events[(since < events["at"]) & (events["at"] <= known)]


def known_data(
    records: Records,
    day: int,
    delay: int,
    previous: pd.DataFrame,
    known: pd.Timestamp | None = None,
) -> DataSet:
    """The tables for a plan that begins on a day.

    Sales and stock counts are those that could be had `delay` days before; stock is carried on from there by what was sent and what
    should have arrived, less the demand that was expected. Orders are the policy's own, and known. `previous` is the last plan
    (columns of orders.csv), which stays as `planned` orders where it is firm or not yet due. Events are those that were told
    until `known`, None = until that morning.
    """
    known = known or records.date(day) + pd.Timedelta(hours=MORNING)
    shocks = records.told(known)
    data = with_conditions(records.data, shocks, day + records.data.settings.horizon_days)
    seen = max(0, day - delay)  # the morning of the last stock count
    sales = _without_shifts(data, shocks, records.sales(day - delay), day + data.settings.horizon_days)
    outlook = _forecast(records, data.replace(sales=sales), shocks, day, delay, seen)
    return data.replace(
        settings=_moved(data.settings, day, data.settings.horizon_days),
        inventory=_inventory(records, _expected_stock(records, day, seen, outlook, known)),
        open_orders=_open_orders(records, day, previous, known),
        demand=outlook[outlook["date"] >= records.date(day)],
        sales=sales,
    )


def _forecast(
    records: Records, data: DataSet, shocks: pd.DataFrame, day: int, delay: int, seen: int
) -> pd.DataFrame:
    """Demand from the last stock count to the end of the horizon, from sales before it.

    Shifts of demand that were told are not in these, and are put onto the days for which they hold.
    """
    told = day - delay  # sales before this day are known
    last = day + data.settings.horizon_days
    settings = _moved(data.settings, told, last - told)
    found = demand(data.replace(settings=settings, demand=None))
    found = found[found["date"] >= records.date(seen)]
    times = demand_factors(data, shocks, found, last)
    return found.assign(mean=found["mean"] * times, sd=found["sd"] * times)


def _without_shifts(data: DataSet, shocks: pd.DataFrame, sales: pd.DataFrame, days: int) -> pd.DataFrame:
    """Sales as they would have been; where nobody could want anything, they say nothing (sold out at nothing)."""
    since = (sales["date"] >= pd.Timestamp(data.settings.start_date)).to_numpy()
    times = np.ones(len(sales))
    times[since] = demand_factors(data, shocks, sales[since], days)
    if (times == 1.0).all():
        return sales
    units = np.where(times > 0, sales["units"] / np.where(times > 0, times, 1.0), 0.0)
    return sales.assign(units=units, stocked_out=sales["stocked_out"] | (times == 0))


def _cells(records: Records, table: pd.DataFrame) -> tuple[Ints, Ints, Ints]:
    """Item, location and day of each row."""
    index = records.world.index
    day = index.day(table["date"]).astype(np.int64)
    return index.item(table["item_id"]), index.location(table["location_id"]), day


def _moved(settings: Settings, day: int, days: int) -> Settings:
    start = settings.start_date + timedelta(days=day)
    return settings.model_copy(update={"start_date": start, "horizon_days": days, "buckets": None})


def _expected_stock(
    records: Records, day: int, seen: int, outlook: pd.DataFrame, known: pd.Timestamp
) -> Floats:
    """Items × locations [units]: the last count, and what should have happened since."""
    mean = np.zeros((day - seen + 1, *records.opening.shape[1:]))
    item, location, when = _cells(records, outlook)
    past = when <= day
    mean[when[past] - seen, item[past], location[past]] = outlook["mean"].to_numpy()[past]
    stock = records.opening[seen].copy()
    for number in range(seen, day):
        moved = stock + records.arrived[number] - records.left[number] + _corrected(records, number, known)
        stock = np.maximum(0.0, moved - mean[number - seen])
    return np.asarray(np.maximum(0.0, stock + _corrected(records, day, known)))


def _corrected(records: Records, day: int, known: pd.Timestamp) -> Floats:
    """Corrections of a day of which the planner was told."""
    units = np.zeros(records.opening.shape[1:])
    for one in records.incidents.corrections:
        if one.day == day and one.at <= known:
            units += one.units
    return units


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


def _open_orders(records: Records, day: int, previous: pd.DataFrame, known: pd.Timestamp) -> pd.DataFrame:
    """What is on the way, what is firm, and what was planned and has not left."""
    moving = records.world.way.open_orders(day, known)
    given = records.data["open_orders"]
    today = records.date(day)
    firm = given[(given["status"] == "firm") & (given["dispatch_date"] >= today)]
    waits = previous[(previous["dispatch_date"] >= today) & ~previous["order_id"].isin(firm["order_id"])]
    planned = waits.assign(status="planned")
    parts = [part for part in (moving, records.incidents.coming_back(known), firm, planned) if len(part)]
    if not parts:
        return given.iloc[:0]
    together = pd.concat([part[[*KEPT, "status"]] for part in parts], ignore_index=True)
    # names repeat from plan to plan; given ones keep theirs
    return together.assign(order_id=_distinct(together["order_id"]))


def _distinct(names: "pd.Series[str]") -> "pd.Series[str]":
    again = names.groupby(names).cumcount()
    return names.where(again == 0, names + "~" + again.astype(str))

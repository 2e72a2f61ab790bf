"""What suppliers offer, at which price and with which limits."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.audit.calendar import NO_DAY
from planner.audit.lanes import Flags
from planner.audit.network import Floats, Network
from planner.audit.numbering import Days, numbered
from planner.tables.dataset import DataSet


@dataclass(frozen=True)
class Supply:
    """The table `supply` by number. `row` of item and location is −1 where there is none.

    `most` (rows × days or periods) is NaN where there is any number of units; `available_from` is a day.
    """

    keys: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    is_supplier: Flags
    has_rows: Flags
    place: Days
    cost: Floats
    item_cost: Floats
    lowest_cost: Floats
    min_order_quantity: Floats
    order_multiple: Floats
    most: Floats
    available_from: Days

    def row(self, item: Days, location: Days) -> Days:
        """The row of an item at a supplier, or −1."""
        wanted = location * len(self.item_cost) + item
        place = np.searchsorted(self.keys, wanted)
        place = np.where(place < len(self.keys), place, 0)
        if not len(self.keys):
            return np.full(len(wanted), -1)
        return np.asarray(np.where(self.keys[place] == wanted, self.rows[place], -1))

    def offered(self, item: Days, location: Days) -> Flags:
        """Whether a location, if it is a supplier, offers an item at all."""
        return np.asarray(
            ~self.is_supplier[location] | ~self.has_rows[location] | (self.row(item, location) >= 0)
        )

    def unit_cost(self, item: Days, location: Days) -> Floats:
        """What a supplier asks for a unit of an item; the item's own cost where it names no price."""
        asked = np.append(self.cost, np.nan)[self.row(item, location)]
        return np.asarray(np.where(np.isnan(asked), self.item_cost[item], asked))


def read_supply(data: DataSet, network: Network) -> Supply:
    """Read the table `supply`."""
    table = data["supply"]
    item = numbered(network.items.names, table["item_id"])
    location = numbered(network.locations, table["location_id"])
    keys = location * len(network.items.names) + item
    order = np.argsort(keys, kind="stable")
    is_supplier = network.kind == "supplier"
    has_rows = np.isin(np.arange(len(network.locations)), location)
    own = network.items.cost
    cost = table["unit_cost"].to_numpy(dtype=float)
    cost = np.where(np.isnan(cost), own[item], cost)
    lowest = np.where((is_supplier & ~has_rows).any(), own, np.inf)
    np.minimum.at(lowest, item[is_supplier[location]], cost[is_supplier[location]])
    return Supply(
        keys=keys[order],
        rows=order,
        is_supplier=is_supplier,
        has_rows=has_rows,
        place=location,
        cost=cost,
        item_cost=own,
        lowest_cost=lowest,
        min_order_quantity=table["min_order_quantity"].fillna(0.0).to_numpy(dtype=float),
        order_multiple=table["order_multiple"].fillna(1.0).to_numpy(dtype=float),
        most=np.repeat(table["max_per_day"].to_numpy(dtype=float)[:, None], network.horizon.days, axis=1),
        available_from=_first_days(table, network),
    )


def _first_days(table: pd.DataFrame, network: Network) -> Days:
    day = network.horizon.day(table["available_from"])
    return np.where(day == NO_DAY, -(10**9), day)

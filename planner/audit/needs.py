"""Demand per item-location: its own, that of its dependants, and what follows after the horizon."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.audit.given import Given
from planner.audit.network import Floats, Network
from planner.audit.numbering import Days, numbered
from planner.audit.orders import Lines
from planner.demand import demand
from planner.tables.dataset import DataSet
from planner.tables.policies import named_by_item, resolve

CYCLE = 7


@dataclass(frozen=True)
class Pairs:
    """The item-locations with stock, demand, arrivals, dispatches or a minimum; sorted by location, then item."""

    keys: npt.NDArray[np.int64]
    items: int

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def item(self) -> Days:
        """The item of each pair."""
        return np.asarray(self.keys % max(1, self.items))

    @property
    def location(self) -> Days:
        """The location of each pair."""
        return np.asarray(self.keys // max(1, self.items))

    def find(self, item: Days, location: Days) -> Days:
        """The number of a pair, which must exist."""
        return np.searchsorted(self.keys, location * self.items + item)


@dataclass(frozen=True)
class Needs:
    """Mean and variance of demand, pairs × days [units, units²]: own, and dependent (own included)."""

    pairs: Pairs
    mean: Floats
    variance: Floats
    dependent_mean: Floats
    dependent_variance: Floats
    demanded: "Demanded"


@dataclass(frozen=True)
class Demanded:
    """The rows of the demand that count, by number: item, location and day, mean and sd [units]."""

    item: Days
    location: Days
    day: Days
    mean: Floats
    sd: Floats


def read_demanded(data: DataSet, network: Network) -> Demanded:
    """Demand on open days of the horizon, where stock is held."""
    days = network.horizon.days
    table = demand(data)
    table = table[(table["mean"] > 0) | (table["sd"] > 0)]
    item = numbered(network.items.names, table["item_id"])
    location = numbered(network.locations, table["location_id"])
    day = network.horizon.day(table["date"])
    used = (day >= 0) & (day < days) & network.holds_stock[location]
    used &= ~network.calendar.is_closed(location, day)
    return Demanded(
        item[used],
        location[used],
        day[used],
        table["mean"].to_numpy(dtype=float)[used],
        table["sd"].fillna(0.0).to_numpy(dtype=float)[used],
    )


def read_needs(data: DataSet, network: Network, given: Given, lines: Lines) -> Needs:
    """Demand of all item-locations that the tables or the orders touch."""
    demanded = read_demanded(data, network)
    return needs_of(read_pairs(data, network, given, lines, demanded), demanded, network)


def needs_of(pairs: Pairs, demanded: Demanded, network: Network) -> Needs:
    """Demand by pair and day, and that of the dependants."""
    days = network.horizon.days
    mean, variance = np.zeros((len(pairs), days)), np.zeros((len(pairs), days))
    place = pairs.find(demanded.item, demanded.location)
    mean[place, demanded.day] = demanded.mean
    variance[place, demanded.day] = demanded.sd**2
    above = above_pairs(pairs, network.chain, network)
    dependent = _with_dependants(mean, above), _with_dependants(variance, above)
    return Needs(pairs, mean, variance, *dependent, demanded)


def read_pairs(data: DataSet, network: Network, given: Given, lines: Lines, demanded: Demanded) -> Pairs:
    """The item-locations that the tables or the orders touch."""
    item, location, chain = demanded.item, demanded.location, network.chain
    stock = data["inventory"][data["inventory"]["on_hand"] > 0]
    places = [
        (
            numbered(network.items.names, stock["item_id"]),
            numbered(network.locations, stock["location_id"]),
        ),
        np.nonzero(named_by_item(data, "min_stock") & (resolve(data, "min_stock").to_numpy() > 0)),
    ]
    places += [(item, location), (lines.item, lines.origin), (lines.item, lines.destination)]
    places += [(given.transit.item, given.transit.destination), (given.fixed.item, given.fixed.destination)]
    places.append((given.fixed.item, given.fixed.origin))
    places += [(item, chain[location, level]) for level in range(chain.shape[1])]
    items = len(network.items.names)
    there = np.zeros(items * len(network.locations), bool)
    for i, x in places:
        there[(x * items + i)[x >= 0]] = True
    keys = np.flatnonzero(there)
    holding = network.holds_stock[keys // max(1, items)]
    return Pairs(keys[holding], items)


def above_pairs(pairs: Pairs, chain: Days, network: Network) -> Days:
    """For each pair the pairs of the same item above it, padded with −1."""
    locations = chain[pairs.location]
    exists = (locations >= 0) & network.holds_stock[locations]
    found = np.full(locations.shape, -1, dtype=np.int64)
    for level in range(locations.shape[1]):
        rows = np.flatnonzero(exists[:, level])
        wanted = locations[rows, level] * pairs.items + pairs.item[rows]
        place = np.minimum(np.searchsorted(pairs.keys, wanted), len(pairs) - 1)
        found[rows, level] = np.where(pairs.keys[place] == wanted, place, -1)
    return found


def _with_dependants(values: Floats, above: Days) -> Floats:
    """Add each pair's values to those of all pairs above it."""
    total = values.copy()
    busy = values.any(axis=1)
    for level in range(above.shape[1]):
        rows = np.flatnonzero((above[:, level] >= 0) & busy)
        np.add.at(total, above[rows, level], values[rows])
    return total


def until(values: Floats, day: Floats) -> Floats:
    """The sum of the days before `day` (pairs × any), which may lie after the horizon and between two days.

    After the horizon its last days repeat, seven of them or as many as there are.
    """
    days = values.shape[1]
    sums = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    whole = np.floor(day).astype(np.int64)
    at, after = _until_whole(sums, days, whole), _until_whole(sums, days, whole + 1)
    part = day - whole
    return np.asarray(np.where(part > 0, at + part * (after - at), at))


def _until_whole(sums: Floats, days: int, day: Days) -> Floats:
    row = np.arange(len(sums))[:, None]
    period = min(CYCLE, days)
    beyond = np.maximum(day - days, 0)
    begin = sums[:, days - period, None]
    repeated = (
        (beyond // period) * (sums[:, -1:] - begin) + sums[row, days - period + beyond % period] - begin
    )
    return np.asarray(sums[row, np.minimum(day, days)] + np.where(day > days, repeated, 0.0))


def per_pair(table: pd.DataFrame, pairs: Pairs) -> Floats:
    """The values of an items × locations table for each pair."""
    return np.asarray(table.to_numpy(dtype=float)[pairs.item, pairs.location])

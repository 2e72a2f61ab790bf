"""Everything that a bound needs of the tables: all stock points that can ever have stock, and what given orders do."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from planner.audit.bound.convex import Flags, Floats
from planner.audit.calendar import read_periods
from planner.audit.given import Given, read_given
from planner.audit.limits.stock import expected, first_arrivals, stated_limit
from planner.audit.lines import OrderLines
from planner.audit.loads import build_loads
from planner.audit.needs import per_pair, read_needs
from planner.audit.network import Network, read_network
from planner.audit.numbering import Days, numbered
from planner.audit.orders import Lines
from planner.audit.periods import Dated, given_by_period, lines_by_period, network_by_period, supply_by_period
from planner.audit.projection import Projection
from planner.audit.rates import read_rates
from planner.audit.stock import (
    Flow,
    Movements,
    Outlook,
    movements,
    opening_stock,
    project,
    read_beyond,
    read_outlook,
)
from planner.audit.supply import Supply, read_supply
from planner.tables.dataset import DataSet
from planner.tables.policies import resolve


@dataclass(frozen=True)
class Scene:
    """The given orders played alone over all pairs (`N`) of an item and a location that can have stock.

    `flow` of the projection is empty: what a bound needs of stock, it derives from prices.
    """

    given: Projection
    stocked: Flags  # I × L, whether there can ever be stock

    @property
    def network(self) -> Network:
        """The network."""
        return self.given.network

    @property
    def days(self) -> int:
        """T, the number of periods; where a plan has days only, that of days."""
        return self.network.horizon.days

    def pairs_at(self, location: int) -> slice:
        """The pairs of a location, which stand together."""
        keys, items = self.given.needs.pairs.keys, len(self.network.items.names)
        first, last = np.searchsorted(keys, [location * items, (location + 1) * items])
        return slice(int(first), int(last))

    def pair(self, item: Days, location: int) -> Days:
        """Numbers of pairs; −1 where there can't be stock."""
        pairs = self.given.needs.pairs
        found = np.minimum(pairs.find(item, np.full(len(item), location)), max(0, len(pairs) - 1))
        return np.where(self.stocked[item, location], found, -1)

    @cached_property
    def groups(self) -> tuple[Days, pd.MultiIndex]:
        """What shares vehicles: its number for each lane-mode; and origin, mode, route, and destination where there is no route."""
        names, row = self.network.lanes.names.to_frame(index=False), self.network.lanes.tariff_row
        route = self.network.lanes.table["route"].to_numpy(dtype=object)[row[:, 0]]
        keys = pd.MultiIndex.from_arrays(
            [names["origin"], names["mode"], route, names["destination"].where(route == "", "")]
        )
        number, found = pd.factorize(keys)
        return np.asarray(number, np.int64), pd.MultiIndex.from_tuples(found.tolist(), names=keys.names)

    @cached_property
    def supply_left(self) -> Floats:
        """Rows of `supply` × T [units]: what is left of a supplier's limit by given orders; NaN where there is none."""
        supply, lines = self.given.supply, self.given.lines
        given = np.zeros((len(supply.cost), self.days))
        offer = np.where(lines.origin >= 0, supply.row(lines.item, np.maximum(lines.origin, 0)), -1)
        np.add.at(given, (offer[offer >= 0], lines.dispatch[offer >= 0]), lines.quantity[offer >= 0])
        return np.asarray(np.maximum(supply.most - given, 0.0))

    @cached_property
    def holding(self) -> Floats:
        """`N × T` [money per unit] that is there at the end of a period."""
        return np.asarray(self.given.rates.holding[:, None] * self.network.horizon.length)

    @cached_property
    def least(self) -> Floats:
        """`N × T` [units], the stock that there has to be; 0 = none."""
        p = self.given
        named = np.nan_to_num(per_pair(resolve(p.data, "min_stock"), p.needs.pairs))
        least = np.where(expected(p), named, 0.0)[:, None]
        can = np.arange(self.days)[None, :] >= first_arrivals(p)[p.needs.pairs.location][:, None]
        return np.asarray(np.where(can, least, 0.0))

    @cached_property
    def most(self) -> Floats:
        """`N × T` [units], the stock that there may be, not less than without any free order; infinite = any."""
        p = self.given
        most = stated_limit(p)
        most = np.where(np.isnan(most), np.inf, most)
        rows = np.flatnonzero(np.isfinite(most).any(axis=1))
        moved = Movements(**{name: values[rows] for name, values in vars(p.moved).items()})
        outlook = Outlook(**{name: values[rows] for name, values in vars(p.outlook).items()})
        most[rows] = np.maximum(most[rows], project(p.on_hand[rows], moved, outlook).stock)
        return most

    @cached_property
    def missing(self) -> Floats:
        """`N` [money per unit] that is missing after the horizon."""
        none = self.given.data.settings.terminal_value == "none"
        return np.zeros(len(self.given.needs.pairs)) if none else self.given.rates.missing

    @cached_property
    def needed(self) -> tuple[Floats, Floats]:
        """`N`, mean and variance of the demand that the stock after the horizon has to face."""
        return self.given.beyond.mean, self.given.beyond.variance


def read_scene(data: DataSet, buckets: str | None = None) -> Scene:
    """Read the tables and play the given orders, in the periods `buckets`; None = those of the settings."""
    daily, horizon = read_network(data), read_periods(data, buckets)
    dated = Dated(daily, read_given(data, daily))
    network, given = network_by_period(dated, horizon), given_by_period(dated.given, horizon)
    supply = supply_by_period(read_supply(data, daily), dated, horizon)
    dated_lines = Lines(
        **{name: getattr(dated.given.fixed, name) for name in OrderLines.__dataclass_fields__},
        given=np.arange(len(given.fixed)),
    )
    fixed = lines_by_period(dated_lines, horizon)
    stocked = _stocked(data, network, given, supply)
    needs = read_needs(data, daily, dated.given, _everywhere(stocked))
    rates = read_rates(data, network, needs)
    nothing = np.zeros((len(needs.pairs), horizon.days))
    projection = Projection(
        data=data,
        network=network,
        supply=supply,
        given=given,
        lines=fixed,
        needs=needs,
        rates=rates,
        on_hand=opening_stock(data, network, needs),
        outlook=read_outlook(network, needs, rates.must_be_met),
        beyond=read_beyond(network, needs, daily.horizon.days),
        moved=movements(network, needs, fixed, given.transit),
        flow=Flow(*(nothing for _ in Flow.__dataclass_fields__)),
        loads=build_loads(data, network, fixed),
        dated=dated,
        dated_lines=dated_lines,
    )
    return Scene(projection, stocked)


def _stocked(data: DataSet, network: Network, given: Given, supply: Supply) -> Flags:
    """`I × L`: stock, given orders or a supplier can bring the item there, by any lanes."""
    items, places = network.items.names, network.locations
    found = np.zeros((len(items), len(places)), bool)
    every = np.arange(len(items))
    for place in np.flatnonzero(supply.is_supplier):
        found[:, place] = supply.offered(every, np.full(len(items), place))
    stock = data["inventory"][data["inventory"]["on_hand"] > 0]
    begins = [(numbered(items, stock["item_id"]), numbered(places, stock["location_id"]))]
    begins += [(orders.item, orders.destination) for orders in (given.fixed, given.transit)]
    for item, location in begins:
        holds = network.holds_stock[location]
        found[item[holds], location[holds]] = True
    lanes = np.flatnonzero(network.lanes.allowed.any(axis=1) & network.holds_stock[network.lanes.destination])
    while True:
        before = int(found.sum())
        for lane in lanes:
            found[:, network.lanes.destination[lane]] |= found[:, network.lanes.origin[lane]]
        if int(found.sum()) == before:
            return found


def _everywhere(stocked: Flags) -> Lines:
    """Lines of nothing to every place that can have stock, so that it is counted among the pairs."""
    item, location = np.nonzero(stocked)
    none, zero = np.full(len(item), -1), np.zeros(len(item))
    return Lines(
        order_id=np.full(len(item), "", dtype=object),
        item=item,
        origin=none,
        destination=location,
        lane=none,
        dispatch=zero.astype(np.int64),
        arrival=zero.astype(np.int64),
        cases=zero,
        quantity=zero,
        given=none,
    )

"""Everything that follows from the tables and the orders, before it is priced and held against the limits."""

from dataclasses import dataclass

import pandas as pd

from planner.audit.again import needs_again, outlook_again, project_again
from planner.audit.calendar import read_periods
from planner.audit.given import Given, read_given
from planner.audit.loads import Loads, build_loads
from planner.audit.needs import Needs, read_needs
from planner.audit.network import Floats, Network, read_network
from planner.audit.orders import Lines, read_orders
from planner.audit.periods import Dated, given_by_period, lines_by_period, network_by_period, supply_by_period
from planner.audit.rates import Rates, read_rates
from planner.audit.stock import (
    Beyond,
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


@dataclass(frozen=True)
class Projection:
    """The plan, played through the tables, in periods: where a plan has days only, these are the days.

    `dated` and `dated_lines` have the days of the same orders, and `needs` is by day always.
    """

    data: DataSet
    network: Network
    supply: Supply
    given: Given
    lines: Lines
    needs: Needs
    rates: Rates
    on_hand: Floats
    outlook: Outlook
    beyond: Beyond
    moved: Movements
    flow: Flow
    loads: Loads
    dated: Dated
    dated_lines: Lines


def play(
    data: DataSet, orders: pd.DataFrame, buckets: str | None = None, known: Projection | None = None
) -> tuple[Projection, pd.DataFrame]:
    """The projection of the orders that make sense, and the violations of those that don't.

    `known` is an earlier one, which saves work where nothing has changed since.
    """
    daily = read_network(data)
    dated = Dated(daily, read_given(data, daily))
    dated_lines, malformed = read_orders(orders, daily, dated.given)
    changed = None  # pairs with other needs than in the known projection
    if known is None:
        needs = read_needs(data, daily, dated.given, dated_lines)
    else:
        needs, changed = needs_again(data, daily, dated.given, dated_lines, known)
    horizon = read_periods(data, buckets)
    network = network_by_period(dated, horizon)
    given, lines = given_by_period(dated.given, horizon), lines_by_period(dated_lines, horizon)
    rates = read_rates(data, network, needs)
    days = daily.horizon.days
    if known is None:
        outlook, beyond = read_outlook(network, needs, rates.must_be_met), read_beyond(network, needs, days)
    else:
        outlook, beyond = outlook_again(network, needs, rates.must_be_met, days, changed, known)
    on_hand = opening_stock(data, network, needs)
    moved = movements(network, needs, lines, given.transit)
    if known is None:
        flow = project(on_hand, moved, outlook)
    else:
        names = network.items.names, network.locations
        flow = project_again(needs.pairs, on_hand, moved, outlook, names, known)
    projection = Projection(
        data=data,
        network=network,
        supply=supply_by_period(read_supply(data, daily), dated, horizon),
        given=given,
        lines=lines,
        needs=needs,
        rates=rates,
        on_hand=on_hand,
        outlook=outlook,
        beyond=beyond,
        moved=moved,
        flow=flow,
        loads=build_loads(data, network, lines),
        dated=dated,
        dated_lines=dated_lines,
    )
    return projection, malformed

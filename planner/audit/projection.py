"""Everything that follows from the tables and the orders, before it is priced and held against the limits."""

from dataclasses import dataclass

import pandas as pd

from planner.audit.given import Given, read_given
from planner.audit.loads import Loads, build_loads
from planner.audit.needs import Needs, read_needs
from planner.audit.network import Floats, Network, read_network
from planner.audit.orders import Lines, read_orders
from planner.audit.rates import Rates, read_rates
from planner.audit.stock import Flow, Movements, Outlook, movements, opening_stock, project, read_outlook
from planner.audit.supply import Supply, read_supply
from planner.tables.dataset import DataSet


@dataclass(frozen=True)
class Projection:
    """The plan, played through the tables."""

    data: DataSet
    network: Network
    supply: Supply
    given: Given
    lines: Lines
    needs: Needs
    rates: Rates
    on_hand: Floats
    outlook: Outlook
    moved: Movements
    flow: Flow
    loads: Loads


def play(data: DataSet, orders: pd.DataFrame) -> tuple[Projection, pd.DataFrame]:
    """The projection of the orders that make sense, and the violations of those that don't."""
    network = read_network(data)
    given = read_given(data, network)
    lines, malformed = read_orders(orders, network, given)
    needs = read_needs(data, network, given, lines)
    rates = read_rates(data, network, needs)
    outlook = read_outlook(network, needs, rates.must_be_met)
    on_hand = opening_stock(data, network, needs)
    moved = movements(network, needs, lines, given.transit)
    projection = Projection(
        data=data,
        network=network,
        supply=read_supply(data, network),
        given=given,
        lines=lines,
        needs=needs,
        rates=rates,
        on_hand=on_hand,
        outlook=outlook,
        moved=moved,
        flow=project(on_hand, moved, outlook),
        loads=build_loads(data, network, lines),
    )
    return projection, malformed

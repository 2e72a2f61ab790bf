"""The projection of a plan of which most is as in an earlier one: only pairs are played again for which something is different.

Nothing is believed that isn't compared: a pair is taken from the earlier projection if everything that its flow follows from
is the same number.
"""

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from planner.audit.given import Given
from planner.audit.lanes import Flags
from planner.audit.needs import Demanded, Needs, Pairs, needs_of, read_demanded, read_needs, read_pairs
from planner.audit.network import Floats, Network
from planner.audit.numbering import numbered
from planner.audit.orders import Lines
from planner.audit.stock import Flow, Movements, Outlook, project
from planner.tables.dataset import DataSet
from planner.tables.schema import TABLES

if TYPE_CHECKING:
    from planner.audit.projection import Projection


def project_again(
    pairs: Pairs,
    on_hand: Floats,
    moved: Movements,
    outlook: Outlook,
    names: tuple[object, object],
    known: "Projection",
) -> Flow:
    """As `project`; `names` are those of items and locations, in the order of the numbers of the pairs."""
    before = known.needs.pairs
    same_names = all(
        now.equals(then)  # type: ignore[attr-defined]
        for now, then in zip(names, (known.network.items.names, known.network.locations), strict=True)
    )
    if not (same_names and len(before) and known.outlook.mean.shape[1] == outlook.mean.shape[1]):
        return project(on_hand, moved, outlook)
    row = np.minimum(np.searchsorted(before.keys, pairs.keys), len(before) - 1)
    same = (before.keys[row] == pairs.keys) & (on_hand == known.on_hand[row])
    for now, then in (
        *((getattr(outlook, field.name), getattr(known.outlook, field.name)) for field in fields(Outlook)),
        (moved.arrivals, known.moved.arrivals),
        (moved.dispatched, known.moved.dispatched),
    ):
        same &= (now == then[row]).all(axis=1)
    new = np.flatnonzero(~same)
    fresh = project(
        on_hand[new],
        Movements(moved.arrivals[new], moved.dispatched[new], moved.late[new]),
        Outlook(*(getattr(outlook, field.name)[new] for field in fields(Outlook))),
    )
    columns = []
    for field in fields(Flow):
        values = getattr(known.flow, field.name)[row]
        values[new] = getattr(fresh, field.name)
        columns.append(values)
    return Flow(*columns)


def needs_again(data: DataSet, network: Network, given: Given, lines: Lines, known: "Projection") -> Needs:
    """As `read_needs`; they are those of `known` where pairs, demand and the network above them are the same."""
    before, then = known.needs, known.dated.network
    demanded = demanded_again(data, network, before.demanded, known.data, then)
    if demanded is None:
        return read_needs(data, network, given, lines)
    pairs = read_pairs(data, network, given, lines, demanded)
    same = demanded is before.demanded and pairs.items == before.pairs.items
    same &= np.array_equal(pairs.keys, before.pairs.keys) and np.array_equal(network.kind, then.kind)
    return (
        before if same and np.array_equal(network.chain, then.chain) else needs_of(pairs, demanded, network)
    )


def same_outlook(network: Network, needs: Needs, must_be_met: Flags, known: "Projection") -> bool:
    """Whether what stock has to face is what it was in `known`."""
    then = known.network
    return (
        needs is known.needs
        and network.horizon == then.horizon
        and np.array_equal(network.window, then.window)
        and np.array_equal(network.items.shelf_life, then.items.shelf_life, equal_nan=True)
        and np.array_equal(must_be_met, known.rates.must_be_met)
    )


def demanded_again(
    data: DataSet, network: Network, known: Demanded, before: DataSet, then: Network
) -> Demanded | None:
    """As `read_demanded`, of which only items are read again whose demand is another; None where all has to be read.

    `known` follows from the tables `before` and their network `then`.
    """
    tables = all(data[name] is before[name] for name in ("items", "locations", "sales", "calendar"))
    if not (tables and data.settings == before.settings and network.horizon == then.horizon):
        return None
    table, earlier = data["demand"], before["demand"]
    if table is earlier:
        return known
    if not len(table) or any(not table[name].equals(earlier[name]) for name in TABLES["demand"].key):
        return None
    other = np.zeros(len(table), dtype=bool)
    for name in ("mean", "sd"):
        now, past = table[name].to_numpy(dtype=float), earlier[name].to_numpy(dtype=float)
        other |= (now != past) & ~(np.isnan(now) & np.isnan(past))
    items = table["item_id"][other].unique()
    if not len(items):
        return known
    rows = table[table["item_id"].isin(items)].reset_index(drop=True)
    fresh = read_demanded(DataSet({**data.tables, "demand": rows}, data.settings), network)
    stays = ~np.isin(known.item, numbered(network.items.names, items))
    columns = {
        field.name: np.concatenate([getattr(known, field.name)[stays], getattr(fresh, field.name)])
        for field in fields(Demanded)
    }
    return Demanded(**columns)

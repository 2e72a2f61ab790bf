"""The projection of a plan of which most is as in an earlier one: only pairs are played again for which something is different.

Nothing is believed that isn't compared: a pair is taken from the earlier projection if everything that its flow follows from
is the same number.
"""

from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from planner.audit.given import Given
from planner.audit.lanes import Flags
from planner.audit.needs import Demanded, Needs, Pairs, needs_of, read_demanded, read_needs, read_pairs
from planner.audit.network import Floats, Network
from planner.audit.numbering import Days, numbered
from planner.audit.orders import Lines
from planner.audit.stock import Beyond, Flow, Movements, Outlook, project, read_beyond, read_outlook
from planner.tables.dataset import DataSet
from planner.tables.schema import TABLES

if TYPE_CHECKING:
    from planner.audit.projection import Projection

Table = TypeVar("Table")


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
        values = getattr(known.flow, field.name)[row]  # a copy
        values[new] = getattr(fresh, field.name)
        columns.append(values)
    return Flow(*columns)


def needs_again(
    data: DataSet, network: Network, given: Given, lines: Lines, known: "Projection"
) -> tuple[Needs, Days | None]:
    """As `read_needs`, and the pairs of which they are other ones than in `known`; None where that may be all."""
    before, then = known.needs, known.dated.network
    read = demanded_again(data, network, before.demanded, known.data, then)
    if read is None:
        return read_needs(data, network, given, lines), None
    demanded, items = read
    pairs = read_pairs(data, network, given, lines, demanded)
    same = pairs.items == before.pairs.items and np.array_equal(pairs.keys, before.pairs.keys)
    same &= np.array_equal(network.kind, then.kind) and np.array_equal(network.chain, then.chain)
    if not same:
        return needs_of(pairs, demanded, network), None
    rows = np.flatnonzero(np.isin(pairs.item, items))
    if not len(items):
        return before, rows
    fresh = needs_of(_only(pairs, rows), _of_items(demanded, items), network)
    return _spliced(before, fresh, rows, pairs=pairs, demanded=demanded), rows


def outlook_again(
    network: Network, needs: Needs, must_be_met: Flags, days: int, changed: Days | None, known: "Projection"
) -> tuple[Outlook, Beyond]:
    """As `read_outlook` and `read_beyond`, where the needs of the pairs `changed` are other ones than in `known`."""
    then = known.network
    if (
        changed is None
        or network.horizon != then.horizon
        or not np.array_equal(network.window, then.window)
        or not np.array_equal(network.items.shelf_life, then.items.shelf_life, equal_nan=True)
    ):
        return read_outlook(network, needs, must_be_met), read_beyond(network, needs, days)
    rows = np.union1d(changed, np.flatnonzero(must_be_met != known.rates.must_be_met))
    part = Needs(
        _only(needs.pairs, rows),
        needs.mean[rows],
        needs.variance[rows],
        needs.dependent_mean[rows],
        needs.dependent_variance[rows],
        needs.demanded,
    )
    outlook, beyond = read_outlook(network, part, must_be_met[rows]), read_beyond(network, part, days)
    return _spliced(known.outlook, outlook, rows), _spliced(known.beyond, beyond, rows)


def _of_items(demanded: Demanded, items: Days) -> Demanded:
    rows = np.isin(demanded.item, items)
    return Demanded(*(getattr(demanded, field.name)[rows] for field in fields(Demanded)))


def _only(pairs: Pairs, rows: Days) -> Pairs:
    return Pairs(pairs.keys[rows], pairs.items)


def _spliced(whole: Table, part: Table, rows: Days, **given: object) -> Table:
    """The whole with other rows in some places; fields that are `given` are not looked at."""
    if not len(rows):
        return whole
    columns = dict(given)
    for field in fields(whole):  # type: ignore[arg-type]
        if field.name not in given:
            values = getattr(whole, field.name).copy()
            values[rows] = getattr(part, field.name)
            columns[field.name] = values
    return type(whole)(**columns)


def demanded_again(
    data: DataSet, network: Network, known: Demanded, before: DataSet, then: Network
) -> tuple[Demanded, Days] | None:
    """As `read_demanded`, and the items that are read again because their demand is another; None where all has to be read.

    `known` follows from the tables `before` and their network `then`.
    """
    tables = all(data[name] is before[name] for name in ("items", "locations", "sales", "calendar"))
    if not (tables and data.settings == before.settings and network.horizon == then.horizon):
        return None
    table, earlier = data["demand"], before["demand"]
    none = np.zeros(0, np.int64)
    if table is earlier:
        return known, none
    if not len(table) or any(not table[name].equals(earlier[name]) for name in TABLES["demand"].key):
        return None
    other = np.zeros(len(table), dtype=bool)
    for name in ("mean", "sd"):
        now, past = table[name].to_numpy(dtype=float), earlier[name].to_numpy(dtype=float)
        other |= (now != past) & ~(np.isnan(now) & np.isnan(past))
    items = table["item_id"][other].unique()
    if not len(items):
        return known, none
    rows = table[table["item_id"].isin(items)].reset_index(drop=True)
    fresh = read_demanded(DataSet({**data.tables, "demand": rows}, data.settings), network)
    again = numbered(network.items.names, items)
    stays = ~np.isin(known.item, again)
    columns = {
        field.name: np.concatenate([getattr(known, field.name)[stays], getattr(fresh, field.name)])
        for field in fields(Demanded)
    }
    return Demanded(**columns), again

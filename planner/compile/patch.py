"""The problem after a change of some tables: only what follows from them is compiled, the rest is taken over.

That is either some items' demand, stock and open orders, or lanes and capacities (`network_patch.py`). What has changed is found by
comparing the tables, not believed. Where anything else has, or where stock points or shipments come or go, there is no patch, and
the whole is compiled.
"""

from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from planner.compile.network import Network
from planner.compile.network_patch import CAPACITIES, LANES, with_capacities, with_lanes
from planner.compile.problem import compile_problem
from planner.tables.dataset import DataSet
from planner_models.problem import GivenOrders, Ints, Problem

PATCHED = ("demand", "inventory", "open_orders")  # tables whose rows name an item
MOST = 0.3  # of the items; with more the whole is compiled as quickly
Table = TypeVar("Table")


def patched(
    problem: Problem, network: Network, before: DataSet, after: DataSet, buckets: str | None
) -> Problem | None:
    """The problem of `after`, given that of `before` and its network; None where it has to be compiled."""
    shared = [name for name in (*LANES, *CAPACITIES) if not before[name].equals(after[name])]
    if not shared:
        return _with_items(problem, network, before, after, buckets)
    if problem.length.max() > 1:
        return None
    items_only = DataSet({**after.tables, **{name: before[name] for name in shared}}, after.settings)
    changed = _with_items(problem, network, before, items_only, buckets)
    if changed is not None and not set(LANES).isdisjoint(shared):
        changed = with_lanes(changed, before, after)
    return (
        changed if changed is None or set(CAPACITIES).isdisjoint(shared) else with_capacities(changed, after)
    )


def _with_items(
    problem: Problem, network: Network, before: DataSet, after: DataSet, buckets: str | None
) -> Problem | None:
    """The problem after a change of some items."""
    items = changed_items(before, after)
    if items is None or len(items) > MOST * len(problem.items.names):
        return None
    if not len(items):
        return problem
    part = _with_every_supplier(before, items)
    now = compile_problem(_part(after, part), buckets, network)
    rows = _rows(problem, now)
    if rows is None:
        return None
    patch = _put(problem, now, *rows)
    if before["open_orders"] is after["open_orders"]:
        return patch
    return _with_given(patch, compile_problem(_part(before, part), buckets, network), now)


def changed_items(before: DataSet, after: DataSet) -> "pd.Index | None":
    """The items that have other rows in some table; None if anything else is different."""
    if before.settings != after.settings or before.tables.keys() != after.tables.keys():
        return None
    found: set[str] = set()
    for name in before.tables:
        old, new = before[name], after[name]
        if old is new or (name not in PATCHED and old.equals(new)):
            continue
        if name not in PATCHED or (name == "demand" and not len(old)):
            return None
        found |= _items_of(old, new)
    return pd.Index(sorted(found))


def _items_of(old: pd.DataFrame, new: pd.DataFrame) -> set[str]:
    """Items of the rows that are in one table only."""
    if len(old) == len(new):
        other = np.zeros(len(old), bool)
        for column in old.columns:
            one, two = old[column], new[column]
            other |= np.asarray((one != two) & ~(one.isna() & two.isna()))
        return set(old["item_id"][other]) | set(new["item_id"][other])
    both = pd.concat([old, new])
    return set(both[~both.duplicated(keep=False)]["item_id"]) | set(_uneven(old, new))


def _uneven(old: pd.DataFrame, new: pd.DataFrame) -> "list[str]":
    """Items with more rows in one table than in the other: rows that are there twice."""
    count = [frame["item_id"].value_counts() for frame in (old, new)]
    more = count[0].sub(count[1], fill_value=0)
    return [str(name) for name in more.index[more != 0]]


def _with_every_supplier(data: DataSet, items: "pd.Index") -> "pd.Index":
    """The items, and one of each supplier: one without any offers all."""
    offered = data["supply"].drop_duplicates("location_id")["item_id"]
    return items.union(pd.Index(offered))


def _part(data: DataSet, items: "pd.Index") -> DataSet:
    """The tables of some items."""
    frames = {
        name: frame[frame["item_id"].isin(items) | (frame["item_id"] == "")].reset_index(drop=True)
        for name, frame in data.tables.items()
        if "item_id" in frame.columns and name != "events"
    }
    return DataSet({**data.tables, **frames}, data.settings, data.source)


def _rows(problem: Problem, now: Problem) -> tuple[Ints, Ints, Ints] | None:
    """Where stock points, shipments and supply limits of the part are in the whole; None unless all are the same ones."""
    item = pd.Index(problem.items.names).get_indexer(pd.Index(now.items.names))
    found = []
    for kind, columns in (
        ("stock", ("item", "location")),
        ("shipments", ("item", "lane")),
        ("supply", ("item", "location")),
    ):
        whole, part = getattr(problem, kind), getattr(now, kind)
        there = np.flatnonzero(np.isin(whole.item, item))
        keys = pd.MultiIndex.from_arrays([getattr(whole, name)[there] for name in columns])
        row = keys.get_indexer(
            pd.MultiIndex.from_arrays([item[getattr(part, columns[0])], getattr(part, columns[1])])
        )
        if len(row) != len(there) or (row < 0).any():
            return None
        found.append(there[row])
    return found[0], found[1], found[2]


def _put(problem: Problem, now: Problem, points: Ints, ships: Ints, supply: Ints) -> Problem:
    return problem.replace(
        stock=_spliced(problem.stock, now.stock, points, keep=("item", "location")),
        shipments=_spliced(
            problem.shipments, now.shipments, ships, keep=("item", "lane", "source", "target")
        ),
        supply=_spliced(problem.supply, now.supply, supply, keep=("item", "location")),
    )


def _with_given(problem: Problem, then: Problem, now: Problem) -> Problem:
    """What given orders add up to: the whole, with the part's difference."""
    lanes, limits, minimums = problem.lanes, problem.capacities, problem.minimums

    def moved(whole: Any, of: str, name: str) -> Any:
        old, new = (getattr(getattr(one, of), name) for one in (then, now))
        return whole if np.array_equal(old, new) else whole + (new - old)

    return problem.replace(
        lanes=replace(
            lanes,
            given_kg=moved(lanes.given_kg, "lanes", "given_kg"),
            given_m3=moved(lanes.given_m3, "lanes", "given_m3"),
        ),
        capacities=replace(limits, given_use=moved(limits.given_use, "capacities", "given_use")),
        minimums=replace(
            minimums,
            given_value=moved(minimums.given_value, "minimums", "given_value"),
            given_kg=moved(minimums.given_kg, "minimums", "given_kg"),
        ),
        given=_given(problem, now),
        given_handling=problem.given_handling + now.given_handling - then.given_handling,
        given_purchase=problem.given_purchase + now.given_purchase - then.given_purchase,
    )


def _spliced(whole: Table, part: Table, rows: Ints, keep: tuple[str, ...]) -> Table:
    """The whole table with some rows from another."""
    columns = {}
    for field in fields(whole):  # type: ignore[arg-type]
        values = getattr(whole, field.name)
        if field.name not in keep and not np.array_equal(values[rows], getattr(part, field.name)):
            values = values.copy()
            values[rows] = getattr(part, field.name)
        columns[field.name] = values
    return type(whole)(**columns)


def _given(problem: Problem, now: Problem) -> GivenOrders:
    """Given orders: those of other items as they were, and those of the part."""
    whole, part = problem.given, now.given
    item = pd.Index(problem.items.names).get_indexer(pd.Index(now.items.names))
    stay = np.flatnonzero(~np.isin(whole.item, item))
    columns: dict[str, Any] = {
        field.name: np.concatenate([getattr(whole, field.name)[stay], getattr(part, field.name)])
        for field in fields(GivenOrders)
        if field.name not in ("order_id", "item")
    }
    names = tuple(whole.order_id[row] for row in stay) + part.order_id
    return GivenOrders(order_id=names, item=np.concatenate([whole.item[stay], item[part.item]]), **columns)

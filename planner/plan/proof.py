"""What a bound rests on, as files: prices.parquet and branches.json, from which the check computes it again."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from planner_models.decomposed.block import Block
    from planner_models.decomposed.engine import Proof
    from planner_models.decomposed.prices import Prices
    from planner_models.decomposed.tree import Node
    from planner_models.problem import Floats, Ints, Problem

PRICE_COLUMNS = (
    "kind", "origin", "destination", "mode", "route", "item_id", "location_id", "resource", "date", "leaf", "price",
)  # fmt: skip


class _Names:
    """Names of the network, in the order of its arrays."""

    def __init__(self, problem: "Problem", start: pd.Timestamp) -> None:
        self.opens = np.cumsum(problem.length) - problem.length  # the first day of every period
        self.items, self.places = np.array(problem.items.names), np.array(problem.locations.names)
        lanes, loads = problem.lanes, problem.loads
        self.mode, self.route, self.start = np.array(lanes.mode), np.array(loads.route), start
        self.origin, self.destination = self.places[lanes.origin], self.places[lanes.destination]
        self.first = np.unique(lanes.load, return_index=True)[1]
        self.ends = np.where(self.route == "", self.destination[self.first], "")

    def date(self, period: int) -> str:
        return str((self.start + pd.Timedelta(days=int(self.opens[period]))).date())

    def member(self, load: int, first: int, last: int) -> dict[str, str]:
        """A load on some days, as a member of a split."""
        lane = self.first[load]
        return {
            "origin": str(self.origin[lane]),
            "destination": str(self.ends[load]),
            "mode": str(self.mode[lane]),
            "route": str(self.route[load]),
            "first": self.date(first),
            "last": self.date(last),
        }


def proof_files(
    problem: "Problem", proof: "Proof", start: pd.Timestamp
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The contents of prices.parquet (a row per price that is not zero) and of branches.json."""
    from planner_models.decomposed.place import leaves_of
    from planner_models.problem import RESOURCES

    names, prices = _Names(problem, start), proof.prices
    stock, supply = problem.stock, problem.supply
    leaves = np.zeros(stock.mean.shape, bool)
    for block, _ in proof.blocks:
        leaves[block.points] = block.leaves
    shape = (len(RESOURCES), len(names.places))
    resource, place = (
        np.broadcast_to(np.array(RESOURCES)[:, None], shape),
        np.broadcast_to(names.places, shape),
    )
    parts = [
        _rows(
            "stock",
            prices.stock * leaves,
            item_id=names.items[stock.item],
            location_id=names.places[stock.location],
        ),
        _rows("use", prices.use, resource=resource, location_id=place),
        _rows(
            "supply",
            prices.supply,
            item_id=names.items[supply.item],
            location_id=names.places[supply.location],
        ),
    ]
    trees = []
    for block, tree in proof.blocks:
        freight, load = block.freight, block.problem.lanes.load
        way = {
            "origin": names.origin[block.lanes],
            "destination": names.destination[block.lanes],
            "mode": names.mode[block.lanes],
        }
        for number, leaf in enumerate(leaves_of(tree)):
            for kind, rate, room in (
                ("kg", freight.rate, leaf.room.kg),
                ("m3", freight.m3_rate, leaf.room.m3),
            ):
                parts.append(
                    _rows(kind, (rate + room[load]) * block.problem.lanes.open, **way).assign(leaf=number)
                )
        if tree.children is not None:
            nodes = _nodes(tree, block, names)
            trees.append({"locations": names.places[block.places].tolist(), "nodes": nodes})
    frame = pd.concat(parts, ignore_index=True)
    frame["date"] = start + pd.to_timedelta(names.opens[frame.pop("day").to_numpy()], unit="D")
    return frame[list(PRICE_COLUMNS)], {"blocks": trees}


def read_prices(problem: "Problem", frame: pd.DataFrame, start: pd.Timestamp) -> "Prices":
    """Prices of an earlier run for a problem on the same network; what that doesn't know is passed over, dates move along.

    Prices of room are left out: every leaf has its own.
    """
    from planner_models.decomposed.prices import Prices
    from planner_models.problem import RESOURCES

    names, days = _Names(problem, start), problem.days
    frame = frame[frame["leaf"] == 0]
    first = frame["date"].min() if len(frame) else start
    # a date within a period has no price of its own
    day = pd.Index(names.opens).get_indexer(pd.Index((frame["date"] - first).dt.days))
    frame = frame.assign(day=day)[day >= 0]
    stock, supply, shape = problem.stock, problem.supply, (len(RESOURCES), len(names.places))
    resource, place = (
        np.broadcast_to(np.array(RESOURCES)[:, None], shape),
        np.broadcast_to(names.places, shape),
    )

    def table(
        kind: str, columns: list[str], keys: "list[np.ndarray[Any, Any]]", size: tuple[int, ...]
    ) -> "Floats":
        part = frame[frame["kind"] == kind]
        index = pd.MultiIndex.from_arrays([key.ravel() for key in keys])
        row = index.get_indexer(pd.MultiIndex.from_frame(part[columns]))
        found = np.zeros((len(index), days))
        found[row[row >= 0], part["day"].to_numpy()[row >= 0]] = part["price"].to_numpy()[row >= 0]
        return found.reshape(size)

    item = ["item_id", "location_id"]
    points, limits = (
        [names.items[stock.item], names.places[stock.location]],
        [
            names.items[supply.item],
            names.places[supply.location],
        ],
    )
    return Prices(
        kg=np.zeros(problem.lanes.open.shape),
        m3=np.zeros(problem.lanes.open.shape),
        stock=table("stock", item, points, stock.mean.shape),
        use=table("use", ["resource", "location_id"], [resource, place], problem.capacities.limit.shape),
        vehicles=np.zeros(problem.loads.vehicle_kg.shape),
        supply=table("supply", item, limits, supply.given.shape),
    )


def _rows(kind: str, values: "Floats", **names: "np.ndarray[Any, Any]") -> pd.DataFrame:
    """One row per price that is not zero; the last axis of `values` are days."""
    at = np.nonzero(values)
    part = pd.DataFrame({"kind": kind, "price": values[at], "day": at[-1], "leaf": 0})
    for name in PRICE_COLUMNS[1:8]:
        part[name] = pd.Series(names[name][at[:-1]] if name in names else "", index=part.index, dtype="str")
    return part


def _nodes(tree: "Node", block: "Block", names: _Names) -> list[dict[str, Any]]:
    """The nodes of a tree, parents first; leaves are numbered from left to right."""
    found: list[dict[str, Any]] = []
    leaves = 0

    def add(node: "Node", above: tuple[int, ...]) -> int:
        nonlocal leaves
        number = len(found)
        entry: dict[str, Any] = {"node": number}
        found.append(entry)
        if node.children is None or node.cells is None:
            prices = zip(above, node.room.splits.tolist(), strict=True)
            entry |= {"leaf": leaves, "multipliers": [{"node": up, "price": price} for up, price in prices]}
            leaves += 1
            return number
        yes, no = (add(child, (*above, number)) for child in node.children)
        members = _members(node.cells, block, names)
        entry["split"] = {"members": members, "at_most": node.number, "yes": yes, "no": no}
        return number

    add(tree, ())
    return found


def _members(cells: "Ints", block: "Block", names: _Names) -> list[dict[str, str]]:
    """Runs of days of the loads of a split."""
    days = block.problem.days
    members = []
    for run in np.split(cells, np.flatnonzero(np.diff(cells) != 1) + 1):
        load = int(block.loads[run[0] // days])
        members.append(names.member(load, int(run[0] % days), int(run[-1] % days)))
    return members

"""Prices of the engine as the frame of prices.parquet, and random trees."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from planner.audit.bound.blocks import blocks_of
from planner.audit.bound.scene import Scene
from planner.tables.dataset import DataSet
from planner_models.decomposed.ascent import Ascent
from planner_models.decomposed.dual import Dual, Evaluation
from planner_models.decomposed.prices import Prices
from planner_models.problem import RESOURCES, Problem

COLUMNS = (
    "kind", "origin", "destination", "mode", "route", "item_id", "location_id", "resource", "date", "leaf", "price",
)  # fmt: skip


def first_ascent(problem: Problem, steps: int = 8) -> Evaluation:
    """The best of a few steps of the engine's search for prices."""
    return Ascent.of(Dual.of(problem)).run(steps)


def price_frame(data: DataSet, problem: Problem, prices: Prices) -> pd.DataFrame:
    """One row per price that is not zero."""
    items, places = np.array(problem.items.names), np.array(problem.locations.names)
    lanes, loads, stock, supply = problem.lanes, problem.loads, problem.stock, problem.supply
    mode, route = np.array(lanes.mode), np.array(loads.route)
    first = np.unique(lanes.load, return_index=True)[1]
    parts = []

    def rows(kind: str, values: np.ndarray, **names: np.ndarray) -> None:
        at = np.nonzero(values)
        part = pd.DataFrame({"kind": kind, "price": values[at], "day": at[-1]})
        for name, of_row in names.items():
            part[name] = of_row[at[:-1]]
        parts.append(part)

    way = {"origin": places[lanes.origin], "destination": places[lanes.destination], "mode": mode}
    rows("kg", prices.kg, **way)
    rows("m3", prices.m3, **way)
    to = np.where(route == "", places[lanes.destination[first]], "")
    rows(
        "vehicle", prices.vehicles, origin=way["origin"][first], destination=to, mode=mode[first], route=route
    )
    rows("stock", prices.stock, item_id=items[stock.item], location_id=places[stock.location])
    shape = (len(RESOURCES), len(places))
    resource = np.broadcast_to(np.array(RESOURCES)[:, None], shape)
    rows("use", prices.use, resource=resource, location_id=np.broadcast_to(places, shape))
    rows("supply", prices.supply, item_id=items[supply.item], location_id=places[supply.location])
    frame = pd.concat(parts, ignore_index=True).assign(leaf=0)
    frame["date"] = pd.Timestamp(data.settings.start_date) + pd.to_timedelta(frame.pop("day"), unit="D")
    return frame.reindex(columns=list(COLUMNS)).fillna(dict.fromkeys(COLUMNS[1:8], ""))


def random_trees(scene: Scene, random: np.random.Generator, most: int = 3) -> dict[str, Any]:
    """A tree for most blocks with up to so many splits on vehicles that have little to do with each other."""
    network, groups = scene.network, scene.groups[1]
    blocks, entries = blocks_of(scene), []
    for block in np.unique(blocks.of_place).tolist():
        if random.random() < 0.2:
            continue
        here = np.flatnonzero(blocks.of_group == block)
        places = network.locations[np.flatnonzero(blocks.of_place == block)].tolist()
        nodes, leaves = [], {0: list[int]()}  # leaves and the nodes above them
        for _ in range(int(random.integers(most + 1))):
            node = int(random.choice(list(leaves)))
            above, children = [*leaves.pop(node), node], [2 * len(nodes) + 1, 2 * len(nodes) + 2]
            members = (
                [_member(scene, groups[group], random) for group in random.choice(here, 2)]
                if len(here)
                else []
            )
            split = {
                "members": members,
                "at_most": int(random.integers(-1, 5)),
                "yes": children[0],
                "no": children[1],
            }
            nodes.append({"node": node, "split": split})
            leaves |= dict.fromkeys(children, above)
        numbers = random.permutation(len(leaves) + 2).tolist()
        for (node, above), leaf in zip(leaves.items(), numbers, strict=False):
            multipliers = [
                {"node": up, "price": _multiplier(random)} for up in above if random.random() < 0.8
            ]
            nodes.append({"node": node, "leaf": leaf, "multipliers": multipliers})
        entries.append(
            {"locations": places, "nodes": random.permutation(np.array(nodes, dtype=object)).tolist()}
        )
    return {"blocks": entries}


def _member(scene: Scene, group: tuple[str, ...], random: np.random.Generator) -> dict[str, str]:
    first, last = np.sort(random.integers(scene.days, size=2))
    dates = scene.network.horizon.date(np.array([first, last]))
    names = dict(zip(("origin", "mode", "route", "destination"), group, strict=True))
    return names | {
        name: str(pd.Timestamp(date).date()) for name, date in zip(("first", "last"), dates, strict=True)
    }


def _multiplier(random: np.random.Generator) -> float:
    return float(
        random.choice([0.0, random.exponential(3.0), random.exponential(50.0), 1e4], p=[0.1, 0.4, 0.4, 0.1])
    )


def leaf_prices(
    frame: pd.DataFrame, scene: Scene, trees: dict[str, Any], random: np.random.Generator
) -> pd.DataFrame:
    """Prices of room of leaf 0 for every leaf, some of them changed at random."""
    blocks, names, parts = blocks_of(scene), scene.network.locations, []
    block = blocks.of_place[np.maximum(names.get_indexer(pd.Index(frame["destination"])), 0)]
    room, without = frame["kind"].isin(["kg", "m3"]).to_numpy(), np.ones(len(frame), bool)
    for entry in trees["blocks"]:
        here = room & (block == names.get_loc(entry["locations"][0]))
        without &= ~here
        for leaf in [node["leaf"] for node in entry["nodes"] if "leaf" in node]:
            part = frame[here].assign(leaf=leaf)
            factor = random.choice([1.0, 0.5, random.uniform(0.0, 3.0)])
            noise = random.uniform(0.5, 1.5, len(part)) if random.random() < 0.5 else 1.0
            parts.append(part.assign(price=part["price"] * factor * noise))
    return pd.concat([frame[without], *parts], ignore_index=True)


def leaf_of(branches: dict[str, Any], location: str, vehicles: Callable[[dict[str, str]], float]) -> int:
    """The leaf of the block with this location where a plan is that has so many vehicles of each member; 0 without a tree."""
    for entry in branches["blocks"]:
        if location in entry["locations"]:
            nodes = {node["node"]: node for node in entry["nodes"]}
            node = nodes[0]
            while "split" in node:
                split = node["split"]
                total = sum(vehicles(member) for member in split["members"])
                node = nodes[split["yes" if total <= split["at_most"] else "no"]]
            return int(node["leaf"])
    return 0

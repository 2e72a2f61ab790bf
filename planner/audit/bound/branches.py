"""branches.json: small trees that make vehicles whole, block by block.

An inner node splits on X, the vehicles of some loads and days together: X ≤ k in its child "yes", X ≥ k + 1 in its child "no". As X
is whole, the leaves cover all plans. For every split above it a leaf may have a multiplier σ ≥ 0: in "no" a vehicle of the split is
cheaper by σ, and σ·(k + 1) is gained; in "yes" it is dearer by σ, and σ·k is paid.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from planner.audit.bound.blocks import Blocks, blocks_of
from planner.audit.bound.convex import Floats
from planner.audit.bound.frames import Unreadable, days, refuse, with_columns
from planner.audit.bound.scene import Scene
from planner.audit.bound.twigs import Split, Twig, read_twigs
from planner.audit.numbering import Days

FILE = "branches.json"
GROUP = ("origin", "mode", "route", "destination")
ROUNDING = 1e-12  # of what a multiplier gains or pays is given up


@dataclass(frozen=True)
class Leaf:
    """What the splits above a leaf pay: for vehicles of a load and day, and whatever they do."""

    number: int = 0
    group: Days = field(default_factory=lambda: np.zeros(0, np.int64))
    day: Days = field(default_factory=lambda: np.zeros(0, np.int64))
    reward: Floats = field(default_factory=lambda: np.zeros(0))  # [money per vehicle], negative = to be paid
    constant: float = 0.0


@dataclass(frozen=True)
class Branching:
    """The leaves of all blocks; the j-th leaves of those that have so many are looked at together."""

    blocks: Blocks
    leaves: dict[int, list[Leaf]]  # by block; a block without a tree has one leaf

    @property
    def count(self) -> Days:
        """`L`: leaves of the block of each location."""
        found = np.ones(len(self.blocks.of_place), np.int64)
        for block, leaves in self.leaves.items():
            found[block] = len(leaves)
        return found[self.blocks.of_place]

    def rows(self) -> pd.DataFrame:
        """Block, number and place among the block's leaves, of every leaf."""
        found = [(int(block), 0, 0) for block in np.unique(self.blocks.of_place) if block not in self.leaves]
        for block, leaves in self.leaves.items():
            found += [(block, leaf.number, place) for place, leaf in enumerate(leaves)]
        return pd.DataFrame(found, columns=["block", "leaf", "layer"])

    def rewards(self, layer: int, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
        """`G × T` per vehicle, and per block, of the leaves at this place."""
        reward, constant = np.zeros(shape), np.zeros(len(self.blocks.of_place))
        for block, leaves in self.leaves.items():
            if layer < len(leaves):
                leaf = leaves[layer]
                np.add.at(reward, (leaf.group, leaf.day), leaf.reward)
                constant[block] = leaf.constant
        return reward, constant


def read_branches(content: Any, scene: Scene) -> Branching:
    """The trees of branches.json; None = no trees."""
    blocks, found = blocks_of(scene), dict[int, list[Leaf]]()
    if content is None:
        return Branching(blocks, found)
    entries = content.get("blocks") if isinstance(content, Mapping) else None
    if not isinstance(entries, list):
        raise Unreadable(FILE, "there is no list of blocks")
    for entry in entries:
        if not isinstance(entry, Mapping):
            raise Unreadable(FILE, f"{entry!r} is no block")
        block = _block(entry.get("locations"), scene, blocks)
        if block in found:
            raise Unreadable(FILE, f"{scene.network.locations[block]} has more than one tree")
        splits, twigs = read_twigs(entry.get("nodes"), FILE)
        cells = _cells(splits, block, scene, blocks)
        found[block] = [_leaf(twig, splits, cells) for twig in twigs]
    return Branching(blocks, found)


def _block(names: Any, scene: Scene, blocks: Blocks) -> int:
    """The block that has these locations and no others."""
    if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
        place = scene.network.locations.get_indexer(pd.Index(names, dtype=object))
        block = int(blocks.of_place[place[0]])
        if (place >= 0).all() and np.array_equal(np.sort(place), np.flatnonzero(blocks.of_place == block)):
            return block
    raise Unreadable(FILE, f"locations {names!r} are no block")


def _cells(
    splits: dict[int, Split], block: int, scene: Scene, blocks: Blocks
) -> dict[int, tuple[Days, Days]]:
    """Loads and days of the members of each split, as often as they are listed."""
    members = [member for split in splits.values() for member in split.members]
    if not members:
        return {node: (np.zeros(0, np.int64), np.zeros(0, np.int64)) for node in splits}
    frame = with_columns(pd.DataFrame(members, dtype=object), FILE, GROUP, ("first", "last"))
    group = scene.groups[1].get_indexer(pd.MultiIndex.from_frame(frame[list(GROUP)]))
    refuse(group < 0, frame, FILE, "mode", "is not that of a lane or route")
    refuse(blocks.of_group[group] != block, frame, FILE, "destination", "is in another block")
    first, last = (days(frame, FILE, name, scene.network.horizon) for name in ("first", "last"))
    refuse(first > last, frame, FILE, "first", "is after the last day")
    length = last - first + 1
    every = np.repeat(np.arange(len(frame)), length)
    day = np.arange(len(every)) - np.repeat(np.cumsum(length) - length, length) + first[every]
    ends = np.concatenate([[0], np.cumsum(length)])
    begin, found = 0, {}
    for node, split in splits.items():
        part = slice(int(ends[begin]), int(ends[begin + len(split.members)]))
        found[node] = (np.asarray(group[every[part]], np.int64), np.asarray(day[part], np.int64))
        begin += len(split.members)
    return found


def _leaf(twig: Twig, splits: dict[int, Split], cells: dict[int, tuple[Days, Days]]) -> Leaf:
    """The leaf at the end of a twig."""
    if not twig.above:
        return Leaf(twig.number)
    constant, parts = 0.0, []
    for node, at_least, price in twig.above:
        most = splits[node].at_most
        constant += price * (most + 1) if at_least else -price * most
        constant -= ROUNDING * price * (abs(most) + 1 + len(cells[node][0]))
        parts.append(np.full(len(cells[node][0]), price if at_least else -price))
    group, day = (np.concatenate([cells[node][part] for node, _, _ in twig.above]) for part in (0, 1))
    return Leaf(twig.number, group, day, np.concatenate(parts), constant)

"""Prices of room on vehicles, which differ from leaf to leaf of a block's tree."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.audit.bound.branches import Branching
from planner.audit.bound.convex import Floats
from planner.audit.bound.frames import refuse
from planner.audit.bound.scene import Scene
from planner.audit.numbering import Days


@dataclass(frozen=True)
class Room:
    """What room costs on some lane-modes (`m × T`), by day of dispatch."""

    lanes: Days  # ascending numbers
    kg: Floats  # per kg
    m3: Floats  # per m³

    def on(self, lane: int) -> tuple[Floats, Floats]:
        """Prices on a lane-mode by day."""
        row = int(np.searchsorted(self.lanes, lane))
        return self.kg[row], self.m3[row]


@dataclass(frozen=True)
class Rows:
    """Prices of one measure by the place of the leaf, ascending."""

    layer: Days
    lane: Days
    day: Days
    price: Floats

    def at(self, layer: int, lanes: Days, days: int) -> Floats:
        """`lanes × T` of the leaves at this place."""
        found = np.zeros((len(lanes), days))
        first, last = np.searchsorted(self.layer, [layer, layer + 1])
        rows = slice(int(first), int(last))
        found[np.searchsorted(lanes, self.lane[rows]), self.day[rows]] = self.price[rows]
        return found


def read_rows(frame: pd.DataFrame, file: str, scene: Scene, branching: Branching, day: Days) -> Rows:
    """The rows of one kind; the leaf is one of the tree of the block of the destination."""
    names = pd.MultiIndex.from_frame(frame[["origin", "destination", "mode"]])
    lane = scene.network.lanes.names.get_indexer(names)
    refuse(lane < 0, frame, file, "mode", "is not that of a lane")
    leaves = branching.rows()
    known = pd.MultiIndex.from_frame(leaves[["block", "leaf"]])
    keys = [branching.blocks.of_lane[lane], frame["leaf"].to_numpy()]
    leaf = known.get_indexer(pd.MultiIndex.from_arrays(keys)) if len(frame) else np.zeros(0, np.int64)
    refuse(leaf < 0, frame, file, "leaf", "is none of the block's tree")
    layer = leaves["layer"].to_numpy(dtype=np.int64)[leaf]
    order = np.argsort(layer, kind="stable")
    price = frame["price"].to_numpy(dtype=float)
    return Rows(layer[order], np.asarray(lane, np.int64)[order], day[order], price[order])

"""Blocks: the locations that share vehicles, with all lanes into them. They meet others only in prices."""

from dataclasses import dataclass

import numpy as np

from planner.audit.bound.scene import Scene
from planner.audit.numbering import Days


@dataclass(frozen=True)
class Blocks:
    """A block has the number of its first location."""

    of_place: Days  # L
    of_lane: Days  # M
    of_group: Days  # G


def blocks_of(scene: Scene) -> Blocks:
    """Loads of a route connect the locations that they serve."""
    lanes, group = scene.network.lanes, scene.groups[0]
    of_place = np.arange(len(scene.network.locations))
    of_group = np.full(int(group.max(initial=-1)) + 1, len(of_place))
    while True:
        before = of_place.copy()
        np.minimum.at(of_group, group, of_place[lanes.destination])
        np.minimum.at(of_place, lanes.destination, of_group[group])
        if np.array_equal(before, of_place):
            return Blocks(of_place, of_place[lanes.destination], of_group)

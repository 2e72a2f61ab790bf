"""Blocks: the locations that share vehicles, with all lanes into them. They meet others only in prices."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

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
    lanes, count = scene.network.lanes, len(scene.network.locations)
    group = scene.groups[0]
    first = np.unique(group, return_index=True)[1]
    meets = coo_array(
        (np.ones(len(group)), (lanes.destination[first[group]], lanes.destination)), shape=(count, count)
    )
    member = connected_components(meets, directed=False)[1]
    of_place = np.unique(member, return_index=True)[1][member]
    of_lane = of_place[lanes.destination]
    return Blocks(*(np.asarray(part, np.int64) for part in (of_place, of_lane, of_lane[first])))

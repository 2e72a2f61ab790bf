"""Leaves that have the same place in the trees of their blocks, looked at together: prices of room, and what loads cost at them."""

from dataclasses import dataclass, replace

import numpy as np

from planner.audit.bound.branches import Branching
from planner.audit.bound.convex import Floats
from planner.audit.bound.loads import BELOW, affordable, load_costs
from planner.audit.bound.prices import Prices
from planner.audit.bound.rooms import Room
from planner.audit.bound.tariffs import Tariffs
from planner.audit.numbering import Days, sums


@dataclass(frozen=True)
class Layer:
    """One leaf of every block that has so many: `cost` is that of its loads, with what its splits pay, by block (`L`)."""

    room: Room
    cost: Floats


def layers(branching: Branching, prices: Prices, tariffs: Tariffs) -> list[Layer]:
    """All leaves; the first layer has all lane-modes."""
    blocks, count = branching.blocks, branching.count
    found = []
    for layer in range(int(count.max(initial=1))):
        lanes = np.flatnonzero(count[blocks.of_lane] > layer)
        part, groups = tariffs.part(lanes)
        reward, constant = branching.rewards(layer, tariffs.vehicle.shape)
        block = blocks.of_group[groups]
        share = _payable(reward[groups], part, block, len(constant))
        part = replace(part, vehicle=part.vehicle - share[block][:, None] * reward[groups])
        room = affordable(prices.room(layer, lanes), prices.vehicle[groups], part)
        cost = sums(block, load_costs(room, part), len(constant))
        found.append(Layer(room, cost + share * constant))
    return found


def _payable(reward: Floats, tariffs: Tariffs, block: Days, blocks: int) -> Floats:
    """`L`: the share of a leaf's multipliers at which no vehicle costs less than nothing of which there are any number.

    Any multipliers hold, so all of a leaf may be lowered alike.
    """
    dear = tariffs.used & np.isinf(tariffs.most) & (reward > tariffs.vehicle)
    share = np.where(dear, BELOW * np.maximum(0.0, tariffs.vehicle) / np.where(dear, reward, 1.0), 1.0)
    found = np.ones(blocks)
    np.minimum.at(found, block, share.min(axis=1, initial=1.0))
    return found


def lowest(found: list[Layer]) -> Room:
    """The lowest price of room among the leaves of each block."""
    first = found[0].room
    kg, m3 = first.kg.copy(), first.m3.copy()
    for layer in found[1:]:
        lanes = layer.room.lanes
        kg[lanes] = np.minimum(kg[lanes], layer.room.kg)
        m3[lanes] = np.minimum(m3[lanes], layer.room.m3)
    return Room(first.lanes, kg, m3)

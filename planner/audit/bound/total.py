"""The Lagrangian lower bound at given prices (Geoffrion 1974): stock points alone, loads alone, less what limits are worth.

For any prices,

    Σ blocks min over leaves { Σ_n V_n + Σ loads (least cost − what is paid for room) + what splits pay }
    − Σ price of a limit · limit + given orders

is not more than what any feasible plan costs (models/README.md, sections 3 and 8). Where something can't be priced it is left out,
which lowers the bound: order lines, whole lots, minimum quantities, order minimums, minimum charges, and what a load costs once
however much is on it. Needs neither a solver nor anything of the engines.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.audit.bound.branches import Branching, read_branches
from planner.audit.bound.convex import Floats
from planner.audit.bound.layers import layers, lowest
from planner.audit.bound.leaves import Leaves
from planner.audit.bound.prices import Prices, read_prices
from planner.audit.bound.scene import Scene, read_scene
from planner.audit.bound.sober import sober
from planner.audit.bound.tariffs import read_tariffs
from planner.audit.bound.terms import Terms
from planner.audit.bound.ways import RESOURCE, Ways
from planner.audit.capacities import Capacity, capacities
from planner.audit.costs import handling_cost, purchase
from planner.tables.dataset import DataSet

PENALTY = 4.0  # times the largest rate per unit, beyond a limit


@dataclass(frozen=True)
class BoundParts:
    """A lower bound [money], and of it what belongs to each block with stock, by the block's first location."""

    total: float
    by_block: dict[str, float]


def recompute(
    data: DataSet, prices: pd.DataFrame, branches: Mapping[str, Any] | None, buckets: str | None = None
) -> BoundParts:
    """The bound that the content of prices.parquet and branches.json proves; without branches every block has one leaf.

    `buckets` are the periods of the plans for which it holds; None = those of the settings.
    −infinite if it proves nothing; raises `Unreadable` if it can't be read.
    """
    return prove(read_scene(data, buckets), prices, branches)


def prove(scene: Scene, prices: pd.DataFrame, branches: Mapping[str, Any] | None) -> BoundParts:
    """The same for tables that are read."""
    branching, values, rest = leaf_values(scene, prices, branches)
    worth, names = values.min(axis=0), scene.network.locations.tolist()
    with_stock = np.unique(branching.blocks.of_place[scene.network.holds_stock])
    by_block = {names[block]: float(worth[block]) for block in with_stock}
    return BoundParts(float(worth.sum()) + rest, by_block)


def leaf_values(
    scene: Scene, prices: pd.DataFrame, branches: Mapping[str, Any] | None
) -> tuple[Branching, Floats, float]:
    """The leaves, what each is worth (`Leaves.values`), and what belongs to no block [money]."""
    capacity, ways, branching = capacities(scene.given), Ways(scene), read_branches(branches, scene)
    priced = read_prices(prices, scene, _by_place(scene, capacity, capacity.limit), branching)
    tariffs = read_tariffs(scene, priced)
    found = layers(branching, priced, tariffs)
    storage = _storage(scene, priced)
    priced = sober(ways, priced, lowest(found), storage)
    terms = _terms(scene, priced, storage, ways)
    fixed = handling_cost(scene.given) + purchase(scene.given) + tariffs.stops
    values = Leaves(terms, branching, ways, priced, found).values()
    return branching, values, fixed - _limits(scene, priced, capacity)


def _by_place(scene: Scene, capacity: Capacity, values: Floats) -> Floats:
    """Values of limited resources as `R × L × T`; NaN where there is no limit."""
    found = np.full((len(RESOURCE), len(scene.network.locations), scene.days), np.nan)
    found[capacity.resource, capacity.location] = values
    return found


def _storage(scene: Scene, prices: Prices) -> Floats:
    """`N × T` [money per unit]: the room that a unit takes for a day."""
    pairs = scene.given.needs.pairs
    volume = scene.network.items.volume[pairs.item][:, None]
    return np.asarray(prices.use[RESOURCE["storage_m3"]][pairs.location] * volume)


def _limits(scene: Scene, prices: Prices, capacity: Capacity) -> float:
    """What all that resources and suppliers have beyond given orders is worth, with overtime where it is cheaper [money]."""
    use = capacity.use.copy()
    # given vehicles are in the cost of loads, stock in that of stock points
    for name in ("outbound_vehicles", "inbound_vehicles", "storage_m3"):
        use[capacity.resource == RESOURCE[name]] = 0.0
    price = prices.use[capacity.resource, capacity.location]
    known = ~np.isnan(capacity.limit)
    room = np.where(known, np.nan_to_num(capacity.limit) - use, 0.0)
    extra = np.where(known, np.maximum(0.0, price - capacity.overtime_cost) * capacity.overtime_limit, 0.0)
    return float((price * room + extra).sum() + (prices.supply * np.nan_to_num(scene.supply_left)).sum())


def _terms(scene: Scene, prices: Prices, storage: Floats, ways: Ways) -> Terms:
    """What the stock points plan with."""
    p, pairs = scene.given, scene.given.needs.pairs
    unit_cost = scene.network.items.cost[pairs.item]
    penalty = PENALTY * max(1.0, p.rates.lost_sale.max(initial=0.0), unit_cost.max(initial=0.0))
    lost = np.where(p.rates.must_be_met, np.maximum(p.rates.lost_sale, penalty), p.rates.lost_sale)
    mean, variance = scene.needed
    return Terms(
        on_hand=p.on_hand,
        given=p.moved.arrivals - p.moved.dispatched,
        given_later=p.moved.late,
        mean=p.outlook.mean,
        earlier=p.outlook.earlier_mean,
        sd=p.outlook.window_sd,
        leaving=np.where(ways.leaves, prices.stock, -np.inf),
        lost=lost,
        holding=scene.holding,
        storage=storage,
        unit_cost=unit_cost,
        shelf=p.outlook.shelf,
        least=scene.least,
        most=scene.most,
        missing=np.where(mean > 0.0, scene.missing, 0.0),
        end_mean=mean,
        end_variance=variance,
        penalty=np.full(len(pairs), penalty),
    )

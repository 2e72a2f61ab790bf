"""The Lagrangian lower bound at given prices (Geoffrion 1974): stock points alone, loads alone, less what limits are worth.

For any prices, and any windows and references,

    Σ_n V_n + Σ loads (least cost − what is paid for room) − Σ price of a limit · limit + given orders + constants of windows

is not more than what any feasible plan costs (models/README.md, sections 3 and 8). Where something can't be priced it is left out,
which lowers the bound: order lines, whole lots, minimum quantities, order minimums, minimum charges, and what a load costs once
however much is on it. Needs neither a solver nor anything of the engines.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.audit.bound.convex import Floats
from planner.audit.bound.loads import affordable, load_costs
from planner.audit.bound.points import point_costs
from planner.audit.bound.prices import Prices, read_prices
from planner.audit.bound.scene import Scene, read_scene
from planner.audit.bound.sober import sober
from planner.audit.bound.tariffs import read_tariffs
from planner.audit.bound.terms import Terms
from planner.audit.bound.ways import RESOURCE, Ways
from planner.audit.bound.windows import Reference, Slacks, read_reference, relieved
from planner.audit.capacities import Capacity, capacities
from planner.audit.costs import handling_cost, purchase
from planner.audit.numbering import sums
from planner.tables.dataset import DataSet

CHUNK = 2_048  # stock points at once
PENALTY = 4.0  # times the largest rate per unit, beyond a limit


@dataclass(frozen=True)
class BoundParts:
    """A lower bound [money] and the parts of it that belong to the stock points of each location."""

    total: float
    by_location: dict[str, float]


def recompute(
    data: DataSet, prices: pd.DataFrame, windows: pd.DataFrame | None, reference: pd.DataFrame | None
) -> BoundParts:
    """The bound that the frames of prices.parquet, rounding.parquet and reference.parquet prove.

    −infinite if they prove nothing; raises `Unreadable` if they can't be read.
    """
    return prove(read_scene(data), prices, windows, reference)


def prove(
    scene: Scene, prices: pd.DataFrame, windows: pd.DataFrame | None, reference: pd.DataFrame | None
) -> BoundParts:
    """The same for tables that are read."""
    capacity, ways = capacities(scene.given), Ways(scene)
    priced = read_prices(prices, scene, _by_place(scene, capacity, capacity.limit))
    path = read_reference(reference, scene, ways.leaves)
    tariffs, slacks = relieved(windows, scene, path, read_tariffs(scene, priced))
    priced = affordable(priced, tariffs)
    storage = _storage(scene, priced)
    priced = sober(ways, priced, storage)
    worth = _points(_terms(scene, priced, path, slacks, storage, ways))
    fixed = handling_cost(scene.given) + purchase(scene.given) + slacks.constant
    limits = _limits(scene, priced, capacity)
    location = scene.given.needs.pairs.location
    by_location = sums(location, worth, len(scene.network.locations))
    names, holds = scene.network.locations.tolist(), np.flatnonzero(scene.network.holds_stock)
    return BoundParts(
        total=float(worth.sum()) + load_costs(priced, tariffs) + fixed - limits,
        by_location={names[place]: float(by_location[place]) for place in holds},
    )


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


def _terms(
    scene: Scene, prices: Prices, path: Reference, slacks: Slacks, storage: Floats, ways: Ways
) -> Terms:
    """What the stock points plan with."""
    p, pairs = scene.given, scene.given.needs.pairs
    arriving = np.full((len(pairs), scene.days + 1), np.inf)
    for location in np.flatnonzero(scene.network.holds_stock):
        arriving[scene.pairs_at(int(location))] = ways.arriving(prices, int(location))
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
        arriving=arriving,
        leaving=np.where(ways.leaves, prices.stock, -np.inf),
        lost=lost[:, None] - slacks.lost,
        holding=p.rates.holding,
        storage=storage,
        unit_cost=unit_cost,
        shelf=p.outlook.shelf,
        least=scene.least,
        most=scene.most,
        missing=np.where(mean > 0.0, scene.missing, 0.0),
        end_mean=mean,
        end_variance=variance,
        closing=path.closing,
        early=slacks.early,
        late=slacks.late,
        penalty=np.full(len(pairs), penalty),
    )


def _points(terms: Terms) -> Floats:
    """`N` [money], chunk by chunk: those of uncertain demand apart, because only these need many lines."""
    uncertain = (terms.sd > 0.0).any(axis=1)
    worth = np.zeros(len(terms.on_hand))
    for group in (np.flatnonzero(uncertain), np.flatnonzero(~uncertain)):
        for first in range(0, len(group), CHUNK):
            rows = group[first : first + CHUNK]
            worth[rows] = point_costs(terms.rows(rows))
    return worth

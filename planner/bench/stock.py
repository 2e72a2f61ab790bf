"""Stock near a steady state, goods on the way, demand as a table, and limits that bind on busy days."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.bench.goods import Floats, Goods, spread_of
from planner.bench.network import Network

if TYPE_CHECKING:
    from planner.bench.make import Size

STORE_COVER = (1.0, 5.0)  # days of demand
DC_COVER = (4.0, 12.0)
ON_THE_WAY = 0.3  # of the items at a DC
WAY_COVER = (2.0, 4.0)
SCARCE = 0.02  # of the items: a DC has this share of its cover …
SCARCE_COVER = 0.3  # … in days, and nothing is on the way
BUSY = 1.25  # × the mean use: what a DC can handle in its usual hours
OVERTIME, OVERTIME_COST = 0.6, 32.0  # of the usual hours; per hour


def stock_of(size: "Size", network: Network, goods: Goods, mean: Floats) -> dict[str, Any]:
    """The tables `demand`, `inventory`, `open_orders` and `capacities`."""
    random = np.random.default_rng([size.seed, 4])
    daily = mean.mean(axis=2)
    served = np.zeros((size.items, size.dcs))
    np.add.at(served.T, network.home, daily.T)
    at_stores = np.floor(daily * random.uniform(*STORE_COVER, daily.shape) + random.random(daily.shape))
    at_dcs = served * random.uniform(*DC_COVER, served.shape)
    scarce = random.random(size.items) < SCARCE
    at_dcs = np.where(scarce[:, None], SCARCE_COVER * served, at_dcs)
    return {
        "demand": _demand(network, goods, mean),
        "inventory": _inventory(network, goods, at_stores, np.floor(at_dcs)),
        "open_orders": _on_the_way(network, goods, served, scarce, random),
        "capacities": _capacities(network, goods, served),
    }


def _grid(items: list[str], places: list[str]) -> tuple[pd.Series, pd.Series]:
    return pd.Series(np.repeat(items, len(places))), pd.Series(np.tile(places, len(items)))


def _demand(network: Network, goods: Goods, mean: Floats) -> pd.DataFrame:
    names = goods.tables["items"]["item_id"].tolist()
    item, place = _grid(names, network.stores)
    days = pd.date_range(network.start, periods=mean.shape[2])
    flat = np.round(mean.reshape(-1), 4)
    return pd.DataFrame(
        {
            "item_id": np.repeat(item.to_numpy(object), len(days)),
            "location_id": np.repeat(place.to_numpy(object), len(days)),
            "date": np.tile(days.to_numpy(), len(item)),
            "mean": flat,
            "sd": np.round(spread_of(flat), 4),
        }
    )


def _inventory(network: Network, goods: Goods, at_stores: Floats, at_dcs: Floats) -> pd.DataFrame:
    names = goods.tables["items"]["item_id"].tolist()
    item, place = _grid(names, [*network.stores, *network.dcs])
    return pd.DataFrame(
        {
            "item_id": item,
            "location_id": place,
            "on_hand": np.concatenate([at_stores, at_dcs], axis=1).reshape(-1),
        }
    )


def _on_the_way(
    network: Network, goods: Goods, served: Floats, scarce: Any, random: np.random.Generator
) -> pd.DataFrame:
    moving = (random.random(served.shape) < ON_THE_WAY) & ~scarce[:, None]
    i, d = np.nonzero(moving)
    cover = random.uniform(*WAY_COVER, len(i))
    cases = np.maximum(1.0, np.round(served[i, d] * cover / goods.case[i]))
    start = pd.Timestamp(network.start)
    return pd.DataFrame(
        {
            "order_id": [f"T{number:06}" for number in range(1, len(i) + 1)],
            "item_id": goods.tables["items"]["item_id"].to_numpy(object)[i],
            "origin": [network.suppliers[s] for s in goods.supplier[i]],
            "destination": [network.dcs[n] for n in d],
            "mode": "truck",
            "quantity": cases * goods.case[i],
            "dispatch_date": start - pd.Timedelta(days=2),
            "arrival_date": start + pd.to_timedelta(random.integers(0, 3, len(i)), unit="D"),
            "status": "in_transit",
        }
    )


def _capacities(network: Network, goods: Goods, served: Floats) -> pd.DataFrame:
    """Hours of DCs for what is dispatched and what arrives: cases both ways at the rates of the table `handling`."""
    hours = network.tables["handling"]["hours_per_case"].to_numpy()[: len(network.dcs)]
    usual = np.ceil(BUSY * 2.0 * hours * (served / goods.case[:, None]).sum(axis=0) * 7.0 / 5.0)
    return pd.DataFrame(
        {
            "location_id": network.dcs,
            "resource": "handling_hours",
            "limit": usual,
            "overtime_limit": np.ceil(OVERTIME * usual),
            "overtime_cost": OVERTIME_COST,
        }
    )

"""Stock near a steady state, goods on the way, and demand as a table."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.bench.goods import Floats, Goods, spread_of
from planner.bench.limits import limits_of
from planner.bench.network import Network
from planner.sample.retail.parameters import (
    FRESH_COVER_SHARE,
    SLOW_PER_DAY,
    STORE_COVER_SLOW_DAYS,
)

if TYPE_CHECKING:
    from planner.bench.size import Size

STORE_COVER = (1.0, 5.0)  # days of demand of what sells SLOW_PER_DAY or more
DC_COVER, DC_COVER_DRY = (4.0, 12.0), (10.0, 25.0)  # of groceries, of the rest
ON_THE_WAY = 0.3  # of the items at a DC
WAY_COVER = (2.0, 4.0)
EVERY_STORE_ON_THE_WAY, STORE_WAY_COVER = 4, 1.5  # every so many stores expect a truck tomorrow …
STORE_ON_THE_WAY = 0.3  # … with this share of the items
SCARCE = 0.02  # of the items: a DC has this share of its cover …
SCARCE_COVER = 0.3  # … in days, and nothing is on the way


def stock_of(size: "Size", network: Network, goods: Goods, mean: Floats) -> dict[str, Any]:
    """The tables `demand`, `inventory`, `open_orders` and `capacities`."""
    random = np.random.default_rng([size.seed, 4])
    daily = mean.mean(axis=2)
    served = np.zeros((size.items, size.dcs))
    np.add.at(served.T, network.home, daily.T)
    fresh = goods.shelf[:, None] * FRESH_COVER_SHARE
    quick = random.uniform(*STORE_COVER, daily.shape)
    slow = random.uniform(*STORE_COVER_SLOW_DAYS, daily.shape)
    cover = np.minimum(np.where(daily < SLOW_PER_DAY, slow, quick), fresh)
    dry = goods.category[:, None] > 0
    dc_cover = np.where(
        dry, random.uniform(*DC_COVER_DRY, served.shape), random.uniform(*DC_COVER, served.shape)
    )
    scarce = random.random(size.items) < SCARCE
    dc_cover = np.where(scarce[:, None], SCARCE_COVER, np.minimum(dc_cover, fresh))
    return {
        "demand": _demand(network, goods, mean),
        "inventory": _inventory(
            network,
            goods,
            np.floor(daily * cover + random.random(daily.shape)),
            np.floor(served * dc_cover + random.random(served.shape)),
        ),
        "open_orders": _on_the_way(network, goods, daily, served, scarce, random),
        "capacities": limits_of(network, goods, daily, served),
    }


def _grid(items: npt.NDArray[Any], places: list[str]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    return np.repeat(items, len(places)), np.tile(np.array(places, dtype=object), len(items))


def _demand(network: Network, goods: Goods, mean: Floats) -> pd.DataFrame:
    item, place = _grid(goods.names, network.stores)
    days = pd.date_range(network.start, periods=mean.shape[2])
    flat = np.round(mean.reshape(-1), 4)
    return pd.DataFrame(
        {
            "item_id": np.repeat(item, len(days)),
            "location_id": np.repeat(place, len(days)),
            "date": np.tile(days.to_numpy(), len(item)),
            "mean": flat,
            "sd": np.round(spread_of(flat), 4),
        }
    )


def _inventory(network: Network, goods: Goods, at_stores: Floats, at_dcs: Floats) -> pd.DataFrame:
    item, place = _grid(goods.names, [*network.stores, *network.dcs])
    return pd.DataFrame(
        {
            "item_id": item,
            "location_id": place,
            "on_hand": np.concatenate([at_stores, at_dcs], axis=1).reshape(-1),
        }
    )


def _on_the_way(
    network: Network, goods: Goods, daily: Floats, served: Floats, scarce: Any, random: np.random.Generator
) -> pd.DataFrame:
    """Trucks from suppliers to DCs and from DCs to some stores, all of them dispatched."""
    moving = (random.random(served.shape) < ON_THE_WAY) & ~scarce[:, None] & (served > 0)
    i, d = np.nonzero(moving)
    inbound = np.maximum(1.0, np.round(served[i, d] * random.uniform(*WAY_COVER, len(i)) / goods.case[i]))
    arrives = random.integers(0, 3, len(i))
    expected = np.arange(daily.shape[1]) % EVERY_STORE_ON_THE_WAY == 0
    outbound = np.round(STORE_WAY_COVER * daily / goods.case[:, None])
    outbound[:, ~expected] = 0.0
    j, s = np.nonzero(outbound * (random.random(daily.shape) < STORE_ON_THE_WAY))
    suppliers, dcs = np.array(network.suppliers, dtype=object), np.array(network.dcs, dtype=object)
    stores = np.array(network.stores, dtype=object)
    items = np.concatenate([i, j])
    start = pd.Timestamp(network.start)
    return pd.DataFrame(
        {
            "order_id": [f"T{number:06}" for number in range(1, len(items) + 1)],
            "item_id": goods.names[items],
            "origin": np.concatenate([suppliers[goods.supplier[i]], dcs[network.home[s]]]),
            "destination": np.concatenate([dcs[d], stores[s]]),
            "mode": "truck",
            "quantity": np.concatenate([inbound, outbound[j, s]]) * goods.case[items],
            "dispatch_date": start - pd.Timedelta(days=2),
            "arrival_date": start + pd.to_timedelta(np.concatenate([arrives, np.zeros(len(j))]), unit="D"),
            "status": "in_transit",
        }
    )

"""Items, from fast to slow, and what stores sell of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.sample.retail.parameters import WEEKDAYS

if TYPE_CHECKING:
    from planner.bench.make import Size

Floats = npt.NDArray[np.float64]

KG_PER_ITEM = 15.0  # per store and day: 200 items fill a lorry, 1,000 two trucks
STEEPNESS = 0.8  # of the fall from the fastest item to the slowest (Zipf)
SLOWEST = 0.05  # units per store and day
CASE_DAYS = 1.5  # a case lasts so long in an average store, if there is such a case
CASES = np.array([1, 2, 4, 6, 8, 12, 18, 24])
CATEGORIES = ("grocery", "fashion", "electronics", "durables")
SHARES = (0.6, 0.2, 0.1, 0.1)
PERISHABLE = 0.25  # of the groceries
SIZE_SPREAD, TASTE_SPREAD = 0.3, 0.25  # log-sd of stores, of an item from store to store
DISPERSION = 0.1  # variance = mean + this · mean²


@dataclass(frozen=True)
class Goods:
    """Items as arrays, and the tables `items` and `supply`."""

    rate: Floats  # units per day in an average store
    weight: Floats  # kg
    case: Floats  # units
    category: npt.NDArray[np.int64]
    supplier: npt.NDArray[np.int64]
    tables: dict[str, Any]


def suppliers_of(size: "Size") -> int:
    """One for about 300 items, at least two."""
    return max(2, -(-size.items // 300))


def goods_of(size: "Size") -> Goods:
    """Items with weights, prices and cases that fit how fast they sell."""
    random = np.random.default_rng([size.seed, 1])
    count = size.items
    weight = np.asarray(np.round(np.clip(random.lognormal(-0.6, 0.7, count), 0.05, 10.0), 3), float)
    rate = (1.0 + random.permutation(count)) ** -STEEPNESS * random.lognormal(0.0, 0.2, count)
    rate = np.asarray(rate, float)
    rate = np.maximum(rate * KG_PER_ITEM * count / float(rate @ weight), SLOWEST)
    case: Floats = CASES[np.abs(CASES[None, :] - CASE_DAYS * rate[:, None]).argmin(axis=1)].astype(float)
    category = random.choice(len(CATEGORIES), count, p=SHARES)
    cost = np.round(
        np.clip(random.lognormal(0.8, 0.8, count) * np.where(category > 0, 5.0, 1.0), 0.2, 400.0), 2
    )
    price = np.round(cost * random.uniform(1.25, 1.7, count), 2)
    shelf = np.where(
        (category == 0) & (random.random(count) < PERISHABLE), random.integers(5, 30, count), np.nan
    )
    supplier = random.integers(suppliers_of(size), size=count)
    names = [f"I{number:05}" for number in range(1, count + 1)]
    items = pd.DataFrame(
        {
            "item_id": names,
            "category": np.array(CATEGORIES)[category],
            "unit_weight_kg": weight,
            "unit_volume_m3": np.round(weight * random.lognormal(-6.1, 0.5, count), 5),
            "case_size": case,
            "unit_cost": cost,
            "unit_price": price,
            "shelf_life_days": shelf,
        }
    )
    supply = pd.DataFrame({"item_id": names, "location_id": [f"SUP{s + 1:02}" for s in supplier]})
    return Goods(rate, weight, case, category, supplier, {"items": items, "supply": supply})


def demand_of(size: "Size", goods: Goods) -> Floats:
    """Mean demand, items × stores × days; the first day is a Monday."""
    random = np.random.default_rng([size.seed, 2])
    store = random.lognormal(0.0, SIZE_SPREAD, size.stores)
    taste = random.lognormal(0.0, TASTE_SPREAD, (size.items, size.stores))
    week = np.array([WEEKDAYS[name] for name in CATEGORIES])[goods.category]
    daily = week[:, np.arange(size.days) % 7]
    return np.asarray((goods.rate[:, None] * store * taste)[:, :, None] * daily[:, None, :])


def spread_of(mean: Floats) -> Floats:
    """Standard deviation of a day's demand."""
    return np.sqrt(mean + DISPERSION * mean**2)

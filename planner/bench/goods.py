"""Items, from fast to slow, and what stores sell of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.sample.retail.parameters import WEEKDAYS

if TYPE_CHECKING:
    from planner.bench.size import Size

Floats = npt.NDArray[np.float64]

CATEGORIES = ("grocery", "fashion", "electronics", "durables")
SHARES = (0.6, 0.2, 0.1, 0.1)
SLOW = np.array([0.2, 0.5, 0.6, 0.6])  # share of the items of a category that hardly move …
SLOW_RATES = (0.05, 0.5)  # … units per day in an average store
POPULARITY = np.array([1.0, 0.25, 0.25, 0.25])  # of the others, by category
KG_PER_ITEM = 12.0  # per store and day: 200 items fill a lorry on a delivery day, 1,000 two trucks
STEEPNESS, HEAD = 1.1, 0.03  # (rank ÷ items + HEAD)^−STEEPNESS: the same fall in assortments of any size
RATE_SPREAD = 0.5  # log-sd around that
CASE_DAYS = 1.0  # a case lasts so long in an average store, if there is such a case …
CASE_KG = 25.0  # … that can be lifted
CASES = np.array([1, 2, 4, 6, 8, 12, 18, 24])
PERISHABLE = 0.25  # of the groceries that move
COSTS = np.array([1.8, 14.0, 25.0, 20.0])  # median unit cost by category
SIZE_SPREAD, TASTE_SPREAD = 0.3, 0.25  # log-sd of stores, of an item from store to store
DISPERSION = 0.1  # variance = mean + this · mean²


@dataclass(frozen=True)
class Goods:
    """Items as arrays, and the tables `items` and `supply`."""

    rate: Floats  # units per day in an average store
    weight: Floats  # kg
    case: Floats  # units
    shelf: Floats  # days, inf = doesn't perish
    category: npt.NDArray[np.int64]
    supplier: npt.NDArray[np.int64]
    tables: dict[str, Any]

    @property
    def names(self) -> npt.NDArray[Any]:
        """The item_id of every item."""
        return np.asarray(self.tables["items"]["item_id"].to_numpy(object))


def suppliers_of(size: "Size") -> int:
    """One for about 300 items, at least two."""
    return max(2, -(-size.items // 300))


def goods_of(size: "Size") -> Goods:
    """Items with weights, prices and cases that fit how fast they sell."""
    random = np.random.default_rng([size.seed, 1])
    count = size.items
    weight = np.asarray(np.round(np.clip(random.lognormal(-0.6, 0.7, count), 0.05, 10.0), 3), float)
    category = random.choice(len(CATEGORIES), count, p=SHARES)
    slow = random.random(count) < SLOW[category]
    rate = _rates(weight, category, slow, random)
    fitting = np.where(weight[:, None] * CASES <= CASE_KG, CASES, 1)
    nearest = np.abs(fitting - CASE_DAYS * rate[:, None]).argmin(axis=1)
    case = fitting[np.arange(count), nearest].astype(float)
    cost = np.round(np.clip(COSTS[category] * random.lognormal(0.0, 0.7, count), 0.2, 400.0), 2)
    price = np.round(cost * random.uniform(1.25, 1.7, count), 2)
    perishes = (category == 0) & ~slow & (random.random(count) < PERISHABLE)
    shelf = np.where(perishes, random.integers(5, 30, count), np.inf)
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
            "shelf_life_days": np.where(perishes, shelf, np.nan),
        }
    )
    supply = pd.DataFrame({"item_id": names, "location_id": [f"SUP{s + 1:02}" for s in supplier]})
    return Goods(rate, weight, case, shelf, category, supplier, {"items": items, "supply": supply})


def _rates(
    weight: Floats, category: npt.NDArray[np.int64], slow: npt.NDArray[np.bool_], random: np.random.Generator
) -> Floats:
    """Units per day: slow items by their own measure, the others so that the weight of the assortment is as it should be."""
    count = len(weight)
    rank = random.permutation(count) / count
    rate = (rank + HEAD) ** -STEEPNESS * random.lognormal(0.0, RATE_SPREAD, count) * POPULARITY[category]
    fast = np.where(slow, 0.0, rate)
    scale = KG_PER_ITEM * count / max(float(fast @ weight), 1e-9)
    low, high = SLOW_RATES
    by_themselves = np.exp(random.uniform(np.log(low), np.log(high), count))
    return np.where(slow, by_themselves, np.maximum(scale * rate, high))


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

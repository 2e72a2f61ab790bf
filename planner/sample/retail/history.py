"""Half a year of sales: what customers wanted, and what an imperfect shelf let them buy."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.sample.retail import parameters as p
from planner.sample.retail.network import SIZES, STORES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True)
class History:
    """The table `sales`, and the truth behind it that nobody outside the generator knows."""

    sales: "pd.DataFrame"
    rate: "NDArray[np.float64]"  # item × store: mean demand per day at the end of the history


def history(goods: "pd.DataFrame", random: "np.random.Generator") -> History:
    """Draw demand for every item, store and day; then promotions lift it and empty shelves cut it."""
    import numpy as np
    import pandas as pd

    days = pd.date_range(end=pd.Timestamp(p.START) - pd.Timedelta(days=1), periods=p.HISTORY_DAYS)
    shape = (len(goods), len(STORES), p.HISTORY_DAYS)
    taste = np.exp(random.normal(0, p.ASSORTMENT_SPREAD, shape[:2]))
    units = (goods["units_per_day"] * goods["category"].map(p.VOLUME)).to_numpy()
    base = units[:, None] * np.array(list(SIZES.values())) * taste
    drift = np.cumsum(random.normal(0, p.LEVEL_DRIFT, shape), axis=2)
    level = base[:, :, None] * np.exp(drift - drift[:, :, -1:].mean())
    weekday = _weekdays(goods, days.day_of_week.to_numpy())
    promotion, price = _promotions(goods, random)
    uplift = goods["category"].map(p.PROMOTION_UPLIFT).to_numpy()[:, None]
    mean = level * weekday[:, None, :] * np.where(promotion, uplift, 1.0)[:, None, :]
    wanted = _draw(goods, mean, random)
    shelf = _on_shelf(mean, random)
    sold = np.minimum(wanted, shelf)
    empty = wanted >= shelf
    return History(_table(goods, days, sold, empty, promotion, price), level[:, :, -1])


def _weekdays(goods: "pd.DataFrame", weekday: "NDArray[np.int32]") -> "NDArray[np.float64]":
    import numpy as np

    pattern = np.array([p.WEEKDAYS[category] for category in goods["category"]])
    pattern = pattern / pattern.mean(axis=1, keepdims=True)
    return np.asarray(pattern[:, weekday], dtype=np.float64)


def _promotions(
    goods: "pd.DataFrame", random: "np.random.Generator"
) -> "tuple[NDArray[np.bool_], NDArray[np.float64]]":
    """Item × day: on promotion?, and the price. A promotion runs in all stores, from a Monday on."""
    import numpy as np

    days = p.HISTORY_DAYS
    first_monday = -(days - p.HORIZON_DAYS) % 7  # the history ends on a Sunday
    promotion = np.zeros((len(goods), days), dtype=bool)
    share = np.ones((len(goods), days))
    for row, category in enumerate(goods["category"]):
        for start in range(first_monday, days - p.PROMOTION_LENGTH_DAYS, 7):
            if random.random() < 7 / p.PROMOTION_EVERY_DAYS[category]:
                week = slice(start, start + p.PROMOTION_LENGTH_DAYS)
                promotion[row, week] = True
                share[row, week] = random.choice(p.PROMOTION_PRICE)
    return promotion, np.round(goods["unit_price"].to_numpy()[:, None] * share, 2)


def _draw(
    goods: "pd.DataFrame", mean: "NDArray[np.float64]", random: "np.random.Generator"
) -> "NDArray[np.float64]":
    """Negative binomial demand: Poisson with a gamma-distributed mean."""
    import numpy as np

    spread = goods["category"].map(p.DISPERSION).to_numpy()[:, None, None]
    return random.poisson(random.gamma(1 / spread, mean * spread)).astype(np.float64)


def _on_shelf(mean: "NDArray[np.float64]", random: "np.random.Generator") -> "NDArray[np.float64]":
    """Item × store × day: units that a customer could find; infinite on most days, whatever the demand."""
    import numpy as np

    begins = random.random(mean.shape) < 1 / p.SHORTAGE_EVERY_DAYS
    lasts = random.integers(p.SHORTAGE_LENGTH_DAYS[0], p.SHORTAGE_LENGTH_DAYS[1] + 1, mean.shape)
    first_day = np.floor(mean * random.uniform(*p.SHORTAGE_FIRST_DAY, mean.shape))
    shelf = np.where(begins, first_day, np.inf)
    for later in range(1, p.SHORTAGE_LENGTH_DAYS[1]):
        follows = (begins & (lasts > later))[:, :, :-later]
        shelf[:, :, later:][follows] = 0.0
    return shelf


def _table(
    goods: "pd.DataFrame",
    days: "pd.DatetimeIndex",
    sold: "NDArray[np.float64]",
    empty: "NDArray[np.bool_]",
    promotion: "NDArray[np.bool_]",
    price: "NDArray[np.float64]",
) -> "pd.DataFrame":
    """Rows only where something happened, plus the first and the last day of every series."""
    import numpy as np
    import pandas as pd

    told = (sold > 0) | empty
    told[:, :, [0, -1]] = True
    item, store, day = np.nonzero(told)
    return pd.DataFrame(
        {
            "item_id": goods["item_id"].to_numpy()[item],
            "location_id": np.array(STORES)[store],
            "date": days[day],
            "units": sold[item, store, day].astype(np.int32),
            "stocked_out": empty[item, store, day],
            "price": price[item, day],
            "promotion": promotion[item, day],
        }
    )

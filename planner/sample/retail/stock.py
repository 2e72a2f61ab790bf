"""What is on hand, and what is on the way, on the morning of the first day."""

from typing import TYPE_CHECKING

from planner.sample.retail import parameters as p
from planner.sample.retail.days import date_of
from planner.sample.retail.network import DCS, MAIN_DC, STORES
from planner.sample.retail.rules import SUPPLIERS
from planner.sample.table import table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


def inventory(
    goods: "pd.DataFrame", rate: "NDArray[np.float64]", random: "np.random.Generator"
) -> "pd.DataFrame":
    """The table `inventory`: some days of cover, whole cases at the DCs, hardly any of the scarce item."""
    import numpy as np
    import pandas as pd

    frames = []
    scarce = (goods["item_id"] == p.SCARCE_ITEM).to_numpy()
    for column, store in enumerate(STORES):
        fast = random.uniform(*p.STORE_COVER_DAYS, len(goods))
        slow = random.uniform(*p.STORE_COVER_SLOW_DAYS, len(goods))
        mean = rate[:, column]
        cover = _fresh(goods, np.where(mean < p.SLOW_PER_DAY, slow, fast))
        units = np.where(scarce, p.SCARCE_STORE_UNITS, np.maximum(1, np.round(mean * cover)))
        frames.append(pd.DataFrame({"item_id": goods["item_id"], "location_id": store, "on_hand": units}))
    for dc in DCS:
        served = [column for column, store in enumerate(STORES) if MAIN_DC[store] == dc]
        food = random.uniform(*p.DC_COVER_DAYS, len(goods))
        dry = random.uniform(*p.DC_COVER_DRY_DAYS, len(goods))
        cover = _fresh(goods, np.where(goods["category"] == "grocery", food, dry))
        case = goods["case_size"].to_numpy()
        units = np.ceil(rate[:, served].sum(axis=1) * cover / case) * case
        units = np.where(scarce, p.SCARCE_DC_UNITS[dc], units)
        frames.append(pd.DataFrame({"item_id": goods["item_id"], "location_id": dc, "on_hand": units}))
    return pd.concat(frames, ignore_index=True)


def open_orders(
    goods: "pd.DataFrame", rate: "NDArray[np.float64]", random: "np.random.Generator"
) -> "pd.DataFrame":
    """The table `open_orders`: trucks and a container that left last week, and one firm order."""
    rows: list[tuple[object, ...]] = []
    for origin, destination, mode, left, arrives, cover, letters in p.IN_TRANSIT:
        supplier = origin[0] if origin in SUPPLIERS.values() else ""
        served = [column for column, store in enumerate(STORES) if destination in (store, MAIN_DC[store])]
        for good, mean in zip(goods.itertuples(), rate[:, served].sum(axis=1), strict=True):
            item, case = str(good.item_id), float(str(good.case_size))
            possible = item[0] in letters and supplier in str(good.suppliers) and item != p.SCARCE_ITEM
            cases = round(mean * cover / case) if possible and random.random() < p.IN_TRANSIT_SHARE else 0
            if cases:
                where = (item, origin, destination, mode, cases * case)
                rows.append((f"P{len(rows) + 1:04d}", *where, date_of(left), date_of(arrives), "in_transit"))
    *firm, left, arrives = p.FIRM
    rows.append(("P9001", *firm, date_of(int(left)), date_of(int(arrives)), "firm"))
    return table("order_id item_id origin destination mode quantity dispatch_date arrival_date status", rows)


def _fresh(goods: "pd.DataFrame", cover: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """No more days of cover than an item that perishes can have without waste."""
    import numpy as np

    shelf = goods["shelf_life_days"].fillna(np.inf).to_numpy() * p.FRESH_COVER_SHARE
    return np.asarray(np.minimum(cover, shelf), dtype=np.float64)

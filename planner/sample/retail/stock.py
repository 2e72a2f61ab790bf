"""What is on hand, and what is on the way, on the morning of the first day."""

from typing import TYPE_CHECKING

from planner.sample.retail import parameters as p
from planner.sample.retail.network import DCS, MAIN_DC, STORES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


def inventory(
    goods: "pd.DataFrame", rate: "NDArray[np.float64]", random: "np.random.Generator"
) -> "pd.DataFrame":
    """The table `inventory`: some days of cover everywhere, whole cases at the DCs, hardly any of the scarce item."""
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
        cover = _fresh(goods, random.uniform(*p.DC_COVER_DAYS, len(goods)))
        case = goods["case_size"].to_numpy()
        units = np.ceil(rate[:, served].sum(axis=1) * cover / case) * case
        units = np.where(scarce, p.SCARCE_DC_UNITS[dc], units)
        frames.append(pd.DataFrame({"item_id": goods["item_id"], "location_id": dc, "on_hand": units}))
    return pd.concat(frames, ignore_index=True)


def open_orders(
    goods: "pd.DataFrame", rate: "NDArray[np.float64]", random: "np.random.Generator"
) -> "pd.DataFrame":
    """The table `open_orders`: trucks, a wagon and vans that left last week, and one firm order."""
    import numpy as np
    import pandas as pd

    case = goods["case_size"].to_numpy()
    rows: list[tuple[object, ...]] = []

    def send(
        origin: str,
        destination: str,
        mode: str,
        left: int,
        arrives: int,
        cover: float,
        status: str,
        some: str,
    ) -> None:
        """Order so many days of cover of the items whose id begins with one of some letters."""
        columns = [c for c, store in enumerate(STORES) if destination in (store, MAIN_DC[store])]
        cases = np.round(rate[:, columns].sum(axis=1) * cover / case)
        supplier = origin[0] if origin in ("FARMGATE", "PORTLINE") else ""
        for n, good in enumerate(goods.itertuples()):
            offered = supplier in str(good.suppliers) and good.item_id != p.SCARCE_ITEM
            if offered and str(good.item_id)[0] in some and cases[n] > 0 and random.random() < 0.8:
                number = f"P{len(rows) + 1:04d}"
                where = (good.item_id, origin, destination, mode, cases[n] * case[n])
                rows.append((number, *where, _date(left), _date(arrives), status))

    send("FARMGATE", "DC-NORTH", "truck", -3, 0, 2.0, "in_transit", "G")
    send("FARMGATE", "DC-SOUTH", "truck", -3, 1, 2.0, "in_transit", "G")
    send("PORTLINE", "DC-NORTH", "rail", -6, 2, 5.0, "in_transit", "GF")
    send("PORTLINE", "DC-SOUTH", "truck", -2, 1, 4.0, "in_transit", "GFED")
    send("DC-NORTH", "ST01", "truck", -1, 0, 1.5, "in_transit", "G")
    send("DC-NORTH", "ST06", "van", -1, 0, 1.5, "in_transit", "G")
    send("DC-SOUTH", "ST09", "van", -1, 0, 1.5, "in_transit", "GF")
    rows.append(
        ("P9001", "G15", "FARMGATE", "DC-NORTH", "truck", 600.0, _date(1), _date(3), "firm")
    )  # a standing order of mineral water
    columns = "order_id item_id origin destination mode quantity dispatch_date arrival_date status"
    return pd.DataFrame(rows, columns=columns.split())


def _fresh(goods: "pd.DataFrame", cover: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """No more days of cover than an item that perishes can have without waste."""
    import numpy as np

    shelf = goods["shelf_life_days"].fillna(np.inf).to_numpy() * p.FRESH_COVER_SHARE
    return np.asarray(np.minimum(cover, shelf), dtype=np.float64)


def _date(day: int) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(p.START) + timedelta(days=day)).isoformat()

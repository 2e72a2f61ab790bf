"""What holding costs, by kind of place and of goods, as in the retail sample."""

import pandas as pd

from planner.bench.goods import Goods
from planner.sample.retail import parameters as p


def policies_of(goods: Goods) -> pd.DataFrame:
    """The table `policies`."""
    rows = [
        ("", "store", p.HOLDING_RATE["store"]),
        ("", "dc", p.HOLDING_RATE["dc"]),
        ("fashion", "store", p.HOLDING_RATE_FASHION),
        ("electronics", "store", p.HOLDING_RATE_ELECTRONICS),
    ]
    sold = {"", *goods.tables["items"]["category"]}
    rows = [row for row in rows if row[0] in sold]
    return pd.DataFrame(rows, columns=["category", "kind", "holding_rate_per_year"])

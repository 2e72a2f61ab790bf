"""The retail sample: 2 suppliers, 2 DCs, 12 stores, 60 items, 180 days of sales, 14 days to plan."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def tables() -> "dict[str, pd.DataFrame]":
    """The tables of the retail sample, by name; the same every time."""
    import numpy as np

    from planner.sample.retail import lanes, network, rules, stock
    from planner.sample.retail.assortment import assortment, items
    from planner.sample.retail.history import history
    from planner.sample.retail.parameters import SEED

    random = np.random.default_rng(SEED)
    goods = assortment()
    past = history(goods, random)
    return {
        "items": items(goods),
        "locations": network.locations(),
        "lanes": lanes.lanes(),
        "weight_breaks": lanes.weight_breaks(),
        "inventory": stock.inventory(goods, past.rate, random),
        "open_orders": stock.open_orders(goods, past.rate, random),
        "sales": past.sales,
        "supply": rules.supply(goods),
        "order_minimums": rules.order_minimums(),
        "policies": rules.policies(goods),
        "capacities": rules.capacities(),
        "handling": rules.handling(),
        "calendar": rules.calendar(),
    }

"""Money per unit at each item-location: holding, a lost sale, and a unit that is missing at the end."""

from dataclasses import dataclass

import numpy as np

from planner.audit.needs import Needs, above_pairs, per_pair
from planner.audit.network import Floats, Network
from planner.tables.dataset import DataSet
from planner.tables.policies import resolve


@dataclass(frozen=True)
class Rates:
    """Per pair: `holding` [money/unit/day], `lost_sale` and `missing` (at the end) [money/unit].

    `must_be_met` tells where sales may not be lost.
    """

    holding: Floats
    lost_sale: Floats
    missing: Floats
    must_be_met: "np.ndarray[tuple[int], np.dtype[np.bool_]]"


def read_rates(data: DataSet, network: Network, needs: Needs) -> Rates:
    """Rates from policies, settings and items (models/README.md, section 3)."""
    pairs, items = needs.pairs, network.items

    def policy(field: str) -> Floats:
        return per_pair(resolve(data, field), pairs)

    cost, price = items.cost[pairs.item], items.price[pairs.item]
    margin = np.where(np.isnan(price), 0.0, np.maximum(0.0, price - cost))
    per_day = policy("holding_cost_per_unit_day")
    by_rate = np.nan_to_num(policy("holding_rate_per_year")) * cost / 365.0
    holding = np.where(np.isnan(per_day), by_rate, per_day)
    target = policy("service_target")
    with np.errstate(divide="ignore"):
        fractile = holding * data.settings.review_days * target / (1.0 - target) - margin
    penalty = policy("lost_sale_penalty")
    by_target = np.where(np.isnan(target), 0.0, np.maximum(0.0, fractile))
    lost_sale = data.settings.service_weight * (margin + np.where(np.isnan(penalty), by_target, penalty))
    return Rates(
        holding=holding,
        lost_sale=lost_sale,
        missing=_missing(lost_sale, network, needs),
        must_be_met=policy("lost_sales_allowed") == 0.0,
    )


def _missing(lost_sale: Floats, network: Network, needs: Needs) -> Floats:
    """Where there is no demand of its own, the lowest rate of the dependants with demand."""
    sells = (needs.mean > 0).any(axis=1)
    above = above_pairs(needs.pairs, network.chain, network)
    lowest = np.full(len(lost_sale), np.inf)
    for level in range(above.shape[1]):
        rows = np.flatnonzero((above[:, level] >= 0) & sells)
        np.minimum.at(lowest, above[rows, level], lost_sale[rows])
    return np.where(sells, lost_sale, np.where(np.isfinite(lowest), lowest, 0.0))

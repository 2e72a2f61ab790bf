"""What an episode cost and achieved.

Freight, handling, overtime, dearer sources and CO₂ of what left are the evaluator's, which judges every plan; holding, lost
sales and waste are those that happened, at the rates of models/README.md, section 3.
"""

from dataclasses import dataclass

import numpy as np

from planner.audit import evaluate
from planner.compile import compile_problem
from planner.tables.dataset import DataSet
from planner.value.simulate.episode import Episode
from planner.value.simulate.shocks import Floats
from planner.value.simulate.truth import Truth, demand_table

BY_ORDERS = ("freight", "handling", "overtime", "purchase", "co2")
LIMITS = (  # those that what leaves can exceed
    "vehicles_per_day",
    "lane_valid",
    "dispatch_day",
    "origin_open",
    "offered",
    "min_order_quantity",
    "max_per_day",
    "order_minimums",
    "capacity",
)


@dataclass(frozen=True)
class Rates:
    """Items × locations: holding [money per unit and day], a lost sale, waste [money per unit]; unit cost by item."""

    holding: Floats
    lost: Floats
    cost: Floats


def rates_of(truth: Truth) -> Rates:
    """The rates at which stock that is held or lost is paid for; a lost sale at its own price, whatever weight plans give it."""
    demand = demand_table(truth.data, truth.wanted.sum(axis=2)[:, :, None])
    settings = truth.data.settings.model_copy(update={"service_weight": 1.0})
    stock = compile_problem(truth.data.replace(demand=demand, settings=settings)).stock
    shape = truth.wanted.shape[:2]
    holding, lost = np.zeros(shape), np.zeros(shape)
    holding[stock.item, stock.location] = stock.holding[:, 0]
    lost[stock.item, stock.location] = stock.lost_cost
    return Rates(holding, lost, truth.data["items"]["unit_cost"].fillna(0.0).to_numpy(np.float64))


def measures(truth: Truth, episode: Episode, rates: Rates) -> dict[str, float]:
    """Cost per cause, and key figures, by name; NaN where there is nothing to divide by."""
    judged = evaluate(hindsight(truth), episode.orders)
    stock = episode.closing + episode.held
    holding = float((stock.sum(axis=0) * rates.holding).sum())
    lost = float((episode.lost.sum(axis=0) * rates.lost).sum())
    waste = float(episode.wasted.sum(axis=(0, 2)) @ rates.cost)
    causes = {name: judged.costs[name] for name in BY_ORDERS}
    causes |= {"holding": holding, "lost_sales": lost, "waste": waste}
    sold, wanted = episode.sold.sum(), truth.wanted.sum()
    sells = truth.wanted.sum(axis=2) > 0
    value = float(np.einsum("til,i->", stock, rates.cost)) / truth.days
    goods = float(episode.sold.sum(axis=(0, 2)) @ rates.cost) / truth.days
    return {
        "total_cost": sum(causes.values()),
        **causes,
        **{f"freight.{mode}": money for mode, money in judged.freight_by_mode.items()},
        "fill_rate": _ratio(sold, wanted),
        "in_stock_rate": float((episode.closing[:, sells] > 0).mean()) if sells.any() else np.nan,
        "inventory_turns": _ratio(goods * 365.0, value),
        "days_of_cover": _ratio(value, goods),
        "stock_value": value,
        "stock_value_at_end": float(stock[-1].sum(axis=1) @ rates.cost),
        "emergency_share": _ratio(judged.emergency_freight, causes["freight"]),
        "vehicle_fill": _number(judged.kpis["vehicle_fill"]),
        "loads": float(judged.kpis["loads"]),
        "kg_co2": float(judged.kpis["kg_co2"]),
        "plan_changes": _ratio(episode.changed.sum(), episode.before.sum()),
        "cases_changed": float(episode.changed.sum()),
        "plans": float(len(episode.planned) + len(episode.answered)),
        "limits_exceeded": float(judged.violations["limit"].isin(LIMITS).sum()),
        "reviews_without_plan": float(len(episode.failed)),
        "seconds_per_review": float(np.median(episode.seconds)),
    }


def hindsight(truth: Truth) -> DataSet:
    """The tables over all days that were simulated, as if what was wanted and all shocks had been known."""
    data = truth.real
    settings = data.settings.model_copy(
        update={"horizon_days": truth.days, "buckets": None, "frozen_days": 0}
    )
    orders = data["open_orders"]
    return data.replace(
        settings=settings,
        open_orders=orders[orders["status"] == "in_transit"],
        sales=None,
        demand=demand_table(data, truth.wanted),
    )


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan


def _number(value: float | None) -> float:
    return np.nan if value is None else value

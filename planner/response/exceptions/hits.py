"""Stock points that leave a band, before those with the same cause become one exception."""

from dataclasses import dataclass

import numpy as np

from planner.demand.history import Floats
from planner.response.exceptions.view import View
from planner_models.problem import Flags, Ints

REST = 2.0  # days of demand beyond the highest window that stock must last to be idle


@dataclass(frozen=True)
class Hits:
    """One kind of departure; arrays per hit. Days are those on which the money is lost; `value` and `band` are what is compared."""

    kind: str
    point: Ints
    value: Floats
    band: Floats
    first: Ints
    last: Ints
    stake: Floats  # [money]


def low_service(view: View) -> Hits:
    """Fill rate over the rest of the plan below its band; at stake are all lost sales."""
    demand = view.problem.stock.mean.sum(axis=1)
    fill = np.divide(view.plan.stock.sales.sum(axis=1), demand, out=np.ones_like(demand), where=demand > 0)
    band = view.band("fill_rate")
    return _losing(view, "low_service", fill, band, (demand > 0) & (fill < band - 1e-9))


def low_cover(view: View) -> Hits:
    """Stock at the end of a day below the least days of cover; at stake is what is lost from that day on."""
    band = view.band("low_cover")
    lowest = view.cover.min(axis=1)
    return _losing(view, "low_cover", lowest, band, (lowest < band - 1e-9) & (view.rate.max(axis=1) > 0))


def _losing(view: View, kind: str, value: Floats, band: Floats, out: Flags) -> Hits:
    point = np.flatnonzero(out)
    first, last = _days(view.losing[point])
    return Hits(kind, point, value[point], band[point], first, last, view.lost_money[point].sum(axis=1))


def high_cover(view: View) -> Hits:
    """Stock at the end of the first day above the most days of cover; at stake is holding what is above it, and what expires."""
    band = view.band("high_cover")
    cover = view.cover[:, 0]
    point = np.flatnonzero((cover > band + 1e-9) & (view.plan.stock.closing[:, 0] > 0))
    money = excess_money(view)[point]
    first, last = _days(money > 0)
    return Hits("high_cover", point, cover[point], band[point], first, last, money.sum(axis=1))


def excess_money(view: View) -> Floats:
    """What stock above the most days of cover costs, and what expires (`N × T`) [money]."""
    stock, band = view.problem.stock, view.band("high_cover")
    most = np.where(np.isnan(band), np.inf, band)[:, None] * np.maximum(view.rate, 1e-12)
    return np.asarray(stock.holding * np.maximum(0.0, view.plan.stock.closing - most) + view.waste_money)


def _days(some: Flags) -> tuple[Ints, Ints]:
    """First and last day that counts; the whole horizon where none does."""
    any_day, days = some.any(axis=1), some.shape[1]
    first = np.where(any_day, some.argmax(axis=1), 0)
    last = np.where(any_day, days - 1 - some[:, ::-1].argmax(axis=1), days - 1)
    return first, last


def idle(view: View) -> Floats:
    """Units of every point that the plan leaves unused: the least stock of any day beyond what its window needs [units]."""
    problem = view.problem
    needed = view.rate.max(axis=1) * (problem.stock.window + REST)
    spare = np.floor(np.maximum(0.0, view.plan.stock.closing.min(axis=1) - needed - problem.stock.min_stock))
    case = problem.items.case_size[problem.stock.item]
    return np.asarray(np.floor(spare / case) * case)

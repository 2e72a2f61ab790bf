"""Stock points: demand, policies and limits of every item at every DC and store."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.compile.given import Given
from planner.compile.index import Index, filled
from planner.compile.network import Network
from planner.demand import demand
from planner.tables.dataset import DataSet
from planner.tables.policies import named_by_item, resolve
from planner_models.curve import sales_curves, windows
from planner_models.problem import Flags, Floats, Ints, LaneModes, StockPoints


@dataclass(frozen=True)
class Demand:
    """Own demand `I × L × T`, repeated after the horizon: mean and variance [units, units²]."""

    mean: Floats
    variance: Floats
    days: int

    def after(self, values: Floats, count: int) -> Floats:
        """`values` (… × T) continued by `count` days: the last week repeats."""
        period = min(7, self.days)
        follow = self.days - period + np.arange(count) % period
        return np.concatenate([values, values[..., follow]], axis=-1)


def demand_of(data: DataSet, index: Index) -> Demand:
    """The demand distribution as arrays."""
    table = demand(data)
    mean = np.zeros((len(index.items), len(index.locations), index.days))
    variance = np.zeros_like(mean)
    day = index.day(table["date"]).astype(int)
    key = index.item(table["item_id"]), index.location(table["location_id"]), day
    mean[key] = table["mean"]
    variance[key] = np.asarray(table["sd"], float) ** 2
    closed = index.closed[None, :, : index.days]
    return Demand(np.where(closed, 0.0, mean), np.where(closed, 0.0, variance), index.days)


def least_stock(data: DataSet, index: Index, network: Network, own: Demand, there: Flags) -> Floats:
    """`min_stock`, `I × L` [units]. A row that names no item asks only for those that are expected at the location.

    `there`: the item has stock or given orders at the location.
    """
    least = np.nan_to_num(np.asarray(resolve(data, "min_stock"), float))
    dependent = own.mean.sum(axis=2) @ network.dependants.T.astype(float)
    holds = np.array([kind != "supplier" for kind in index.kinds])
    return np.where(holds & (there | (dependent > 0) | named_by_item(data, "min_stock")), least, 0.0)


def stock_points(
    data: DataSet,
    index: Index,
    network: Network,
    given: Given,
    own: Demand,
    least: Floats,
    item: Ints,
    location: Ints,
) -> StockPoints:
    """Compile the stock points (item[n], location[n]); `least` is `min_stock`, `I × L`. Stock above a maximum that is there
    without any free order is a breach still (`with_idle_stock`).
    """

    def policy(field: str, default: float) -> Floats:
        table = resolve(data, field).reindex(index=index.items, columns=index.locations)
        values = np.asarray(table, float)[item, location]
        return np.where(np.isnan(values), default, values)

    settings, items = data.settings, data["items"]
    cost = filled(items["unit_cost"], 0)[item]
    price = filled(items["unit_price"], np.nan)[item]
    margin = np.maximum(0.0, np.where(np.isnan(price), 0.0, price - cost))
    per_day = policy("holding_cost_per_unit_day", np.nan)
    holding = np.where(np.isnan(per_day), policy("holding_rate_per_year", 0) * cost / 365.0, per_day)
    target = policy("service_target", np.nan)
    with np.errstate(invalid="ignore"):
        implied = np.maximum(0.0, holding * settings.review_days * target / (1.0 - target) - margin)
    penalty = policy("lost_sale_penalty", np.nan)
    penalty = np.where(np.isnan(penalty), np.where(np.isnan(implied), 0.0, implied), penalty)
    must_meet = policy("lost_sales_allowed", 1.0) == 0.0

    mean = own.mean[item, location]
    window = network.window[location]
    shelf_life = filled(items["shelf_life_days"], np.inf)[item]
    cover_days = policy("max_days_of_cover", np.inf)
    longest = int(max(14, window.max(initial=0)))
    for days in (shelf_life, cover_days):
        longest = max(longest, int(days[np.isfinite(days)].max(initial=0)) + 1)
    supplied = network.dependants.astype(float)
    dependent = np.einsum("ilt,dl->idt", own.mean, supplied, optimize=True)[item, location]
    spread = np.einsum("ilt,dl->idt", own.variance, supplied, optimize=True)[item, location]
    ahead, ahead_spread = own.after(dependent, longest), own.after(spread, longest)
    lost_cost = settings.service_weight * (margin + penalty)
    terminal = settings.terminal_value == "useful"
    after = np.arange(index.days, ahead.shape[1])[None, :] < index.days + window[:, None]
    sd = np.where(must_meet[:, None], 0.0, np.sqrt(own.variance[item, location]))
    before, scale = windows(mean, sd**2, window, np.ones(index.days, np.int64))
    return StockPoints(
        item=item,
        location=location,
        on_hand=_on_hand(data, index)[item, location],
        mean=mean,
        sd=sd,
        window=window,
        before=before,
        scale=scale,
        holding=np.repeat(holding[:, None], index.days, axis=1),
        lost_cost=lost_cost,
        must_meet=must_meet,
        min_stock=least[item, location],
        min_from=first_arrivals(network.lanes, len(index.locations), index.days)[location],
        max_stock=np.minimum(
            policy("max_stock", np.inf)[:, None], _following_demand(ahead, index.days, cover_days)
        ),
        shelf=_following_demand(ahead, index.days, shelf_life - 1.0),
        terminal_mean=(ahead[:, index.days :] * after[:, index.days - ahead.shape[1] :]).sum(axis=1),
        terminal_sd=np.sqrt(
            (ahead_spread[:, index.days :] * after[:, index.days - ahead.shape[1] :]).sum(axis=1)
        ),
        terminal_cost=_terminal_cost(network, item, location, mean, lost_cost) * terminal,
        given_in=given.arrivals[item, location],
        given_out=given.dispatches[item, location],
        given_later=given.later[item, location],
    )


def _on_hand(data: DataSet, index: Index) -> Floats:
    table = data["inventory"]
    stock = np.zeros((len(index.items), len(index.locations)))
    stock[index.item(table["item_id"]), index.location(table["location_id"])] = table["on_hand"]
    return stock


def _following_demand(ahead: Floats, days: int, count: Floats) -> Floats:
    """Demand of the next `count` days (fractions count in part) at the end of each day; inf where count is inf."""
    total = np.concatenate([np.zeros((len(ahead), 1)), np.cumsum(ahead, axis=1)], axis=1)
    finite = np.where(np.isfinite(count), count, 0.0)
    whole = np.floor(finite).astype(int)
    first = np.arange(1, days + 1)[None, :]
    last = first + whole[:, None]
    limit = np.take_along_axis(total, last, 1) - np.take_along_axis(
        total, np.broadcast_to(first, last.shape), 1
    )
    part = np.take_along_axis(ahead, np.minimum(last, ahead.shape[1] - 1), 1) * (finite - whole)[:, None]
    return np.where(np.isfinite(count)[:, None], limit + part, np.inf)


def first_arrivals(lanes: LaneModes, places: int, days: int) -> Ints:
    """First day (or period) in which a free order can arrive at each location; `days`, their number, if never."""
    earliest = np.where(lanes.open, lanes.arrival, days).min(axis=1, initial=days)
    first = np.full(places, days)
    np.minimum.at(first, lanes.destination, earliest)
    return first


def _terminal_cost(network: Network, item: Ints, location: Ints, mean: Floats, lost_cost: Floats) -> Floats:
    """The lost-sale cost of the location if it sells the item, else the lowest one of its dependants that do."""
    sells = mean.sum(axis=1) > 0
    table = pd.DataFrame({"item": item, "location": location, "cost": lost_cost})[sells]
    above, below = np.nonzero(network.dependants)
    tree = pd.DataFrame({"above": above, "location": below})
    lowest = table.merge(tree, on="location").groupby(["item", "above"])["cost"].min()
    via = lowest.reindex(pd.MultiIndex.from_arrays([item, location])).fillna(0.0)
    return np.where(sells, lost_cost, np.asarray(via, float))


def with_idle_stock(points: StockPoints) -> StockPoints:
    """Stock that is there without any free order is no breach of a maximum."""
    if not np.isfinite(points.max_stock).any():
        return points
    curves = sales_curves(points)
    closing = points.on_hand
    limit = points.max_stock.copy()
    for day in range(points.mean.shape[1]):
        available = closing + points.given_in[:, day] - points.given_out[:, day]
        stock = available - curves[:, day].evaluate(np.maximum(0.0, available))[0]
        limit[:, day] = np.maximum(limit[:, day], stock)
        closing = np.minimum(stock, points.shelf[:, day])
    return replace(points, max_stock=limit)

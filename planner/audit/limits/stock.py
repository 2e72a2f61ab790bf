"""Limits of the stock of an item at a location."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.audit.findings import QUANTITY, RELATIVE, above, number, violated
from planner.audit.lanes import Flags
from planner.audit.needs import per_pair, until
from planner.audit.network import Floats
from planner.audit.projection import Projection
from planner.audit.stock import Movements, Outlook, movements, project
from planner.tables.policies import named_by_item, resolve


def available_stock(p: Projection) -> pd.DataFrame:
    """What a DC or store dispatches must be there."""
    available = p.flow.available
    left = available + p.moved.dispatched
    rows = available < -(QUANTITY + RELATIVE * np.abs(left))
    message = "{item} at {location} on {date}: what leaves is {short} units more than there is"
    return _rows("available_stock", p, rows, available, np.zeros_like(available), message)


def no_lost_sales(p: Projection) -> pd.DataFrame:
    """Nothing is lost where demand must be met."""
    rows = p.rates.must_be_met[:, None] & above(p.flow.lost, np.zeros_like(p.flow.lost))
    message = "{item} at {location} on {date}: {amount} units of demand that must be met are lost"
    return _rows("no_lost_sales", p, rows, p.flow.lost, np.zeros_like(p.flow.lost), message)


def min_stock(p: Projection) -> pd.DataFrame:
    """Stock is at least the minimum, from the first period in which a free order could have arrived."""
    least = np.nan_to_num(per_pair(resolve(p.data, "min_stock"), p.needs.pairs))
    least = np.where(expected(p), least, 0.0)[:, None]
    first = first_arrivals(p)[p.needs.pairs.location]
    can = np.arange(p.network.horizon.days)[None, :] >= first[:, None]
    least = np.broadcast_to(least, p.flow.stock.shape)
    message = "{item} at {location} on {date}: stock is {amount} units, the minimum is {allowed}"
    return _rows("min_stock", p, can & above(least, p.flow.stock), p.flow.stock, least, message)


def expected(p: Projection) -> Flags:
    """Pairs that a minimum is meant for: named by it, or with stock, dependent demand or given orders there."""
    pairs, holds = p.needs.pairs, p.network.holds_stock
    expected = named_by_item(p.data, "min_stock")[pairs.item, pairs.location]
    expected |= (p.on_hand > 0) | (p.needs.dependent_mean > 0).any(axis=1)
    for orders, places in (
        (p.given.fixed, p.given.fixed.origin),
        (p.given.fixed, p.given.fixed.destination),
        (p.given.transit, p.given.transit.destination),
    ):
        stocked = (places >= 0) & holds[places]
        expected[pairs.find(orders.item[stocked], places[stocked])] = True
    return expected


def max_stock(p: Projection) -> pd.DataFrame:
    """Stock is at most the maximum and the days of cover, unless it is there without any free order."""
    most = stock_limit(p)
    message = "{item} at {location} on {date}: stock is {amount} units, the maximum is {allowed}"
    return _rows("max_stock", p, above(p.flow.stock, most), p.flow.stock, most, message)


def first_arrivals(p: Projection) -> npt.NDArray[np.int64]:
    """The first period in which a free order could arrive, per location; far away if none can."""
    lanes = p.network.lanes
    earliest = np.where(lanes.allowed, lanes.arrival, 10**9).min(axis=1, initial=10**9)
    result = np.full(len(p.network.locations), 10**9)
    np.minimum.at(result, lanes.destination, earliest)
    return result


def stock_limit(p: Projection) -> Floats:
    """The most stock per pair at the end of each period; NaN = no limit."""
    most = stated_limit(p)
    return np.asarray(np.fmax(most, np.where(np.isnan(most), np.nan, _without_free_orders(p, most))))


def stated_limit(p: Projection) -> Floats:
    """The lower of the maximum and the days of cover, whatever stock is there without any free order; NaN = no limit."""
    pairs, horizon = p.needs.pairs, p.network.horizon
    most = np.repeat(per_pair(resolve(p.data, "max_stock"), pairs)[:, None], horizon.days, axis=1)
    cover = per_pair(resolve(p.data, "max_days_of_cover"), pairs)
    at = np.flatnonzero(~np.isnan(cover))
    demand = p.needs.dependent_mean[at]
    tomorrow = np.broadcast_to(horizon.ends.astype(float), most[at].shape)
    most[at] = np.fmin(most[at], until(demand, tomorrow + cover[at, None]) - until(demand, tomorrow))
    return np.asarray(most)


def _without_free_orders(p: Projection, most: Floats) -> Floats:
    """The stock that given orders alone lead to, where the plan has more than the limit; elsewhere 0."""
    at = np.flatnonzero(above(p.flow.stock, most).any(axis=1))
    stock = np.zeros_like(most)
    if at.size:
        moved = movements(p.network, p.needs, p.given.fixed, p.given.transit)
        few = Movements(**{name: values[at] for name, values in vars(moved).items()})
        outlook = Outlook(**{name: values[at] for name, values in vars(p.outlook).items()})
        stock[at] = project(p.on_hand[at], few, outlook).stock
    return stock


def _rows(
    limit: str, p: Projection, rows: Flags, amount: Floats, allowed: Floats, message: str
) -> pd.DataFrame:
    pair, day = np.nonzero(rows)
    item = p.network.items.names[p.needs.pairs.item[pair]]
    location = p.network.locations[p.needs.pairs.location[pair]]
    amounts, limits = amount[pair, day], allowed[pair, day]
    words = zip(item, location, map(p.network.horizon.text, day.tolist()), amounts, limits, strict=True)
    return violated(
        limit,
        [
            message.format(item=i, location=x, date=d, amount=number(a), allowed=number(b), short=number(-a))
            for i, x, d, a, b in words
        ],
        item=item,
        location=location,
        date=p.network.horizon.date(day),
        amount=amounts,
        allowed=limits,
    )

"""Expected sales and stock, period by period (models/README.md, section 2); arrays are pairs × periods [units]."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.audit.curve import expected_sales
from planner.audit.lines import OrderLines
from planner.audit.needs import Needs, until
from planner.audit.network import Floats, Network
from planner.audit.numbering import Days, numbered, sums
from planner.tables.dataset import DataSet


@dataclass(frozen=True)
class Outlook:
    """What a period's stock has to face: its demand and that of its window, and what still sells in time."""

    mean: Floats
    earlier_mean: Floats
    window_sd: Floats
    shelf: Floats


@dataclass(frozen=True)
class Movements:
    """Arrivals and dispatches per day, and what arrives after the horizon (per pair)."""

    arrivals: Floats
    dispatched: Floats
    late: Floats


@dataclass(frozen=True)
class Flow:
    """The projection: `stock` is after sales and before waste, `ends_with_stock` is a probability."""

    opening: Floats
    available: Floats
    sales: Floats
    lost: Floats
    stock: Floats
    waste: Floats
    closing: Floats
    ends_with_stock: Floats


@dataclass(frozen=True)
class Beyond:
    """Dependent demand of the window that follows the horizon: mean and variance (per pair)."""

    mean: Floats
    variance: Floats


def read_beyond(network: Network, needs: Needs, days: int) -> Beyond:
    """Sums over the window that follows the `days` of the horizon."""
    first = np.full((len(needs.pairs), 1), float(days))
    end = first + network.window[needs.pairs.location][:, None].astype(float)
    return Beyond(
        *(
            (until(values, end) - until(values, first))[:, 0]
            for values in (needs.dependent_mean, needs.dependent_variance)
        )
    )


def read_outlook(network: Network, needs: Needs, must_be_met: npt.NDArray[np.bool_]) -> Outlook:
    """Demand of the windows. Demand that must be met is taken as certain."""
    horizon, window = network.horizon, network.window[needs.pairs.location]
    mean, variance = needs.mean, np.where(must_be_met[:, None], 0.0, needs.variance)
    # The window ends with the last day of the period; those of its days before the period are `earlier`.
    last, days = horizon.ends - 1, mean.shape[1]
    earlier, spread = np.zeros((len(mean), horizon.days)), variance[:, last]
    for back in range(1, min(int(window.max(initial=1)), days)):
        reaches = (window > back)[:, None] & (last >= back)
        day = np.maximum(last - back, 0)
        earlier += np.where(reaches & (day < horizon.first), mean[:, day], 0.0)
        spread += np.where(reaches, variance[:, day], 0.0)
    demand = np.add.reduceat(mean, horizon.first, axis=1)
    return Outlook(demand, earlier, np.sqrt(spread), _shelf(network, needs))


def _shelf(network: Network, needs: Needs) -> Floats:
    """Dependent demand from the day after the period until stock of the period's last day expires."""
    life = network.items.shelf_life[needs.pairs.item]
    shelf = np.full((len(life), network.horizon.days), np.inf)
    rows = np.flatnonzero(~np.isnan(life))
    demand = needs.dependent_mean[rows]
    tomorrow = np.broadcast_to(network.horizon.ends.astype(float), shelf[rows].shape)
    expires = np.maximum(tomorrow - 1.0 + life[rows, None], tomorrow)
    shelf[rows] = np.maximum(until(demand, expires) - until(demand, tomorrow), 0.0)
    return shelf


def opening_stock(data: DataSet, network: Network, needs: Needs) -> Floats:
    """Stock on hand per pair."""
    table = data["inventory"]
    item = numbered(network.items.names, table["item_id"])
    location = numbered(network.locations, table["location_id"])
    amount = table["on_hand"].to_numpy(dtype=float)
    used = (amount > 0) & network.holds_stock[location]
    place = needs.pairs.find(item[used], location[used])
    return sums(place, amount[used], len(needs.pairs))


def movements(network: Network, needs: Needs, lines: OrderLines, transit: OrderLines) -> Movements:
    """Sum up what arrives and leaves."""
    days, pairs = network.horizon.days, needs.pairs
    item = np.concatenate([lines.item, transit.item])
    destination = np.concatenate([lines.destination, transit.destination])
    arrival = np.concatenate([lines.arrival, transit.arrival])
    quantity = np.concatenate([lines.quantity, transit.quantity])
    stocked = network.holds_stock[destination]
    into = np.where(stocked, pairs.find(item, destination), 0)
    now, later = stocked & (arrival < days), stocked & (arrival >= days)
    leaves = (lines.origin >= 0) & network.holds_stock[lines.origin]
    from_pair = pairs.find(lines.item[leaves], lines.origin[leaves])
    return Movements(
        arrivals=_sum(into[now], arrival[now], quantity[now], len(pairs), days),
        dispatched=_sum(from_pair, lines.dispatch[leaves], lines.quantity[leaves], len(pairs), days),
        late=sums(into[later], quantity[later], len(pairs)),
    )


def _sum(pair: Days, day: Days, quantity: Floats, pairs: int, days: int) -> Floats:
    flat = sums(pair * days + day, quantity, pairs * days)
    return np.asarray(flat, dtype=float).reshape(pairs, days)


def project(on_hand: Floats, moved: Movements, outlook: Outlook) -> Flow:
    """The recursion over the days, for all pairs at once. Stock below 0 stays below 0 until goods arrive."""
    flow = Flow(*(np.zeros_like(outlook.mean) for _ in range(8)))
    closing = on_hand
    for day in range(outlook.mean.shape[1]):
        available = closing + moved.arrivals[:, day] - moved.dispatched[:, day]
        sold = expected_sales(
            available, outlook.earlier_mean[:, day], outlook.mean[:, day], outlook.window_sd[:, day]
        )
        stock = available - sold.units
        waste = np.maximum(0.0, stock - outlook.shelf[:, day])
        flow.opening[:, day], flow.available[:, day], flow.sales[:, day] = closing, available, sold.units
        flow.lost[:, day] = outlook.mean[:, day] - sold.units
        flow.ends_with_stock[:, day] = sold.ends_with_stock
        closing = stock - waste
        flow.stock[:, day], flow.waste[:, day], flow.closing[:, day] = stock, waste, closing
    return flow

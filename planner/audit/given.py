"""Orders that are given: in transit, firm, planned in the frozen days, and the rest of the previous plan."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.audit.calendar import NO_DAY
from planner.audit.lines import OrderLines, Texts
from planner.audit.network import Network
from planner.audit.numbering import numbered
from planner.tables.dataset import DataSet


@dataclass(frozen=True)
class OpenLines(OrderLines):
    """Order lines of `open_orders`; `lane` is −1 where origin or mode are not those of a lane."""

    status: Texts


@dataclass(frozen=True)
class Given:
    """`fixed` belongs to every plan as it stands, `transit` only arrives, `planned` is the previous plan."""

    fixed: OpenLines
    transit: OpenLines
    planned: OpenLines


def read_given(data: DataSet, network: Network) -> Given:
    """Split the open orders. Orders that leave outside the horizon belong to no plan."""
    lines = _read_lines(data["open_orders"], network)
    inside = (lines.dispatch >= 0) & (lines.dispatch < network.horizon.days)
    frozen = lines.dispatch < data.settings.frozen_days
    return Given(
        fixed=lines.select(inside & ((lines.status == "firm") | ((lines.status == "planned") & frozen))),
        transit=lines.select((lines.status == "in_transit") & (lines.arrival != NO_DAY)),
        planned=lines.select(inside & (lines.status == "planned") & ~frozen),
    )


def _read_lines(table: pd.DataFrame, network: Network) -> OpenLines:
    horizon, items, locations, lanes = network.horizon, network.items, network.locations, network.lanes
    lane = numbered(lanes.names, pd.MultiIndex.from_frame(table[["origin", "destination", "mode"]]))
    item = numbered(items.names, table["item_id"])
    dispatch, arrival = horizon.day(table["dispatch_date"]), horizon.day(table["arrival_date"])
    by_lane = (lane >= 0) & (dispatch >= 0) & (dispatch < horizon.days) & (arrival == NO_DAY)
    arrival[by_lane] = lanes.arrival[lane[by_lane], dispatch[by_lane]]
    moving = (table["status"] == "in_transit").to_numpy()
    # Goods that should have arrived before the first day arrive on it: the stock on hand can't hold them yet.
    arrival[moving & (arrival != NO_DAY)] = np.maximum(arrival[moving & (arrival != NO_DAY)], 0)
    arrival[~moving & (arrival == NO_DAY)] = dispatch[~moving & (arrival == NO_DAY)]
    quantity = table["quantity"].to_numpy(dtype=float)
    return OpenLines(
        order_id=table["order_id"].to_numpy(dtype=object),
        item=item,
        origin=numbered(locations, table["origin"]),
        destination=numbered(locations, table["destination"]),
        lane=lane,
        dispatch=dispatch,
        arrival=arrival,
        cases=quantity / items.case_size[item],
        quantity=quantity,
        status=table["status"].to_numpy(dtype=object),
    )

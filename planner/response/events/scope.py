"""What events touch: items at locations, lanes, days, and a sentence for each event."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.response.events.demand import named
from planner.response.events.event import OF_AN_ORDER, Event, in_force
from planner.response.events.lanes import LANE, selected, with_their_routes
from planner.response.events.places import limits_of
from planner.response.events.words import sentence
from planner.tables.dataset import DataSet

PAIR = ["item_id", "location_id"]


@dataclass(frozen=True)
class Scope:
    """`pairs` (item_id, location_id) and `lanes` (origin, destination, mode) without repetition; days from `first` to `last`.

    `sentences`: event_id → what the event touches; those that touch nothing say so. `each`: event_id → its own pairs.
    """

    pairs: pd.DataFrame
    lanes: pd.DataFrame
    first: pd.Timestamp | None
    last: pd.Timestamp | None
    sentences: dict[str, str]
    each: dict[str, pd.DataFrame]


@dataclass(frozen=True)
class _Part:
    pairs: list[pd.DataFrame]
    lanes: pd.DataFrame


def scope(data: DataSet, orders: pd.DataFrame, events: pd.DataFrame) -> Scope:
    """What events touch in the tables before them and in the orders of the plan (columns of orders.csv).

    What gets worse (a lane closes, a tariff rises) touches what uses it; what gets better touches everything that could.
    """
    start = pd.Timestamp(data.settings.start_date)
    orders = _with_open(orders, data)
    told = list(in_force(events, data)) if len(events) else []
    nothing = _distinct([], PAIR)
    parts, each = list[_Part](), {str(name): nothing for name in events["event_id"]}
    sentences = {
        str(name): f"{name} is outside the days of the plan and touches nothing."
        for name in events["event_id"]
    }
    locations = data["locations"]
    stocking = locations.loc[locations["kind"] != "supplier", "location_id"]
    for event in told:
        part = _part(event, data, orders)
        pairs = _distinct([frame[frame["location_id"].isin(stocking)] for frame in part.pairs], PAIR)
        parts.append(_Part([pairs], part.lanes))
        each[event.event_id] = pairs
        sentences[event.event_id] = sentence(event, data, len(pairs), len(part.lanes))
    return Scope(
        _distinct([part.pairs[0] for part in parts], PAIR),
        _distinct([part.lanes for part in parts], LANE),
        start + pd.Timedelta(days=min(event.first for event in told)) if told else None,
        start + pd.Timedelta(days=max(event.last for event in told)) if told else None,
        sentences,
        each,
    )


def _distinct(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    frames = [frame[columns] for frame in frames if len(frame)]
    if not frames:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
    return pd.concat(frames).drop_duplicates().sort_values(columns, ignore_index=True)


def _with_open(orders: pd.DataFrame, data: DataSet) -> pd.DataFrame:
    """The orders of the plan and those that are open; those that are both come twice, which doesn't matter here."""
    columns = ["order_id", "item_id", *LANE, "dispatch_date", "arrival_date"]
    frames = [frame[columns] for frame in (orders, data["open_orders"]) if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else data["open_orders"][columns]


def _part(event: Event, data: DataSet, orders: pd.DataFrame) -> _Part:
    lanes = data["lanes"]
    none = lanes.iloc[:0][LANE]
    if event.type == "demand_shift":
        return _Part([_demand(event, data)], none)
    if event.type in OF_AN_ORDER:
        lines = orders[(orders["order_id"] == event.order_id).to_numpy()]
        if event.item_id:
            lines = lines[lines["item_id"] == event.item_id]
        return _Part(list(_ends(lines, orders)), _distinct([lines[lines["mode"] != ""]], LANE))
    if event.type in ("stock_correction", "quality_hold"):
        here = pd.DataFrame({"item_id": [event.item_id], "location_id": [event.location_id]})
        return _Part([here, _below(here, orders)], none)
    if event.type in ("location_closed", "capacity_change"):
        return _place(event, data, orders)
    rows = selected(event, lanes)
    if event.type == "lane_capacity":
        rows = with_their_routes(lanes, rows)
    keys = _distinct([lanes[rows]], LANE)
    if _better(event, data):
        return _Part([_all_at(data, keys["destination"])], keys)
    used = orders[pd.MultiIndex.from_frame(orders[LANE]).isin(pd.MultiIndex.from_frame(keys))]
    if event.type != "tariff_change":
        used = used[_on_days(event, used["dispatch_date"], data)]
    return _Part(list(_ends(used, orders)), keys)


def _demand(event: Event, data: DataSet) -> pd.DataFrame:
    table = data["demand"] if len(data["demand"]) else data["sales"]
    return table.loc[named(event, table, data), PAIR].drop_duplicates()


def _place(event: Event, data: DataSet, orders: pd.DataFrame) -> _Part:
    """What leaves, arrives and is stored at a location, as far as the event is about it."""
    resource = event.resource or "all"
    out = not resource.startswith(("inbound", "storage"))
    into = not resource.startswith("outbound")
    lanes = data["lanes"]
    at = np.zeros(len(lanes), bool)
    at |= out & (lanes["origin"] == event.location_id).to_numpy()
    at |= into & (lanes["destination"] == event.location_id).to_numpy()
    keys = _distinct([lanes[at]], LANE)
    if _better(event, data):
        return _Part([_all_at(data, keys["destination"]), _all_at(data, [event.location_id])], keys)
    used = np.zeros(len(orders), bool)
    if out:
        used |= (
            (orders["origin"] == event.location_id) & _on_days(event, orders["dispatch_date"], data)
        ).to_numpy()
    if into:
        arrives = _on_days(event, orders["arrival_date"], data) | resource.startswith("storage")
        used |= ((orders["destination"] == event.location_id) & arrives).to_numpy()
    pairs = list(_ends(orders[used], orders))
    if event.type == "location_closed" or resource.startswith("storage"):
        pairs.append(_all_at(data, [event.location_id]))
    return _Part(pairs, keys)


def _better(event: Event, data: DataSet) -> bool:
    """Whether it allows more, or costs less, so that what doesn't use it may want to."""
    if event.type == "tariff_change":
        return event.factor < 1
    if event.ends:
        return True
    if event.type not in ("lane_capacity", "capacity_change"):
        return False
    if not np.isnan(event.factor):
        return event.factor > 1
    if event.type == "lane_capacity":
        lanes = data["lanes"]
        return bool((event.quantity > lanes.loc[selected(event, lanes), "max_vehicles_per_day"]).any())
    return bool((event.quantity > limits_of(data, event.location_id, event.resource)[event.span, 0]).any())


def _on_days(event: Event, date: "pd.Series[pd.Timestamp]", data: DataSet) -> "pd.Series[bool]":
    day = (date - pd.Timestamp(data.settings.start_date)).dt.days
    return (day >= event.first) & (day <= event.last)


def _ends(used: pd.DataFrame, orders: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The items of orders where they leave and where they arrive, and what is supplied from there."""
    arriving = used[["item_id", "destination"]].set_axis(PAIR, axis=1).drop_duplicates()
    yield arriving
    yield used[["item_id", "origin"]].set_axis(PAIR, axis=1).drop_duplicates()
    yield _below(arriving, orders)


def _below(pairs: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Where the plan sends the items from these places, and from there."""
    moves = orders.loc[
        orders["item_id"].isin(pairs["item_id"].unique()), ["item_id", "origin", "destination"]
    ].drop_duplicates()
    found = pairs.iloc[:0]
    new = pairs
    while len(new):
        reached = moves.merge(new, left_on=["item_id", "origin"], right_on=PAIR)[["item_id", "destination"]]
        reached = reached.set_axis(PAIR, axis=1).drop_duplicates()
        seen = pd.MultiIndex.from_frame(pd.concat([found, pairs]))
        new = reached[~pd.MultiIndex.from_frame(reached).isin(seen)]
        found = pd.concat([found, new])
    return found


def _all_at(data: DataSet, locations: "pd.Series[str] | list[str]") -> pd.DataFrame:
    """Every item that has demand, stock or an open order at these locations."""
    table = data["demand"] if len(data["demand"]) else data["sales"]
    frames = [
        table.loc[table["location_id"].isin(locations), PAIR],
        data["inventory"].loc[data["inventory"]["location_id"].isin(locations), PAIR],
        data["open_orders"]
        .loc[data["open_orders"]["destination"].isin(locations), ["item_id", "destination"]]
        .set_axis(PAIR, axis=1),
    ]
    return pd.concat([frame.drop_duplicates() for frame in frames]).drop_duplicates()

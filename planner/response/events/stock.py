"""`stock_correction` and `quality_hold`: rows of `inventory`, and of `open_orders` when a hold ends."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner.response.events.event import Event, Fault
from planner.tables.dataset import DataSet

NOTHING = 1e-9  # units
PLACE = ["item_id", "location_id"]
Place = tuple[str, str]


def stock_changed(data: DataSet, events: Sequence[Event]) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """Corrections first, in the order of time; then holds, each from what the earlier ones leave.

    What is held until a day comes back on the day after it, as goods in transit named `hold EVENT`.
    """
    events = [event for event in events if event.type in ("stock_correction", "quality_hold")]
    if not events:
        return {}, []
    table = data["inventory"]
    places = list(dict.fromkeys((event.item_id, event.location_id) for event in events))
    row = pd.MultiIndex.from_frame(table[PLACE]).get_indexer(pd.MultiIndex.from_tuples(places))
    there = {place: int(at) for place, at in zip(places, row, strict=True) if at >= 0}
    on_hand = dict.fromkeys(places, 0.0) | {
        place: float(table["on_hand"].iloc[at]) for place, at in there.items()
    }
    before, faults = dict(on_hand), []
    for event in events:
        if event.type == "stock_correction":
            faults += _correct(event, on_hand)
    back = []
    for event in _holds(events):
        held, found = _hold(event, on_hand)
        faults += found
        if held > NOTHING and pd.notna(event.date_to):
            back.append(_returning(event, held, data))
    frames = {}
    if any(abs(on_hand[place] - before[place]) > NOTHING for place in places):
        frames["inventory"] = _with(table, there, on_hand)
    if back:
        rows = data.replace(open_orders=back)["open_orders"]
        frames["open_orders"] = pd.concat([data["open_orders"], rows]) if len(data["open_orders"]) else rows
    return frames, faults


def _correct(event: Event, on_hand: dict[Place, float]) -> list[Fault]:
    place = (event.item_id, event.location_id)
    after = on_hand[place] + event.quantity
    if after < -NOTHING:
        rule = f"there are only {on_hand[place]:g} of {place[0]} at {place[1]}; stock can't be negative"
        hint = "The quantity is the correction, not the new stock: -3 means that 3 are missing."
        return [Fault(event, "quantity", "negative_stock", rule, hint)]
    on_hand[place] = max(0.0, after)
    return []


def _holds(events: Sequence[Event]) -> list[Event]:
    """Those in force: a hold with factor 1 ends those before it at its item and location."""
    held: list[Event] = []
    for event in events:
        if event.type == "quality_hold":
            place = (event.item_id, event.location_id)
            held = (
                [other for other in held if (other.item_id, other.location_id) != place]
                if event.ends
                else [*held, event]
            )
    return held


def _hold(event: Event, on_hand: dict[Place, float]) -> tuple[float, list[Fault]]:
    place = (event.item_id, event.location_id)
    there = on_hand[place]
    wanted = there if np.isnan(event.quantity) else event.quantity
    held = min(wanted, there)
    on_hand[place] = there - held
    if wanted <= held + NOTHING and held > NOTHING:
        return held, []
    rule = f"there are only {there:g} of {place[0]} at {place[1]} that could be held"
    return held, [Fault(event, "item_id", "less_to_hold", rule, severity="warning")]


def _returning(event: Event, held: float, data: DataSet) -> dict[str, object]:
    taken, name = set(data["open_orders"]["order_id"]), f"hold {event.event_id}"
    while name in taken:
        name += "'"
    return {
        "order_id": name,
        "item_id": event.item_id,
        "destination": event.location_id,
        "quantity": held,
        "arrival_date": event.date_to + pd.Timedelta(days=1),
        "status": "in_transit",
    }


def _with(table: pd.DataFrame, there: dict[Place, int], on_hand: dict[Place, float]) -> pd.DataFrame:
    values = table["on_hand"].to_numpy(copy=True)
    for place, at in there.items():
        values[at] = on_hand[place]
    more = [
        {"item_id": item, "location_id": location, "on_hand": units}
        for (item, location), units in on_hand.items()
        if (item, location) not in there and units > NOTHING
    ]
    table = table.assign(on_hand=values)
    return pd.concat([table, pd.DataFrame(more)]) if more else table

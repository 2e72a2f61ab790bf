"""A sentence for people about an event and what it touches."""

import pandas as pd

from planner.response.events.event import Event
from planner.tables.dataset import DataSet

AT_ONCE = ("stock_correction", "inbound_late", "order_confirmed")  # without days


def sentence(event: Event, data: DataSet, pairs: int, lanes: int) -> str:
    """What happened, and how much of the plan that touches."""
    touched = f"{pairs:,} stock point{'' if pairs == 1 else 's'}"
    if lanes:
        touched += f" and {lanes:,} lane{'' if lanes == 1 else 's'} by mode"
    return f"{event.event_id}, {what(event)}{_when(event, data)}: it touches {touched}."


def what(event: Event) -> str:
    """What happened, without its days."""
    number = "" if event.quantity != event.quantity else f"{event.quantity:g}"
    amount = number or f"{event.factor:g} times as much as the tables say"
    vehicles = f"{number} vehicles a day" if number else amount
    lane = f"{event.origin or 'anywhere'} → {event.destination or 'anywhere'}"
    lane += f" ({event.mode})" if event.mode else ""
    goods = event.item_id or event.category or "everything"
    goods += f" at {event.location_id}" if event.location_id else ""
    times = f"{event.factor:g} times as high"
    open_ = "open again" if event.ends else "closed"
    later = "later" if event.days >= 0 else "earlier"
    more = "more" if event.quantity >= 0 else "fewer"
    return {
        "demand_shift": f"{goods} is planned again" if event.ends else f"demand for {goods} is {times}",
        "inbound_late": f"order {event.order_id} arrives {abs(event.days):g} days {later}",
        "lane_closed": f"{lane} is {open_}",
        "lane_capacity": f"{lane} has {'as many vehicles as before' if event.ends else vehicles}",
        "location_closed": f"{event.location_id} is {open_}",
        "capacity_change": f"{event.location_id} has {event.resource} {'as before' if event.ends else amount}",
        "tariff_change": f"freight {lane} costs {event.factor:g} times as much",
        "stock_correction": f"there are {abs(event.quantity):g} {more} of {goods}",
        "quality_hold": f"{number or 'all'} of {goods} can{'' if event.ends else 'not'} be used",
        "order_confirmed": f"order {event.order_id} is confirmed{f' with {number}' if number else ''}",
    }[event.type]


def _when(event: Event, data: DataSet) -> str:
    whole = event.first == 0 and event.last == data.settings.horizon_days - 1
    if whole or event.type in AT_ONCE:
        return ""
    start = pd.Timestamp(data.settings.start_date)
    first, last = (start + pd.Timedelta(days=day) for day in (event.first, event.last))
    return f" on {first:%Y-%m-%d}" if first == last else f" from {first:%Y-%m-%d} to {last:%Y-%m-%d}"

"""`lane_closed`, `lane_capacity`, `tariff_change`: rows of `lanes` are split where their days differ.

Everything is kept per row and day of the horizon until the end, so that an event that takes back another leaves no trace.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.response.events.demand import net
from planner.response.events.event import Event, Fault
from planner.tables.dataset import DataSet

LANE = ["origin", "destination", "mode"]
ROUTE = ["origin", "mode", "route"]
TARIFF = ["cost_per_vehicle", "cost_per_kg", "cost_per_m3", "min_charge", "stop_cost"]
TYPES = ("lane_closed", "lane_capacity", "tariff_change")
ONE_DAY = pd.Timedelta(days=1)

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Days:
    """Rows of `lanes` × days of the horizon."""

    closed: Flags
    tariff: Floats  # factor
    most: Floats  # vehicles per day, NaN = no limit

    @staticmethod
    def of(table: pd.DataFrame, days: int) -> "Days":
        """As the table says."""
        shape = (len(table), days)
        most = np.repeat(table["max_vehicles_per_day"].to_numpy(float)[:, None], days, axis=1)
        return Days(np.zeros(shape, bool), np.ones(shape), most)

    def at(self, rows: npt.NDArray[np.intp]) -> "Days":
        """Some of the rows."""
        return Days(self.closed[rows], self.tariff[rows], self.most[rows])

    def differ(self, other: "Days") -> Flags:
        """Where something is not the same."""
        same_most = (self.most == other.most) | (np.isnan(self.most) & np.isnan(other.most))
        return np.asarray((self.closed != other.closed) | (self.tariff != other.tariff) | ~same_most)


def rows_changed(data: DataSet, events: Sequence[Event]) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """The tables `lanes` and `weight_breaks`."""
    events = [event for event in events if event.type in TYPES]
    if not events:
        return {}, []
    table, breaks, days = data["lanes"], data["weight_breaks"], data.settings.horizon_days
    before, now = Days.of(table, days), Days.of(table, days)
    rate: Floats = np.ones(len(breaks))
    faults: list[Fault] = []
    for event in events:
        rows = selected(event, table)
        if event.type == "lane_closed":
            now.closed[rows, event.span] = not event.ends
        elif event.type == "lane_capacity":
            rows = with_their_routes(table, rows)
            faults += _limit(event, rows, before, now)
        else:
            faults += _undated(event, breaks, days) + _part_of_a_route(event, table, rows)
            now.tariff[rows, event.span] *= event.factor
            rate[selected(event, breaks)] *= event.factor
    now, rate = Days(now.closed, net(now.tariff), now.most), net(rate)
    frames = {"lanes": _split(table, before, now, pd.Timestamp(data.settings.start_date))}
    if (rate != 1).any():
        frames["weight_breaks"] = breaks.assign(cost_per_kg=breaks["cost_per_kg"] * rate)
    return frames, faults


def selected(event: Event, table: pd.DataFrame) -> Flags:
    """The rows of a table with lanes that the event names."""
    rows = np.ones(len(table), bool)
    for name in LANE:
        if getattr(event, name):
            rows &= (table[name] == getattr(event, name)).to_numpy()
    return rows


def with_their_routes(table: pd.DataFrame, rows: Flags) -> Flags:
    """These rows, and those that share vehicles with them."""
    routed = (table["route"] != "").to_numpy()
    route = pd.MultiIndex.from_frame(table[ROUTE])
    return rows | (routed & np.asarray(route.isin(route[rows & routed])))


def _limit(event: Event, rows: Flags, before: Days, now: Days) -> list[Fault]:
    limits = before.most[rows, event.span]
    if not np.isnan(event.quantity):
        now.most[rows, event.span] = event.quantity
    elif event.ends:
        now.most[rows, event.span] = limits
    elif np.isnan(limits).any():
        rule = "the lane has no max_vehicles_per_day that could be multiplied"
        return [Fault(event, "factor", "nothing_to_multiply", rule, "Give a quantity.")]
    else:
        now.most[rows, event.span] = np.floor(limits * event.factor + 1e-9)
    return []


def _undated(event: Event, breaks: pd.DataFrame, days: int) -> list[Fault]:
    """Weight breaks have no dates: their change holds on all days or on none."""
    rows = selected(event, breaks)
    if not rows.any() or (event.first == 0 and event.last == days - 1):
        return []
    first = breaks[rows].iloc[0]
    rule = (
        f"{first['origin']} → {first['destination']} ({first['mode']}) has weight_breaks, which have no dates, "
        "so their tariff can't change within the horizon"
    )
    hint = "Let the event hold from the first to the last day, or name the lanes and modes without weight breaks."
    column = "date_to" if event.first == 0 else "date_from"
    return [Fault(event, column, "undated_tariff", rule, hint)]


def _part_of_a_route(event: Event, table: pd.DataFrame, rows: Flags) -> list[Fault]:
    """The vehicles of a route have one price."""
    missing = with_their_routes(table, rows) & ~rows & (table["cost_per_vehicle"] != 0).to_numpy()
    if not missing.any() or event.factor == 1:
        return []
    lane = table[missing].iloc[0]
    rule = (
        f"the vehicles go on to {lane['destination']} on route {lane['route']}, "
        "and can't cost something else for a part of the route"
    )
    return [Fault(event, "destination", "part_of_a_route", rule, "Leave destination empty.")]


def _split(table: pd.DataFrame, before: Days, now: Days, start: pd.Timestamp) -> pd.DataFrame:
    """The rows in pieces, one for each stretch of days that are alike; without the days that are closed.

    Pieces end with the horizon: so lanes of a route, of which some are in pieces and others not, agree on all days.
    """
    days = now.closed.shape[1]
    valid = valid_days(table, start, days)
    touched = np.flatnonzero((valid & now.differ(before)).any(axis=1))
    if not len(touched):
        return table
    valid, state = valid[touched], now.at(touched)
    new = np.ones_like(valid)
    new[:, 1:] = state.differ(Days(*(np.roll(values, 1, axis=1) for values in vars(state).values())))[:, 1:]
    begins = valid & (new | ~_shifted(valid, 1))
    ends = valid & (_shifted(new, -1) | ~_shifted(valid, -1))
    at, first = np.nonzero(begins)
    last = np.nonzero(ends)[1]
    row = touched[at]
    pieces = pd.DataFrame(
        {
            "row": row,
            "valid_from": start + pd.to_timedelta(first, unit="D"),
            "valid_to": start + pd.to_timedelta(last, unit="D"),
            "closed": state.closed[at, first],
            "tariff": state.tariff[at, first],
            "most": state.most[at, first],
        }
    )
    pieces = pd.concat([pieces, *_remainders(pieces, table, start, days)])
    return _filled_in(table, touched, pieces[~pieces["closed"].astype(bool)], start)


def valid_days(table: pd.DataFrame, start: pd.Timestamp, days: int) -> Flags:
    """Rows × days on which the row holds."""
    date = (start + pd.to_timedelta(np.arange(days), unit="D")).to_numpy()[None, :]
    first, last = (table[name].to_numpy()[:, None] for name in ("valid_from", "valid_to"))
    return np.asarray((np.isnat(first) | (date >= first)) & (np.isnat(last) | (date <= last)))


def _shifted(values: Flags, by: int) -> Flags:
    """The values of the day before (1) or after (−1); False outside the horizon."""
    result = np.zeros_like(values)
    if by > 0:
        result[:, 1:] = values[:, :-1]
    else:
        result[:, :-1] = values[:, 1:]
    return result


def _remainders(
    pieces: pd.DataFrame, table: pd.DataFrame, start: pd.Timestamp, days: int
) -> list[pd.DataFrame]:
    """Rows that are closed at the beginning or end of the horizon, before and after it: the lane still is one."""
    end = start + pd.Timedelta(days=days - 1)
    was = {name: table[name].to_numpy()[pieces["row"]] for name in ("valid_from", "valid_to")}
    most = table["max_vehicles_per_day"].to_numpy()[pieces["row"]]
    outside = pieces.assign(closed=False, tariff=1.0, most=most)
    early = pieces["closed"] & (pieces["valid_from"] == start) & ~(was["valid_from"] >= np.datetime64(start))
    late = pieces["closed"] & (pieces["valid_to"] == end) & ~(was["valid_to"] <= np.datetime64(end))
    return [
        outside.assign(valid_from=was["valid_from"], valid_to=start - ONE_DAY)[early],
        outside.assign(valid_from=end + ONE_DAY, valid_to=was["valid_to"])[late],
    ]


def _filled_in(
    table: pd.DataFrame, touched: npt.NDArray[np.intp], pieces: pd.DataFrame, start: pd.Timestamp
) -> pd.DataFrame:
    """The table with pieces in the place of the rows that were touched."""
    cut = table.iloc[pieces["row"].to_numpy()].reset_index(drop=True)
    cut["valid_from"], cut["valid_to"] = pieces["valid_from"].to_numpy(), pieces["valid_to"].to_numpy()
    cut["max_vehicles_per_day"] = pieces["most"].to_numpy()
    cut[TARIFF] = cut[TARIFF].mul(pieces["tariff"].to_numpy(), axis=0)
    kept = np.setdiff1d(np.arange(len(table)), touched)
    result = pd.concat([table.iloc[kept], cut]).assign(row=np.r_[kept, pieces["row"].to_numpy()])
    key = pd.MultiIndex.from_frame(table[LANE])
    lost = ~key.isin(pd.MultiIndex.from_frame(result[LANE])) & ~key.duplicated()
    if lost.any():  # a lane that is closed on all its days is still a lane: it ended before the first day
        gone = table[lost].assign(
            valid_from=start - ONE_DAY, valid_to=start - ONE_DAY, row=np.flatnonzero(lost)
        )
        result = pd.concat([result, gone])
    return result.sort_values(["row", "valid_from"], na_position="first").drop(columns="row")

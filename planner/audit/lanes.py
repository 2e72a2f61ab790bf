"""Lane-modes: which row of `lanes` holds on a day, when free orders may leave, and when they arrive."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.audit.calendar import NO_DAY, Calendar, Horizon
from planner.audit.numbering import Days, numbered
from planner.tables.dataset import DataSet
from planner.tables.schema import WEEKDAYS

Flags = npt.NDArray[np.bool_]
FAR = 10**6  # days; whatever began before that is as old as can be


@dataclass(frozen=True)
class Lanes:
    """Lane-modes m = (origin, destination, mode), in the order of their first rows.

    `valid_row[m, t]` is the row that holds on day t or −1. `tariff_row[m, t]` is the same, but where
    no row is valid the last one that began, or else the first one: given orders are charged by it.
    `arrival[m, t]` follows from `tariff_row`. `begin` is the first day of every row. The flags tell whether a free order may leave.
    `shares[m]` numbers what shares vehicles; these follow `vehicle_row[m, t]`, and there are `most_vehicles[m, t]` (NaN = any
    number). Where t is a period, the goods leave on the day `leaves[m, t]`, and the load on `load_leaves[m, t]`.
    """

    table: pd.DataFrame
    names: pd.MultiIndex
    origin: Days
    destination: Days
    valid_row: Days
    tariff_row: Days
    begin: Days
    arrival: Days
    dispatch_day: Flags
    origin_open: Flags
    not_frozen: Flags
    shares: Days
    vehicle_row: Days
    most_vehicles: npt.NDArray[np.float64]
    leaves: Days
    load_leaves: Days

    @property
    def allowed(self) -> Flags:
        """Days on which a free order may leave, by lane-mode."""
        return np.asarray((self.valid_row >= 0) & self.dispatch_day & self.origin_open & self.not_frozen)

    def column(self, name: str, row: Days) -> npt.NDArray[np.float64]:
        """Numbers of a column for table rows; NaN where the row is −1."""
        values = np.append(self.table[name].to_numpy(dtype=float), np.nan)
        return np.asarray(values[row])


def read_lanes(
    data: DataSet, horizon: Horizon, calendar: Calendar, locations: pd.Index, frozen_days: int
) -> Lanes:
    """Read the table `lanes` for the days of the horizon."""
    table = data["lanes"]
    keys = pd.MultiIndex.from_frame(table[["origin", "destination", "mode"]])
    names = keys.unique()
    assert isinstance(names, pd.MultiIndex)
    lane = numbered(names, keys)
    valid, tariff = _rows_by_day(table, lane, len(names), horizon)
    origin = numbered(locations, names.get_level_values("origin"))
    destination = numbered(locations, names.get_level_values("destination"))
    days = np.broadcast_to(np.arange(horizon.days), valid.shape)
    lead = np.ceil(table["lead_time_days"].fillna(0.0).to_numpy(dtype=float)).astype(np.int64)
    arrival = days + (lead[tariff] if len(table) else 0)
    arrival = calendar.next_open(np.broadcast_to(destination[:, None], valid.shape), arrival)
    weekday = _dispatch_weekdays(table)[:, horizon.weekdays]
    shares = sharing(table)[tariff[:, 0]] if len(table) else np.zeros(0, dtype=np.int64)
    lanes = Lanes(
        table=table,
        names=names,
        origin=origin,
        destination=destination,
        valid_row=valid,
        tariff_row=tariff,
        begin=horizon.day(table["valid_from"]),
        arrival=arrival,
        dispatch_day=weekday[tariff, days] if len(table) else np.zeros(valid.shape, dtype=bool),
        origin_open=~calendar.is_closed(np.broadcast_to(origin[:, None], valid.shape), days),
        not_frozen=days >= frozen_days,
        shares=shares,
        vehicle_row=tariff,
        most_vehicles=np.zeros(valid.shape),
        leaves=days,
        load_leaves=days,
    )
    rows = _vehicle_rows(lanes, shares)
    return replace(lanes, vehicle_row=rows, most_vehicles=lanes.column("max_vehicles_per_day", rows))


def sharing(table: pd.DataFrame) -> Days:
    """A number per table row; rows with the same number share vehicles."""
    destination = table["destination"].where(table["route"] == "", "")
    keys = pd.MultiIndex.from_arrays([table["origin"], table["mode"], table["route"], destination])
    return np.asarray(pd.factorize(keys)[0], dtype=np.int64)


def _vehicle_rows(lanes: Lanes, shares: Days) -> Days:
    """For every lane-mode and day the row of `lanes` that the vehicles of its load follow.

    Lanes of a route agree where they are valid together. Where none is, it is the row that began last, or else first will.
    """
    found = lanes.tariff_row.copy()
    if not len(lanes.table):
        return found
    begin = np.maximum(lanes.begin[lanes.tariff_row], -FAR)
    age = np.arange(found.shape[1]) - begin
    worth = np.where(age >= 0, FAR - age, age - FAR)  # the younger the better, then the sooner the better
    worth = np.where(lanes.valid_row >= 0, np.inf, worth)
    for number in np.unique(shares):
        together = np.flatnonzero(shares == number)
        together = together[np.argsort(lanes.destination[together], kind="stable")]
        best = together[np.argmax(worth[together], axis=0)]
        found[together] = lanes.tariff_row[best, np.arange(found.shape[1])]
    return found


def _rows_by_day(table: pd.DataFrame, lane: Days, lanes: int, horizon: Horizon) -> tuple[Days, Days]:
    """The valid row (or −1) and the row whose tariff holds; of overlapping rows the one that began last."""
    first = np.maximum(horizon.day(table["valid_from"]), -(10**9))
    last = horizon.day(table["valid_to"])
    last = np.where(last == NO_DAY, 10**9, last)
    valid = np.full((lanes, horizon.days), -1, dtype=np.int64)
    tariff = valid.copy()
    for row in np.argsort(first, kind="stable"):
        begin = max(0, int(first[row]))
        valid[lane[row], begin : max(begin, int(last[row]) + 1)] = row
        later = tariff[lane[row]]
        later[begin:] = row
        later[:begin] = np.where(later[:begin] < 0, row, later[:begin])
    return valid, np.where(valid >= 0, valid, tariff)


def _dispatch_weekdays(table: pd.DataFrame) -> Flags:
    """Rows × weekdays; an empty text is every day."""
    text = table["dispatch_days"].str.lower()
    columns = [(text.str.contains(day.lower()) | (text.str.strip() == "")).to_numpy() for day in WEEKDAYS]
    return np.column_stack(columns).astype(bool).reshape(len(table), 7)

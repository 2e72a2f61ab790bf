"""Loads, vehicles and freight (models/README.md, section 3)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.audit.calendar import Horizon
from planner.audit.findings import RELATIVE
from planner.audit.lanes import Flags, Lanes, sharing
from planner.audit.network import Floats, Network
from planner.audit.numbering import Days, sums
from planner.audit.orders import Lines
from planner.tables.dataset import DataSet

Breaks = dict[tuple[str, str, str], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Legs:
    """What one lane-mode dispatches on one day; `row` is its row of `lanes`, `load` the load it rides on.

    `arrival` is that of the lane, also where a given order arrives on a day of its own.
    """

    lane: Days
    dispatch: Days
    arrival: Days
    row: Days
    load: Days
    kg: Floats
    m3: Floats
    cost: Floats


@dataclass(frozen=True)
class Loads:
    """Loads by number, in the order of the file; its vehicles follow `row` of `lanes`, and there are `most` of them."""

    legs: Legs
    origin: Days
    dispatch: Days
    row: Days
    most: Floats
    kg: Floats
    m3: Floats
    vehicles: Floats
    cost: Floats
    fill: Floats
    emergency: Flags
    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.vehicles)


def build_loads(data: DataSet, network: Network, lines: Lines) -> Loads:
    """Group the lines into loads and price them."""
    legs = _legs(data, network, lines)
    lanes, load = network.lanes, legs.load
    count = int(load.max(initial=-1)) + 1
    kg = sums(load, legs.kg, count)
    m3 = sums(load, legs.m3, count)
    first = np.full(count, len(load))
    np.minimum.at(first, load, np.arange(len(load)))
    row = lanes.vehicle_row[legs.lane[first], legs.dispatch[first]]
    by_kg, by_m3 = kg / lanes.column("vehicle_kg", row), m3 / lanes.column("vehicle_m3", row)
    unlimited = np.isnan(by_kg) & np.isnan(by_m3)
    needed = np.fmax(by_kg, by_m3) * (1.0 - RELATIVE)
    vehicles = np.where(unlimited, 1.0, np.ceil(np.nan_to_num(needed)))
    with np.errstate(invalid="ignore", divide="ignore"):
        fill = np.where(unlimited | (vehicles == 0), np.nan, np.fmax(by_kg, by_m3) / vehicles)
    fixed = np.nan_to_num(lanes.column("cost_per_vehicle", row)) * vehicles
    cost = fixed + sums(load, legs.cost, count)
    flag = (
        lanes.table["emergency"].to_numpy(dtype=bool)[legs.row]
        if len(lanes.table)
        else np.zeros(0, dtype=bool)
    )
    frame = _frame(network, legs, first, np.column_stack([vehicles, kg, m3, cost, fill]))
    order = np.argsort(frame.pop("number").to_numpy())
    legs = Legs(**(vars(legs) | {"load": order[load]}))
    back = np.argsort(order)
    return Loads(
        legs=legs,
        origin=lanes.origin[legs.lane[first]][back],
        dispatch=legs.dispatch[first][back],
        row=row[back],
        most=lanes.most_vehicles[legs.lane[first], legs.dispatch[first]][back],
        kg=kg[back],
        m3=m3[back],
        vehicles=vehicles[back],
        cost=cost[back],
        fill=fill[back],
        emergency=(sums(load, flag, count) > 0)[back],
        frame=frame,
    )


def _legs(data: DataSet, network: Network, lines: Lines) -> Legs:
    """One leg per lane-mode and day, sorted by load and then by the order of `locations`."""
    lanes, days = network.lanes, network.horizon.days
    riding = (lines.lane >= 0) & (lines.quantity > 0)
    lines = lines.select(riding)
    keys, leg = np.unique(lines.lane * days + lines.dispatch, return_inverse=True)
    lane, dispatch = keys // days, keys % days
    row = lanes.tariff_row[lane, dispatch]
    kg = sums(leg, lines.quantity * network.items.weight[lines.item], len(keys))
    m3 = sums(leg, lines.quantity * network.items.volume[lines.item], len(keys))
    group = sharing(lanes.table)[row] * days + dispatch
    order = np.lexsort([lanes.destination[lane], group])
    load = np.unique(group, return_inverse=True)[1]
    cost = _leg_cost(data, lanes, lane, row, kg, m3)
    return Legs(
        lane=lane[order],
        dispatch=dispatch[order],
        arrival=lanes.arrival[lane, dispatch][order],
        row=row[order],
        load=load[order],
        kg=kg[order],
        m3=m3[order],
        cost=cost[order],
    )


def _leg_cost(data: DataSet, lanes: Lanes, lane: Days, row: Days, kg: Floats, m3: Floats) -> Floats:
    """Variable freight, raised to the minimum charge, and the stop."""
    rate = _rates(data, lanes, lane, row, kg)
    variable = rate * kg + np.nan_to_num(lanes.column("cost_per_m3", row)) * m3
    least = np.nan_to_num(lanes.column("min_charge", row))
    return np.asarray(np.maximum(variable, least) + np.nan_to_num(lanes.column("stop_cost", row)))


def _rates(data: DataSet, lanes: Lanes, lane: Days, row: Days, kg: Floats) -> Floats:
    """Money per kg: of the heaviest band that is reached, else `cost_per_kg`, else of the first band."""
    rate = lanes.column("cost_per_kg", row)
    for key, (begin, price) in weight_breaks(data).items():
        if key not in lanes.names:
            continue
        legs = np.flatnonzero(lane == lanes.names.get_loc(key))
        band = np.searchsorted(begin, kg[legs] * (1.0 + RELATIVE), side="right") - 1
        below = np.where(np.isnan(rate[legs]), price[0], rate[legs])
        rate[legs] = np.where(band >= 0, price[np.maximum(band, 0)], below)
    return np.nan_to_num(rate)


def weight_breaks(data: DataSet) -> Breaks:
    """Bands of part-load tariffs: from how many kg [kg] which rate holds [money per kg], ascending."""
    bands: Breaks = {}
    rows: Any
    for (origin, destination, mode), rows in data["weight_breaks"].groupby(["origin", "destination", "mode"]):
        rows = rows.sort_values("from_kg")
        bands[str(origin), str(destination), str(mode)] = (
            rows["from_kg"].to_numpy(dtype=float),
            rows["cost_per_kg"].to_numpy(dtype=float),
        )
    return bands


def _frame(network: Network, legs: Legs, first: Days, figures: npt.NDArray[np.float64]) -> pd.DataFrame:
    """The rows of loads.csv; `number` is the place of each row's load before sorting."""
    lanes = network.lanes
    stops = pd.Series(lanes.names.get_level_values("destination").to_numpy()[legs.lane], dtype="str")
    names = {
        "origin": lanes.names.get_level_values("origin").to_numpy()[legs.lane[first]],
        "destination": stops.groupby(legs.load).agg(" + ".join).to_numpy(),
        "mode": lanes.names.get_level_values("mode").to_numpy()[legs.lane[first]],
    }
    frame = pd.DataFrame(names).astype("str")
    leaves = lanes.load_leaves[legs.lane[first], legs.dispatch[first]]
    frame["dispatch_date"] = Horizon(network.horizon.start, 0).date(leaves)
    columns = ("vehicles", "kg", "m3", "cost", "fill")
    frame = frame.assign(**{name: figures[:, place] for place, name in enumerate(columns)})
    frame["vehicles"] = frame["vehicles"].astype("int64")
    frame["route"] = pd.Series(lanes.table["route"].to_numpy()[legs.row[first]], dtype="str")
    order = np.lexsort([frame[name] for name in ("mode", "destination", "origin", "dispatch_date")])
    frame["number"] = np.arange(len(frame))
    frame = frame.iloc[order].reset_index(drop=True)
    frame.insert(
        0, "load_id", pd.Series([f"L{place:06d}" for place in range(1, len(frame) + 1)], dtype="str")
    )
    return frame

"""Lanes, loads and sources: who can send what to whom, when, and at which tariff."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.compile.index import Index, filled
from planner.tables.dataset import DataSet
from planner.tables.schema import WEEKDAYS
from planner_models.problem import Flags, Floats, Ints, LaneModes, LoadGroups

FAR = 1e6  # days; whatever began before that is as old as can be


@dataclass(frozen=True)
class Network:
    """Lane-modes and load groups, and what follows from them for every location."""

    keys: pd.MultiIndex  # (origin, destination, mode) of every lane-mode, in the order of the arrays
    lanes: LaneModes
    loads: LoadGroups
    transit: Ints  # M × T, lead time of the row that is valid on the dispatch day [days]
    window: Ints  # L, days in which nobody can react
    main_source: Ints  # L, -1 = none
    dependants: Flags  # L × L, [l, r]: r is supplied through l; the diagonal is True


def network_of(data: DataSet, index: Index) -> Network:
    """Compile `lanes`, `weight_breaks` and `calendar`."""
    table = data["lanes"]
    keys = pd.MultiIndex.from_frame(table[["origin", "destination", "mode"]]).unique().sort_values()
    position = keys.get_indexer(pd.MultiIndex.from_frame(table[["origin", "destination", "mode"]]))
    row, valid = _row_per_day(table, np.asarray(position), len(keys), index)

    def by_day(column: str, default: float) -> Floats:
        return filled(table[column], default)[row]

    origin = index.location(pd.Series(keys.get_level_values(0)))
    destination = index.location(pd.Series(keys.get_level_values(1)))
    transit = by_day("lead_time_days", 0).astype(np.int64)
    weekday_ok = np.array([_weekdays(text) for text in table["dispatch_days"]]).reshape(len(table), 7)
    frozen = np.arange(index.days) < data.settings.frozen_days
    open_days = (
        valid
        & weekday_ok[row, index.weekday[None, :]]
        & ~index.closed[origin][:, : index.days]
        & ~frozen[None, :]
    )
    arrival = next_open(index, destination[:, None], np.arange(index.days)[None, :] + transit)
    route = np.asarray(table["route"])[row[:, 0]]
    group_keys = [  # origin, mode, route, destination where there is no route
        (str(keys[m][0]), str(keys[m][2]), str(route[m]), "" if route[m] else str(keys[m][1]))
        for m in range(len(keys))
    ]
    load, first = _groups(group_keys)
    begin = np.nan_to_num(index.day(table["valid_from"]), nan=-FAR)
    shared = _row_of_load(load, np.argsort(destination, kind="stable"), row, valid, begin)
    breaks = _breaks(data["weight_breaks"], keys)
    rate = np.asarray(table["cost_per_kg"], float)[row]
    below = np.array([b[0][1] if b else 0.0 for b in breaks])
    lanes = LaneModes(
        origin=origin,
        destination=destination,
        mode=tuple(keys.get_level_values(2)),
        load=load,
        emergency=np.asarray(table["emergency"], bool)[row[:, 0]],
        urgent=np.asarray(table["emergency"], bool)[row],
        open=open_days,
        arrival=arrival,
        leaves=np.broadcast_to(np.arange(index.days), arrival.shape),
        lands=arrival,
        cost_per_kg=np.where(np.isnan(rate), below[:, None], rate),
        cost_per_m3=by_day("cost_per_m3", 0),
        min_charge=by_day("min_charge", 0),
        stop_cost=by_day("stop_cost", 0),
        co2_per_kg=by_day("kg_co2_per_kg", 0),
        breaks=breaks,
        given_kg=np.zeros((len(keys), index.days)),
        given_m3=np.zeros((len(keys), index.days)),
    )
    loads = LoadGroups(
        route=tuple(route[first]),
        leaves=np.broadcast_to(np.arange(index.days), shared.shape),
        vehicle_kg=filled(table["vehicle_kg"], np.inf)[shared],
        vehicle_m3=filled(table["vehicle_m3"], np.inf)[shared],
        max_vehicles=filled(table["max_vehicles_per_day"], np.inf)[shared],
        cost_per_vehicle=filled(table["cost_per_vehicle"], 0)[shared],
        co2_per_vehicle=filled(table["kg_co2_per_vehicle"], 0)[shared],
    )
    lead = _shortest_lead(table, index)
    window = np.maximum(1, lead + data.settings.review_days)
    main = _main_source(table, index)
    return Network(keys, lanes, loads, transit, window, main, _dependants(main))


def next_open(index: Index, location: Ints, day: Ints) -> Ints:
    """The first day, from `day` on, on which the location is open."""
    last = index.closed.shape[1] - 1
    days = np.arange(last + 1)
    opening = np.where(index.closed, last + 1, days[None, :])
    following = np.minimum.accumulate(opening[:, ::-1], axis=1)[:, ::-1]
    return np.where(day > last, day, following[location, np.clip(day, 0, last)]).astype(np.int64)


def _row_per_day(table: pd.DataFrame, lane: Ints, lanes: int, index: Index) -> tuple[Ints, Flags]:
    """For every lane-mode and day the row of `lanes` that is valid, and whether there is one.

    Where there is none: the last that began, or the first one.
    """
    begin, end = index.day(table["valid_from"]), index.day(table["valid_to"])
    begin, end = np.where(np.isnan(begin), -np.inf, begin), np.where(np.isnan(end), np.inf, end)
    day = np.arange(index.days)
    row = np.full((lanes, index.days), -1, np.int64)
    valid = np.zeros((lanes, index.days), bool)
    for r in np.argsort(begin, kind="stable"):
        here = lane[r]
        row[here][(day >= begin[r]) | (row[here] < 0)] = r
        valid[here] = np.where(day >= begin[r], day <= end[r], valid[here])
    return row, valid


def _weekdays(text: str) -> list[bool]:
    return [True] * 7 if not text else [name in text.split() for name in WEEKDAYS]


def _groups(keys: list[tuple[str, str, str, str]]) -> tuple[Ints, Ints]:
    """Number of the load group of each lane-mode, and the first lane-mode of each group."""
    order: dict[tuple[str, str, str, str], int] = {}
    first: list[int] = []
    for lane, key in enumerate(keys):
        if key not in order:
            order[key] = len(order)
            first.append(lane)
    return np.array([order[key] for key in keys], np.int64), np.array(first, np.int64)


def _row_of_load(load: Ints, order: Ints, row: Ints, valid: Flags, begin: Floats) -> Ints:
    """`G × T`: the row of `lanes` whose vehicles a load takes: one that is valid, else the last that began, else the first
    one; of several lanes the first in `order`.
    """
    day = np.arange(row.shape[1])
    rank = np.where(begin[row] <= day, begin[row], -2 * FAR - begin[row])
    rank = np.where(valid, FAR + 1, rank)
    found = np.zeros((load.max(initial=-1) + 1, row.shape[1]), np.int64)
    for group in range(len(found)):
        lanes = order[load[order] == group]
        found[group] = row[lanes[rank[lanes].argmax(axis=0)], day]
    return found


def _breaks(table: pd.DataFrame, keys: pd.MultiIndex) -> tuple[tuple[tuple[float, float], ...], ...]:
    bands: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for origin, destination, mode, from_kg, rate in zip(
        table["origin"],
        table["destination"],
        table["mode"],
        table["from_kg"],
        table["cost_per_kg"],
        strict=True,
    ):
        bands.setdefault((origin, destination, mode), []).append((float(from_kg), float(rate)))
    return tuple(tuple(sorted(bands.get(key, []))) for key in keys)


def _regular(table: pd.DataFrame) -> pd.DataFrame:
    """Lanes by which a location is usually supplied: not the emergency ones, unless it has no other."""
    emergency = np.asarray(table["emergency"], bool)
    usual = set(table["destination"][~emergency])
    return table[~emergency | ~table["destination"].isin(usual)]


def _shortest_lead(table: pd.DataFrame, index: Index) -> Ints:
    shortest = _regular(table).groupby("destination")["lead_time_days"].min()
    return np.asarray(shortest.reindex(index.locations).fillna(0), np.int64)


def _main_source(table: pd.DataFrame, index: Index) -> Ints:
    """The location that supplies each location as a rule; -1 = none."""
    rank = {"store": {"dc": 0, "supplier": 1, "store": 2}, "dc": {"supplier": 0, "dc": 1, "store": 2}}
    lanes = table[~np.asarray(table["emergency"], bool)]
    candidates = pd.DataFrame(
        {
            "destination": index.location(lanes["destination"]),
            "distance": filled(lanes["distance_km"], np.inf),
            "lead": filled(lanes["lead_time_days"], 0),
            "source": index.location(lanes["origin"]),
        }
    )
    candidates["rank"] = [
        rank[index.kinds[d]][index.kinds[s]]
        for d, s in zip(candidates["destination"], candidates["source"], strict=True)
    ]
    best = (
        candidates.sort_values(["rank", "distance", "lead", "source"])
        .groupby("destination")["source"]
        .first()
    )
    return np.asarray(best.reindex(range(len(index.locations))).fillna(-1), np.int64)


def _dependants(main: Ints) -> Flags:
    """Follow the main source of each location upwards."""
    supplied = np.eye(len(main), dtype=bool)
    for location in range(len(main)):
        seen, source = {location}, main[location]
        while source >= 0 and source not in seen:
            supplied[source, location] = True
            seen.add(int(source))
            source = main[source]
    return supplied

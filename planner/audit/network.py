"""The network: items, locations, main sources, dependants, windows, and what suppliers offer."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.audit.calendar import Calendar, Horizon, read_calendar, read_horizon
from planner.audit.lanes import Lanes, read_lanes
from planner.audit.numbering import Days, numbered
from planner.tables.dataset import DataSet

Floats = npt.NDArray[np.float64]
# Which kind of origin a location prefers as its main source.
PREFERENCE = {
    "store": {"dc": 0, "supplier": 1, "store": 2},
    "dc": {"supplier": 0, "dc": 1, "store": 2},
    "supplier": {},
}


@dataclass(frozen=True)
class Items:
    """Per item: case size [units], weight [kg/unit], volume [m³/unit], money per unit (no price = NaN)."""

    names: pd.Index
    case_size: Floats
    weight: Floats
    volume: Floats
    cost: Floats
    price: Floats
    shelf_life: Floats


@dataclass(frozen=True)
class Network:
    """Items and locations by number, with everything that follows from the tables alone.

    `main_source` is −1 where there is none. `chain[l]` has the locations above l, nearest first, then −1.
    """

    horizon: Horizon
    calendar: Calendar
    items: Items
    locations: pd.Index
    kind: npt.NDArray[np.str_]
    lanes: Lanes
    main_source: Days
    window: Days
    chain: Days

    @property
    def holds_stock(self) -> npt.NDArray[np.bool_]:
        """DCs and stores."""
        return np.asarray(self.kind != "supplier")


def read_network(data: DataSet) -> Network:
    """Read items, locations, lanes and calendar."""
    horizon = read_horizon(data)
    locations = pd.Index(data["locations"]["location_id"])
    kind = data["locations"]["kind"].to_numpy(dtype=np.str_)
    calendar = read_calendar(data, horizon, locations)
    lanes = read_lanes(data, horizon, calendar, locations, data.settings.frozen_days)
    lead = _lead_times(lanes.table, locations)
    main_source = _main_sources(lanes.table, locations, kind)
    return Network(
        horizon=horizon,
        calendar=calendar,
        items=_read_items(data["items"]),
        locations=locations,
        kind=kind,
        lanes=lanes,
        main_source=main_source,
        window=np.maximum(1, lead + data.settings.review_days),
        chain=_chains(main_source),
    )


def _read_items(table: pd.DataFrame) -> Items:
    numbers = {name: table[name].to_numpy(dtype=float) for name in table.columns if name.startswith("unit_")}
    return Items(
        names=pd.Index(table["item_id"]),
        case_size=table["case_size"].to_numpy(dtype=float),
        weight=np.nan_to_num(numbers["unit_weight_kg"]),
        volume=np.nan_to_num(numbers["unit_volume_m3"]),
        cost=np.nan_to_num(numbers["unit_cost"]),
        price=numbers["unit_price"],
        shelf_life=table["shelf_life_days"].to_numpy(dtype=float),
    )


def _main_sources(table: pd.DataFrame, locations: pd.Index, kind: npt.NDArray[np.str_]) -> Days:
    """The main source of each location, −1 if it has none."""
    source = np.full(len(locations), -1, dtype=np.int64)
    rows = table[~table["emergency"]]
    origin = numbered(locations, rows["origin"])
    destination = numbered(locations, rows["destination"])
    rank = np.array(
        [PREFERENCE[kind[d]].get(kind[o], 9) for o, d in zip(origin, destination, strict=True)],
        dtype=np.int64,
    )
    distance = rows["distance_km"].fillna(np.inf).to_numpy(dtype=float)
    lead = rows["lead_time_days"].fillna(0.0).to_numpy(dtype=float)
    for row in np.lexsort([origin, lead, distance, rank])[::-1]:
        if rank[row] < 9 and origin[row] != destination[row]:
            source[destination[row]] = origin[row]
    return source


def _chains(main_source: Days) -> Days:
    """For each location those above it; each once, itself never, also where main sources form a circle."""
    rows = []
    for location, source in enumerate(main_source.tolist()):
        seen: list[int] = []
        while source >= 0 and source != location and source not in seen:
            seen.append(source)
            source = int(main_source[source])
        rows.append(seen)
    depth = max((len(row) for row in rows), default=0)
    return np.array([row + [-1] * (depth - len(row)) for row in rows], dtype=np.int64).reshape(
        len(rows), depth
    )


def _lead_times(table: pd.DataFrame, locations: pd.Index) -> Days:
    """`lead_l`: the shortest lead time of the non-emergency lanes into l; if there is none, of all lanes."""
    lead = np.ceil(table["lead_time_days"].fillna(0.0).to_numpy(dtype=float))
    destination = numbered(locations, table["destination"])
    shortest = np.full(len(locations), np.inf)
    for rows in (np.ones(len(table), dtype=bool), ~table["emergency"].to_numpy(dtype=bool)):
        usual = np.full(len(locations), np.inf)
        np.minimum.at(usual, destination[rows], lead[rows])
        shortest = np.where(np.isfinite(usual), usual, shortest)
    return np.where(np.isfinite(shortest), shortest, 0.0).astype(np.int64)

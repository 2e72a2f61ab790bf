"""Places, and the ways between them, with tariffs by distance as in the retail sample."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.bench.goods import suppliers_of
from planner.bench.ways import Row, between, breaks_of, express, part_load, vehicles
from planner.sample.retail import parameters as p
from planner.sample.retail.modes import SIX_DAYS, WORKDAYS

if TYPE_CHECKING:
    from planner.bench.size import Size

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

START = date.fromisoformat(p.START)
EXTENT_KM = 250.0  # of the area that one DC serves
FAR_KM = 600.0  # suppliers beyond it send by rail, too
EVERY_PART_LOAD, EVERY_EXPRESS = 3, 2  # every so many stores can be reached like that
DELIVERY_DAYS = (WORKDAYS, "Mon Wed Fri", WORKDAYS, "Tue Thu Sat")  # of trucks and lorries, store by store
SUPPLIER_DAYS = (WORKDAYS, WORKDAYS, "Mon Wed Fri")
RAIL_DAYS = ("Tue Fri", "Mon Thu")
EVERY_ROUTE = 3  # of the pairs of neighbours share a lorry
ROUTE_KM = 20.0  # from one of them to the other
NO_ROUTE = ""


@dataclass(frozen=True)
class Network:
    """Names, the DC that serves each store, and the tables of the network."""

    start: date
    stores: list[str]
    dcs: list[str]
    suppliers: list[str]
    home: Numbers  # of every store: its nearest DC
    tables: dict[str, Any]


def network_of(size: "Size") -> Network:
    """Stores around DCs, suppliers farther away."""
    random = np.random.default_rng([size.seed, 3])
    side = EXTENT_KM * np.sqrt(size.dcs)
    dcs, stores = random.uniform(0, side, (size.dcs, 2)), random.uniform(0, side, (size.stores, 2))
    suppliers = np.full(2, side / 2) + random.normal(0, 600.0, (suppliers_of(size), 2))
    from_supplier = [f"SUP{s + 1:02}" for s in range(len(suppliers))]
    dc_names = [f"DC{d + 1:02}" for d in range(size.dcs)]
    store_names = [f"ST{s + 1:04}" for s in range(size.stores)]
    to_stores, to_dcs = _km(dcs, stores), _km(suppliers, dcs)
    near = np.argsort(to_stores, axis=0, kind="stable")
    shared, route_km = _routes(dcs, stores, to_stores, near[0])
    lanes: list[Row] = []
    breaks: list[Row] = []
    for s, store in enumerate(store_names):
        dc = int(near[0, s])
        ways = _serve(dc_names[dc], store, float(to_stores[dc, s]), s, shared[s], route_km[s])
        lanes += ways
        breaks += [row for way in ways if way["mode"] == "ltl" for row in breaks_of(way)]
        if size.dcs > 1:
            second = int(near[1, s])
            km = float(to_stores[second, s])
            lanes.append(vehicles(dc_names[second], store, "truck", p.TRUCK, km, 2, WORKDAYS))
    for u, d in np.ndindex(to_dcs.shape):
        lanes += _supply(from_supplier[u], dc_names[d], float(to_dcs[u, d]), u)
    kinds = ["supplier"] * len(from_supplier) + ["dc"] * size.dcs + ["store"] * size.stores
    tables = {
        "locations": pd.DataFrame({"location_id": [*from_supplier, *dc_names, *store_names], "kind": kinds}),
        "lanes": pd.DataFrame(lanes),
        "weight_breaks": pd.DataFrame(
            breaks, columns=["origin", "destination", "mode", "from_kg", "cost_per_kg"]
        ),
        "handling": _handling([*dc_names, *store_names], size.dcs),
    }
    return Network(START, store_names, dc_names, from_supplier, near[0], tables)


def _km(one: Floats, other: Floats) -> Floats:
    straight = np.linalg.norm(one[:, None] - other[None, :], axis=2)
    return np.asarray(np.round(p.DETOUR * straight + 5.0), float)


def _routes(dcs: Floats, stores: Floats, to_stores: Floats, home: Numbers) -> tuple[list[str], Floats]:
    """Stores that follow each other around their DC, in pairs: the name of the route, and its length [km]."""
    names, length = [NO_ROUTE] * len(stores), np.zeros(len(stores))
    for dc in range(len(dcs)):
        mine = np.flatnonzero(home == dc)
        away = stores[mine] - dcs[dc]
        mine = mine[np.argsort(np.arctan2(away[:, 1], away[:, 0]), kind="stable")]
        for number in range(0, len(mine) // 2, EVERY_ROUTE):
            pair = mine[2 * number : 2 * number + 2]
            for store in pair.tolist():
                names[store] = f"R{number + 1:03}"
            length[pair] = to_stores[dc, pair].max() + ROUTE_KM
    return names, length


def _serve(dc: str, store: str, km: float, number: int, route: str, route_km: float) -> list[Row]:
    """From a DC to a store."""
    days = WORKDAYS if route else DELIVERY_DAYS[number % len(DELIVERY_DAYS)]
    lorry = vehicles(dc, store, "lorry", p.LORRY, route_km if route else km, 1, days)
    ways = [
        vehicles(dc, store, "truck", p.TRUCK, km, 1, days),
        lorry | {"route": route, "stop_cost": p.STOP_COST, "distance_km": km} if route else lorry,
        vehicles(dc, store, "van", p.VAN, km, 1, SIX_DAYS),
    ]
    if number % EVERY_PART_LOAD == 0:
        ways.append(part_load(dc, store, km))
    if number % EVERY_EXPRESS == 0:
        ways.append(express(dc, store, km))
    return ways


def _supply(supplier: str, dc: str, km: float, number: int) -> list[Row]:
    """From a supplier to a DC: a large truck and perhaps a train if it is far."""
    truck = p.REGIONAL if km <= p.REGION_KM else p.LONG_HAUL
    lead = int(between(1 + km // 300, 1, 4))
    days = SUPPLIER_DAYS[number % len(SUPPLIER_DAYS)]
    ways = [vehicles(supplier, dc, "truck", truck, km, lead, days)]
    if km > FAR_KM:
        days = RAIL_DAYS[number % len(RAIL_DAYS)]
        ways.append(vehicles(supplier, dc, "rail", p.RAIL, km, lead + 2, days))
    return ways


def _handling(places: list[str], dcs: int) -> pd.DataFrame:
    rates = [p.HANDLING["dc" if number < dcs else "store"] for number in range(len(places))]
    frame = pd.DataFrame(
        rates, columns=["cost_per_line", "cost_per_case", "hours_per_line", "hours_per_case"]
    )
    frame.insert(0, "location_id", places)
    return frame

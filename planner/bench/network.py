"""Places, and the ways between them, with tariffs by distance as in the retail sample."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.bench.goods import suppliers_of
from planner.sample.retail import parameters as p
from planner.sample.retail.modes import SIX_DAYS, WORKDAYS

if TYPE_CHECKING:
    from planner.bench.make import Size

Floats = npt.NDArray[np.float64]
Row = dict[str, object]

START = date.fromisoformat(p.START)
EXTENT_KM = 250.0  # of the area that one DC serves
FAR_KM = 600.0  # suppliers beyond it send by rail, too
EVERY_PART_LOAD, EVERY_EXPRESS = 3, 2  # every so many stores can be reached like that


@dataclass(frozen=True)
class Network:
    """Names, the DC that serves each store, days from each supplier, and the tables of the network."""

    start: date
    stores: list[str]
    dcs: list[str]
    suppliers: list[str]
    home: npt.NDArray[np.int64]  # of every store: its nearest DC
    tables: dict[str, Any]


def network_of(size: "Size") -> Network:
    """Stores around DCs, suppliers farther away."""
    random = np.random.default_rng([size.seed, 3])
    side = EXTENT_KM * np.sqrt(size.dcs)
    dcs, stores = random.uniform(0, side, (size.dcs, 2)), random.uniform(0, side, (size.stores, 2))
    suppliers = np.full(2, side / 2) + random.normal(0, 600.0, (suppliers_of(size), 2))
    names = (
        [f"SUP{s + 1:02}" for s in range(len(suppliers))],
        [f"DC{d + 1:02}" for d in range(size.dcs)],
        [f"ST{s + 1:04}" for s in range(size.stores)],
    )
    to_stores = _km(dcs, stores)
    near = np.argsort(to_stores, axis=0, kind="stable")
    lanes: list[Row] = []
    breaks: list[Row] = []
    for s in range(size.stores):
        dc = int(near[0, s])
        _serve(lanes, breaks, names[1][dc], names[2][s], float(to_stores[dc, s]), s)
        if size.dcs > 1:
            second = int(near[1, s])
            km = float(to_stores[second, s])
            lanes.append(_vehicles(names[1][second], names[2][s], "truck", p.TRUCK, km, 2))
    for u, d in np.ndindex(len(suppliers), size.dcs):
        _supply(lanes, names[0][u], names[1][d], float(_km(suppliers, dcs)[u, d]))
    kinds = ["supplier"] * len(names[0]) + ["dc"] * len(names[1]) + ["store"] * len(names[2])
    tables = {
        "locations": pd.DataFrame({"location_id": [*names[0], *names[1], *names[2]], "kind": kinds}),
        "lanes": pd.DataFrame(lanes),
        "weight_breaks": pd.DataFrame(
            breaks, columns=["origin", "destination", "mode", "from_kg", "cost_per_kg"]
        ),
        "handling": _handling([*names[1], *names[2]], size.dcs),
    }
    return Network(START, names[2], names[1], names[0], near[0], tables)


def _km(one: Floats, other: Floats) -> Floats:
    straight = np.linalg.norm(one[:, None] - other[None, :], axis=2)
    return np.asarray(np.round(p.DETOUR * straight + 5.0), float)


def _serve(lanes: list[Row], breaks: list[Row], dc: str, store: str, km: float, number: int) -> None:
    """From a DC to a store."""
    for mode, vehicle in (("truck", p.TRUCK), ("lorry", p.LORRY), ("van", p.VAN)):
        lanes.append(_vehicles(dc, store, mode, vehicle, km, 1))
    if number % EVERY_PART_LOAD == 0:
        lanes.append(
            _lane(
                dc,
                store,
                "ltl",
                2,
                km,
                WORKDAYS,
                min_charge=30.0,
                kg_co2_per_kg=round(p.CO2_PER_KG_KM["ltl"] * km, 4),
            )
        )
        rate = p.PART_LOAD_BASE + p.PART_LOAD_PER_KM * min(km, 160.0)
        breaks += [
            {
                "origin": dc,
                "destination": store,
                "mode": "ltl",
                "from_kg": start,
                "cost_per_kg": round(share * rate, 4),
            }
            for start, share in p.PART_LOAD_BREAKS
        ]
    if number % EVERY_EXPRESS == 0:
        rate = round(p.EXPRESS_BASE + p.EXPRESS_PER_KM * km, 2)
        lanes.append(
            _lane(
                dc,
                store,
                "express",
                0,
                km,
                SIX_DAYS,
                cost_per_kg=rate,
                min_charge=p.EXPRESS_MINIMUM,
                emergency=True,
            )
        )


def _supply(lanes: list[Row], supplier: str, dc: str, km: float) -> None:
    """From a supplier to a DC."""
    truck = p.REGIONAL if km <= p.REGION_KM else p.LONG_HAUL
    lanes.append(_vehicles(supplier, dc, "truck", truck, km, 2 if km <= p.REGION_KM else 3))
    if km > FAR_KM:
        rail = _vehicles(supplier, dc, "rail", p.RAIL, km, 5)
        lanes.append(rail | {"dispatch_days": "Tue Fri"})


def _vehicles(origin: str, destination: str, mode: str, vehicle: dict[str, Any], km: float, lead: int) -> Row:
    cost = vehicle["base"] + vehicle["per_km"] * km
    return _lane(
        origin, destination, mode, lead, km, SIX_DAYS if mode == "van" else WORKDAYS,
        cost_per_vehicle=round(min(max(cost, vehicle.get("lowest", 0.0)), vehicle.get("highest", np.inf)), -1),
        vehicle_kg=vehicle["vehicle_kg"], vehicle_m3=vehicle["vehicle_m3"],
        kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM.get(mode, 0.75) * km),
    )  # fmt: skip


def _lane(origin: str, destination: str, mode: str, lead: int, km: float, days: str, **given: object) -> Row:
    return {
        "origin": origin, "destination": destination, "mode": mode,
        "lead_time_days": lead, "distance_km": km, "dispatch_days": days, **given,
    }  # fmt: skip


def _handling(places: list[str], dcs: int) -> pd.DataFrame:
    rates = [p.HANDLING["dc" if number < dcs else "store"] for number in range(len(places))]
    frame = pd.DataFrame(
        rates, columns=["cost_per_line", "cost_per_case", "hours_per_line", "hours_per_case"]
    )
    frame.insert(0, "location_id", places)
    return frame

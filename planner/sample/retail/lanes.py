"""The lanes between the places: modes, lead times and tariffs."""

from typing import TYPE_CHECKING

from planner.sample.retail import parameters as p
from planner.sample.retail.modes import (
    Row,
    air,
    express,
    long_haul,
    lorry,
    part_load,
    part_load_rate,
    rail,
    shuttle,
    truck,
    vans,
)
from planner.sample.retail.network import (
    DCS,
    FAR_STORES,
    MAIN_DC,
    SECOND_DC,
    TRUCK_STORES,
    VAN_STORES,
)
from planner.sample.table import sparse_table, table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "origin destination mode valid_from valid_to lead_time_days lead_time_sd_days distance_km"
    " cost_per_vehicle vehicle_kg vehicle_m3 max_vehicles_per_day cost_per_kg min_charge dispatch_days"
    " emergency kg_co2_per_vehicle kg_co2_per_kg route stop_cost"
)


def lanes() -> "pd.DataFrame":
    """The table `lanes`."""
    frame = sparse_table(COLUMNS, rows())
    frame["emergency"] = frame["emergency"].eq(True)
    return frame


def weight_breaks() -> "pd.DataFrame":
    """The table `weight_breaks`: part-load rates fall with the weight of the load."""
    return table(
        "origin destination mode from_kg cost_per_kg",
        (
            (row["origin"], row["destination"], "ltl", from_kg, round(part_load_rate(row) * share, 3))
            for row in rows()
            if row["mode"] == "ltl"
            for from_kg, share in p.PART_LOAD_BREAKS
        ),
    )


def rows() -> list[Row]:
    """All lanes, from the suppliers to the stores and back."""
    return [*_inbound(), *_between_dcs(), *_to_stores(), *_sideways()]


def _inbound() -> list[Row]:
    rows = []
    for dc in DCS:
        rows += [long_haul("FARMGATE", dc, 2), part_load("FARMGATE", dc, 3)]
        rows += [long_haul("PORTLINE", dc, 3), part_load("PORTLINE", dc, 4)]
        rows += [rail("PORTLINE", dc, 7 if dc == "DC-NORTH" else 6), air("PORTLINE", dc)]
    return rows


def _between_dcs() -> list[Row]:
    return [
        row
        for origin, destination in (DCS, DCS[::-1])
        for row in (truck(origin, destination), part_load(origin, destination, 2))
    ]


def _to_stores() -> list[Row]:
    rows = []
    for store, dc in MAIN_DC.items():
        if store in VAN_STORES:
            rows += vans(dc, store)
        rows.append(lorry(dc, store))
        if store in TRUCK_STORES:
            rows.append(truck(dc, store))
        rows.append(part_load(dc, store, 2 if store in FAR_STORES else 1))
        rows.append(express(dc, store))
        if store in SECOND_DC:
            rows.append(part_load(SECOND_DC[store], store, 2))
    return rows


def _sideways() -> list[Row]:
    """A supplier that delivers to the largest store, one lane between two stores, one back to a DC."""
    direct = truck("FARMGATE", "ST01") | {
        "lead_time_days": 2,
        "lead_time_sd_days": 0.3,
        "max_vehicles_per_day": 1,
        "dispatch_days": "Tue Thu",
    }
    return [direct, shuttle("ST04", "ST05"), part_load("ST08", "DC-SOUTH", 2, dispatch_days="Wed")]

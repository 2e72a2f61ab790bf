"""The lanes between the places: modes, lead times and tariffs."""

from typing import TYPE_CHECKING

from planner.sample.retail import parameters as p
from planner.sample.retail.days import date_of
from planner.sample.retail.network import (
    DCS,
    FAR_STORES,
    MAIN_DC,
    ROUTE_KM,
    SECOND_DC,
    TRUCK_ROUTES,
    VAN_ROUTES,
    distance,
)
from planner.sample.table import sparse_table, table

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, object]
WORKDAYS = "Mon Tue Wed Thu Fri"
SIX_DAYS = "Mon Tue Wed Thu Fri Sat"
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


def _lane(origin: str, destination: str, mode: str, lead: int, **given: object) -> Row:
    return {
        "origin": origin,
        "destination": destination,
        "mode": mode,
        "valid_from": p.START,
        "lead_time_days": lead,
        "distance_km": distance(origin, destination),
        **given,
    }


def _inbound() -> list[Row]:
    rows = []
    for dc in DCS:
        for supplier, lead, rail_lead in (("FARMGATE", 2, None), ("PORTLINE", 3, 6)):
            km = distance(supplier, dc)
            rows.append(
                _lane(
                    supplier, dc, "truck", lead,
                    lead_time_sd_days=0.3,
                    cost_per_vehicle=round(640 + 0.9 * km, -1),
                    vehicle_kg=24_000, vehicle_m3=86, max_vehicles_per_day=2,
                    dispatch_days=WORKDAYS,
                    kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["long_haul"] * km),
                )
            )  # fmt: skip
            rows.append(_part_load(supplier, dc, lead + 1, dispatch_days=WORKDAYS))
            if rail_lead:
                rail_lead += dc == "DC-NORTH"
                rows.append(
                    _lane(
                        supplier, dc, "rail", rail_lead,
                        lead_time_sd_days=1.0,
                        cost_per_vehicle=1_050 if dc == "DC-NORTH" else 900,
                        vehicle_kg=40_000, vehicle_m3=110, max_vehicles_per_day=1,
                        dispatch_days="Tue Fri",
                        kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["rail"] * km),
                    )
                )  # fmt: skip
                rows.append(
                    _lane(
                        supplier, dc, "air", 1,
                        cost_per_kg=2.5, min_charge=60, emergency=True,
                        dispatch_days=WORKDAYS,
                        kg_co2_per_kg=round(p.CO2_PER_KG_KM["air"] * km, 3),
                    )
                )  # fmt: skip
    return rows


def _between_dcs() -> list[Row]:
    return [
        row
        for origin, destination in (DCS, DCS[::-1])
        for row in (_truck(origin, destination, ""), _part_load(origin, destination, 2))
    ]


def _to_stores() -> list[Row]:
    rows = []
    for store, dc in MAIN_DC.items():
        rows += _vans(dc, store)
        if store in TRUCK_ROUTES:
            rows.append(_truck(dc, store, TRUCK_ROUTES[store]))
        rows.append(_part_load(dc, store, 2 if store in FAR_STORES else 1))
        rows.append(_express(dc, store))
        if store in SECOND_DC:
            rows.append(_part_load(SECOND_DC[store], store, 2))
    return rows


def _sideways() -> list[Row]:
    """A supplier that delivers to the largest store, one lane between two stores, one back to a DC."""
    km = distance("FARMGATE", "ST01")
    return [
        _lane(
            "FARMGATE", "ST01", "truck", 2,
            lead_time_sd_days=0.3, cost_per_vehicle=390, vehicle_kg=8_000, vehicle_m3=40,
            max_vehicles_per_day=1, dispatch_days="Tue Thu",
            kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["truck"] * km),
        ),
        _lane(
            "ST04", "ST05", "van", 0,
            cost_per_vehicle=45, vehicle_kg=600, vehicle_m3=4, max_vehicles_per_day=1,
            dispatch_days=SIX_DAYS, kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["van"] * 20),
        ),
        _part_load("ST08", "DC-SOUTH", 2, dispatch_days="Wed"),
    ]  # fmt: skip


def _vans(dc: str, store: str) -> list[Row]:
    """One row, or two where the tariff changes inside the horizon."""
    route = VAN_ROUTES.get(store, "")
    km = ROUTE_KM.get(route, distance(dc, store))
    cost = round(_between(p.VAN["base"] + p.VAN["per_km"] * km, p.VAN["lowest"], p.VAN["highest"]))
    van = _lane(
        dc, store, "van", 1,
        cost_per_vehicle=cost, vehicle_kg=p.VAN["vehicle_kg"], vehicle_m3=p.VAN["vehicle_m3"],
        max_vehicles_per_day=4, dispatch_days=SIX_DAYS,
        kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["van"] * km * 2),
        route=route or None, stop_cost=p.STOP_COST if route else None,
    )  # fmt: skip
    if dc != "DC-NORTH":
        return [van]
    dearer = van | {
        "valid_from": date_of(p.TARIFF_CHANGES_ON_DAY),
        "cost_per_vehicle": round(cost * p.TARIFF_RISE),
    }
    return [van | {"valid_to": date_of(p.TARIFF_CHANGES_ON_DAY - 1)}, dearer]


def _truck(origin: str, destination: str, route: str) -> Row:
    km = ROUTE_KM.get(route, distance(origin, destination))
    cost = _between(p.TRUCK["base"] + p.TRUCK["per_km"] * km, p.TRUCK["lowest"], p.TRUCK["highest"])
    return _lane(
        origin, destination, "truck", 1,
        cost_per_vehicle=round(cost, -1), vehicle_kg=p.TRUCK["vehicle_kg"], vehicle_m3=p.TRUCK["vehicle_m3"],
        max_vehicles_per_day=2, dispatch_days=WORKDAYS,
        kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["truck"] * km * 2),
        route=route or None, stop_cost=p.STOP_COST if route else None,
    )  # fmt: skip


def _part_load(origin: str, destination: str, lead: int, dispatch_days: str = WORKDAYS) -> Row:
    km = distance(origin, destination)
    return _lane(
        origin, destination, "ltl", lead,
        lead_time_sd_days=0.2 * lead, dispatch_days=dispatch_days,
        min_charge=round(_between(30 + 0.08 * km, *p.PART_LOAD_MINIMUM)),
        kg_co2_per_kg=round(p.CO2_PER_KG_KM["ltl"] * km, 4),
    )  # fmt: skip


def _express(dc: str, store: str) -> Row:
    km = distance(dc, store)
    return _lane(
        dc, store, "express", 0,
        cost_per_kg=round(_between(p.EXPRESS_BASE + p.EXPRESS_PER_KM * km, 1.0, 1.8), 2),
        min_charge=p.EXPRESS_MINIMUM, dispatch_days=SIX_DAYS, emergency=True,
        kg_co2_per_kg=round(p.CO2_PER_KG_KM["express"] * km, 4),
    )  # fmt: skip


def part_load_rate(lane: Row) -> float:
    """Money per kg of a small load."""
    return p.PART_LOAD_BASE + p.PART_LOAD_PER_KM * min(float(str(lane["distance_km"])), 160)


def _between(value: float, lowest: float, highest: float) -> float:
    return max(lowest, min(highest, value))

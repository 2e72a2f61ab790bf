"""Places and the lanes between them."""

from typing import TYPE_CHECKING

from planner.sample.retail import parameters as p

if TYPE_CHECKING:
    import pandas as pd

# location_id, kind, name, region, latitude, longitude, size
PLACES = (
    ("FARMGATE", "supplier", "Farmgate Foods", "north", 51.90, 8.40, 0.0),
    ("PORTLINE", "supplier", "Portline Trading", "abroad", 44.40, 8.90, 0.0),
    ("DC-NORTH", "dc", "North distribution centre", "north", 51.20, 9.40, 0.0),
    ("DC-SOUTH", "dc", "South distribution centre", "south", 49.10, 10.70, 0.0),
    ("ST01", "store", "Kassel hypermarket", "north", 51.31, 9.48, 2.00),
    ("ST02", "store", "Göttingen centre", "north", 51.53, 9.93, 1.50),
    ("ST03", "store", "Marburg", "north", 50.81, 8.77, 0.80),
    ("ST04", "store", "Gießen", "north", 50.58, 8.67, 1.00),
    ("ST05", "store", "Wetzlar", "north", 50.55, 8.50, 0.60),
    ("ST06", "store", "Fulda", "north", 50.55, 9.68, 0.90),
    ("ST07", "store", "Eisenach", "north", 50.98, 10.32, 0.55),
    ("ST08", "store", "Nürnberg hypermarket", "south", 49.45, 11.08, 1.80),
    ("ST09", "store", "Augsburg", "south", 48.37, 10.90, 1.20),
    ("ST10", "store", "Ansbach", "south", 49.30, 10.57, 0.50),
    ("ST11", "store", "Aalen", "south", 48.84, 10.09, 0.65),
    ("ST12", "store", "Ingolstadt", "south", 48.77, 11.42, 1.00),
)
SIZES = {place[0]: place[6] for place in PLACES if place[1] == "store"}
STORES = tuple(SIZES)
DCS = ("DC-NORTH", "DC-SOUTH")
MAIN_DC = {store: "DC-NORTH" if store <= "ST07" else "DC-SOUTH" for store in STORES}
SECOND_DC = {"ST06": "DC-SOUTH", "ST07": "DC-SOUTH", "ST08": "DC-NORTH", "ST12": "DC-NORTH"}
VAN_ROUTES = {"ST03": "west", "ST04": "west", "ST05": "west", "ST10": "hills", "ST11": "hills"}
TRUCK_ROUTES = {"ST01": "cities", "ST02": "cities", "ST08": "", "ST09": ""}
ROUTE_KM = {"west": 150.0, "hills": 120.0, "cities": 110.0}
FAR_STORES = {"ST05", "ST11"}  # part loads take two days

Row = dict[str, object]


def locations() -> "pd.DataFrame":
    """The table `locations`."""
    import pandas as pd

    columns = ["location_id", "kind", "name", "region", "latitude", "longitude"]
    return pd.DataFrame([place[:6] for place in PLACES], columns=columns)


def lanes() -> "pd.DataFrame":
    """The table `lanes`."""
    import pandas as pd

    rows = [*_inbound(), *_between_dcs(), *_to_stores(), *_sideways()]
    columns = (
        "origin destination mode valid_from valid_to lead_time_days lead_time_sd_days distance_km cost_per_vehicle"
        " vehicle_kg vehicle_m3 max_vehicles_per_day cost_per_kg cost_per_m3 min_charge dispatch_days emergency"
        " kg_co2_per_vehicle kg_co2_per_kg route stop_cost"
    ).split()
    frame = pd.DataFrame(rows).reindex(columns=columns)
    frame["emergency"] = frame["emergency"].eq(True)
    return frame


def weight_breaks() -> "pd.DataFrame":
    """The table `weight_breaks`: part-load rates fall with the weight of the load."""
    import pandas as pd

    loads = lanes()
    rows = [
        (lane.origin, lane.destination, "ltl", from_kg, round(_part_load_rate(lane.distance_km) * share, 3))
        for lane in loads[loads["mode"] == "ltl"].itertuples()
        for from_kg, share in p.PART_LOAD_BREAKS
    ]
    return pd.DataFrame(rows, columns="origin destination mode from_kg cost_per_kg".split())


def distance(origin: str, destination: str) -> float:
    """Road km between two places."""
    from math import cos, hypot, radians

    places = {place[0]: place for place in PLACES}
    _, _, _, _, lat, lon, _ = places[origin]
    _, _, _, _, other_lat, other_lon, _ = places[destination]
    north = (lat - other_lat) * 111.2
    east = (lon - other_lon) * 111.2 * cos(radians((lat + other_lat) / 2))
    return float(round(hypot(north, east) * p.DETOUR))


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
                    dispatch_days="Mon Tue Wed Thu Fri",
                    kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["long_haul"] * km),
                )
            )  # fmt: skip
            rows.append(_part_load(supplier, dc, lead + 1, dispatch_days="Mon Tue Wed Thu Fri"))
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
                        dispatch_days="Mon Tue Wed Thu Fri",
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
            lead_time_sd_days=0.3, cost_per_vehicle=390, vehicle_kg=8_000, vehicle_m3=40, max_vehicles_per_day=1,
            dispatch_days="Tue Thu", kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["truck"] * km),
        ),
        _lane(
            "ST04", "ST05", "van", 0,
            cost_per_vehicle=45, vehicle_kg=600, vehicle_m3=4, max_vehicles_per_day=1,
            dispatch_days="Mon Tue Wed Thu Fri Sat", kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["van"] * 20),
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
        max_vehicles_per_day=4, dispatch_days="Mon Tue Wed Thu Fri Sat",
        kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["van"] * km * 2),
        route=route or None, stop_cost=p.STOP_COST if route else None,
    )  # fmt: skip
    if dc != "DC-NORTH":
        return [van]
    dearer = van | {
        "valid_from": _day(p.TARIFF_CHANGES_ON_DAY),
        "cost_per_vehicle": round(cost * p.TARIFF_RISE),
    }
    return [van | {"valid_to": _day(p.TARIFF_CHANGES_ON_DAY - 1)}, dearer]


def _truck(origin: str, destination: str, route: str) -> Row:
    km = ROUTE_KM.get(route, distance(origin, destination))
    cost = _between(p.TRUCK["base"] + p.TRUCK["per_km"] * km, p.TRUCK["lowest"], p.TRUCK["highest"])
    return _lane(
        origin, destination, "truck", 1,
        cost_per_vehicle=round(cost, -1), vehicle_kg=p.TRUCK["vehicle_kg"], vehicle_m3=p.TRUCK["vehicle_m3"],
        max_vehicles_per_day=2, dispatch_days="Mon Tue Wed Thu Fri",
        kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["truck"] * km * 2),
        route=route or None, stop_cost=p.STOP_COST if route else None,
    )  # fmt: skip


def _part_load(origin: str, destination: str, lead: int, dispatch_days: str = "Mon Tue Wed Thu Fri") -> Row:
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
        min_charge=p.EXPRESS_MINIMUM, dispatch_days="Mon Tue Wed Thu Fri Sat", emergency=True,
        kg_co2_per_kg=round(p.CO2_PER_KG_KM["express"] * km, 4),
    )  # fmt: skip


def _part_load_rate(km: float) -> float:
    return min(0.38, p.PART_LOAD_BASE + p.PART_LOAD_PER_KM * min(km, 160))


def _between(value: float, lowest: float, highest: float) -> float:
    return max(lowest, min(highest, value))


def _day(day: int) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(p.START) + timedelta(days=day)).isoformat()

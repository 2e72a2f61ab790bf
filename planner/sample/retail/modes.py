"""The ways to move goods, each as rows of `lanes`: their vehicles, days and tariffs."""

from planner.sample.retail import parameters as p
from planner.sample.retail.days import date_of
from planner.sample.retail.network import ROUTE_KM, VAN_ROUTES, distance

Row = dict[str, object]
WORKDAYS = "Mon Tue Wed Thu Fri"
SIX_DAYS = "Mon Tue Wed Thu Fri Sat"


def lane(origin: str, destination: str, mode: str, lead: int, **given: object) -> Row:
    """What every row has, and what is given."""
    return {
        "origin": origin,
        "destination": destination,
        "mode": mode,
        "valid_from": p.START,
        "lead_time_days": lead,
        "distance_km": distance(origin, destination),
        **given,
    }


def vans(dc: str, store: str) -> list[Row]:
    """One row, or two where the tariff changes inside the horizon."""
    route = VAN_ROUTES.get(store, "")
    km = ROUTE_KM.get(route, distance(dc, store))
    cost = round(_between(p.VAN["base"] + p.VAN["per_km"] * km, p.VAN["lowest"], p.VAN["highest"]))
    van = lane(
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


def truck(origin: str, destination: str) -> Row:
    """A truck of 18 t gross weight."""
    return _straight("truck", p.TRUCK, origin, destination)


def lorry(dc: str, store: str) -> Row:
    """A lorry of 7.5 t gross weight."""
    return _straight("lorry", p.LORRY, dc, store)


def _straight(mode: str, vehicle: dict[str, float], origin: str, destination: str) -> Row:
    """To one place and back."""
    km = distance(origin, destination)
    cost = _between(vehicle["base"] + vehicle["per_km"] * km, vehicle["lowest"], vehicle["highest"])
    return lane(
        origin, destination, mode, 1,
        cost_per_vehicle=round(cost, -1), vehicle_kg=vehicle["vehicle_kg"], vehicle_m3=vehicle["vehicle_m3"],
        max_vehicles_per_day=4, dispatch_days=WORKDAYS,
        kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM[mode] * km * 2),
    )  # fmt: skip


def shuttle(origin: str, destination: str) -> Row:
    """A small van between neighbouring stores, on the same day."""
    km = distance(origin, destination)
    return lane(
        origin, destination, "van", 0,
        cost_per_vehicle=p.SHUTTLE["cost"],
        vehicle_kg=p.SHUTTLE["vehicle_kg"], vehicle_m3=p.SHUTTLE["vehicle_m3"],
        max_vehicles_per_day=1, dispatch_days=SIX_DAYS,
        kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["van"] * km * 2),
    )  # fmt: skip


def long_haul(supplier: str, dc: str, lead: int) -> Row:
    """A truck from a supplier: a large one if it comes from far."""
    km = distance(supplier, dc)
    truck = p.REGIONAL if km <= p.REGION_KM else p.LONG_HAUL
    return lane(
        supplier, dc, "truck", lead,
        lead_time_sd_days=0.3, cost_per_vehicle=round(truck["base"] + truck["per_km"] * km, -1),
        vehicle_kg=truck["vehicle_kg"], vehicle_m3=truck["vehicle_m3"],
        max_vehicles_per_day=6, dispatch_days=WORKDAYS,
        kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["long_haul"] * km),
    )  # fmt: skip


def rail(supplier: str, dc: str, lead: int) -> Row:
    """A container, twice a week: cheap and slow."""
    km = distance(supplier, dc)
    return lane(
        supplier, dc, "rail", lead,
        lead_time_sd_days=1.0, cost_per_vehicle=round(p.RAIL["base"] + p.RAIL["per_km"] * km, -1),
        vehicle_kg=p.RAIL["vehicle_kg"], vehicle_m3=p.RAIL["vehicle_m3"],
        max_vehicles_per_day=3, dispatch_days="Tue Fri",
        kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM["rail"] * km),
    )  # fmt: skip


def air(supplier: str, dc: str) -> Row:
    """Tomorrow, at a price."""
    return lane(
        supplier, dc, "air", 1,
        cost_per_kg=p.AIR_PER_KG, min_charge=p.AIR_MINIMUM, emergency=True, dispatch_days=WORKDAYS,
        kg_co2_per_kg=round(p.CO2_PER_KG_KM["air"] * distance(supplier, dc), 3),
    )  # fmt: skip


def part_load(origin: str, destination: str, lead: int, dispatch_days: str = WORKDAYS) -> Row:
    """A part of a carrier's truck, paid by weight (table `weight_breaks`)."""
    km = distance(origin, destination)
    return lane(
        origin, destination, "ltl", lead,
        lead_time_sd_days=0.2 * lead, dispatch_days=dispatch_days,
        min_charge=round(_between(30 + 0.08 * km, *p.PART_LOAD_MINIMUM)),
        kg_co2_per_kg=round(p.CO2_PER_KG_KM["ltl"] * km, 4),
    )  # fmt: skip


def express(dc: str, store: str) -> Row:
    """Parcels on the same day."""
    km = distance(dc, store)
    return lane(
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

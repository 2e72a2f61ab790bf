"""Rows of `lanes` and `weight_breaks`, priced by distance as in the retail sample."""

from typing import Any

from planner.sample.retail import parameters as p
from planner.sample.retail.modes import SIX_DAYS, WORKDAYS

Row = dict[str, object]

PART_LOAD_LEAST = 30.0  # money for any part load
CO2_PER_VEHICLE_KM = 0.75  # of vehicles that the sample doesn't name


def between(value: float, lowest: float, highest: float) -> float:
    """The nearest number that is neither below nor above."""
    return min(max(value, lowest), highest)


def vehicles(
    origin: str, destination: str, mode: str, vehicle: dict[str, Any], km: float, lead: int, days: str
) -> Row:
    """Whole vehicles; `vehicle` has what they carry and cost."""
    cost = vehicle["base"] + vehicle["per_km"] * km
    return _lane(
        origin, destination, mode, lead, km, days,
        cost_per_vehicle=round(between(cost, vehicle.get("lowest", 0.0), vehicle.get("highest", cost)), -1),
        vehicle_kg=vehicle["vehicle_kg"], vehicle_m3=vehicle["vehicle_m3"],
        kg_co2_per_vehicle=round(p.CO2_PER_VEHICLE_KM.get(mode, CO2_PER_VEHICLE_KM) * km),
    )  # fmt: skip


def part_load(origin: str, destination: str, km: float) -> Row:
    """A part of a carrier's truck, paid by weight."""
    return _lane(
        origin, destination, "ltl", 2, km, WORKDAYS,
        min_charge=PART_LOAD_LEAST, kg_co2_per_kg=round(p.CO2_PER_KG_KM["ltl"] * km, 4),
    )  # fmt: skip


def breaks_of(way: Row) -> list[Row]:
    """The rates of a part load, which fall with its weight."""
    rate = p.PART_LOAD_BASE + p.PART_LOAD_PER_KM * min(float(str(way["distance_km"])), 160.0)
    lane = {name: way[name] for name in ("origin", "destination", "mode")}
    return [
        lane | {"from_kg": start, "cost_per_kg": round(share * rate, 4)}
        for start, share in p.PART_LOAD_BREAKS
    ]


def express(origin: str, destination: str, km: float) -> Row:
    """Parcels on the same day."""
    return _lane(
        origin, destination, "express", 0, km, SIX_DAYS,
        cost_per_kg=round(p.EXPRESS_BASE + p.EXPRESS_PER_KM * km, 2),
        min_charge=p.EXPRESS_MINIMUM, emergency=True,
    )  # fmt: skip


def _lane(origin: str, destination: str, mode: str, lead: int, km: float, days: str, **given: object) -> Row:
    return {
        "origin": origin, "destination": destination, "mode": mode,
        "lead_time_days": lead, "distance_km": km, "dispatch_days": days, **given,
    }  # fmt: skip

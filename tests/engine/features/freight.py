"""What transport costs, and what a vehicle carries."""

from tests.engine.draft import Draft
from tests.engine.features.lanes import of_lane, some_lanes


def second_mode(draft: Draft) -> None:
    for lane in list(draft.rows("lanes")):
        if draft.chance(0.5) and lane["mode"] == "truck" and not lane.get("route"):
            cheap = {
                "cost_per_vehicle": draft.money(0, 4),
                "vehicle_kg": draft.pick(8.0, 9.0),
                "lead_time_days": 1,
            }
            draft.row("lanes", **(lane | cheap | {"mode": "van"}))


def part_load(draft: Draft) -> None:
    """By weight and volume, with a minimum charge, no vehicles."""
    for lane in some_lanes(draft, 0.6):
        lane.update(cost_per_kg=draft.money(0.1, 0.8), cost_per_m3=draft.pick(0.0, draft.money(1, 9)))
        lane.update(min_charge=draft.pick(0.0, draft.money(1, 5)), cost_per_vehicle=0.0)
        lane.pop("vehicle_kg", None)


def vehicle_volume(draft: Draft) -> None:
    for lane in some_lanes(draft, 0.7):
        lane["vehicle_m3"] = draft.pick(0.2, 0.3, 0.5)
        if draft.chance(0.3):
            lane.pop("vehicle_kg", None)


def fixed_cost_without_limit(draft: Draft) -> None:
    for lane in some_lanes(draft, 0.5):
        lane.pop("vehicle_kg", None)
        lane.pop("vehicle_m3", None)
        lane["cost_per_vehicle"] = draft.money(1, 8)


def weight_breaks(draft: Draft) -> None:
    for lane in some_lanes(draft, 0.5):
        if any(of_lane(row, lane) for row in draft.rows("weight_breaks")):
            continue
        rate, start = draft.money(0.5, 1.5), draft.pick(0.0, 3.0)
        if start and draft.chance(0.5):
            lane["cost_per_kg"] = round(rate * 1.2, 3)
        for _ in range(draft.whole(1, 3)):
            key = {name: lane[name] for name in ("origin", "destination", "mode")}
            draft.row("weight_breaks", **key, from_kg=start, cost_per_kg=rate)
            start, rate = start + draft.whole(2, 6), round(rate * draft.pick(0.4, 0.7, 0.9), 3)
        lane.update(cost_per_vehicle=0.0, min_charge=draft.pick(0.0, 2.0))
        lane.pop("vehicle_kg", None)


def routes(draft: Draft) -> None:
    """The trucks of a DC to all stores share vehicles."""
    dc = draft.pick(*draft.dcs)
    lanes = [lane for lane in draft.rows("lanes") if lane["origin"] == dc and lane["mode"] == "truck"]
    shared = {
        "cost_per_vehicle": draft.money(2, 12),
        "vehicle_kg": draft.pick(8.0, 12.0, None),
        "route": "tour",
    }
    shared |= {"vehicle_m3": draft.pick(0.4, None), "kg_co2_per_vehicle": 5.0}
    most = draft.pick(None, 1, 2)
    for lane in lanes:
        lane.update(shared, stop_cost=draft.money(0, 3), max_vehicles_per_day=most)


def stop_costs(draft: Draft) -> None:
    for lane in some_lanes(draft, 0.6):
        lane["stop_cost"] = draft.money(0.5, 4)


def fleet(draft: Draft) -> None:
    for lane in some_lanes(draft, 0.6):
        lane["max_vehicles_per_day"] = draft.pick(0, 1, 1, 2)


def far_away(draft: Draft) -> None:
    """Longer lead times, also beyond the horizon."""
    for lane in some_lanes(draft, 0.4):
        lane["lead_time_days"] = draft.whole(1, 4)


def emissions(draft: Draft) -> None:
    draft.settings["co2_price_per_kg"] = draft.money(0.01, 0.3)
    for lane in draft.rows("lanes"):
        lane.setdefault("kg_co2_per_vehicle", draft.pick(0.0, 5.0))
        lane["kg_co2_per_kg"] = draft.pick(0.0, 0.2)
    tour = [lane for lane in draft.rows("lanes") if lane.get("route")]
    for lane in tour:
        lane["kg_co2_per_vehicle"] = tour[0]["kg_co2_per_vehicle"]

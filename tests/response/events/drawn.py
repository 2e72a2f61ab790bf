"""Random events of all types for the shop, and what takes each of them back."""

from random import Random
from typing import Any

from tests.response.events.shop import DAYS

ENDS = {"factor": 1, "quantity": None}


def draw(random: Random, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """An event and its opposite, which comes later."""
    type_ = random.choice(sorted(OPPOSITES))
    event = {"type": type_} | MADE[type_](random)
    opposite = event | OPPOSITES[type_](event)
    times = sorted(random.sample(range(24 * 60), 2))
    moments = [f"2026-06-01T{minutes // 60:02d}:{minutes % 60:02d}" for minutes in times]
    return (
        event | {"event_id": f"E{number}", "at": moments[0]},
        opposite | {"event_id": f"E{number} back", "at": moments[1]},
    )


def _days(random: Random) -> dict[str, Any]:
    first, last = sorted(random.choices(DAYS, k=2))
    return random.choice([{}, {"date_to": last}, {"date_from": first}, {"date_from": first, "date_to": last}])


def _lane(random: Random) -> dict[str, Any]:
    return dict(
        random.choice(
            [
                {"origin": "SUP", "destination": "DC"},
                {"origin": "DC", "destination": "S1", "mode": "van"},
                {"origin": "DC", "destination": "S2"},
                {"origin": "DC", "destination": "S2", "mode": "parcel"},
            ]
        )
    )


def _tariff(random: Random) -> dict[str, Any]:
    factor = {"factor": random.choice([0.9, 1.1, 1.37])}
    if random.random() < 0.5:
        return factor | random.choice([{}, {"origin": "DC"}, {"mode": "ltl"}])
    return factor | _days(random) | random.choice([{"origin": "SUP"}, {"mode": "van"}, {"mode": "parcel"}])


def _shift(random: Random) -> dict[str, Any]:
    scope = random.choice([{}, {"item_id": "A"}, {"category": "toys"}, {"location_id": "S2"}])
    return {"factor": random.choice([0.7, 1.3, 2.0])} | scope | _days(random)


def _place(random: Random) -> dict[str, Any]:
    return random.choice(
        [
            {"item_id": "A", "location_id": "DC"},
            {"item_id": "B", "location_id": "S2"},
            {"item_id": "A", "location_id": "S1"},
        ]
    )


MADE = {
    "demand_shift": _shift,
    "inbound_late": lambda random: {
        "order_id": random.choice(["T1", "F1", "P1"]),
        "days": random.choice([-2, 1, 3]),
    },
    "lane_closed": lambda random: _lane(random) | _days(random),
    "lane_capacity": lambda random: _lane(random) | _days(random) | {"quantity": random.randint(0, 4)},
    "location_closed": lambda random: (
        {"location_id": random.choice(["DC", "S1", "S2", "SUP"])} | _days(random)
    ),
    "capacity_change": lambda random: (
        {
            "location_id": "DC",
            "resource": random.choice(["outbound_kg", "storage_m3"]),
            "quantity": random.randint(0, 200),
        }
        | _days(random)
    ),
    "tariff_change": _tariff,
    "stock_correction": lambda random: _place(random) | {"quantity": random.randint(0, 9) + 0.1},
    "quality_hold": lambda random: (
        _place(random)
        | random.choice([{}, {"quantity": 3}])
        | random.choice([{}, {"date_to": random.choice(DAYS)}])
    ),
}
OPPOSITES = {
    "demand_shift": lambda event: {"factor": 1 / event["factor"]},
    "inbound_late": lambda event: {"days": -event["days"]},
    "lane_closed": lambda _: ENDS,
    "lane_capacity": lambda _: ENDS,
    "location_closed": lambda _: ENDS,
    "capacity_change": lambda _: ENDS,
    "tariff_change": lambda event: {"factor": 1 / event["factor"]},
    "stock_correction": lambda event: {"quantity": -event["quantity"]},
    "quality_hold": lambda _: ENDS,
}

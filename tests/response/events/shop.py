"""Two stores, a DC and a supplier for a week; events as dictionaries."""

from typing import Any

import pandas as pd

from planner.response.events import applied
from planner.tables.dataset import DataSet, conform
from planner.tables.schema import TABLES

START = "2026-06-01"  # a Monday
DAYS = [f"2026-06-0{day}" for day in range(1, 8)]
PLAN = pd.DataFrame(
    {
        "order_id": ["O000001", "O000002", "O000003"],
        "item_id": ["A", "A", "B"],
        "origin": ["SUP", "DC", "DC"],
        "destination": ["DC", "S1", "S2"],
        "mode": ["truck", "van", "van"],
        "dispatch_date": pd.to_datetime(["2026-06-02", "2026-06-03", "2026-05-30"]),
        "arrival_date": pd.to_datetime(["2026-06-04", "2026-06-04", "2026-05-31"]),
        "cases": [10.0, 2.0, 3.0],
        "quantity": [60.0, 12.0, 3.0],
    }
)


def shop(**tables: Any) -> DataSet:
    """The data set; tables can be given otherwise."""
    van = {"origin": "DC", "mode": "van", "lead_time_days": 1, "route": "R", "stop_cost": 5}
    van |= {"cost_per_vehicle": 100, "vehicle_kg": 500, "max_vehicles_per_day": 2}
    parcel = {"origin": "DC", "destination": "S2", "mode": "parcel", "lead_time_days": 1, "cost_per_kg": 2}
    given = {
        "items": [
            {"item_id": "A", "category": "food", "case_size": 6, "unit_cost": 2, "unit_weight_kg": 1},
            {"item_id": "B", "category": "toys", "unit_cost": 9, "unit_weight_kg": 2},
        ],
        "locations": [
            {"location_id": "SUP", "kind": "supplier"},
            {"location_id": "DC", "kind": "dc"},
            {"location_id": "S1", "kind": "store"},
            {"location_id": "S2", "kind": "store"},
        ],
        "lanes": [
            {
                "origin": "SUP",
                "destination": "DC",
                "mode": "truck",
                "lead_time_days": 2,
                "cost_per_vehicle": 500,
                "vehicle_kg": 1000,
                "max_vehicles_per_day": 3,
            },
            van | {"destination": "S1"},
            van | {"destination": "S2"},
            {"origin": "DC", "destination": "S1", "mode": "ltl", "lead_time_days": 2, "min_charge": 20},
            parcel | {"valid_from": "2026-06-03", "valid_to": "2026-06-05"},
            parcel | {"valid_from": "2026-06-06", "cost_per_kg": 3},
        ],
        "weight_breaks": [
            {"origin": "DC", "destination": "S1", "mode": "ltl", "from_kg": 0, "cost_per_kg": 1.0},
            {"origin": "DC", "destination": "S1", "mode": "ltl", "from_kg": 50, "cost_per_kg": 0.6},
        ],
        "inventory": [
            {"item_id": "A", "location_id": "DC", "on_hand": 60},
            {"item_id": "A", "location_id": "S1", "on_hand": 10},
            {"item_id": "B", "location_id": "DC", "on_hand": 5},
        ],
        "open_orders": [
            {
                "order_id": "T1",
                "item_id": "A",
                "destination": "DC",
                "quantity": 30,
                "arrival_date": "2026-06-03",
                "status": "in_transit",
            },
            {
                "order_id": "F1",
                "item_id": "A",
                "origin": "DC",
                "destination": "S1",
                "mode": "van",
                "quantity": 12,
                "dispatch_date": "2026-06-02",
                "status": "firm",
            },
            {
                "order_id": "P1",
                "item_id": "B",
                "origin": "DC",
                "destination": "S2",
                "mode": "parcel",
                "quantity": 3,
                "dispatch_date": "2026-06-04",
                "status": "planned",
            },
        ],
        "capacities": [
            {
                "location_id": "DC",
                "resource": "outbound_kg",
                "limit": 100,
                "overtime_limit": 20,
                "overtime_cost": 1,
            },
            {"location_id": "DC", "resource": "outbound_kg", "weekday": "Mon", "limit": 80},
            {"location_id": "DC", "resource": "outbound_kg", "date": "2026-06-03", "limit": 50},
        ],
        "calendar": [{"location_id": "S2", "date": "2026-06-07"}],
        "demand": [
            {"item_id": item, "location_id": store, "date": day, "mean": 10 + at, "sd": sd}
            for item, store, sd in (("A", "S1", 2.0), ("A", "S2", None), ("B", "S2", 1.0))
            for at, day in enumerate(DAYS)
        ],
    }
    given |= tables
    return DataSet.of(given, start_date=pd.Timestamp(START).date(), horizon_days=7)


def events(*rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of the table; `at` is the morning of the first day and names are E1, E2 … unless they are given."""
    filled = [
        {"event_id": f"E{number}", "at": f"{START}T08:00"} | row for number, row in enumerate(rows, start=1)
    ]
    return conform(TABLES["events"], pd.DataFrame(filled))


def after(*rows: dict[str, Any], data: DataSet | None = None) -> DataSet:
    """The shop after some events."""
    return applied(data or shop(), events(*rows))

"""A supplier, a DC and two shops that sell milk, which keeps three days, and soap, which keeps for ever."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from planner.tables.dataset import DataSet
from planner.value.simulate.truth import Truth

START = date(2026, 3, 2)  # a Monday
HISTORY = 70
ITEMS, PLACES = ("MILK", "SOAP"), ("FARM", "DC", "S1", "S2")
MILK, SOAP = 0, 1
FARM, DC, S1, S2 = 0, 1, 2, 3
WEEK = np.array([8, 8, 8, 10, 12, 14, 6])


def shop(horizon: int = 7, **changes: Any) -> DataSet:
    """The tables; `changes` replaces some."""
    lanes = [
        {
            "origin": "FARM",
            "destination": "DC",
            "mode": "truck",
            "lead_time_days": 1,
            "cost_per_vehicle": 60.0,
        },
        {"origin": "DC", "destination": "S1", "mode": "van", "lead_time_days": 0, "cost_per_vehicle": 20.0},
        {"origin": "DC", "destination": "S2", "mode": "van", "lead_time_days": 1, "cost_per_vehicle": 20.0},
    ]
    tables: dict[str, Any] = {
        "items": pd.DataFrame(
            {
                "item_id": ITEMS,
                "category": "food",
                "unit_weight_kg": [1.0, 0.5],
                "case_size": [6, 4],
                "unit_cost": [1.0, 2.0],
                "unit_price": [2.0, 4.0],
                "shelf_life_days": [3, None],
            }
        ),
        "locations": pd.DataFrame({"location_id": PLACES, "kind": ["supplier", "dc", "store", "store"]}),
        "lanes": pd.DataFrame(lanes).assign(vehicle_kg=100.0),
        "inventory": pd.DataFrame(
            {
                "item_id": ["MILK", "MILK", "SOAP", "SOAP", "SOAP"],
                "location_id": ["S1", "DC", "DC", "S1", "S2"],
                "on_hand": [12, 10, 50, 20, 20],
            }
        ),
        "sales": sales(),
    }
    settings = {"start_date": START, "horizon_days": horizon, "review_days": changes.pop("review_days", 1)}
    return DataSet.of({**tables, **changes}, **settings)


def sales(days: int = HISTORY, seed: int = 3) -> pd.DataFrame:
    """Poisson sales of both items in both shops."""
    random = np.random.default_rng(seed)
    dates = pd.date_range(end=pd.Timestamp(START) - pd.Timedelta(days=1), periods=days)
    mean = WEEK[dates.day_of_week.to_numpy()]
    parts = [
        pd.DataFrame(
            {"item_id": item, "location_id": place, "date": dates, "units": random.poisson(mean / part)}
        )
        for item, part in zip(ITEMS, (1, 2), strict=True)
        for place in ("S1", "S2")
    ]
    return pd.concat(parts, ignore_index=True)


def certain(data: DataSet, wanted: dict[tuple[int, int], list[float]], late: int = 0) -> Truth:
    """A truth in which exactly this is wanted (item, place → units by day), and everything is so many days late."""
    days = len(next(iter(wanted.values())))
    units = np.zeros((len(ITEMS), len(PLACES), days))
    for (item, place), values in wanted.items():
        units[item, place] = values
    return Truth(data, units, np.full((len(data["lanes"]), days), late))


def orders(*rows: tuple[str, str, str, str, float, int, int]) -> pd.DataFrame:
    """Orders from (item, origin, destination, mode, quantity, day it leaves, day it arrives)."""
    names = ["item_id", "origin", "destination", "mode", "quantity", "dispatch_date", "arrival_date"]
    frame = pd.DataFrame(rows, columns=names)
    for name in ("dispatch_date", "arrival_date"):
        frame[name] = pd.Timestamp(START) + pd.to_timedelta(frame[name], unit="D")
    return frame.assign(order_id=[f"O{n}" for n in range(len(frame))], cases=0.0)

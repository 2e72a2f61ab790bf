"""The tiny sample: 1 supplier, 1 DC, 2 stores, 3 items, 5 days; its README derives the optimum by hand."""

from typing import TYPE_CHECKING

from planner.sample.table import table

if TYPE_CHECKING:
    import pandas as pd

DAYS = ("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06")

DEMAND: dict[tuple[str, str], tuple[float, ...]] = {
    ("rice", "NEAR"): (10, 10, 10, 10, 10),
    ("rice", "FAR"): (10, 10, 10, 10, 10),
    ("soap", "FAR"): (0, 0, 0, 5, 5),
    ("lamp", "NEAR"): (0, 0, 0, 0, 1),
    ("lamp", "FAR"): (0, 1, 0, 0, 0),
}


def tables() -> "dict[str, pd.DataFrame]":
    """The tables of the tiny sample, by name."""

    def frame(columns: str, *rows: tuple[object, ...]) -> "pd.DataFrame":
        return table(columns, rows)

    return {
        "items": frame(
            "item_id name category unit_weight_kg unit_volume_m3 case_size unit_cost unit_price",
            ("rice", "Rice 1 kg", "grocery", 1, 0.0015, 10, 2, 3),
            ("soap", "Soap 2 kg", "household", 2, 0.003, 5, 4, 9),
            ("lamp", "Desk lamp", "durables", 4, 0.02, 1, 30, 50),
        ),
        "locations": frame(
            "location_id kind name",
            ("MILL", "supplier", "The mill"),
            ("DC", "dc", "The warehouse"),
            ("NEAR", "store", "The store next door"),
            ("FAR", "store", "The store in the hills"),
        ),
        "lanes": frame(
            "origin destination mode valid_from lead_time_days distance_km cost_per_vehicle vehicle_kg"
            " vehicle_m3 cost_per_kg min_charge emergency",
            ("MILL", "DC", "truck", DAYS[0], 2, 120, 20, 1000, 10, None, None, False),
            ("DC", "NEAR", "van", DAYS[0], 1, 8, 3, 100, 2, None, None, False),
            ("DC", "NEAR", "express", DAYS[0], 0, 8, None, None, None, 2, 10, True),
            ("DC", "FAR", "van", DAYS[0], 1, 80, 30, 100, 2, None, None, False),
            ("DC", "FAR", "express", DAYS[0], 0, 80, None, None, None, 2, 10, True),
        ),
        "inventory": frame(
            "item_id location_id on_hand",
            ("rice", "DC", 70),
            ("lamp", "DC", 3),
            ("rice", "NEAR", 10),
            ("rice", "FAR", 25),
        ),
        "demand": frame(
            "item_id location_id date mean sd",
            *(
                (item, store, day, mean, 0)
                for (item, store), means in DEMAND.items()
                for day, mean in zip(DAYS, means, strict=True)
            ),
        ),
        "supply": frame("item_id location_id unit_cost", ("soap", "MILL", 4)),
        "policies": frame(
            "item_id category location_id kind holding_cost_per_unit_day",
            ("", "", "", "store", 0.15),
            ("", "", "", "dc", 0.05),
            ("lamp", "", "", "store", 0.60),
            ("lamp", "", "", "dc", 0.20),
        ),
        "handling": frame("location_id cost_per_line cost_per_case", ("DC", 0.2, 0.1)),
    }

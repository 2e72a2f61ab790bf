"""Suppliers' conditions, policies, capacities, handling and the calendar."""

from typing import TYPE_CHECKING

from planner.sample.retail import parameters as p
from planner.sample.retail.days import date_of
from planner.sample.retail.network import DCS, PLACES
from planner.sample.table import sparse_table, table

if TYPE_CHECKING:
    import pandas as pd

SUPPLIERS = {"F": "FARMGATE", "P": "PORTLINE"}
DEARER_AT_FARMGATE = 1.06  # for goods that both suppliers offer
MINIMUM_LINE_CASES = {"G15": 20, "G20": 10, "G26": 12, "E07": 4, "D11": 3}
LAYER_CASES = {"G15": 8, "G16": 10, "G20": 5, "G21": 5}  # a layer of a pallet
AVAILABLE_FROM_DAY = {"F10": 4}  # winter coats arrive at the port this week


def supply(goods: "pd.DataFrame") -> "pd.DataFrame":
    """The table `supply`."""
    rows = []
    for good in goods.itertuples():
        item, case, cost = str(good.item_id), float(str(good.case_size)), float(str(good.unit_cost))
        least, layer = MINIMUM_LINE_CASES.get(item), LAYER_CASES.get(item)
        most = p.SCARCE_PER_DAY if item == p.SCARCE_ITEM else None
        since = date_of(AVAILABLE_FROM_DAY[item]) if item in AVAILABLE_FROM_DAY else None
        for letter in str(good.suppliers):
            dearer = DEARER_AT_FARMGATE if letter == "F" and good.suppliers == "FP" else 1.0
            price = round(cost * dearer, 2)
            rows.append(
                (item, SUPPLIERS[letter], price, least and least * case, layer and layer * case, most, since)
            )
    columns = "item_id location_id unit_cost min_order_quantity order_multiple max_per_day available_from"
    return table(columns, rows)


def order_minimums() -> "pd.DataFrame":
    """The table `order_minimums`."""
    rows = [
        ("FARMGATE", "DC-NORTH", 1_500, None),
        ("FARMGATE", "DC-SOUTH", 1_500, None),
        ("FARMGATE", "ST01", None, 1_000),
        ("PORTLINE", "DC-NORTH", 1_000, None),
        ("PORTLINE", "DC-SOUTH", 1_000, 100),
    ]
    return table("supplier destination min_value min_kg", rows)


def policies(goods: "pd.DataFrame") -> "pd.DataFrame":
    """The table `policies`: from the general to the particular, field by field."""
    fresh = goods[goods["shelf_life_days"] < 10]["item_id"]
    names = ("response_hours", "min_projected_fill_rate", "max_freight_per_unit", "min_actual_fill_rate")
    bands = {
        "grocery": (48, 0.95, 0.30, 0.95),
        "fashion": (24, 0.93, 0.60, 0.90),
        "electronics": (24, 0.93, 1.50, 0.90),
        "durables": (48, 0.90, 3.00, 0.85),
    }
    cover: dict[
        str, dict[str, object]
    ] = {  # at stores; less than a delivery lasts, more than anyone wants to see
        "grocery": {"low_days_of_cover": 0.5, "high_days_of_cover": 14},
        "fashion": {"low_days_of_cover": 2, "high_days_of_cover": 60},
        "electronics": {"low_days_of_cover": 2, "high_days_of_cover": 45},
        "durables": {"low_days_of_cover": 2, "high_days_of_cover": 60},
    }
    penalties = {"G01": 1.00, "G08": 0.80}  # who finds no milk or bread buys the rest elsewhere, too
    costs: dict[str, dict[str, object]] = {
        "grocery": {"lost_sale_penalty": 0.25},
        "fashion": {
            "holding_rate_per_year": p.HOLDING_RATE_FASHION,
            "service_target": 0.95,
            "max_days_of_cover": 45,
        },
        "electronics": {"holding_rate_per_year": p.HOLDING_RATE_ELECTRONICS},
    }
    rows: list[dict[str, object]] = [
        {"kind": "store", "holding_rate_per_year": p.HOLDING_RATE["store"], "max_emergency_share": 0.05},
        {"kind": "dc", "holding_rate_per_year": p.HOLDING_RATE["dc"]},
        *(
            {"category": category, **dict[str, object](zip(names, band, strict=True))}
            for category, band in bands.items()
        ),
        *({"category": name, "kind": "store", **costs.get(name, {}), **band} for name, band in cover.items()),
        {"category": "electronics", "location_id": "ST01", "service_target": 0.99},
        *(
            {
                "item_id": item,
                "holding_rate_per_year": p.HOLDING_RATE_FRESH,
                "lost_sale_penalty": penalties.get(item),
            }
            for item in fresh
        ),
        {"item_id": "E04", "location_id": "ST01", "min_stock": 1},  # on display
        {"item_id": "E11", "location_id": "ST08", "min_stock": 1},
        {"item_id": "D11", "kind": "store", "max_stock": 4},  # no room for more
        {"item_id": "E07", "kind": "store", "max_stock": 5},
        {"item_id": "G26", "location_id": "DC-SOUTH", "max_days_of_cover": 12},
    ]
    columns = (
        "item_id category location_id kind holding_rate_per_year holding_cost_per_unit_day lost_sales_allowed"
        " lost_sale_penalty service_target min_stock max_stock max_days_of_cover response_hours"
        " min_projected_fill_rate max_freight_per_unit min_actual_fill_rate low_days_of_cover high_days_of_cover"
        " max_emergency_share"
    )
    return sparse_table(columns, rows)


def capacities() -> "pd.DataFrame":
    """The table `capacities`: docks, hours and space of the DCs, the back rooms of two small stores."""
    rows: list[tuple[object, ...]] = []
    for dc in DCS:
        rows.append((dc, "outbound_vehicles", None, None, *p.OUTBOUND_VEHICLES[dc]))
        rows.append((dc, "outbound_vehicles", None, "Sat", *p.OUTBOUND_VEHICLES_SATURDAY[dc]))
        rows.append((dc, "inbound_vehicles", None, None, *p.INBOUND_VEHICLES[dc]))
        rows.append((dc, "handling_hours", None, None, *p.HANDLING_HOURS[dc]))
        rows.append((dc, "storage_m3", None, None, *p.STORAGE_M3[dc]))
    rows.append(("DC-NORTH", "inbound_vehicles", date_of(10), None, 1, 4, 150))  # repairs at the dock
    rows.append(("ST05", "inbound_vehicles", None, None, 1, 3, 40))
    rows.append(("ST10", "inbound_vehicles", None, None, 1, 3, 40))
    columns = "location_id resource date weekday limit overtime_limit overtime_cost"
    return table(columns, rows)


def handling() -> "pd.DataFrame":
    """The table `handling`."""
    rows = [(place[0], *p.HANDLING[place[1]]) for place in PLACES if place[1] in p.HANDLING]
    columns = "location_id cost_per_line cost_per_case hours_per_line hours_per_case"
    return table(columns, rows)


def calendar() -> "pd.DataFrame":
    """The table `calendar`: one holiday in the south, on which DC-SOUTH rests too."""
    south = [place[0] for place in PLACES if place[3] == "south"]
    rows = [(location, date_of(9), True) for location in south]
    return table("location_id date closed", rows)

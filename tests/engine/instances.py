"""Random data sets, tiny and valid: a few locations, items and days, every feature switched on in turn.

`random_data(seed)` forces the feature number `seed` modulo their count on and draws the others, so that
a hundred seeds see each feature with few others and in many combinations. A feature is one function that
changes a `Draft`.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from planner.tables.dataset import DataSet
from planner.tables.findings import Finding
from planner.tables.rules import check
from planner.tables.schema import TABLES
from planner.tables.sheet import Sheet
from tests.engine.draft import Draft, base
from tests.engine.features.freight import (
    emissions,
    far_away,
    fixed_cost_without_limit,
    fleet,
    part_load,
    routes,
    second_mode,
    stop_costs,
    vehicle_volume,
    weight_breaks,
)
from tests.engine.features.network import closed_days, dispatch_days, express, laterals, validity
from tests.engine.features.orders import (
    firm,
    frozen,
    in_transit,
    order_minimums,
    previous_plan,
    supply_limits,
)
from tests.engine.features.places import capacities, handling
from tests.engine.features.stock import (
    days_of_cover,
    demand_must_be_met,
    end_of_horizon,
    poisson_demand,
    review,
    service_targets,
    shelf_life,
    stock_limits,
    uncertain_demand,
    unequal_customers,
    weightless,
    worthless,
)

FEATURES: dict[str, Callable[[Draft], None]] = {
    feature.__name__: feature
    for feature in (
        uncertain_demand,
        poisson_demand,
        second_mode,
        routes,
        part_load,
        vehicle_volume,
        fixed_cost_without_limit,
        laterals,
        express,
        weight_breaks,
        stop_costs,
        fleet,
        far_away,
        emissions,
        dispatch_days,
        closed_days,
        validity,
        in_transit,
        firm,
        frozen,
        previous_plan,
        supply_limits,
        order_minimums,
        handling,
        capacities,
        shelf_life,
        stock_limits,
        days_of_cover,
        demand_must_be_met,
        service_targets,
        unequal_customers,
        end_of_horizon,
        review,
        weightless,
        worthless,
    )
}


def random_data(seed: int, *, share: float = 0.2, **sizes: int) -> DataSet:
    """A valid data set; the features that it has follow from the seed."""
    draft = base(seed, **sizes)
    forced = list(FEATURES)[seed % len(FEATURES)]
    for name, feature in FEATURES.items():
        if name == forced or draft.chance(share):
            feature(draft)
    return draft.data()


def findings(data: DataSet) -> list[Finding]:
    """What the rules of validation have against a data set; the errors among them."""
    sheets = {
        name: Sheet(TABLES[name], f"{name}.csv", None, pd.DataFrame(), frame.set_axis(frame.index + 2))
        for name, frame in data.tables.items()
    }
    return [finding for finding in check(sheets, data.settings) if finding.severity == "error"]


def bounded_data(seed: int, *, share: float = 0.15) -> DataSet:
    """A valid data set so small, and with supply so scarce, that all its plans can be looked at."""
    draft = base(seed, stores=2, items=1 + (seed % 5 == 0), days=3, places=1)
    for row in draft.rows("inventory"):
        row["on_hand"] = min(int(row["on_hand"]), draft.case(row["item_id"]) * draft.whole(0, 3))
    forced = list(FEATURES)[seed % len(FEATURES)]
    for name, feature in FEATURES.items():
        if name == forced or draft.chance(share):
            feature(draft)
    offers = {(row["item_id"], row["location_id"]): row for row in draft.rows("supply")}
    for item in draft.items:
        for supplier in draft.suppliers:
            key = {"item_id": item, "location_id": supplier}
            row = offers.get((item, supplier)) or draft.row("supply", **key)
            lot = int(np.lcm(draft.case(item), int(row.get("order_multiple", 1))))
            row["max_per_day"] = max(row.get("min_order_quantity", 0), lot * draft.whole(0, 2))
    return draft.data()

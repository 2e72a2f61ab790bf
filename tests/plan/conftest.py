"""A small plan, as an engine would return it."""

import pandas as pd
import pytest

from planner.plan.effort import Effort
from planner.plan.plan import INVENTORY_COLUMNS, LOAD_COLUMNS, ORDER_COLUMNS, Plan
from planner.plan.record import RunRecord, new_record


@pytest.fixture
def plan() -> Plan:
    monday, tuesday = pd.Timestamp("2026-03-02"), pd.Timestamp("2026-03-03")
    orders = [
        ("O000001", "=milk", "dc", "store", "truck", monday, tuesday, 3.0, 36.0),
        ("O000002", "bread", "dc", "store", "truck", monday, tuesday, 0.1 + 0.2, 1 / 3),
    ]
    loads = [("L000001", "dc", "store", "truck", monday, 1.0, 0.1 + 0.2, 0.7, 100 / 3, float("nan"), "")]
    inventory = [("=milk", "store", tuesday, 0.0, 36.0, 30.5, 0.25, 0.0, 0.0, 5.5)]
    cost = {"total": 40.0, "freight": {"truck": 100 / 3}, "emergency_freight": 0.0, "holding": 40 - 100 / 3}
    kpis = {
        "cost": cost,
        "fill_rate": 0.99,
        "in_stock_rate": 0.97,
        "inventory_turns": None,
        "days_of_cover": None,
        "vehicle_fill": None,
        "loads": 1,
    }
    return Plan(
        orders=pd.DataFrame(orders, columns=list(ORDER_COLUMNS)),
        loads=pd.DataFrame(loads, columns=list(LOAD_COLUMNS)),
        inventory=pd.DataFrame(inventory, columns=list(INVENTORY_COLUMNS)),
        kpis=kpis,
        certificate={"schema_version": 1, "cost": 40.0, "bound": 39.0, "gap": 0.025, "method": "by hand"},
    )


@pytest.fixture
def record() -> RunRecord:
    effort = Effort("default", gap=0.01, time_limit=60.0, threads=2, seed=0)
    return new_record("/data", "hash", "EUR", effort).step("validated").step("solving")

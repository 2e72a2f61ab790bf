"""Dimensions: in other units of goods, money or weight it is the same problem with the same plan."""

from typing import Any

import pytest

from planner.plan.plan import Plan
from tests.models.builder import World, solve_and_judge
from tests.models.market import market

# Table → column → power of the unit in the column's dimension.
UNITS = {
    "items": {"case_size": 1, "unit_weight_kg": -1, "unit_volume_m3": -1, "unit_cost": -1, "unit_price": -1},
    "inventory": {"on_hand": 1},
    "open_orders": {"quantity": 1},
    "demand": {"mean": 1, "sd": 1},
    "supply": {"min_order_quantity": 1, "order_multiple": 1, "max_per_day": 1, "unit_cost": -1},
    "policies": {"min_stock": 1, "max_stock": 1, "holding_cost_per_unit_day": -1},
}
MONEY = {
    "items": {"unit_cost": 1, "unit_price": 1},
    "lanes": {"cost_per_vehicle": 1, "stop_cost": 1, "min_charge": 1, "cost_per_m3": 1},
    "weight_breaks": {"cost_per_kg": 1},
    "supply": {"unit_cost": 1},
    "order_minimums": {"min_value": 1},
    "policies": {"holding_cost_per_unit_day": 1},
    "handling": {"cost_per_line": 1, "cost_per_case": 1},
    "capacities": {"overtime_cost": 1},
    "settings": {"co2_price_per_kg": 1, "change_cost_per_case": 1},
}
# A kg of CO₂ is no kg of goods.
WEIGHT = {
    "items": {"unit_weight_kg": 1},
    "lanes": {"vehicle_kg": 1},
    "weight_breaks": {"from_kg": 1, "cost_per_kg": -1},
    "order_minimums": {"min_kg": 1},
}


def scaled(built: World, powers: dict[str, dict[str, int]], factor: float) -> World:
    def times(table: str, row: dict[str, Any]) -> dict[str, Any]:
        power = powers.get(table, {})
        return {
            name: value * factor ** power[name] if name in power else value for name, value in row.items()
        }

    built.tables = {table: [times(table, row) for row in rows] for table, rows in built.tables.items()}
    built.settings = times("settings", built.settings)
    return built


@pytest.fixture(scope="module")
def usual() -> Plan:
    return solve_and_judge(market().data(), gap=1e-6)


@pytest.mark.parametrize("factor", [0.25, 8.0])
@pytest.mark.parametrize(
    ("powers", "of_cost"), [(UNITS, 0), (MONEY, 1), (WEIGHT, 0)], ids=["units", "money", "weight"]
)
def test_the_plan_is_the_same_and_the_cost_scales(
    usual: Plan, powers: dict[str, dict[str, int]], of_cost: int, factor: float
) -> None:
    plan = solve_and_judge(scaled(market(), powers, factor).data(), gap=1e-6)
    assert plan.cost == pytest.approx(usual.cost * factor**of_cost, rel=3e-6)
    same = ["item_id", "origin", "destination", "mode", "dispatch_date"]
    here, there = (frame.sort_values(same) for frame in (plan.orders, usual.orders))
    assert here[same].to_numpy().tolist() == there[same].to_numpy().tolist()
    assert here["cases"].tolist() == pytest.approx(there["cases"].tolist())

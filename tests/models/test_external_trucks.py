"""Trucks and tariffs against enumeration: every plan is written down and priced by a few lines."""

import itertools
import math
import random

import numpy as np
import pytest

from tests.models.builder import World, direct, shipped, world

Numbers = dict[str, list[float]]


def several_items(demand: Numbers, kg: dict[str, float], lost: dict[str, float], holding: float) -> World:
    built = world(len(demand["A"])).place("S", "supplier").place("X", "store")
    built.lane("S", "X", lead_time_days=0, vehicle_kg=20, cost_per_vehicle=13, max_vehicles_per_day=2)
    for name, means in demand.items():
        built.item(name, case_size=4, unit_weight_kg=kg[name]).demand("X", means, item=name)
        built.policy(item_id=name, lost_sale_penalty=lost[name])
    return built.policy(holding_cost_per_unit_day=holding)


def cheapest(demand: Numbers, kg: dict[str, float], lost: dict[str, float], holding: float) -> float:
    """All combinations of 0 … 3 cases of 4 per item and day, on at most two trucks of 20 kg for 13."""
    names, days = list(demand), len(demand["A"])
    cases = np.array(list(itertools.product(range(4), repeat=len(names) * days)))
    units = 4.0 * cases.reshape(-1, len(names), days)
    weight = sum(kg[name] * units[:, n] for n, name in enumerate(names))
    trucks = np.ceil(weight / 20 - 1e-9)
    cost = 13.0 * trucks.sum(axis=1)
    for n, name in enumerate(names):
        stock = np.zeros(len(units))
        for t in range(days):
            there = stock + units[:, n, t]
            sold = np.minimum(there, demand[name][t])
            cost += lost[name] * (demand[name][t] - sold) + holding * (there - sold)
            stock = there - sold
    return float(cost[(trucks <= 2).all(axis=1)].min())


@pytest.mark.parametrize("seed", range(16))
def test_several_items_share_trucks(seed: int) -> None:
    chance = random.Random(seed)
    names, days = ("AB", 3) if seed % 2 else ("ABC", 2)
    demand = {name: [float(chance.randint(0, 5)) for _ in range(days)] for name in names}
    kg = {name: chance.choice([0.5, 1.0, 2.0, 3.0]) for name in names}
    lost = {name: chance.choice([0.5, 2.0, 3.0, 5.0]) for name in names}
    holding = chance.choice([0.05, 0.3, 1.0])
    plan = several_items(demand, kg, lost, holding).solve()
    assert plan.cost == pytest.approx(cheapest(demand, kg, lost, holding))


BANDS = ((0.0, 2.0), (12.0, 1.4), (30.0, 0.9))


def rate(kg: float) -> float:
    return next(rate for from_kg, rate in reversed(BANDS) if kg >= from_kg)


def modes(wanted: int, van: float, truck: float, charge: float) -> float:
    """All ways to send at least what is wanted by van, truck and part load; the rest is held."""
    most = max(wanted, 30)
    ways = itertools.product(range(most + 1), range(most + 1))
    found = math.inf
    for by_van, by_truck in ways:
        rest = max(0, wanted - by_van - by_truck)
        # More than the rest only pays where the next band begins.
        for by_part in {rest} | {int(start) for start, _ in BANDS if start > rest}:
            part = max(charge, rate(by_part) * by_part) if by_part else 0.0
            left = by_van + by_truck + by_part - wanted
            if left >= 0:
                cost = van * math.ceil(by_van / 8) + truck * math.ceil(by_truck / 25) + part + 0.1 * left
                found = min(found, cost)
    return found


@pytest.mark.parametrize("seed", range(16))
def test_van_truck_and_part_load_with_weight_breaks_and_a_minimum_charge(seed: int) -> None:
    chance = random.Random(seed)
    wanted = chance.randint(1, 48)
    van, truck, charge = chance.choice([9, 11]), chance.choice([24, 27, 31]), chance.choice([0, 8, 15])
    built = direct(1, lane={"vehicle_kg": 25, "cost_per_vehicle": truck})
    built.lane("S", "X", "van", lead_time_days=0, vehicle_kg=8, cost_per_vehicle=van)
    built.lane("S", "X", "part", lead_time_days=0, min_charge=charge)
    for from_kg, price in BANDS:
        built.row(
            "weight_breaks", origin="S", destination="X", mode="part", from_kg=from_kg, cost_per_kg=price
        )
    built.demand("X", [wanted]).policy(holding_cost_per_unit_day=0.1, lost_sales_allowed=False)
    plan = built.solve()
    assert plan.cost == pytest.approx(modes(wanted, van, truck, charge))
    assert sum(shipped(plan).values()) >= wanted

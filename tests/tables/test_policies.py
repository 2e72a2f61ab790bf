"""The cascade: field by field, the most specific row wins."""

import itertools

import numpy as np
import pandas as pd
import pytest

from planner.tables.dataset import DataSet
from planner.tables.policies import resolve

ITEMS = [
    {"item_id": "milk", "category": "food", "unit_cost": 1},
    {"item_id": "bread", "category": "food", "unit_cost": 1},
    {"item_id": "lamp", "category": "", "unit_cost": 9},
]
LOCATIONS = [
    {"location_id": "S", "kind": "supplier"},
    {"location_id": "D", "kind": "dc"},
    {"location_id": "T", "kind": "store"},
]


def data(policies, **settings):
    tables = {"items": ITEMS, "locations": LOCATIONS, "policies": policies}
    return DataSet.of(tables, start_date=pd.Timestamp("2026-03-02").date(), **settings)


def test_without_rows_nothing_is_given():
    values = resolve(data([]), "min_stock")
    assert list(values.index) == ["milk", "bread", "lamp"]
    assert list(values.columns) == ["S", "D", "T"]
    assert values.isna().all(axis=None)


def test_the_most_specific_row_wins():
    policies = [
        {"min_stock": 1},
        {"kind": "store", "min_stock": 2},
        {"category": "food", "min_stock": 3},
        {"location_id": "D", "min_stock": 4},
        {"item_id": "lamp", "min_stock": 5},
        {"item_id": "milk", "location_id": "D", "min_stock": 6},
    ]
    # kind 1 < category 2 < location 4 < item 8 < item and location 12
    assert resolve(data(policies), "min_stock").to_numpy().tolist() == [[3, 6, 3], [3, 4, 3], [5, 5, 5]]


def test_each_field_is_taken_from_the_row_that_gives_it():
    policies = [{"category": "food", "min_stock": 3}, {"item_id": "milk", "max_stock": 9}]
    given = data(policies)
    assert resolve(given, "min_stock").loc["milk", "T"] == 3
    assert resolve(given, "max_stock").loc["milk", "T"] == 9


def test_settings_have_the_last_word():
    given = data([{"item_id": "lamp", "lost_sales_allowed": False}], defaults={"service_target": 0.9})
    assert resolve(given, "lost_sales_allowed").loc[:, "T"].tolist() == [1.0, 1.0, 0.0]
    assert resolve(given, "service_target").loc[:, "T"].tolist() == [0.9, 0.9, 0.9]
    assert resolve(given, "holding_rate_per_year").loc["milk", "D"] == 0.25
    assert np.isnan(resolve(given, "lost_sale_penalty").loc["milk", "D"])


@pytest.mark.parametrize("seed", range(5))
def test_the_cascade_equals_its_definition(seed):
    """All 16 kinds of scopes, with random names: compared with a search row by row."""
    random = np.random.default_rng(seed)
    policies = []
    for given in itertools.product([False, True], repeat=4):
        names = [["milk", "bread", "lamp"], ["food"], ["S", "D", "T"], ["supplier", "dc", "store"]]
        scope = [str(random.choice(name)) if use else "" for use, name in zip(given, names, strict=True)]
        row = dict(zip(["item_id", "category", "location_id", "kind"], scope, strict=True))
        policies.append(row | {"min_stock": float(random.integers(100)) if random.random() < 0.7 else None})
    values = resolve(data(policies), "min_stock")
    for item, location in itertools.product(ITEMS, LOCATIONS):
        thing = item | location
        weights = {"item_id": 8, "location_id": 4, "category": 2, "kind": 1}
        fitting = [
            (sum(weight for name, weight in weights.items() if row[name]), row["min_stock"])
            for row in policies
            if row["min_stock"] is not None and all(row[name] in ("", thing[name]) for name in weights)
        ]
        found = values.loc[item["item_id"], location["location_id"]]
        assert (np.isnan(found) and not fitting) or found == max(fitting)[1]

"""Where two of the implementations of models/README.md say something different about the same orders."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from planner import evaluate
from planner.audit import Evaluation
from planner.compile.index import index_of
from planner.plan.build import orders_of, plan_tables
from planner.tables.dataset import DataSet
from planner_models.projection import Projection

CLOSE = 1e-6  # absolute below 1, relative above
INVENTORY = ["item_id", "location_id", "date"]


def apart(left: Any, right: Any) -> bool:
    """Whether two values differ by more than rounding."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return not (
            abs(left - right) <= CLOSE * max(1.0, abs(right)) or (math.isnan(left) and math.isnan(right))
        )
    return bool(left != right)


def differences(
    loads: pd.DataFrame, inventory: pd.DataFrame, kpis: Mapping[str, Any], truth: Evaluation
) -> list[str]:
    """What the engine says, held against the evaluator: every key figure and every cell."""
    found = [f"kpis {name}: {mine} instead of {theirs}" for name, mine, theirs in _figures(kpis, truth.kpis)]
    found += _cells("loads", loads, truth.loads, ["load_id"])
    return found + _cells("inventory", inventory, truth.inventory, INVENTORY)


def agree(seed: int, data: DataSet, projection: Projection, buckets: str | None = None) -> bool:
    """Require that projection and evaluator say the same of the plan's orders; whether they are feasible."""
    judged = evaluate(data, orders_of(data, index_of(data), projection), buckets)
    messages = judged.violations["message"].tolist()
    assert judged.feasible == (not projection.excess), (seed, projection.excess, messages)
    if "available" in projection.excess:  # sales and stock are undefined then
        return False
    causes = {cause: (projection.costs[cause], money) for cause, money in judged.costs.items()}
    assert {cause: both for cause, both in causes.items() if apart(*both)} == {}, seed
    _, loads, inventory, kpis = plan_tables(data, projection)
    assert differences(loads, inventory, kpis, judged) == [], seed
    return judged.feasible


def _figures(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in sorted(set(mine) | set(theirs)):
        left, right = mine.get(name, "nothing"), theirs.get(name, "nothing")
        if isinstance(left, Mapping) and isinstance(right, Mapping):
            yield from ((f"{name}.{key}", a, b) for key, a, b in _figures(left, right))
        elif apart(left, right):
            yield name, left, right


def _cells(name: str, mine: pd.DataFrame, theirs: pd.DataFrame, key: list[str]) -> list[str]:
    mine, theirs = mine.set_index(key).sort_index(), theirs.set_index(key).sort_index()
    if list(mine.columns) != list(theirs.columns) or not mine.index.equals(theirs.index):
        rows = mine.index.symmetric_difference(theirs.index)
        return [f"{name}: other rows or columns, {len(mine)} instead of {len(theirs)}: {list(rows)[:5]}"]
    found = []
    for column in mine.columns:
        left, right = mine[column], theirs[column]
        if pd.api.types.is_numeric_dtype(left):
            a, b = left.to_numpy(float), right.to_numpy(float)
            wrong = ~(np.abs(a - b) <= CLOSE * np.maximum(1.0, np.abs(b))) & ~(np.isnan(a) & np.isnan(b))
        else:
            wrong = (left.astype(str) != right.astype(str)).to_numpy()
        found += [
            f"{name} {mine.index[at]} {column}: {left.iloc[at]} instead of {right.iloc[at]}"
            for at in np.flatnonzero(wrong)
        ]
    return found

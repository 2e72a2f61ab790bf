"""Means over replications, and what policies and delays differ by: paired, because replications share what happens."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

LEVEL = 0.95
KEY = ["policy", "delay", "replication"]


def interval(values: Iterable[float]) -> dict[str, float | None]:
    """Mean and 95 % interval (Student's t); without limits where there are fewer than two values."""
    found = np.array([value for value in values if np.isfinite(value)])
    if not len(found):
        return {"mean": None, "low": None, "high": None}
    mean = float(found.mean())
    if len(found) < 2:
        return {"mean": mean, "low": None, "high": None}
    half = float(student.ppf(0.5 + LEVEL / 2, len(found) - 1) * found.std(ddof=1) / np.sqrt(len(found)))
    return {"mean": mean, "low": mean - half, "high": mean + half}


def results(cells: pd.DataFrame) -> list[dict[str, Any]]:
    """Every measure of each policy and delay; `cells` has a row per policy, delay and replication."""
    return [
        {
            "policy": policy,
            "delay": delay,
            "replications": len(rows),
            "metrics": {name: interval(rows[name]) for name in measured(cells)},
        }
        for policy, delay, rows in _groups(cells)
    ]


def differences(cells: pd.DataFrame, policies: list[str]) -> list[dict[str, Any]]:
    """The first policy less each of the others, by delay; `relative` is the mean difference ÷ the other's mean."""
    found = []
    for delay in sorted(set(cells["delay"].tolist())):
        rows = cells[cells["delay"] == delay]
        by_policy = {name: part.set_index("replication") for name, part in rows.groupby("policy")}
        for other in policies[1:]:
            if policies[0] not in by_policy or other not in by_policy:
                continue
            metrics = {
                name: _paired(by_policy[policies[0]][name], by_policy[other][name])
                for name in measured(cells)
            }
            found.append({"policy": policies[0], "baseline": other, "delay": delay, "metrics": metrics})
    return found


def cost_of_delay(cells: pd.DataFrame) -> list[dict[str, Any]]:
    """What older information costs each policy, against the freshest one that was simulated."""
    found = []
    for policy in dict.fromkeys(cells["policy"]):
        by_delay = {
            delay: part.set_index("replication") for name, delay, part in _groups(cells) if name == policy
        }
        first = min(by_delay)
        for delay in sorted(by_delay.keys() - {first}):
            extra = _paired(by_delay[delay]["total_cost"], by_delay[first]["total_cost"])
            days = delay - first
            per_day = {
                name: None if (value := extra[name]) is None else value / days
                for name in ("mean", "low", "high")
            }
            found.append({"policy": policy, "delay": delay, "extra": extra, "per_day": per_day})
    return found


def _groups(cells: pd.DataFrame) -> Iterator[tuple[str, int, pd.DataFrame]]:
    """The rows of each policy and delay, in the order in which they come."""
    for policy, delay in dict.fromkeys(zip(cells["policy"], cells["delay"].tolist(), strict=True)):
        yield policy, delay, cells[(cells["policy"] == policy) & (cells["delay"] == delay)]


def measured(cells: pd.DataFrame) -> list[str]:
    """The columns that are measures."""
    return [name for name in cells.columns if name not in KEY]


def _paired(one: "pd.Series[float]", other: "pd.Series[float]") -> dict[str, float | None]:
    both = pd.concat([one.rename("one"), other.rename("other")], axis=1, join="inner").dropna()
    found = interval(both["one"] - both["other"])
    base = float(both["other"].mean()) if len(both) else 0.0
    mean = found["mean"]
    return {**found, "relative": mean / base if base and mean is not None else None}

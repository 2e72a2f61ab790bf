"""Means over replications, and what policies, triggers and delays differ by: paired, because replications share what happens."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

LEVEL = 0.95
KEY = ["policy", "delay", "trigger", "replication"]


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
    """Every measure of each policy, delay and trigger; `cells` has a row per cell of the study."""
    return [
        {
            **group,
            "replications": len(rows),
            "metrics": {name: interval(rows[name]) for name in measured(cells)},
        }
        for group, rows in _groups(cells, ["policy", "delay", "trigger"])
    ]


def differences(cells: pd.DataFrame, what: str, names: list[str]) -> list[dict[str, Any]]:
    """The first policy (`what`: "policy" or "trigger") less each of the others, where all else is the same.

    `relative` is the mean difference ÷ the other's mean.
    """
    found = []
    for group, rows in _groups(cells, [name for name in ("policy", "delay", "trigger") if name != what]):
        by_name = {name: part.set_index("replication") for name, part in rows.groupby(what)}
        for other in names[1:]:
            if names[0] in by_name and other in by_name:
                one, two = by_name[names[0]], by_name[other]
                metrics = {name: _paired(one[name], two[name]) for name in measured(cells)}
                found.append({what: names[0], "baseline": other, **group, "metrics": metrics})
    return found


def cost_of_delay(cells: pd.DataFrame) -> list[dict[str, Any]]:
    """What older information costs each policy and trigger, against the freshest one that was simulated."""
    found = []
    for group, rows in _groups(cells, ["policy", "trigger"]):
        by_delay = {
            delay: rows[rows["delay"] == delay].set_index("replication")
            for delay in set(rows["delay"].tolist())
        }
        first = min(by_delay)
        for delay in sorted(by_delay.keys() - {first}):
            extra = _paired(by_delay[delay]["total_cost"], by_delay[first]["total_cost"])
            days = delay - first
            per_day = {
                name: None if (value := extra[name]) is None else value / days
                for name in ("mean", "low", "high")
            }
            found.append({**group, "delay": delay, "extra": extra, "per_day": per_day})
    return found


def _groups(cells: pd.DataFrame, by: list[str]) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """The rows of which these columns are the same, in the order in which they come."""
    for key in dict.fromkeys(cells[by].itertuples(index=False, name=None)):
        same = (cells[by] == list(key)).all(axis=1)
        yield dict(zip(by, key, strict=True)), cells[same]


def measured(cells: pd.DataFrame) -> list[str]:
    """The columns that are measures."""
    return [name for name in cells.columns if name not in KEY]


def _paired(one: "pd.Series[float]", other: "pd.Series[float]") -> dict[str, float | None]:
    both = pd.concat([one.rename("one"), other.rename("other")], axis=1, join="inner").dropna()
    found = interval(both["one"] - both["other"])
    base = float(both["other"].mean()) if len(both) else 0.0
    mean = found["mean"]
    return {**found, "relative": mean / base if base and mean is not None else None}

"""Runs to report on: planned jointly and in sequence; files of other verbs."""

import json
from pathlib import Path
from typing import Any

from planner.plan.effort import Effort
from planner.plan.plan import Plan
from planner.plan.record import new_record
from planner.plan.registry import Registry
from planner.plan.run import Run, write_plan
from planner.solve import solve
from planner.tables.dataset import DataSet

FREIGHT = ("cost_per_vehicle", "cost_per_kg", "min_charge")


def with_freight_times(data: DataSet, factor: float) -> DataSet:
    """The same tables with all freight so many times as dear."""
    lanes = data["lanes"].copy()
    for column in FREIGHT:
        lanes[column] = lanes[column] * factor
    return data.replace(lanes=lanes)


def keep(data: DataSet, plan: Plan, runs: Path) -> Run:
    """The plan as a run in the folder."""
    record = new_record(
        str(data.source), data.content_hash, data.settings.currency, Effort("default", 0.0, 60.0, 1, 0)
    )
    draft = Registry(runs).open(record.step("validated").step("solving"))
    write_plan(draft.folder, plan)
    draft.step("completed", cost=plan.cost, bound=plan.bound, gap=plan.gap, seconds=0.1)
    return draft.publish()


def joint(data: DataSet) -> Plan:
    """The optimum."""
    return solve(data, gap=0.0, threads=1)


def in_sequence(data: DataSet) -> Plan:
    """Stores first, then loads, then the DC."""
    return solve(data, policy="sequential")


def frontier(path: Path, run_id: str = "") -> Path:
    """A frontier.json of three plans. From 90 to 98 % stock and freight rise by 80, from 98 to 99 % by 40."""
    points = [
        {
            "weight": weight,
            "run_id": run_id if weight == 1 else f"r{weight}",
            "fill_rate": rate,
            "in_stock_rate": rate,
        }
        | {"holding": holding, "freight": 100.0, "lost_sales": 5.0, "cost": holding + 105.0, "gap": 0.0}
        for weight, rate, holding in ((0.5, 0.90, 20.0), (1, 0.98, 100.0), (2, 0.99, 140.0))
    ]
    path.write_text(
        json.dumps(
            {"schema_version": 1, "kind": "service", "currency": "EUR", "points": points, "dominated": 2}
        )
    )
    return path


def exceptions(path: Path, run_id: str = "") -> Path:
    """A file of one exception that recovers 110 of 150."""
    action = {
        "action": "order", "item": "rice", "origin": "DC", "destination": "NEAR", "mode": "truck", "dispatch": "2026-03-03",
        "arrival": "2026-03-04", "units": 30.0, "instead": "",
    }  # fmt: skip
    one = {
        "type": "low_service", "says": "30 units of sales of rice are lost at NEAR", "recoverable": 110.0, "stake": 150.0,
        "deadline": "2026-03-03", "hours_left": 47.5, "owners": ["retail", "distribution"], "actions": [action],
    }  # fmt: skip
    signs = [{"sign": "the share of emergency freight rises", "holds": None, "says": "not in the tables"}]
    content = {
        "schema_version": 1,
        "kind": "exceptions",
        "currency": "EUR",
        "run_id": run_id,
        "least_money": 50.0,
    }
    content |= {"at": "2026-03-02T08:00:00Z", "exceptions": [one], "below": {"count": 4}, "signs": signs}
    path.write_text(json.dumps(content))
    return path


def simulation(folder: Path, low: float | None = -60.0, high: float | None = -20.0) -> Path:
    """A simulation.json of two policies and two delays; `low` and `high` are the ends of the difference's interval."""
    folder.mkdir()

    def around(mean: float) -> dict[str, float]:
        return {"mean": mean, "low": mean * 0.9, "high": mean * 1.1}

    results = [
        {
            "policy": policy,
            "delay": delay,
            "replications": 20,
            "metrics": {"total_cost": around(cost + 30 * delay), "fill_rate": around(0.9)},
        }
        for policy, cost in (("joint", 400.0), ("sequential", 440.0))
        for delay in (0, 2)
    ]
    content: dict[str, Any] = {
        "schema_version": 1, "currency": "EUR", "truth": "draws", "days": 56, "replications": 20, "seed": 1,
        "results": results,
        "differences": [
            {"policy": "joint", "baseline": "sequential", "delay": 0,
             "metrics": {"total_cost": {"mean": -40.0, "low": low, "high": high, "relative": -0.09}}}
        ],
        "cost_of_delay": [{"policy": "joint", "delay": 2, "extra": around(60.0), "per_day": around(30.0)}],
    }  # fmt: skip
    (folder / "simulation.json").write_text(json.dumps(content))
    return folder

"""Runs that were made by hand: what a comparison reads of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from planner.plan.effort import Effort
from planner.plan.plan import INVENTORY_COLUMNS, LOAD_COLUMNS, ORDER_COLUMNS, Plan
from planner.plan.record import new_record
from planner.plan.registry import Registry
from planner.plan.run import Run, write_plan

MONDAY = pd.Timestamp("2026-03-02")
Line = tuple[str, str, int, float]  # item, mode, day, quantity


def _day(day: int) -> pd.Timestamp:
    return MONDAY + pd.Timedelta(days=day)


def orders(*lines: Line, destination: str = "store") -> pd.DataFrame:
    """Orders from the DC; days count from Monday."""
    rows = [
        (f"O{number}", item, "dc", destination, mode, _day(day), _day(day + 1), quantity, quantity)
        for number, (item, mode, day, quantity) in enumerate(lines)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(ORDER_COLUMNS))
    dates = dict.fromkeys(("dispatch_date", "arrival_date"), "datetime64[us]")
    return frame.astype(dates | {"cases": "float64", "quantity": "float64"})


def run(
    registry: Registry,
    cost: float,
    bound: float | None,
    *lines: Line,
    input_hash: str = "",
    currency: str = "EUR",
    scenario: str = "",
    kpis: Mapping[str, Any] | None = None,
    **certificate: Any,
) -> Run:
    """A completed run whose plan costs `cost`, all of it for trucks."""
    figures = {
        "cost": {"total": cost, "freight": {"truck": cost}, "emergency_freight": 0.0, "holding": 0.0},
        "fill_rate": 0.98,
        "vehicle_fill": None,
        "loads": len(lines),
    }
    gap = None if bound is None else (cost - bound) / cost
    plan = Plan(
        orders=orders(*lines),
        loads=pd.DataFrame(columns=list(LOAD_COLUMNS)),
        inventory=pd.DataFrame(columns=list(INVENTORY_COLUMNS)),
        kpis=figures | dict(kpis or {}),
        certificate={"cost": cost, "bound": bound, "gap": gap, **certificate},
    )
    effort = Effort("default", gap=0.01, time_limit=60.0, threads=2, seed=0)
    draft = registry.open(new_record("/data", input_hash or f"{cost}", currency, effort, scenario=scenario))
    draft.step("validated")
    draft.step("solving")
    write_plan(draft.folder, plan)
    draft.step("completed", cost=cost, bound=bound, gap=gap)
    return draft.publish()


def registry(folder: Path) -> Registry:
    """An empty one."""
    return Registry(folder / "runs")

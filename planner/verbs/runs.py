"""What there is to say about runs: one, all, and the difference of two."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.plan.record import RunRecord
from planner.plan.registry import Registry
from planner.plan.run import Run

if TYPE_CHECKING:
    import pandas as pd

ORDER_KEY = ["item_id", "origin", "destination", "mode", "dispatch_date"]


def document(run: Run) -> dict[str, Any]:
    """Everything a program wants to know about a run, without its tables."""
    return {**entry(run.record, run.folder), "kpis": run.plan.kpis if run.has_plan else None}


def entry(record: RunRecord, folder: Path | None) -> dict[str, Any]:
    """A line in the list of runs; the folder is None while the run is being worked on."""
    return {
        "run_id": record.run_id,
        "alias": record.alias,
        "folder": None if folder is None else str(folder),
        "status": record.status,
        "cost": record.cost,
        "bound": record.bound,
        "gap": record.gap,
        "seconds": record.seconds,
        "currency": record.currency,
        "source": record.source,
        "input_hash": record.input_hash,
        "profile": record.profile,
        "effort": record.effort,
        "policy": record.effort.get("policy", "joint"),
        "engine": record.engine,
        "interrupted": record.interrupted,
        "stamps": record.stamps,
        "warnings": record.warnings,
        "error": record.error,
    }


def entries(registry: Registry) -> list[dict[str, Any]]:
    """Every run, the newest first, with those that are being worked on and those whose process has gone."""
    found = [entry(run.record, run.folder) for run in registry.runs()]
    found += [entry(record, None) for record in registry.drafts()]
    return sorted(found, key=lambda line: str(line["run_id"]), reverse=True)


def inputs(run: Run) -> dict[str, Any]:
    """What the run was made from, and whether that is still there."""
    record = run.record
    return {
        "run_id": record.run_id,
        "source": record.source,
        "source_exists": Path(record.source).exists(),
        "input_hash": record.input_hash,
        "profile": record.profile,
        "effort": record.effort,
        "versions": record.versions,
    }


def difference(one: Run, other: Run) -> dict[str, Any]:
    """Cost and key figures of both, and how many order lines differ in their cases."""
    before, after = figures(one), figures(other)
    moved = moves(one.plan.orders, other.plan.orders)
    return {
        "runs": [one.record.run_id, other.record.run_id],
        "same_input": one.record.input_hash == other.record.input_hash,
        "figures": {name: [before.get(name), after.get(name)] for name in dict.fromkeys([*before, *after])},
        "orders_added": int((moved["before"] == 0).sum()),
        "orders_removed": int((moved["after"] == 0).sum()),
        "orders_changed": int(((moved["before"] != 0) & (moved["after"] != 0)).sum()),
    }


def moves(before: "pd.DataFrame", after: "pd.DataFrame") -> "pd.DataFrame":
    """Order lines (item, lane-mode, dispatch day) whose cases differ, with the cases before and after."""
    import pandas as pd

    cases = pd.concat(
        [
            frame.groupby(ORDER_KEY)["cases"].sum().rename(name)
            for name, frame in (("before", before), ("after", after))
        ],
        axis=1,
    ).fillna(0.0)
    return cases[cases["before"] != cases["after"]].reset_index()


def figures(run: Run) -> dict[str, float | None]:
    """Key figures in one flat table; causes of cost as `cost.freight.truck`."""
    flat: dict[str, float | None] = {"gap": run.plan.gap, "bound": run.plan.bound}

    def add(prefix: str, values: dict[str, Any]) -> None:
        for name, value in values.items():
            if isinstance(value, dict):
                add(f"{prefix}{name}.", value)
            else:
                flat[prefix + name] = value

    add("", run.plan.kpis)
    return flat

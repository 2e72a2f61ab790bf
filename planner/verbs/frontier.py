"""The trade-off of service, stock and freight: plans for several service weights, each a run."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.errors import NoPlanInTime, UsageError
from planner.plan.effort import Engine
from planner.plan.files import write_csv, write_json
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.tables.dataset import DataSet
from planner.value.frontier.points import Frontier, Point, document, frontier_of, point_of, table
from planner.value.frontier.weights import next_weight, read_range
from planner.value.scenarios.scenario import Scenario
from planner.verbs.solve import Hooks, Request, solve
from planner.verbs.validate import valid_data


@dataclass(frozen=True)
class Sweep:
    """What is to be swept, and how hard each point is tried; None = as the profile says."""

    source: Path
    service: str = "0.90..0.995"
    points: int = 7
    profile: str = "default"
    gap: float | None = None
    time_limit: float | None = None
    threads: int | None = None
    seed: int | None = None
    engine: Engine = "auto"
    buckets: str | None = None
    to: Path = Path("frontier.json")


@dataclass(frozen=True)
class Swept:
    """The frontier, as it was written, and whether the sweep was interrupted."""

    frontier: Frontier
    document: dict[str, Any]
    path: Path
    interrupted: bool


def frontier(
    sweep: Sweep, registry: Registry, hooks: Hooks, tell: Callable[[Point], None] = lambda _: None
) -> Swept:
    """Plan for service weights until the fill rates span the range; write the points as .json and .csv.

    Runs that are there already are taken from the registry, so that a sweep goes on where it was stopped. `tell` hears of every
    point. Raises UsageError, InvalidData, NoFeasiblePlan; NoPlanInTime and KeyboardInterrupt after what was reached was
    written, the latter only where nothing was.
    """
    low, high = read_range(sweep.service)
    data, _ = valid_data(sweep.source)
    _require_free(sweep.to, data)
    own, found, runs = data.settings.service_weight, dict[float, Point](), dict[float, Run]()
    stopped = False
    while not stopped:
        fills = {weight: point.fill_rate for weight, point in found.items()}
        weight = next_weight(fills, low, high, sweep.points, own)
        if weight is None:
            break
        try:
            outcome = solve(_request(sweep, weight, own, runs), registry, hooks)
        except (KeyboardInterrupt, NoPlanInTime) as end:
            if found:
                _write(sweep, data, found, low, high, complete=False)
            if not found or isinstance(end, NoPlanInTime):
                raise
            stopped = True
            break
        runs[weight] = outcome.run
        found[weight] = point_of(data, outcome.run, weight)
        tell(found[weight])
        stopped = hooks.stop()
    return _write(sweep, data, found, low, high, complete=not stopped)


def _request(sweep: Sweep, weight: float, own: float, runs: dict[float, Run]) -> Request:
    """What is solved for a weight, beginning with the plan for the nearest one."""
    useful = [
        other for other, run in runs.items() if run.record.engine == "exact" or run.plan.prices is not None
    ]
    nearest = min(useful, key=lambda other: max(other / weight, weight / other), default=None)
    return Request(
        sweep.source,
        sweep.profile,
        sweep.gap,
        sweep.time_limit,
        sweep.threads,
        sweep.seed,
        engine=sweep.engine,
        buckets=sweep.buckets,
        warm=None if nearest is None else str(runs[nearest].folder),
        scenario=None if weight == own else _weighed(weight),
    )


def _weighed(weight: float) -> Scenario:
    """The data with another service weight."""
    name = f"service_weight_{weight:g}".replace(".", "_")
    return Scenario(name, "a point of a frontier", {"service_weight": weight})


def _write(
    sweep: Sweep, data: DataSet, found: dict[float, Point], low: float, high: float, *, complete: bool
) -> Swept:
    told = frontier_of(list(found.values()), low, high, complete=complete)
    content = document(told, data, str(sweep.source.resolve()))
    write_csv(sweep.to.with_suffix(".csv"), table(told))
    write_json(sweep.to, content)
    return Swept(told, content, sweep.to, not complete)


def _require_free(to: Path, data: DataSet) -> None:
    """Raise UsageError unless the files may be written: nothing is there, or a sweep of the same data that was stopped."""
    if to.suffix != ".json":
        raise UsageError(f"{to}: the frontier is written as .json, with a .csv beside it")
    if not to.parent.exists():
        raise UsageError(f"the folder {to.parent} doesn't exist; nothing was solved")
    there = [path for path in (to, to.with_suffix(".csv")) if path.exists()]
    if there and not _stopped(to, data):
        raise UsageError(
            f"{there[0]} exists already; nothing was solved. Maybe choose another name with --to."
        )


def _stopped(path: Path, data: DataSet) -> bool:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (
        isinstance(content, dict)
        and content.get("complete") is False
        and content.get("input_hash") == data.content_hash
    )

"""All policies, delays, triggers and replications. Each is written down when it is done, so that nothing is simulated twice."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from planner import __version__
from planner.errors import UsageError
from planner.parallel import in_parallel
from planner.plan.files import write_csv, write_json
from planner.tables.dataset import DataSet
from planner.value.simulate.episode import play
from planner.value.simulate.measures import measures, rates_of
from planner.value.simulate.policies import policy, response
from planner.value.simulate.setup import Cell, Setup
from planner.value.simulate.statistics import cost_of_delay, differences, measured, results
from planner.value.simulate.truth import Truth, truth
from planner.value.simulate.tune import tuned_factor

SETUP, CELLS, SUMMARY, TABLE = "setup.json", "cells", "simulation.json", "simulation.csv"
GROWS = ("policies", "delays", "replications")  # say which cells there are, not what happens in one


@dataclass(frozen=True)
class State:
    """How far a study is: cells that are done, of all; seconds since it began, and until it ends by the pace so far."""

    done: int
    cells: int
    elapsed: float
    left: float | None


def question(data: DataSet, setup: Setup) -> dict[str, Any]:
    """What decides what happens in a cell, as it is kept in the folder: another question needs another folder; more policies,
    delays or replications of the same one don't."""
    asked = {name: value for name, value in asdict(setup).items() if name not in GROWS}
    return {"input_hash": data.content_hash, "planner": __version__, **asked}


def default_folder(data: DataSet, setup: Setup) -> Path:
    """`simulations/<eight letters of the question's hash>`."""
    text = json.dumps(question(data, setup), sort_keys=True, default=list)
    return Path("simulations") / sha256(text.encode()).hexdigest()[:8]


def simulate(
    data: DataSet,
    setup: Setup,
    folder: Path,
    *,
    workers: int = 1,
    progress: Callable[[State], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Simulate what isn't in the folder yet, and sum up all that is: the content of `simulation.json`.

    With `stop` it ends early with what is done. Raises UsageError if the folder holds another study, or nothing to simulate with.
    """
    _truth(data, setup, 0)  # says at once what is wrong with the history
    _begin(data, setup, folder)
    todo = [cell for cell in setup.cells() if not (folder / CELLS / cell.file).exists()]
    total, began = len(list(setup.cells())), time.monotonic()
    factor = _factor(data, setup, folder) if "reorder" in setup.policies else 1.0

    def tell(finished: int) -> None:
        elapsed = time.monotonic() - began
        left = elapsed / finished * (len(todo) - finished) if finished else None
        progress(State(total - len(todo) + finished, total, elapsed, left))

    tell(0)
    for finished, (cell, found) in enumerate(_simulated(data, setup, factor, todo, workers, stop), 1):
        write_json(folder / CELLS / cell.file, {**cell._asdict(), **found})
        tell(finished)
    return _sum_up(data, setup, folder, factor)


def _begin(data: DataSet, setup: Setup, folder: Path) -> None:
    asked = json.loads(json.dumps(question(data, setup)))
    kept = folder / SETUP
    if kept.exists():
        if json.loads(kept.read_text(encoding="utf-8")) != asked:
            raise UsageError(
                f"{folder} has another simulation (see its {SETUP}). Choose another folder with --to."
            )
        return
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty and holds no simulation. Choose another folder with --to.")
    (folder / CELLS).mkdir(parents=True, exist_ok=True)
    write_json(kept, asked)


def _factor(data: DataSet, setup: Setup, folder: Path) -> float:
    """The safety factor of the reorder policy, tuned once per study."""
    kept = folder / "tuning.json"
    if not kept.exists():
        write_json(kept, tuned_factor(data, setup.effort, setup.triggers[0]))
    return float(json.loads(kept.read_text(encoding="utf-8"))["factor"])


def _simulated(
    data: DataSet, setup: Setup, factor: float, todo: list[Cell], workers: int, stop: Callable[[], bool]
) -> Iterator[tuple[Cell, dict[str, float]]]:
    """Cells in the order in which they are done; one that is stopped is begun again by the next call."""
    work = partial(_cell, data, setup, factor)
    if workers > 1 and len(todo) > 1:
        yield from in_parallel(work, todo, min(workers, len(todo)), stop)
        return
    for cell in todo:
        try:
            yield work(cell, stop)
        except KeyboardInterrupt:
            if not stop():
                raise
            return


def _cell(
    data: DataSet, setup: Setup, factor: float, cell: Cell, stop: Callable[[], bool]
) -> tuple[Cell, dict[str, float]]:
    happens = _truth(data, setup, cell.replication)
    decide, respond = policy(cell.policy, setup.effort, factor), response(cell.policy, setup.effort, factor)
    episode = play(happens, decide, cell.delay, setup.trigger(cell.trigger), respond, stop)
    return cell, measures(happens, episode, rates_of(happens))


def _truth(data: DataSet, setup: Setup, replication: int) -> Truth:
    return truth(data, setup.days, setup.source, setup.seed, replication, setup.shocks, setup.events)


def _sum_up(data: DataSet, setup: Setup, folder: Path, factor: float) -> dict[str, Any]:
    files = [folder / CELLS / cell.file for cell in setup.cells()]
    found = [json.loads(file.read_text(encoding="utf-8")) for file in files if file.exists()]
    cells = pd.DataFrame(found)
    cells = cells.astype(dict.fromkeys(measured(cells), "float64"))  # what is null in the files is NaN here
    triggers: list[str] = [trigger.name for trigger in setup.triggers]
    summary = {
        "schema_version": 1,
        "currency": data.settings.currency,
        "source": str(data.source or ""),
        "input_hash": data.content_hash,
        "truth": setup.source,
        "days": setup.days,
        "replications": setup.replications,
        "seed": setup.seed,
        "policies": list(setup.policies),
        "delays": list(setup.delays),
        "triggers": triggers,
        "response_hours": {trigger.name: trigger.response for trigger in setup.triggers},
        "shocks_per_week": setup.shocks,
        "detects": any(trigger.detects for trigger in setup.triggers),
        "events": len(setup.events),
        "reorder_factor": factor,
        "done": len(found),
        "cells": len(files),
        "results": results(cells) if found else [],
        "differences": differences(cells, "policy", list(setup.policies)) if found else [],
        "trigger_differences": differences(cells, "trigger", triggers) if found else [],
        "cost_of_delay": cost_of_delay(cells) if found else [],
    }
    write_json(folder / SUMMARY, summary)
    if found:
        write_csv(folder / TABLE, cells)
    return summary

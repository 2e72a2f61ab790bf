"""Runs engines in processes of their own, so that memory is theirs and time can be limited from outside."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from benchmarks.peers.record import Network, Run, Task

ROOT = Path(__file__).parents[2]
LOADING = 900.0  # seconds for libraries and arrays, which are not counted
PATIENCE = 1.1, 10.0  # × the limit, and seconds, until a run that does not end is ended
NEEDS = {"decomposed": "planner_models.engines", "scip": "pyscipopt", "cp-sat": "ortools"}
UNLIMITED = ("decomposed",)  # engines that build no model of the whole


def python(
    *arguments: str, output: int = subprocess.PIPE, errors: IO[str] | None = None
) -> "subprocess.Popen[str]":
    """A Python process with this repository's code, in a group of its own."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "models")])
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdout=output,
        stderr=errors,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
        start_new_session=True,
    )


def make(name: str, lines: int, arrays: Path) -> Network:
    """Write the arrays of an instance."""
    maker = python("benchmarks.peers.network", name, str(lines), str(arrays))
    answer, _ = maker.communicate()
    if maker.returncode:
        raise SystemExit(f"the instance {name} could not be made")
    return Network(**json.loads(answer))


def missing(engine: str) -> str:
    """Why an engine can't be run here; empty if it can."""
    needed = NEEDS.get(engine)
    if needed is None or find_spec(needed) is not None:
        return ""
    return "not there yet" if needed.startswith("planner_models") else f"{needed} is not installed"


def measure(network: Network, engine: str, arrays: Path, task: Task, most_columns: int) -> Run:
    """Let an engine solve an instance."""
    run = Run(network, engine)
    run.note = missing(engine)
    if not run.note and engine not in UNLIMITED and network.columns > most_columns:
        run.note = f"not tried: more than {most_columns:,} columns"
    if run.note:
        return run
    with tempfile.TemporaryFile("w+") as errors:
        child = python("benchmarks.peers.child", engine, str(arrays), json.dumps(asdict(task)), errors=errors)
        try:
            ended = _follow(child, run, task)
        except BaseException:  # an interrupt reaches this process only
            os.killpg(child.pid, signal.SIGKILL)
            raise
        if run.seconds is not None:  # all is told; what a solver's threads still do is of no interest
            os.killpg(child.pid, signal.SIGKILL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        run.memory = usage.ru_maxrss / 1024
        if ended:
            run.note = f"{ended}; {run.note}".strip("; ")
        elif run.seconds is None:
            errors.seek(0)
            last = errors.read().strip().splitlines()[-1:]
            run.note = " ".join([f"ended with code {child.returncode}", *last])
    if run.cost is not None and run.bound is not None and run.bound > run.cost * (1 + 1e-6):
        run.note = f"the bound contradicts the cost; {run.note}".strip("; ")
    return run


def _follow(child: "subprocess.Popen[str]", run: Run, task: Task) -> str:
    """Take down what the process tells; why it was ended, or empty."""
    ended: list[str] = []

    def end(why: str) -> None:
        ended.append(why)
        os.killpg(child.pid, signal.SIGKILL)

    def alarm(seconds: float, why: str) -> threading.Timer:
        timer = threading.Timer(seconds, end, [why])
        timer.start()
        return timer

    timer = alarm(LOADING, f"arrays not there after {LOADING:g} s")
    limit = task.seconds * PATIENCE[0] + PATIENCE[1]
    assert child.stdout is not None
    try:
        for line in child.stdout:
            told = json.loads(line)
            if "ready" in told:
                timer.cancel()
                timer = alarm(limit, f"ended after {limit:,.0f} s")
            elif "elapsed" in told:
                run.update(**told)
            else:
                run.seconds, run.note = told["seconds"], told["note"]
    finally:
        timer.cancel()
        child.stdout.close()
    if ended and run.seconds is None:
        run.seconds = limit
    return "".join(ended)

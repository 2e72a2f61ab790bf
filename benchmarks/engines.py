"""The engines and their peers on the same instances: `python benchmarks/engines.py [--instances 1x50,10x200,50x1000]`.

Prints a table in Markdown as it goes, and then how time grows with the instance for one engine. An instance is stores x items, or
stores x items x DCs x days x seed. What the columns mean, and what a peer is: benchmarks/README.md.
"""

import argparse
import os
import platform
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.peers.chart import chart
from benchmarks.peers.process import make, measure
from benchmarks.peers.record import ENGINES, Run, Task
from benchmarks.peers.table import COLUMNS, cells, growth, header, row, write_csv

INSTANCES = "1x50,10x200,50x1000"
MOST_COLUMNS = 3_000_000  # of a model that is built
SOLVERS = ("highspy", "pyscipopt", "ortools")


def main() -> None:
    given = _options().parse_args()
    task = Task(given.gap, given.seconds, given.threads, given.seed, given.lines)
    engines = given.engines.split(",")
    if unknown := set(engines) - set(ENGINES):
        raise SystemExit(f"no engine: {', '.join(sorted(unknown))}; there are {', '.join(ENGINES)}")
    print(_conditions(task), header(COLUMNS), sep="\n\n", flush=True)
    runs: list[Run] = []
    with tempfile.TemporaryDirectory() as place:
        arrays = Path(place) / "arrays.pickle"
        for name in given.instances.split(","):
            network = make(name, task.lines, arrays)
            for engine in engines:
                runs.append(measure(network, engine, arrays, task, given.columns))
                print(row(cells(runs[-1])), flush=True)
                if given.csv:
                    write_csv(given.csv, runs)
    grown = [run for run in runs if run.engine == given.growth]
    print(f"\nGrowth of {given.growth}:\n", *growth(grown), sep="\n")
    if given.svg:
        given.svg.write_text(chart(runs, task.gap))


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--instances", default=INSTANCES, help=f"stores x items, … (default {INSTANCES})")
    options.add_argument(
        "--engines", default=",".join(ENGINES), help=f"of {', '.join(ENGINES)} (default all)"
    )
    options.add_argument("--seconds", type=float, default=1_800.0, help="limit of each run")
    options.add_argument("--gap", type=float, default=0.01, help="proven gap at which a run ends")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--seed", type=int, default=0, help="of the solvers; instances have their own")
    options.add_argument("--lines", type=int, default=20, help="lines per curve of the compact model")
    options.add_argument(
        "--columns", type=int, default=MOST_COLUMNS, help="most columns of a model that is built"
    )
    options.add_argument("--csv", type=Path, help="write the first table with all digits")
    options.add_argument("--svg", type=Path, help="write a chart of seconds against item-stores")
    options.add_argument("--growth", default="decomposed", help="the engine of the second table")
    return options


def _conditions(task: Task) -> str:
    """What the figures depend on."""
    versions = ", ".join(f"{name} {_version(name)}" for name in SOLVERS)
    return (
        f"{versions}; Python {platform.python_version()}, {os.cpu_count()} cores; per run {task.seconds:g} s, "
        f"gap {task.gap:.1%}, {task.threads} threads; {task.lines} lines per curve"
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()

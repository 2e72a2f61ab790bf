"""An instance as `planner bench make` makes it: `python -m benchmarks.peers.network NAME LINES PICKLE` writes its arrays."""

import json
import pickle
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.peers.record import Network
from benchmarks.peers.size import extent
from planner.bench.make import instance
from planner.bench.size import Size
from planner.compile import compile_problem


def main(name: str, lines: str, path: str) -> None:
    """`NAME` is stores x items, and DCs, days and seed where they are not 1, 14 and 1: `50x1000x2`."""
    size = Size(*map(int, name.split("x")))
    problem = compile_problem(instance(size))
    Path(path).write_bytes(pickle.dumps(problem, protocol=pickle.HIGHEST_PROTOCOL))
    large = extent(problem, int(lines))
    points = len(problem.stock.item)
    print(
        json.dumps(
            asdict(Network(name, size.stores * size.items, points, large.rows, large.columns, large.whole))
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

"""How long tables take to become arrays: `python benchmarks/compiling.py`, 10 × 200, 50 × 1,000 and 200 × 2,000 stores × items.

Each size runs in a process of its own, so that its peak memory is its own. Imports of libraries are not counted.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from planner import load
from planner.bench.make import make
from planner.bench.size import Size
from planner.compile import compile_problem

SIZES = (Size(10, 200, 1), Size(50, 1_000, 2), Size(200, 2_000, 5))


def measure(folder: Path) -> None:
    """Print one line for the tables in a folder."""
    began = time.perf_counter()
    data = load(folder)
    read = time.perf_counter()
    problem = compile_problem(data)
    done = time.perf_counter()
    rows = sum(len(frame) for frame in data.tables.values())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{rows:,} rows, {len(problem.stock.item):,} stock points, {len(problem.shipments.item):,} shipments: "
        f"read and validated in {read - began:.1f} s, compiled in {done - read:.1f} s, peak {memory:.1f} GiB",
        flush=True,
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        for size in SIZES:
            began = time.perf_counter()
            folder = make(Path(place) / f"{size.stores}x{size.items}", size)
            print(
                f"{size.stores} stores, {size.items:,} items: made in {time.perf_counter() - began:.1f} s",
                flush=True,
            )
            subprocess.run([sys.executable, __file__, str(folder)], check=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(Path(sys.argv[1]))
    else:
        main()

"""Compiles what is compiled on first use: `python -m tests.kernels`."""

from pathlib import Path

from planner import solve
from planner.compile import compile_problem
from planner.response.ledger.lock import locked
from planner_models.baselines import asked_for
from tests.engine.instances import random_data

LONGEST = 600.0  # seconds


def compile_kernels() -> None:
    """By the first process that comes; the others wait and find them on the disk."""
    with Path(__file__).open() as file, locked(file.fileno(), LONGEST):
        data = random_data(12, stores=2, days=4)
        solve(data, gap=0.0, time_limit=LONGEST, threads=1, engine="decomposed")
        for policy in ("sequential", "reorder"):
            asked_for(compile_problem(data), policy)


if __name__ == "__main__":
    compile_kernels()

"""What all tests share: the kernels of the decomposed engine are compiled once, and not by each worker that runs tests."""

import functools
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PLANNING = {"bench", "cli", "engine", "models", "parallel", "response", "service", "value"}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before the first test that may plan."""
    if item.path.relative_to(TESTS).parts[0] in PLANNING:
        compile_kernels()


@functools.cache
def compile_kernels() -> None:
    """By the first who comes; the others wait and find them on the disk."""
    from planner import solve
    from planner.response.ledger.lock import locked
    from tests.engine.instances import random_data

    with Path(__file__).open() as file, locked(file.fileno(), 600):
        solve(random_data(12, stores=2, days=4), gap=0.0, time_limit=600, threads=1, engine="decomposed")

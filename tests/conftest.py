"""What all tests share: the kernels of the engines are compiled once, and not by each worker that runs tests."""

import functools
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PLANNING = {"audit", "bench", "cli", "engine", "models", "parallel", "report", "response", "service", "value"}


def pytest_configure(config: pytest.Config) -> None:
    """With several workers they are compiled beside the first tests."""
    if getattr(config, "workerinput", {}).get("workerid") == "gw0":
        beside = subprocess.Popen([sys.executable, "-m", "tests.kernels"], cwd=TESTS.parent)
        config.add_cleanup(beside.wait)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that plan nothing first, while kernels are compiled."""
    items.sort(key=plans)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before the first test that may plan."""
    if plans(item):
        kernels()


def plans(item: pytest.Item) -> bool:
    return item.path.relative_to(TESTS).parts[0] in PLANNING


@functools.cache
def kernels() -> None:
    from tests.kernels import compile_kernels

    compile_kernels()

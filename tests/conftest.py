"""What all tests share: the kernels of the engines are compiled once, and not by each worker that runs tests."""

import functools
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PLANNING_NOTHING = {"architecture", "demand", "plan", "sample", "tables"}


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
    return item.path.relative_to(TESTS).parts[0] not in PLANNING_NOTHING


@functools.cache
def kernels() -> None:
    from tests.kernels import compile_kernels

    compile_kernels()

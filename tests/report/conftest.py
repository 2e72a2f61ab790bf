"""The tiny sample, planned jointly and in sequence."""

from pathlib import Path

import pytest

from planner.plan.run import Run
from planner.sample import init
from planner.tables.dataset import DataSet
from planner.tables.load import load
from tests.report.made import in_sequence, joint, keep


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    return load(init(tmp_path_factory.mktemp("report") / "tiny", "tiny"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="session")
def best(tiny: DataSet, folder: Path) -> Run:
    return keep(tiny, joint(tiny), folder)


@pytest.fixture(scope="session")
def sequential(tiny: DataSet, folder: Path) -> Run:
    return keep(tiny, in_sequence(tiny), folder)

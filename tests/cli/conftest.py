"""The command line as a function, and other engines in the place of the planner's own."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from planner.cli.main import main
from tests.cli.calling import Call, Engine, Said


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Call `planner` with the arguments, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*argv: object) -> Said:
        capfd.readouterr()
        code = main([str(argument) for argument in argv])
        captured = capfd.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The tiny sample, in a folder of its own."""
    from planner.sample import init

    return init(tmp_path / "tiny", "tiny")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[Engine], None]:
    """Put another engine in the place of the planner's own."""

    def use(solve: Engine) -> None:
        module = ModuleType("planner.solve")
        module.solve = solve  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "planner.solve", module)

    return use

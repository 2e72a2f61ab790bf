"""The command line as a function, and engines whose behaviour is known."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from planner.cli.main import main


@dataclass(frozen=True)
class Said:
    """What a call printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The JSON on stdout, which must be one line."""
        assert self.out.count("\n") == 1, self.out
        assert self.out.endswith("\n")
        document: dict[str, Any] = json.loads(self.out)
        assert document["schema_version"] == 1
        return document


Call = Callable[..., Said]


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

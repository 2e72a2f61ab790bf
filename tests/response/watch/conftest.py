"""The tiny sample, solved once; every test has a copy of it."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.response.approval.published import open_registry
from planner.response.ledger import Kind, Ledger
from planner.response.ledger.ledger import Book
from planner.sample import init
from planner.verbs.approve import Request as Signature
from planner.verbs.approve import approve, reject
from planner.verbs.solve import Request, solve
from planner.verbs.watch import Find, Watcher, replanned
from tests.response.watch import selling


@dataclass(frozen=True)
class Place:
    """Tables, and the runs beside them."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def registry(self) -> Registry:
        return open_registry(self.folder / "runs")

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.folder / "runs")

    @property
    def runs(self) -> list[Run]:
        """The oldest first."""
        return list(self.registry.runs())[::-1]

    def kinds(self) -> list[str]:
        """What the ledger has."""
        return [entry.kind for entry in self.ledger.entries()]

    def watcher(self, find: Find | None = None) -> Watcher:
        """A new one, as after a restart."""
        return Watcher(self.data, self.registry, replanned(self.data, self.registry), find)

    def drop(self, name: str, *events: dict[str, Any]) -> Path:
        """A file with events."""
        (self.data / "events").mkdir(exist_ok=True)
        path = self.data / "events" / f"{name}.json"
        path.write_text(json.dumps(events))
        return path

    def sign(self, run: Run) -> None:
        for role in ("retail", "distribution"):
            approve(run.record.run_id, self.registry, Signature(role, "Ann"))

    def end(self, run: Run) -> None:
        reject(run.record.run_id, self.registry, Signature("retail", "Ann", "no"))

    def allow(self, money: float) -> None:
        """Let the watcher publish up to an amount."""
        path = self.data / "planner.toml"
        rest, _, more = path.read_text().partition("[approval]\n")
        path.write_text(f"{rest}\n[approval]\npublish_up_to = {money}\n{more}")


@pytest.fixture(scope="session")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("watched")
    init(folder / "data", "tiny")
    solve(Request(folder / "data"), open_registry(folder / "runs"))
    return folder


@pytest.fixture(scope="session")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sold")
    selling.solved(folder)
    return folder


@pytest.fixture
def shop(sold: Path, tmp_path: Path) -> Place:
    """A place with sales, quiet as yet."""
    return copied(sold, tmp_path / "shop")


@pytest.fixture
def place(solved: Path, tmp_path: Path) -> Place:
    return copied(solved, tmp_path / "place")


@pytest.fixture
def places(solved: Path, tmp_path: Path) -> Callable[[str], Place]:
    """Copies by name."""
    return lambda name: copied(solved, tmp_path / name)


def copied(solved: Path, folder: Path) -> Place:
    """The runs say where their tables are: that is the copy now."""
    shutil.copytree(solved, folder)
    for record in (folder / "runs").glob("*/run.json"):
        content = json.loads(record.read_text())
        record.write_text(json.dumps(content | {"source": str((folder / "data").resolve())}))
    return Place(folder)


def fuel(name: str, factor: float = 1.2, **more: Any) -> dict[str, Any]:
    """All freight costs more."""
    return {
        "event_id": name,
        "at": "2026-03-02T08:00",
        "type": "tariff_change",
        "factor": factor,
    } | more


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Watcher, str], None]:
    """A look that is killed before it notes what is of a kind."""

    def look(watcher: Watcher, before: str = "proposed") -> None:
        append = Book.append

        def stopped(self: Book, kind: Kind, **facts: Any) -> Any:
            if kind == before:
                raise KeyboardInterrupt
            return append(self, kind, **facts)

        with monkeypatch.context() as patched:
            patched.setattr(Book, "append", stopped)
            with pytest.raises(KeyboardInterrupt):
                watcher.look()

    return look

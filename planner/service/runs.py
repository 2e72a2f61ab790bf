"""The runs, read once: they never change. What only a plan's tables tell is kept for the runs that are looked at."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from planner.errors import UsageError
from planner.plan.lifecycle import FINAL
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.response.approval.published import open_registry

OPEN = 6  # plans that are kept in memory


class Runs(Registry):
    """A registry that remembers the records it has read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, open_registry(folder).aliases)
        object.__setattr__(self, "_known", {})
        object.__setattr__(self, "_made", {})
        object.__setattr__(self, "_open", lru_cache(OPEN)(self._read))

    def runs(self) -> Iterator[Run]:
        """Every run that is visible, the newest first."""
        known: dict[str, Run] = self.__dict__["_known"]
        names = [folder.name for folder in self._folders() if not folder.name.startswith(".")]
        for name in known.keys() - set(names):  # removed by hand
            known.pop(name, None)
        for name in sorted(names, reverse=True):
            if name not in known:
                try:
                    run = Run.read(self.folder / name)
                except UsageError:
                    continue
                if run.record.status in FINAL:
                    known[name] = run
            if name in known:
                yield known[name]

    def opened(self, name: str) -> Run:
        """The run of that name, of which the plan is read at most once; raises UsageError if there is none."""
        run: Run = self.__dict__["_open"](self.find(name).record.run_id)
        return run

    def remembered(self, run_id: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What has been made of a run, which never changes: made once for those that were looked at last."""
        made: dict[str, dict[str, Any]] = self.__dict__["_made"]
        found = made.pop(run_id, None) or make()
        made[run_id] = found
        while len(made) > OPEN:
            made.pop(next(iter(made)), None)
        return found

    def _read(self, run_id: str) -> Run:
        return Run.read(self.folder / run_id)

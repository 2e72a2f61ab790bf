"""The folder in which runs are kept, and how a run gets into it.

A run is worked on in a hidden folder, `.<id>.partial`, and appears under its id in one rename when everything
in it is on the disk. A process that is killed leaves the hidden folder behind: listed as failed, never a run.
"""

import os
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import NoFeasiblePlan, UsageError
from planner.plan.files import flush, write_json
from planner.plan.lifecycle import Status
from planner.plan.record import RunRecord, stamp
from planner.plan.run import LOG, RECORD, Run

LATEST = "latest"
_PARTIAL = ".partial"


@dataclass
class Draft:
    """A run that is being worked on. Every step is on the disk before the next begins."""

    registry: "Registry"
    record: RunRecord

    @property
    def folder(self) -> Path:
        """Where the files are written; hidden."""
        return self.registry.folder / f".{self.record.run_id}{_PARTIAL}"

    def step(self, status: Status, **changes: object) -> None:
        """Go on in the life cycle and say so in `run.json`."""
        self.record = self.record.step(status, **changes)
        write_json(self.folder / RECORD, self.record.model_dump())

    def log(self, line: str) -> None:
        """Add a stamped line to the log of the run."""
        with (self.folder / LOG).open("a", encoding="utf-8") as log:
            log.write(f"{stamp()} {line}\n")

    def publish(self) -> Run:
        """Make the run visible under its id, complete or not at all."""
        target = self.registry.folder / self.record.run_id
        if target.exists():
            raise FileExistsError(f"{target} exists already; a run is never overwritten")
        for file in self.folder.iterdir():
            flush(file)
        flush(self.folder)
        self.folder.rename(target)
        flush(self.registry.folder)
        return Run(target, self.record)


@dataclass(frozen=True)
class Registry:
    """The runs in one folder; the folder is made when the first run begins.

    `aliases` are names that stand for a run, each with the function that finds it.
    """

    folder: Path
    aliases: Mapping[str, Callable[["Registry"], Run]] = field(default_factory=dict)

    def open(self, record: RunRecord) -> Draft:
        """Begin a run; raises UsageError where the folder can't be written."""
        draft = Draft(self, record)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft.folder.mkdir()
        except (FileExistsError, NotADirectoryError) as fault:
            raise UsageError(f"runs can't be kept in {self.folder}: it is not a folder") from fault
        except PermissionError as fault:
            raise UsageError(f"runs can't be kept in {self.folder}: no permission to write there") from fault
        write_json(draft.folder / RECORD, record.model_dump())
        return draft

    def runs(self) -> Iterator[Run]:
        """Every run that is visible, the newest first; folders that aren't runs are passed over."""
        for folder in sorted(self._folders(), reverse=True):
            if not folder.name.startswith(".") and (folder / RECORD).exists():
                try:
                    yield Run.read(folder)
                except UsageError:
                    continue

    def drafts(self) -> Iterator[RunRecord]:
        """Runs that aren't visible yet, the newest first; `failed` where their process is gone."""
        for folder in sorted(self._folders(), reverse=True):
            if folder.name.startswith(".") and folder.name.endswith(_PARTIAL):
                try:
                    record = Run.read(folder).record
                except UsageError:
                    continue
                yield (
                    record
                    if is_alive(record)
                    else record.model_copy(
                        update={
                            "status": "failed",
                            "error": {"message": "the process ended without finishing the run"},
                        }
                    )
                )

    def find(self, name: str) -> Run:
        """The run by folder, id, alias, beginning of either, `latest` or one of `aliases`; raises UsageError, with advice."""
        if (Path(name) / RECORD).exists():
            return Run.read(Path(name))
        runs = list(self.runs())
        if not runs:
            raise UsageError(f"there are no runs in {self.folder}. Maybe they are elsewhere: see --out.")
        if name == LATEST:
            return runs[0]
        if name in self.aliases:
            return self.aliases[name](self)
        matching = [run for run in runs if name in (run.record.run_id, run.record.alias)] or [
            run for run in runs if run.record.run_id.startswith(name) or run.record.alias.startswith(name)
        ]
        if len(matching) == 1:
            return matching[0]
        if not matching:
            raise UsageError(
                f"there is no run {name!r} in {self.folder}. `planner runs list` shows those that are there."
            )
        several = ", ".join(run.record.run_id for run in matching[:5])
        raise UsageError(f"{name!r} may be several runs: {several}. Give more of the id.")

    def made(self, run_id: str) -> Run | None:
        """The run of exactly this id, if it is visible."""
        folder = self.folder / run_id
        return Run.read(folder) if (folder / RECORD).exists() else None

    def discard(self, run_id: str) -> None:
        """Remove what a process that has ended left of a run that never became visible."""
        shutil.rmtree(self.folder / f".{run_id}{_PARTIAL}", ignore_errors=True)

    def answer(self, record: RunRecord) -> Run | None:
        """The newest run that has answered the same question already, if there is one."""
        for run in self.runs():
            if run.has_plan and not run.record.interrupted and run.record.question == record.question:
                return run
        return None

    def refusal(self, record: RunRecord) -> Run | None:
        """The newest run that has found that the same question has no feasible plan, if there is one."""
        for run in self.runs():
            found = (run.record.error or {}).get("kind") == NoFeasiblePlan.__name__
            if found and run.record.question == record.question:
                return run
        return None

    def _folders(self) -> list[Path]:
        try:
            return [entry for entry in self.folder.iterdir() if entry.is_dir()]
        except FileNotFoundError:
            return []
        except NotADirectoryError as fault:
            raise UsageError(f"{self.folder} is not a folder, so there are no runs in it") from fault


def is_alive(record: RunRecord) -> bool:
    """Whether the process that made the run is there; believed where nobody can tell (another machine, Windows)."""
    if record.host != platform.node() or os.name == "nt":
        return True
    try:
        os.kill(record.process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

"""The file: entries are added at its end, one process at a time, and are on the disk before anybody is told.

The chain of hashes finds a line that was changed, moved or taken out; `ledger.head`, written after each entry, one that was
taken off the end. Both find accidents and clumsy hands: whoever may write the folder can write a new ledger.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.errors import LedgerDamaged, UsageError
from planner.plan.files import flush, write_json
from planner.plan.record import stamp
from planner.plan.run import Run
from planner.response.ledger.entry import BEGINNING, Entry, Kind, next_entry, parse
from planner.response.ledger.lock import locked

FILE = "ledger.jsonl"
HEAD = "ledger.head"


@dataclass(frozen=True)
class Ledger:
    """The ledger of a folder of runs; its file is made with the first entry."""

    folder: Path

    @property
    def path(self) -> Path:
        """Where the entries are."""
        return self.folder / FILE

    def entries(self) -> list[Entry]:
        """All entries, the oldest first; raises LedgerDamaged if a line isn't what was written.

        A last line without its end is one that is being written, or whose writer was killed: not an entry.
        """
        try:
            return self._read()
        except LedgerDamaged:  # or somebody has just now taken off what a killed writer left
            return self._read()

    def _read(self) -> list[Entry]:
        promised = self._head()  # before the lines: they are never fewer
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            content = b""
        return self._verified(content, promised)

    def append(
        self, kind: Kind, *, actor: str, run_id: str = "", at: str | None = None, **facts: Any
    ) -> Entry:
        """Add an entry; when this returns it is on the disk. Stamped now, unless `at` (UTC) is given.

        Facts are JSON, or EventFact. Raises LedgerDamaged; UsageError where the folder can't be written.
        """
        with self.writing() as book:
            return book.append(kind, actor=actor, run_id=run_id, at=at, **facts)

    @contextmanager
    def writing(self) -> Iterator["Book"]:
        """Hold the ledger alone: what the book says stays so until the block ends. What a killed writer left is taken off."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        except (PermissionError, FileExistsError, NotADirectoryError) as fault:
            raise UsageError(f"the ledger can't be written: {self.path}: {fault.strerror}") from fault
        try:
            with locked(handle):
                entries = self._read()
                self._tidy()
                whole = sum(len(entry.line.encode()) + 1 for entry in entries)
                os.ftruncate(handle, whole)
                os.lseek(handle, whole, os.SEEK_SET)
                yield Book(self, entries, handle)
        finally:
            os.close(handle)

    def _tidy(self) -> None:
        """Remove heads that a killed writer had not moved to their place yet."""
        for left in self.folder.glob(".ledger.*.head"):
            left.unlink()

    def _head(self) -> tuple[int, str]:
        """How many entries there must be at least, and the hash of the last of them."""
        try:
            content = json.loads((self.folder / HEAD).read_text(encoding="utf-8"))
            return int(content["entries"]), str(content["hash"])
        except FileNotFoundError:
            return 0, BEGINNING
        except (ValueError, KeyError, TypeError) as fault:
            raise LedgerDamaged(f"{self.folder / HEAD} can't be read. {_ADVICE}") from fault

    def _verified(self, content: bytes, promised: tuple[int, str]) -> list[Entry]:
        lines = content.split(b"\n")[:-1]
        found: list[Entry] = []
        for number, line in enumerate(lines, start=1):
            before = found[-1].hash if found else BEGINNING
            try:
                entry = parse(line.decode("utf-8"))
            except ValueError as fault:
                raise self._damaged(number, "can't be read") from fault
            if entry.hash != entry.true_hash or entry.line.encode() != line:
                raise self._damaged(number, "was changed")
            if entry.number != number or entry.previous != before:
                missing = "lines before it were taken out, or moved"
                raise self._damaged(number, f"doesn't follow the one before it: {missing}")
            found.append(entry)
        count, last = promised
        if len(found) < count:
            taken = f"its last lines were taken off: {len(found)} are left of {count}"
            raise self._damaged(len(found) + 1, f"is missing: {taken}")
        if count and found[count - 1].hash != last:
            raise self._damaged(count, "was replaced")
        return found

    def _damaged(self, number: int, what: str) -> LedgerDamaged:
        return LedgerDamaged(f"{self.path} line {number} {what}. {_ADVICE}")


def ledger_of(run: Run) -> Ledger:
    """The ledger beside a run."""
    return Ledger(run.folder.parent)


_ADVICE = (
    "Nothing more is written to it. Restore it from a backup; or move ledger.jsonl and ledger.head away: "
    "a new ledger begins, and what was signed must be signed again."
)


@dataclass
class Book:
    """The ledger in the hands of one writer."""

    ledger: Ledger
    entries: list[Entry]
    handle: int

    def append(
        self, kind: Kind, *, actor: str, run_id: str = "", at: str | None = None, **facts: Any
    ) -> Entry:
        """Add an entry; when this returns it is on the disk."""
        plain = {name: _plain(value) for name, value in facts.items()}
        entry = next_entry(
            self.entries[-1] if self.entries else None, at or stamp(), kind, actor, run_id, plain
        )
        rest = memoryview(entry.line.encode() + b"\n")
        while rest:
            rest = rest[os.write(self.handle, rest) :]
        os.fsync(self.handle)
        if not self.entries:
            flush(self.ledger.folder)  # the name of the file
        write_json(self.ledger.folder / HEAD, {"entries": entry.number, "hash": entry.hash})
        self.entries.append(entry)
        return entry


def _plain(value: Any) -> Any:
    from planner.response.ledger.facts import EventFact

    if isinstance(value, EventFact):
        return vars(value)
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value

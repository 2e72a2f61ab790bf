"""A task in a process of its own, with limits of time and memory."""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

import psutil

from planner.service.jobs.task import Task
from planner.service.settings import MB

LOOK = 0.2  # seconds between two looks at a process
LAST_WORDS = 4000  # characters of stderr that are kept
NICENESS = 10  # jobs leave the processor to answers when both want it
PATIENCE = 2.0  # seconds between two questions whether a job is to stop


@dataclass(frozen=True)
class Ended:
    """How a process ended: with a document, with a fault in words, or without either for a `reason`.

    `stopped` says that it was asked to, `final` that to try again would end in the same way.
    """

    document: dict[str, Any] | None = None
    fault: dict[str, Any] | None = None
    reason: str = ""
    stopped: bool = False
    final: bool = False


def run(
    task: Task,
    *,
    seconds: float,
    memory_mb: int,
    grace: float,
    progress: Callable[[dict[str, Any]], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Ended:
    """Do the task. After `seconds`, or when `stop` says so, it has `grace` seconds to keep the best plan so far."""
    process = subprocess.Popen(
        [sys.executable, "-m", "planner.service.jobs.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    try:
        return _Watched(process, progress).follow(task, seconds, memory_mb, grace, stop)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            with suppress(OSError):  # one that died at once has not taken its task
                if pipe:
                    pipe.close()


class _Watched:
    """A process, what it has said, and how long it may go on."""

    def __init__(self, process: "subprocess.Popen[str]", progress: Callable[[dict[str, Any]], None]) -> None:
        self._process, self._progress = process, progress
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._last_words = ""
        assert process.stdout
        assert process.stderr
        self._threads = [
            threading.Thread(target=self._hear, args=(process.stdout,), daemon=True),
            threading.Thread(target=self._overhear, args=(process.stderr,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def follow(
        self, task: Task, seconds: float, memory_mb: int, grace: float, stop: Callable[[], bool]
    ) -> Ended:
        """Until it has said how it ended, or has to."""
        self._begin(task)
        began, asked, killed = time.monotonic(), float("-inf"), ""
        deadline, stopped = began + seconds, False
        while True:
            said = self._next()
            if isinstance(said, Ended):
                return Ended(said.document, said.fault, said.reason, stopped, said.final)
            now = time.monotonic()
            if not stopped and now - asked > PATIENCE:
                asked, stopped = now, stop()
                if stopped:
                    self._process.terminate()
                    deadline = now + grace
            if not killed and now > deadline:
                if stopped:
                    killed = f"it didn't stop within {grace:.0f} s"
                    self._process.kill()
                else:
                    stopped, deadline = True, now + grace
                    self._process.terminate()
            elif not killed and (used := self._memory()) > memory_mb * MB:
                killed = f"it needed {used / MB:,.0f} MB; a job may have {memory_mb:,} MB"
                self._process.kill()
            if killed:
                return Ended(reason=killed, stopped=stopped, final=True)

    def _begin(self, task: Task) -> None:
        """Hand over the task; a process that can't take it has died, which is found out below."""
        with suppress(OSError, psutil.Error):
            psutil.Process(self._process.pid).nice(NICENESS)
            assert self._process.stdin
            self._process.stdin.write(json.dumps(task.as_dict()) + "\n")
            self._process.stdin.flush()

    def _next(self) -> Ended | None:
        """What the process says next, if that ends it; None after a report, or if it says nothing for a moment."""
        try:
            line = self._lines.get(timeout=LOOK)
        except queue.Empty:
            return None
        if line is None:
            return self._silent()
        said = json.loads(line)
        if said["kind"] == "progress":
            self._progress(said["content"])
            return None
        return Ended(document=said["content"]) if said["kind"] == "done" else Ended(fault=said["content"])

    def _silent(self) -> Ended:
        """It has ended without a word about how."""
        code = self._process.wait()
        self._threads[1].join(1.0)
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        lines = self._last_words.strip().splitlines()
        return Ended(reason=f"the process ended by {how}" + (f": {lines[-1]}" if lines else ""))

    def _memory(self) -> int:
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def _hear(self, pipe: IO[str]) -> None:
        for line in pipe:
            self._lines.put(line)
        self._lines.put(None)

    def _overhear(self, pipe: IO[str]) -> None:
        for line in pipe:
            self._last_words = (self._last_words + line)[-LAST_WORDS:]

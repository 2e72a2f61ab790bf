"""A real Dask scheduler and real workers, each a process of its own, on this machine."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 60.0  # until a process must have begun
QUIET = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")
Process = subprocess.Popen[bytes]
NO_PLANNER = """
import sys
sys.modules["planner_models"] = None
from dask.__main__ import main
sys.argv[0] = "dask"
main()
"""


@dataclass
class Machines:
    """A scheduler, and the workers that were started."""

    folder: Path
    options: tuple[str, ...] = ()
    scheduler: "Process | None" = None
    workers: "list[Process]" = field(default_factory=list)
    address: str = ""

    def begin(self, host: str = "127.0.0.1") -> None:
        """Start the scheduler on a free port."""
        file = self.folder / "scheduler.json"
        where = ("--host", host, "--port", "0", "--scheduler-file", str(file))
        self.scheduler = self._start("-m", "dask", "scheduler", *where, *QUIET, *self.options)
        until = time.monotonic() + SECONDS
        while not file.exists() or not file.read_text():
            assert self.scheduler.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        self.address = json.loads(file.read_text())["address"]

    def add(self, *how: str) -> None:
        """Start a worker; it comes when it is ready."""
        where = ("--no-nanny", "--nthreads", "1", "--local-directory", str(self.folder), *QUIET)
        how = how or ("-m", "dask")
        self.workers.append(self._start(*how, "worker", self.address, *where, *self.options))

    def _start(self, *argv: str) -> Process:
        return start(self.folder, *argv)

    def end(self) -> None:
        """Kill whatever still runs."""
        for process in [*self.workers, *([self.scheduler] if self.scheduler else [])]:
            kill(process)


def start(folder: Path, *argv: str) -> Process:
    """A process of this Python with the planner of here."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "models")])
    with (folder / "log.txt").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, *argv], stdout=log, stderr=log, env=os.environ | {"PYTHONPATH": path}, cwd=folder
        )


@contextmanager
def called(folder: Path, *commands: str) -> Iterator[None]:
    """The commands of Dask, as somebody would call them in two terminals, until it's enough."""
    processes = [start(folder, "-m", *command.split()) for command in commands]
    try:
        yield
    finally:
        for process in reversed(processes):  # they end their children, and are not killed
            process.terminate()
            process.wait()


@contextmanager
def machines(folder: Path, workers: int, *options: str, host: str = "127.0.0.1") -> Iterator[Machines]:
    """A scheduler with so many workers, which may still be on their way."""
    found = Machines(folder, options)
    try:
        found.begin(host)
        for _ in range(workers):
            found.add()
        yield found
    finally:
        found.end()


def kill(process: Process) -> None:
    """As a power cut would."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()

"""Construct a plan in a second process while this one proves a bound.

A process of its own, not a fork: the solver's threads don't survive a fork, and a spawned worker would run the caller's script
again. Problem and plan travel through files in a temporary folder that only this user can read.
"""

import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from planner_models.construct import construct
from planner_models.problem import Ints, Problem

QUESTION, ANSWER, STOP = "question.pickle", "answer.npy", "stop"
GRACE = 15.0  # seconds to finish after being asked to stop


class Aside:
    """A construction under way; use it in a `with`."""

    def __init__(self, problem: Problem, seconds: float, seed: int) -> None:
        self._folder = TemporaryDirectory(prefix="planner-")
        folder = Path(self._folder.name)
        (folder / QUESTION).write_bytes(pickle.dumps((problem, seconds, seed)))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "planner_models.aside", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the process that decides
        )

    def __enter__(self) -> "Aside":
        return self

    def __exit__(self, *fault: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()

    def plan(self, over: Callable[[], bool]) -> Ints | None:
        """Wait for the plan; once `over` says so, ask for the best one so far. None if it does not come soon.

        Raises RuntimeError with what the process said if it failed.
        """
        folder = Path(self._folder.name)
        asked: float | None = None
        while self._process.poll() is None:
            if asked is None and over():
                (folder / STOP).touch()
                asked = time.monotonic()
            if asked is not None and time.monotonic() > asked + GRACE:
                return None
            time.sleep(0.05)
        if self._process.returncode != 0 and self._process.stderr is not None:
            raise RuntimeError(f"the construction of a plan failed:\n{self._process.stderr.read().decode()}")
        return np.asarray(np.load(folder / ANSWER))


def main(folder: Path) -> None:
    """Answer the question in a folder."""
    problem, seconds, seed = pickle.loads((folder / QUESTION).read_bytes())
    lots = construct(problem, seconds=seconds, seed=seed, stop=(folder / STOP).exists)
    part = folder / f"part-{ANSWER}"
    np.save(part, lots)
    part.rename(folder / ANSWER)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

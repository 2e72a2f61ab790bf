"""Progress on stderr: one line that changes, on a terminal; nothing elsewhere."""

import shutil
import sys

from planner.plan.progress import Progress


class ProgressLine:
    """The last report of the engine, written over the one before."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __call__(self, progress: Progress) -> None:
        self.say(progress.sentence())

    def say(self, text: str) -> None:
        """Show the text instead of what stood there."""
        if self._shown:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{text[:width]:<{width}}\r", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Leave an empty line for what comes next."""
        self.say("")

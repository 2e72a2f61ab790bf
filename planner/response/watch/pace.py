"""When to look: after a time, or when files have changed and nobody writes them any more."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import UsageError
from planner.response.watch.folder import Fingerprint, fingerprint

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}  # seconds
SETTLED = 1.0  # seconds without a change, after which a file counts as written
BLINK = 0.2  # seconds between two looks at the clock, the files and whether to stop


def seconds(text: str) -> float:
    """`90`, `30s`, `5m`, `1h` in seconds. Raises UsageError."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh]?)", text.strip().lower())
    if not found or float(found[1]) == 0:
        raise UsageError(f"{text!r} is not a time. Write seconds, minutes or hours, such as 30s, 5m or 1h.")
    return float(found[1]) * UNITS[found[2]]


@dataclass
class Pace:
    """`every`: seconds between two looks, None = no limit; `on_change`: also whenever files have changed."""

    source: Path
    every: float | None
    on_change: bool
    stop: Callable[[], bool] = lambda: False
    seen: Fingerprint | None = field(default=None, init=False)
    looked: float = field(default=0.0, init=False)

    def wait(self) -> bool:
        """Until it is time to look, the files being settled; False if it is time to stop."""
        while not self.stop():
            if self._due():
                now = settled(self.source, self.stop)
                if now is not None:
                    self.seen, self.looked = now, time.monotonic()
                    return True
            time.sleep(BLINK)
        return False

    def _due(self) -> bool:
        if self.seen is None:
            return True
        if self.every is not None and time.monotonic() - self.looked >= self.every:
            return True
        return self.on_change and fingerprint(self.source) != self.seen


def settled(source: Path, stop: Callable[[], bool] = lambda: False) -> Fingerprint | None:
    """The files, once they haven't changed for a moment; None if it is time to stop before."""
    now, since = fingerprint(source), time.monotonic()
    while True:
        age = time.time() - max((changed for _, changed, _ in now), default=0) / 1e9
        if time.monotonic() - since >= SETTLED or age >= SETTLED or age < 0:
            return now
        if stop():
            return None
        time.sleep(BLINK)
        then = fingerprint(source)
        if then != now:
            now, since = then, time.monotonic()

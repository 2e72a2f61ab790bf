"""One writer at a time, among processes: the lock is the operating system's and ends with the process that holds it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from planner.errors import Unavailable

PATIENCE = 60.0  # seconds
_PAUSE = 0.005


@contextmanager
def locked(handle: int, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the file behind the handle alone; raises Unavailable if others don't let go of it in time."""
    until = time.monotonic() + patience
    while not _take(handle):
        if time.monotonic() > until:
            raise Unavailable(
                f"another process has held the ledger for more than {patience:.0f} s. Try again when it has ended."
            )
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        _release(handle)


if sys.platform == "win32":
    import msvcrt

    _FAR = 2**62  # Windows locks bytes, and for readers too: one that is never written

    def _take(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _release(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)

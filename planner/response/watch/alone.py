"""One watcher for the tables of a folder of runs; the lock ends with its process, however that ends."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.errors import Unavailable, UsageError
from planner.response.ledger.lock import locked


@contextmanager
def alone(folder: Path, source: Path) -> Iterator[None]:
    """Raises UsageError if there is another one."""
    name = hashlib.sha256(str(source.resolve()).encode()).hexdigest()[:12]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / f".watch.{name}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except (PermissionError, FileExistsError, NotADirectoryError) as fault:
        raise UsageError(f"runs can't be kept in {folder}: {fault.strerror}") from fault
    try:
        with locked(handle, patience=0):
            yield
    except Unavailable as fault:
        raise UsageError(f"another planner watch looks at {source} for {folder} already.") from fault
    finally:
        os.close(handle)

"""The files of a data set as they are now: whether they changed, and which of them bring events."""

from pathlib import Path

DROPPED = "events"  # a folder beside the tables, in which files with events may be dropped
SUFFIXES = (".csv", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx")

Fingerprint = frozenset[tuple[str, int, int]]


def fingerprint(source: Path) -> Fingerprint:
    """Name, time of change and size of every file that can matter; files that vanish meanwhile are left out."""
    folder = source if source.is_dir() else source.parent
    found = []
    for path in [*_files(folder), *_files(folder / DROPPED)]:
        try:
            state = path.stat()
        except OSError:
            continue
        found.append((str(path.relative_to(folder)), state.st_mtime_ns, state.st_size))
    return frozenset(found)


def dropped(source: Path) -> list[Path]:
    """The files with events in the folder for them, by name. Names that begin with a point are being written."""
    folder = (source if source.is_dir() else source.parent) / DROPPED
    return sorted(path for path in _files(folder) if path.suffix.lower() in SUFFIXES)


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if not path.name.startswith((".", "~$")) and path.is_file()]
    except (FileNotFoundError, NotADirectoryError):
        return []

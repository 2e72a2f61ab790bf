"""Write a sample as a folder of tables that `planner validate` and `planner solve` accept at once."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from planner.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

SampleName = Literal["retail", "tiny", "morning"]
SAMPLES: tuple[SampleName, ...] = get_args(SampleName)

TEXTS = {
    ".toml": "planner.toml",
    ".md": "README.md",
    "-scenarios.toml": "scenarios.toml",
}  # not every sample has all
PARQUET = {"sales"}  # long tables: a tenth of the size of CSV


def init(folder: Path, sample: SampleName = "retail") -> Path:
    """Write a ready-to-solve copy of a sample into a new or empty folder and return the folder.

    Nothing that exists is ever touched: raises UsageError if the folder is a file or holds anything.
    The sample is complete before the first file appears in its place.
    """
    folder = Path(folder)
    if sample not in SAMPLES:
        raise UsageError(f"There is no sample {sample!r}. Maybe one of: {', '.join(SAMPLES)}.")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{folder} exists and is not a folder. Maybe choose another name.")
    if folder.is_dir():
        _fill(folder, sample)
    else:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with drafted(folder.parent) as draft:
            write(sample, draft)
            draft.rename(folder)
    return folder


def _fill(folder: Path, sample: SampleName) -> None:
    """Move a complete sample into an empty folder; the draft is inside it, where one may surely write."""
    _insist_on_empty(folder)
    with drafted(folder) as draft:
        write(sample, draft)
        _insist_on_empty(folder, besides=draft.parent)  # somebody may have put a file there meanwhile
        for path in sorted(draft.iterdir()):
            path.rename(folder / path.name)


def _insist_on_empty(folder: Path, besides: Path | None = None) -> None:
    if any(path != besides for path in folder.iterdir()):
        raise UsageError(f"{folder} is not empty; nothing was written. Maybe choose a new folder.")


def write(sample: SampleName, folder: Path) -> None:
    """Write the files of a sample into a folder, the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables(sample).items():
        if name in PARQUET:
            frame.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
        else:
            (folder / f"{name}.csv").write_text(_csv(frame), encoding="utf-8", newline="\n")
    texts = files("planner.sample") / "texts"
    for ending, target in TEXTS.items():
        source = texts / f"{sample}{ending}"
        if source.is_file():
            text = source.read_text(encoding="utf-8")
            (folder / target).write_text(text, encoding="utf-8", newline="\n")


def tables(sample: SampleName) -> "dict[str, pd.DataFrame]":
    """All tables of a sample, by name."""
    from planner.sample import morning, retail, tiny

    return {"retail": retail.tables, "tiny": tiny.tables, "morning": morning.tables}[sample]()


@contextmanager
def drafted(parent: Path) -> Iterator[Path]:
    """A folder to write in, on the same file system, gone afterwards unless it was moved away."""
    holder = Path(tempfile.mkdtemp(prefix=".planner-", dir=parent))
    draft = holder / "draft"
    draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(holder, ignore_errors=True)


def _csv(frame: "pd.DataFrame") -> str:
    columns = [[_cell(value) for value in frame[column]] for column in frame.columns]
    lines = [",".join(frame.columns), *(",".join(row) for row in zip(*columns, strict=True))]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    """A value as one reads it: no trailing zeros, no `nan`, dates in ISO 8601."""
    if value is None or value != value:
        return ""
    if isinstance(value, str):
        if any(mark in value for mark in ',"\n'):
            raise ValueError(f"{value!r} would need quotes")
        return value
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y-%m-%d"))
    if str(value) in ("True", "False"):
        return str(value).lower()
    return f"{float(str(value)):.10g}"

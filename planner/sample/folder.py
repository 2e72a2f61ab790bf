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

SampleName = Literal["retail", "tiny"]
SAMPLES: tuple[SampleName, ...] = get_args(SampleName)

PARQUET = {"sales"}  # long tables: a tenth of the size of CSV


def init(folder: Path, sample: SampleName = "retail") -> Path:
    """Write a ready-to-solve copy of a sample into a new or empty folder and return the folder.

    Nothing that exists is ever touched: raises UsageError if the folder is a file or holds anything. The
    copy is complete or absent: it is written beside its place and moved there in one step.
    """
    folder = Path(folder)
    if sample not in SAMPLES:
        raise UsageError(f"There is no sample {sample!r}. Maybe one of: {', '.join(SAMPLES)}.")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{folder} exists and is not a folder. Maybe choose another name.")
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty; nothing was written. Maybe choose a new folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _beside(folder) as draft:
        write(sample, draft)
        try:
            if folder.is_dir():
                folder.rmdir()  # fails if somebody has put a file there meanwhile
            draft.rename(folder)
        except OSError as fault:
            raise UsageError(f"{folder} is not empty any more; nothing was written.") from fault
    return folder


def write(sample: SampleName, folder: Path) -> None:
    """Write the files of a sample into a folder, the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables(sample).items():
        if name in PARQUET:
            frame.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
        else:
            (folder / f"{name}.csv").write_text(_csv(frame), encoding="utf-8", newline="\n")
    texts = files("planner.sample") / "texts"
    for source, target in ((f"{sample}.toml", "planner.toml"), (f"{sample}.md", "README.md")):
        text = (texts / source).read_text(encoding="utf-8")
        (folder / target).write_text(text, encoding="utf-8", newline="\n")


def tables(sample: SampleName) -> "dict[str, pd.DataFrame]":
    """All tables of a sample, by name."""
    from planner.sample import retail, tiny

    return {"retail": retail.tables, "tiny": tiny.tables}[sample]()


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A temporary folder on the same file system, gone afterwards unless it was moved away."""
    holder = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
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

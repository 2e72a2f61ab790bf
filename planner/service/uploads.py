"""Uploaded tables: written to the disk under names that are known, as little of them as it takes to refuse them."""

import re
import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from planner.errors import PlannerError
from planner.service.settings import MB
from planner.tables.excel_guard import check_sizes
from planner.tables.grid import Unreadable

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ -]{0,60}\.(csv|parquet|xlsx|toml|md|txt)", re.IGNORECASE)
MOST_FILES = 60


class Refused(PlannerError):  # noqa: N818
    """What was sent is not taken; `too_large` says whether that is because of its size."""

    exit_code = 2

    def __init__(self, message: str, *, too_large: bool = False) -> None:
        super().__init__(message)
        self.too_large = too_large


def checked_name(name: str) -> str:
    """The name of a file of tables or settings; raises Refused for any other."""
    if not NAME.fullmatch(name):
        shown = name if len(name) <= 60 else name[:59] + "…"
        raise Refused(
            f"{shown!r} is not taken: files are named after tables, such as items.csv, items.parquet or items.xlsx, "
            "and planner.toml or scenarios.toml."
        )
    return name


def unpack(archive_path: Path, folder: Path, most_mb: int) -> None:
    """Unpack a zip of tables into the folder, flat. Raises Refused for what is not one, or is larger than it may be.

    One folder around the files is taken off; names that lead elsewhere, links and other files are refused, not repaired.
    """
    try:
        with zipfile.ZipFile(archive_path) as archive:
            check_sizes(archive, "archive", most_mb * MB)
            for part, name in _files(archive).items():
                with archive.open(part) as source, (folder / name).open("xb") as target:
                    shutil.copyfileobj(source, target)  # no more than the directory says
    except Unreadable as fault:
        raise Refused(f"{fault.rule[:1].upper()}{fault.rule[1:]}. {fault.hint}", too_large=True) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as fault:
        raise Refused(f"This is not a zip archive that can be read ({fault}).") from None


def _files(archive: zipfile.ZipFile) -> dict[zipfile.ZipInfo, str]:
    """The files of the archive with the names that they get."""
    parts = [part for part in archive.infolist() if not part.is_dir()]
    if not parts or len(parts) > MOST_FILES:
        raise Refused(f"The archive has {len(parts)} files; it may have 1 to {MOST_FILES}.")
    around = {PurePosixPath(part.filename).parts[:-1] for part in parts}
    depth = 1 if len(around) == 1 and len(next(iter(around))) == 1 and ".." not in next(iter(around)) else 0
    names: dict[zipfile.ZipInfo, str] = {}
    for part in parts:
        if part.external_attr >> 28 == 0xA:
            raise Refused(f"{part.filename!r} is a link, not a file.")
        name = checked_name("/".join(part.filename.split("/")[depth:]))
        if name.lower() in (known.lower() for known in names.values()):
            raise Refused(f"{name!r} is twice in the archive.")
        names[part] = name
    return names


def allowed_folder(folder: str, allowed: tuple[Path, ...]) -> Path | None:
    """The folder, without links, if it is one that the operator allows, or inside of one; else None."""
    path = Path(folder)
    if not path.is_absolute() or "\0" in folder:
        return None
    resolved = path.resolve()
    inside = any(resolved.is_relative_to(one.resolve()) for one in allowed)
    return resolved if inside else None


def remove(folder: Path) -> None:
    """Remove uploaded tables."""
    shutil.rmtree(folder, ignore_errors=True)

"""Files that are complete or not there: written beside the target, flushed to the disk, then renamed."""

import json
import math
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

WHOLE_COLUMNS = ("cases", "vehicles")
QUOTED = ',"\r\n'  # what a text of a CSV file may hold in quotes only
FAST = {"str", "int64", "float64", "datetime64[us]"}  # types that Arrow writes as pandas does


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary sibling, then move it to `path`; what stood there is kept until then."""
    temporary = path.parent / f".{path.stem}.{secrets.token_hex(4)}{path.suffix}"
    try:
        write(temporary)
        flush(temporary)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush(path.parent)


def flush(path: Path) -> None:
    """Wait until the file, or the list of names in the folder, is on the disk."""
    if path.is_dir() and os.name == "nt":  # Windows can't open folders, and needs not
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def plain(value: object) -> Any:
    """The value in JSON's types: numbers that aren't finite become null, paths and dates become text."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)


def to_json(value: object, *, indent: int | None = None) -> str:
    """JSON without NaN, in the given order of keys; one line unless indented."""
    return json.dumps(plain(value), indent=indent, ensure_ascii=False, allow_nan=False)


def write_json(path: Path, value: object) -> None:
    """An indented JSON file."""
    write_atomically(
        path, lambda target: target.write_text(to_json(value, indent=2) + "\n", encoding="utf-8")
    )


def write_csv(path: Path, frame: "pd.DataFrame") -> None:
    """A CSV file whose numbers read back as the very same numbers; dates as YYYY-MM-DD."""
    whole = [name for name in WHOLE_COLUMNS if name in frame.columns and (frame[name] % 1 == 0).all()]
    readable = frame.astype(dict.fromkeys(whole, "int64"))
    write_atomically(path, lambda target: _fill_csv(target, readable))


def _fill_csv(path: Path, frame: "pd.DataFrame") -> None:
    """By Arrow in a tenth of the time, where nothing has to be quoted and there are texts, numbers and dates only."""
    import pyarrow as pa
    import pyarrow.csv

    names = "".join(map(str, frame.columns))
    # a line that has nothing but one missing value would be no line
    if len(frame.columns) > 1 and not set(names) & set(QUOTED) and set(frame.dtypes.astype(str)) <= FAST:
        table = pa.Table.from_pandas(frame, preserve_index=False)
        days = [pa.date32() if pa.types.is_timestamp(one.type) else one.type for one in table.schema]
        plain = pa.csv.WriteOptions(include_header=False, quoting_style="none")
        try:
            table = table.cast(pa.schema(list(zip(table.column_names, days, strict=True))))
            table = (
                table.combine_chunks()
            )  # of columns that begin with an empty chunk Arrow 26 writes what was in memory
            with path.open("wb") as file:
                file.write((",".join(map(str, frame.columns)) + "\n").encode())
                pa.csv.write_csv(table, file, plain)
            return
        except pa.ArrowInvalid:  # a text with a comma, a quote or a line break
            pass
    frame.to_csv(path, index=False, date_format="%Y-%m-%d", lineterminator="\n", encoding="utf-8")


def write_parquet(path: Path, frame: "pd.DataFrame") -> None:
    """A Parquet file with the frame's columns and types; of floating numbers it would only learn that they are all different."""
    repeated = [name for name in frame.columns if frame[name].dtype != "float64"]
    write_atomically(
        path, lambda target: frame.to_parquet(target, index=False, use_dictionary=repeated or False)
    )

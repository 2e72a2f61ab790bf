"""`planner init`: a folder of tables to begin with."""

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import Debug, Json, Sample
from planner.cli.session import session_of


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.", show_default=False)],
    sample: Sample = "retail",
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a ready-to-solve sample.

    The tables and planner.toml come with comments; the folder must be new or empty."""
    from planner.sample import init as write_sample

    written = write_sample(folder, sample)
    lines = [
        f"Wrote the sample {sample!r} to {written}. README.md in it says what it shows.",
        f"Next: planner validate {written} · planner solve {written}",
    ]
    session_of(context).result({"status": "done", "folder": str(written), "sample": sample}, lines)

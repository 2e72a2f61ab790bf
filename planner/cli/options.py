"""The options, written once. Flag before environment variable before planner.toml before default."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from planner.cli.session import session_of


def _remember_json(context: typer.Context, value: bool) -> bool:
    session_of(context).json = value
    return value


def _remember_debug(context: typer.Context, value: bool) -> bool:
    session_of(context).debug = value
    return value


Data = Annotated[
    Path,
    typer.Argument(metavar="DATA", help="The folder with the tables, or an .xlsx file.", show_default=False),
]
RunName = Annotated[
    str, typer.Argument(metavar="RUN", help="A run: id, alias, folder, or `latest`.", show_default=False)
]
Json = Annotated[
    bool,
    typer.Option(
        "--json",
        envvar="PLANNER_JSON",
        callback=_remember_json,
        is_eager=True,
        help="One line of JSON on stdout.",
    ),
]
Debug = Annotated[
    bool,
    typer.Option(
        "--debug",
        envvar="PLANNER_DEBUG",
        callback=_remember_debug,
        is_eager=True,
        help="Show tracebacks of faults.",
    ),
]
Out = Annotated[
    Path,
    typer.Option("--out", envvar="PLANNER_OUT", metavar="RUNS", help="The folder in which runs are kept."),
]
Strict = Annotated[bool, typer.Option("--strict", envvar="PLANNER_STRICT", help="Treat warnings as errors.")]
Errors = Annotated[
    Path | None,
    typer.Option(
        "--errors",
        envvar="PLANNER_ERRORS",
        metavar="FILE",
        help="Write all findings to this .csv or .json file.",
    ),
]
Profile = Annotated[
    str, typer.Option("--profile", envvar="PLANNER_PROFILE", help="A solve profile of planner.toml.")
]
Gap = Annotated[
    float | None,
    typer.Option(
        "--gap",
        envvar="PLANNER_GAP",
        min=0,
        help="Stop at this proven gap, e.g. 0.01.",
        show_default="profile",
    ),
]
TimeLimit = Annotated[
    float | None,
    typer.Option("--time-limit", envvar="PLANNER_TIME_LIMIT", min=0, help="Seconds.", show_default="profile"),
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads", envvar="PLANNER_THREADS", min=1, help="Processor cores to use.", show_default="profile"
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed", envvar="PLANNER_SEED", min=0, help="Seed of what is random.", show_default="profile"
    ),
]
Engine = Annotated[
    Literal["auto", "exact", "decomposed"],
    typer.Option(
        "--engine", envvar="PLANNER_ENGINE", help="One programme, or prices and places; auto = by size."
    ),
]
Policy = Annotated[
    Literal["joint", "sequential", "reorder"],
    typer.Option(
        "--policy",
        envvar="PLANNER_POLICY",
        help="joint, or a baseline: retail then distribution (sequential), order-up-to levels (reorder).",
    ),
]
Buckets = Annotated[
    str | None,
    typer.Option(
        "--buckets",
        envvar="PLANNER_BUCKETS",
        metavar="PERIODS",
        help="Periods, e.g. 7d,3w: seven days, then three weeks.",
        show_default="planner.toml",
    ),
]
Warm = Annotated[
    str | None,
    typer.Option(
        "--warm",
        envvar="PLANNER_WARM",
        metavar="RUN",
        help="Begin with the prices, or the plan, of this run.",
    ),
]
Executor = Annotated[
    str | None,
    typer.Option(
        "--executor",
        envvar="PLANNER_EXECUTOR",
        metavar="ADDRESS",
        help="Plan blocks on the workers of this Dask scheduler: tcp:// on this machine, or tls://.",
    ),
]
InsecureCluster = Annotated[
    bool,
    typer.Option(
        "--insecure-cluster",
        envvar="PLANNER_INSECURE_CLUSTER",
        help="Trust a network without encryption: who can reach it can run code here and there.",
    ),
]
WriteModel = Annotated[
    Path | None,
    typer.Option(
        "--write-model", envvar="PLANNER_WRITE_MODEL", metavar="FILE", help="Write the model, .mps or .lp."
    ),
]
Force = Annotated[
    bool, typer.Option("--force", envvar="PLANNER_FORCE", help="Solve even if the registry has the answer.")
]
CheckData = Annotated[
    Path | None,
    typer.Option(
        "--data",
        envvar="PLANNER_DATA",
        metavar="DATA",
        help="The tables.",
        show_default="those that were solved",
    ),
]
Sample = Annotated[
    Literal["retail", "tiny", "morning"],
    typer.Option("--sample", envvar="PLANNER_SAMPLE", help="Which sample to copy."),
]
Xlsx = Annotated[
    bool, typer.Option("--xlsx/--csv", envvar="PLANNER_XLSX", help="One workbook, or a folder of CSV files.")
]
To = Annotated[
    Path | None,
    typer.Option(
        "--to",
        envvar="PLANNER_TO",
        metavar="PATH",
        help="File or folder to write.",
        show_default="the run's id",
    ),
]

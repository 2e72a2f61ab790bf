"""`planner serve`: the planner over HTTP, for other programs and in a browser."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import Debug, Json, Out
from planner.cli.session import narrate, session_of

if TYPE_CHECKING:
    from planner.service.store.database import Database as StoreDatabase

STORE = Path("service")

Store = Annotated[
    Path,
    typer.Option(
        "--store", envvar="PLANNER_STORE", metavar="DIR", help="The folder of the service's own files."
    ),
]
Database = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="PLANNER_DATABASE",
        metavar="URL",
        help="postgresql://user@host/name.",
        show_default="SQLite in the store",
    ),
]
Host = Annotated[str, typer.Option("--host", envvar="PLANNER_HOST", help="The address to listen on.")]
Port = Annotated[int, typer.Option("--port", envvar="PLANNER_PORT", min=0, max=65535, help="0 = a free one.")]
Workers = Annotated[
    int, typer.Option("--workers", envvar="PLANNER_WORKERS", min=1, max=64, help="Jobs done at once.")
]
Allow = Annotated[
    list[Path] | None,
    typer.Option(
        "--allow",
        envvar="PLANNER_ALLOW",
        metavar="DIR",
        help="Data sets may be folders inside of this one; may be repeated.",
    ),
]
NoAuth = Annotated[
    bool,
    typer.Option(
        "--no-auth", envvar="PLANNER_NO_AUTH", help="No tokens; only this machine can connect then."
    ),
]
MaxBody = Annotated[
    int, typer.Option("--max-body", envvar="PLANNER_MAX_BODY", min=1, help="MB that a request may have.")
]
MaxRows = Annotated[
    int, typer.Option("--max-rows", envvar="PLANNER_MAX_ROWS", min=1, help="Rows of a data set.")
]
MaxTime = Annotated[
    int, typer.Option("--max-time", envvar="PLANNER_MAX_TIME", min=1, help="Seconds that a job may take.")
]
MaxMemory = Annotated[
    int, typer.Option("--max-memory", envvar="PLANNER_MAX_MEMORY", min=1, help="MB that a job may need.")
]
MaxQueue = Annotated[
    int, typer.Option("--max-queue", envvar="PLANNER_MAX_QUEUE", min=1, help="Jobs that may wait.")
]


def serve(
    context: typer.Context,
    store: Store = STORE,
    out: Out = Path("runs"),
    database: Database = "",
    host: Host = "127.0.0.1",
    port: Port = 8350,
    workers: Workers = 1,
    allow: Allow = None,
    no_auth: NoAuth = False,
    max_body: MaxBody = 100,
    max_rows: MaxRows = 10_000_000,
    max_time: MaxTime = 14_400,
    max_memory: MaxMemory = 8_192,
    max_queue: MaxQueue = 100,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Serve the HTTP API and the pages.

    Jobs survive a crash or restart; SIGTERM stops. The log is JSON on stderr."""
    require_server()
    from planner.service.serve import serve as serve_http
    from planner.service.settings import Limits, Settings

    session = session_of(context)

    def begun(address: str) -> None:
        document = {"status": "serving", "address": address, "store": str(store), "runs": str(out)}
        session.result(document, [f"Serving {address}"])
        sys.stdout.flush()  # whoever has started the server waits for this line

    limits = Limits(
        body_mb=max_body,
        unpacked_mb=10 * max_body,
        rows=max_rows,
        seconds=max_time,
        memory_mb=max_memory,
        queued=max_queue,
    )
    settings = Settings(
        folder=store,
        runs=out,
        database=database,
        allowed=tuple(allow or ()),
        host=host,
        port=port,
        workers=workers,
        auth=not no_auth,
        limits=limits,
    )
    if no_auth:
        narrate("Everybody on this machine is let in (--no-auth).")
    serve_http(settings, begun)


def store_of(folder: Path, database: str) -> "StoreDatabase":
    """The store alone, for commands that read or change it while the server runs, or doesn't."""
    require_server()
    from planner.service.service import open_store
    from planner.service.settings import Settings

    return open_store(Settings(folder=folder, runs=folder, database=database))


def require_server() -> None:
    """Raise UsageError unless what the service needs is installed."""
    from importlib.util import find_spec

    from planner.errors import UsageError

    missing = [
        name for name in ("fastapi", "uvicorn", "dbos", "sqlalchemy", "alembic") if find_spec(name) is None
    ]
    if missing:
        raise UsageError(
            f"The service needs {', '.join(missing)}, not installed here: pip install '.[server]' in the planner's folder."
        )

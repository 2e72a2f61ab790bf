"""A PostgreSQL server for the tests: the one in PLANNER_TEST_POSTGRES, or one that is begun here and ended again."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import pytest

_numbers = count(1)


@dataclass(frozen=True)
class Postgres:
    """A server, by the URL of a database on it, whose user may make databases."""

    url: str

    def new_database(self) -> str:
        """The URL of a database of its own."""
        from sqlalchemy import create_engine, make_url, text

        name = f"test_{os.getpid()}_{next(_numbers)}"
        engine = create_engine(
            make_url(self.url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def begin_postgres() -> Iterator[Postgres]:
    """A server as long as it is needed; skips the test, with a reason, where there can be none."""
    wanted = os.environ.get("PLANNER_TEST_POSTGRES", "")
    if wanted.startswith("postgres"):
        yield Postgres(wanted)
        return
    binaries = _binaries()
    if binaries is None:
        assert wanted != "required", "PLANNER_TEST_POSTGRES=required, and there is no PostgreSQL"
        pytest.skip("no PostgreSQL: install it, or name a server in PLANNER_TEST_POSTGRES=postgresql://…")
    folder = Path(mkdtemp(prefix="planner-postgres-"))  # pytest's own folders are closed to other users
    user = {"user": "nobody"} if os.geteuid() == 0 else {}  # as root it doesn't begin
    if user:
        shutil.chown(folder, "nobody")
    data, sockets = folder / "data", folder

    def run(*command: str) -> None:
        subprocess.run([str(binaries / command[0]), *command[1:]], check=True, capture_output=True, **user)  # type: ignore[call-overload]

    run("initdb", "-D", str(data), "-U", "planner", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = (
        "listen_addresses=''",
        f"unix_socket_directories='{sockets}'",
        "max_connections=200",
        "fsync=off",
    )
    listen = " ".join(f"-c {option}" for option in options)
    run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", listen, "start")
    try:
        yield Postgres(f"postgresql://planner@/postgres?host={sockets}")
    finally:
        run("pg_ctl", "-D", str(data), "-w", "-m", "fast", "stop")
        shutil.rmtree(folder)


def _binaries() -> Path | None:
    """The folder with `initdb` and `pg_ctl`: in the path, or where Debian keeps them."""
    places = [shutil.which("pg_ctl"), *sorted(glob("/usr/lib/postgresql/*/bin/pg_ctl"), reverse=True)]
    for place in places:
        if place and (Path(place).resolve().parent / "initdb").exists():
            return Path(place).resolve().parent
    return None

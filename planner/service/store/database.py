"""The connection to the store, and its migrations."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session

from planner.errors import Unavailable, UsageError

MIGRATIONS = Path(__file__).with_name("migrations")
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
ONE_SERVER = 0x706C616E  # the advisory lock of the one server per PostgreSQL database


class Database:
    """A store that is at the newest migration; made when it isn't there."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(address(url), pool_pre_ping=True)
        self._lock: Connection | sqlite3.Connection | None = None
        self._writer = self.engine.execution_options(writes=True)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _careful)
            event.listen(self.engine, "begin", _begin)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.engine.dialect.name == "sqlite"

    def migrate(self) -> None:
        """Bring the tables to this version. Raises Unavailable if nobody answers there."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        try:
            with self._writer.begin() as connection:
                if not self.is_sqlite:  # two that begin together wait for each other
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_SERVER + 1})
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except OperationalError as fault:
            raise Unavailable(
                f"the store can't be opened ({str(fault.orig).splitlines()[0]}). Is the database there, and may it be written?"
            ) from fault

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction: kept when its block ends, undone when it raises."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that changes nothing."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def answers(self) -> bool:
        """Whether the store can be read now."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def claim(self) -> None:
        """Be the one server of this store until the process ends; raises UsageError if there is one already.

        A second server would take the first one's running jobs for those of a server that has died.
        """
        self._lock = self._file_lock() if self.is_sqlite else self._advisory_lock()
        if self._lock is None:
            raise UsageError(
                "another `planner serve` uses this store. One server per store: more jobs at once are --workers."
            )

    def _file_lock(self) -> sqlite3.Connection | None:
        lock = sqlite3.connect(f"{self.engine.url.database}.server", timeout=0, check_same_thread=False)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            lock.close()
            return None
        return lock

    def _advisory_lock(self) -> Connection | None:
        lock = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if lock.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": ONE_SERVER}).scalar():
            return lock
        lock.close()
        return None

    def close(self) -> None:
        """Give all connections back."""
        if self._lock is not None:
            if isinstance(self._lock, Connection):  # now, and not when PostgreSQL sees that nobody is there
                with suppress(DBAPIError):
                    self._lock.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ONE_SERVER})
            self._lock.close()
        self.engine.dispose()


def address(url: str) -> str:
    """The URL with the driver that is installed."""
    try:
        parts = make_url(url)
    except ArgumentError as fault:
        raise UsageError(
            f"--database: {url!r} is not an address such as postgresql://user@host/name"
        ) from fault
    if parts.drivername not in (*DRIVERS, *DRIVERS.values()):
        raise UsageError(f"--database: {parts.drivername} is not known; SQLite and PostgreSQL are.")
    drivername = DRIVERS.get(parts.drivername, parts.drivername)
    return parts.set(drivername=drivername).render_as_string(hide_password=False)


def _careful(connection: Any, _record: Any) -> None:
    """Readers don't wait for writers; what is committed survives a loss of power."""
    connection.isolation_level = None  # transactions begin below, not when the driver thinks so
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """A transaction that will write waits for its turn at once: later, SQLite would refuse instead of waiting."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

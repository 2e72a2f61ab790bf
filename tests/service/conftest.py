"""Stores: SQLite in a folder, and a real PostgreSQL where there is one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.service.store.database import Database
from tests.service.postgres import Postgres, begin_postgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL server; skipped where there is none, unless PLANNER_TEST_POSTGRES is `required`."""
    with begin_postgres(tmp_path_factory) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open store with its tables."""
    database = Database(database_url)
    database.migrate()
    yield database
    database.close()

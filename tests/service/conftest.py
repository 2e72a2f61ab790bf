"""Stores: SQLite in a folder, and a real PostgreSQL where there is one."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from planner.service.store.database import Database
from tests.browser import chromium
from tests.service.files import tables, zipped
from tests.service.postgres import Postgres, begin_postgres
from tests.service.server import Server, ended, serving


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; skipped where there is none, unless PLANNER_TEST_POSTGRES is `required`."""
    with begin_postgres() as server:
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny sample."""
    from planner.sample import init

    return init(tmp_path_factory.mktemp("sample") / "tiny", "tiny")


@pytest.fixture(scope="session")
def troubled(tiny: Path) -> Path:
    """The tiny sample on a day on which the shelf at NEAR is empty and more rice will be wanted; there is plenty in the DC."""
    folder = shutil.copytree(tiny, tiny.parent / "troubled")
    (folder / "policies.csv").write_text("kind,min_projected_fill_rate\nstore,0.95\n")
    stock = (folder / "inventory.csv").read_text()
    stock = stock.replace("rice,DC,70", "rice,DC,200").replace("rice,NEAR,10", "rice,NEAR,0")
    (folder / "inventory.csv").write_text(stock)
    demand = re.sub(r"(rice,\w+,2026-03-0[56]),10", r"\1,30", (folder / "demand.csv").read_text())
    (folder / "demand.csv").write_text(demand)
    with (folder / "planner.toml").open("a") as settings:
        settings.write("\n[exceptions]\nleast_money = 0\n")
    return folder


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, tiny: Path) -> Iterator[Server]:
    """A server with tokens, whose client is a planner."""
    folder = tmp_path_factory.mktemp("server")
    with serving(folder, f"--allow={tiny.parent}", "--max-body=2", "--max-time=600") as server:
        server.token = server.new_token("planner")
        yield server


@pytest.fixture(scope="session")
def dataset(server: Server, tiny: Path) -> str:
    """The id of the tiny sample on the server."""
    with server.client as client:
        told = client.post(
            "/v1/datasets", content=zipped(tables(tiny)), headers={"Content-Type": "application/zip"}
        )
        assert told.status_code == 201, told.text
        return str(told.json()["id"])


@pytest.fixture(scope="session")
def job(server: Server, dataset: str) -> dict[str, Any]:
    """A solve that is done."""
    with server.client as client:
        accepted = client.post("/v1/solve", json={"dataset": dataset, "gap": 0.001})
        assert accepted.status_code == 202, accepted.text
        return ended(client, accepted.json()["id"])


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A client with the role planner."""
    with server.client as client:
        yield client

"""SIGKILL at random moments under load: no accepted job is lost or done twice."""

import sqlite3
import time
from pathlib import Path

import psutil
import pytest

from planner.bench.make import make
from planner.bench.size import Size
from tests.service.killing import assert_nothing_is_lost_or_done_twice, killed
from tests.service.postgres import Postgres
from tests.service.server import Server, ended, serving, until

pytestmark = pytest.mark.slow
RETAIL = Path(__file__).parents[2] / "data" / "retail"


def dataset_on(server: Server, folder: Path) -> str:
    with server.client as client:
        made = client.post("/v1/datasets", json={"folder": str(folder)})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])


def test_killed_at_random_moments_it_loses_nothing_and_does_nothing_twice(tmp_path: Path, tiny: Path) -> None:
    with serving(tmp_path / "s", "--no-auth", "--workers=2", f"--allow={tiny}") as server:
        story = killed(server, dataset_on(server, tiny), kills=3, jobs=4, seed=5)
        finished = assert_nothing_is_lost_or_done_twice(server, story)
        assert len(finished) == 5  # and the plan to which events happen
        assert server.stop() == 0
    for name in ("store.sqlite", "queue.sqlite"):
        with sqlite3.connect(server.folder / "service" / name) as store:
            assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        store.close()


def test_the_same_holds_with_postgresql(tmp_path: Path, tiny: Path, postgres: Postgres) -> None:
    database = f"--database={postgres.new_database()}"
    with serving(tmp_path / "s", "--no-auth", "--workers=2", f"--allow={tiny}", database) as server:
        story = killed(server, dataset_on(server, tiny), kills=2, jobs=3, seed=7)
        assert len(assert_nothing_is_lost_or_done_twice(server, story)) == 4
        assert not list((server.folder / "service").glob("*.sqlite"))


def test_a_solve_that_was_running_is_begun_again_and_no_process_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    make(folder, Size(stores=2, items=15, dcs=1, days=7, seed=1))
    with serving(tmp_path / "s", "--no-auth", f"--allow={folder}") as server, server.client as client:
        dataset = dataset_on(server, folder)
        wanted = {"dataset": dataset, "engine": "decomposed", "time_limit": 6, "gap": 0}
        job = client.post("/v1/solve", json=wanted).json()["id"]
        waiting = client.post("/v1/solve", json={"dataset": dataset, "policy": "reorder"}).json()["id"]
        until(lambda: client.get(f"/v1/jobs/{job}").json()["progress"])
        assert server.process
        [child] = [
            one for one in psutil.Process(server.process.pid).children() if "child" in " ".join(one.cmdline())
        ]
        server.kill()
        until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
        server.begin()
        for name in (job, waiting):
            done = ended(client, name)
            assert (done["status"], done["run_id"], done["attempts"]) == ("done", name, 0), done


def test_asked_to_stop_it_ends_at_once_and_goes_on_at_the_next_start(tmp_path: Path) -> None:
    with serving(tmp_path / "s", "--no-auth", f"--allow={RETAIL}") as server, server.client as client:
        dataset = dataset_on(server, RETAIL)
        job = client.post("/v1/solve", json={"dataset": dataset, "policy": "sequential"}).json()["id"]
        with client.stream("GET", f"/v1/jobs/{job}/events") as stream:
            lines = stream.iter_lines()
            next(lines)
            began = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - began < 20
            assert "event: done" not in list(lines)  # the stream has an end, the job not yet
        server.begin()
        assert ended(client, job)["status"] == "done"

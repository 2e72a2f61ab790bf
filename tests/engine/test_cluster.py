"""The decomposed engine with a real Dask scheduler and real workers on this machine."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from planner import solve
from planner.bench.make import instance
from planner.bench.size import Size
from planner.cli.main import main
from planner.errors import Unavailable, UsageError
from planner.plan.plan import Plan
from planner.plan.progress import Progress
from planner.sample import init
from planner.tables.dataset import DataSet
from planner_models.decomposed import cluster
from planner_models.decomposed.cluster import Cluster, Different, fingerprint, work_on
from tests.engine.cluster import NO_PLANNER, ROOT, Machines, called, kill, machines
from tests.engine.instances import random_data
from tests.seeds import ALL

dask = pytest.importorskip("dask", reason="Dask is not installed: pip install '.[dask]'")
Client = pytest.importorskip("distributed", reason="Dask is not installed").Client

SMALL = Size(stores=5, items=10, dcs=1, days=7, seed=2)
LONGER = Size(stores=4, items=60, dcs=1, days=14, seed=2)  # its trees take 14 s on two cores


@pytest.fixture(scope="module")
def data() -> DataSet:
    return instance(SMALL)


@pytest.fixture(scope="module")
def here(data: DataSet) -> Plan:
    """The plan without a cluster."""
    return plan_of(data)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler with two workers, for those who kill nobody."""
    with machines(tmp_path_factory.mktemp("two"), 2) as found:
        join(found, 2)
        yield found


def join(found: Machines, workers: int) -> None:
    """Wait until so many workers are there."""
    with Client(found.address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)


def plan_of(data: DataSet, **options: Any) -> Plan:
    """The plan of a search that the clock doesn't cut."""
    return solve(data, gap=0.0, threads=2, engine="decomposed", **({"time_limit": 600.0} | options))


def require_same(found: Plan, here: Plan) -> None:
    """Orders, bound and what it rests on, to the last digit."""
    assert found.orders.equals(here.orders)
    assert found.loads.equals(here.loads)
    assert (found.cost, found.bound) == (here.cost, here.bound)
    assert found.prices is not None
    assert found.prices.equals(here.prices)
    assert found.branches == here.branches
    different = {"seconds", "executor"}
    for name in (found.certificate.keys() | here.certificate.keys()) - different:
        assert found.certificate[name] == here.certificate[name], name


def test_results_do_not_depend_on_where_blocks_are_planned(data: DataSet, here: Plan, tmp_path: Path) -> None:
    with machines(tmp_path, 1) as found:
        for workers in (1, 2):
            if workers == 2:
                found.add()
                join(found, 2)
            # Dask warns of what is large, and a warning would fail the test
            with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 kB"}):
                plan = plan_of(data, executor=found.address)
            require_same(plan, here)
            # a task each to plan 5 places, one more to bound the DC, and a tree for each of the 4 with lanes
            executor = plan.certificate["executor"]
            assert executor["workers"] == workers
            assert executor["tasks"] > 10  # besides, places are planned again, so that they agree
            # a worker that is silent for long on a busy machine loses what it had to this process
            assert executor["tasks_done_here"] < executor["tasks"]


@pytest.mark.parametrize(
    ("who", "result"),
    [("a worker", 7), ("the scheduler", 1), *([("a worker", 1), ("every worker", 7)] if ALL else [])],
)
def test_who_is_lost_costs_time_and_not_the_plan(
    data: DataSet, here: Plan, who: str, result: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results 0 to 5 are plans, 6 to 9 trees; the power goes when the tasks are under way."""
    number, take = 0, cluster._Sent.result
    with machines(tmp_path, 2) as found:
        join(found, 2)
        assert found.scheduler is not None
        lost = {
            "a worker": found.workers[:1],
            "every worker": found.workers,
            "the scheduler": [found.scheduler],
        }[who]

        def power_cut(self: Any, which: int) -> Any:
            nonlocal number
            if number == result:
                for process in lost:
                    kill(process)
            number += 1
            return take(self, which)

        monkeypatch.setattr(cluster._Sent, "result", power_cut)
        plan = plan_of(data, executor=found.address)
    assert number > result
    require_same(plan, here)
    assert (plan.certificate["executor"]["tasks_done_here"] > 0) == (who != "a worker")


@pytest.mark.parametrize("why", ["time", "interruption"])
def test_tasks_on_workers_end_when_time_is_over(why: str, two: Machines) -> None:
    bounding = False

    def listen(progress: Progress) -> None:
        nonlocal bounding
        bounding = bounding or progress.phase == "whole lots and bounds"

    options: dict[str, Any] = {"time_limit": 4.0} if why == "time" else {"stop": lambda: bounding}
    began = time.monotonic()
    plan = plan_of(instance(LONGER), executor=two.address, progress=listen, **options)
    assert time.monotonic() - began < 25.0
    assert plan.gap > 0.0
    assert plan.certificate["executor"]["tasks_done_here"] == 0
    with Client(two.address, set_as_default=False) as client:
        until = time.monotonic() + 5.0
        while any(client.processing().values()):
            assert time.monotonic() < until, "somebody works for nobody"
            time.sleep(0.1)


def test_a_small_data_set_is_solved_here_and_the_log_says_so(two: Machines) -> None:
    said: list[str] = []
    plan = solve(
        random_data(1),
        gap=0.0,
        executor=two.address,
        progress=lambda progress: said.append(progress.phase),
    )
    assert plan.certificate["engine"] == "exact"
    assert "small enough for one programme here: the executor is not used" in said


def test_a_worker_without_the_planner_is_named_before_anything_is_computed(
    data: DataSet, tmp_path: Path
) -> None:
    with machines(tmp_path, 0) as found:
        found.add("-c", NO_PLANNER)
        with pytest.raises(UsageError, match=r"worker tcp://127\.0\.0\.1:\d+: its planner is missing"):
            plan_of(data, executor=found.address)


def test_other_versions_are_named(data: DataSet, two: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "version", lambda package: "0.1")
    fingerprint.cache_clear()
    try:
        with pytest.raises(UsageError, match=r"worker .*numpy [2-9][\d.]+ instead of 0\.1"):
            plan_of(data, executor=two.address)
    finally:
        fingerprint.cache_clear()


def test_a_worker_that_came_later_with_another_planner_computes_nothing() -> None:
    with pytest.raises(Different, match="planner_models"):
        work_on(None, b"", 1.0, "", fingerprint() | {"planner_models": "another"})  # type: ignore[arg-type]


def test_whoever_listens_to_the_network_is_refused(
    data: DataSet, two: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cluster, "addresses", ["tcp://127.0.0.1:8786", "tcp://192.0.2.7:8786"])
    with pytest.raises(UsageError, match=r"it calls itself tcp://192\.0\.2\.7:8786.*--insecure-cluster"):
        plan_of(data, executor=two.address)


def test_who_does_not_answer_ends_the_call_with_75_and_advice(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    tiny = init(tmp_path / "tiny", "tiny")

    def call(address: str) -> tuple[int, str]:
        capfd.readouterr()
        code = main(["solve", str(tiny), "--out", str(tmp_path / "runs"), "--executor", address])
        return code, capfd.readouterr().err

    code, said = call("tcp://127.0.0.1:1")
    assert (code, said.count("\n")) == (75, 1)
    assert said.startswith("No scheduler answers at tcp://127.0.0.1:1 within 1 s")
    assert "docs/cluster.md" in said
    with machines(tmp_path, 0) as found:
        code, said = call(found.address)
    assert code == 75
    assert f"The scheduler at {found.address} answers, but no worker has come" in said
    code, said = call("tls://127.0.0.1:1")
    assert (code, said.count("\n")) == (2, 1)
    assert "needs certificates" in said


@pytest.mark.skipif(which("openssl") is None, reason="openssl is not installed")
def test_tls_protects_a_cluster_and_keeps_strangers_out(data: DataSet, here: Plan, tmp_path: Path) -> None:
    make = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=planner -keyout key.pem -out cert.pem"
    for folder in (tmp_path, tmp_path / "stranger"):
        folder.mkdir(exist_ok=True)
        subprocess.run(["openssl", *make.split()], cwd=folder, check=True, capture_output=True)

    def known(folder: Path) -> Any:
        cert, key = str(folder / "cert.pem"), str(folder / "key.pem")
        names = {"ca-file": cert, "client.cert": cert, "client.key": key}
        return dask.config.set({f"distributed.comm.tls.{name}": value for name, value in names.items()})

    tls = ("--tls-ca-file", "cert.pem", "--tls-cert", "cert.pem", "--tls-key", "key.pem")
    with machines(tmp_path, 1, "--protocol", "tls", *tls) as found:
        assert found.address.startswith("tls://")
        with known(tmp_path):
            require_same(plan_of(data, executor=found.address), here)
        with known(tmp_path / "stranger"), pytest.raises(Unavailable, match="No scheduler answers"):
            plan_of(data, executor=found.address)


def test_the_commands_of_the_page_start_a_cluster(data: DataSet, here: Plan, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "cluster.md").read_text()
    [block] = re.findall(r"^```bash\n(dask scheduler --host.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with called(tmp_path, *block.replace("8786", str(port)).splitlines()):
        plan = plan_of(data, executor=f"tcp://127.0.0.1:{port}")
    require_same(plan, here)
    assert plan.certificate["executor"]["tasks_done_here"] == 0

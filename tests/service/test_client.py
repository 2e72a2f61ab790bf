"""`planner.client` against a real server."""

from pathlib import Path

import pytest

from planner.client import Client
from planner.errors import InvalidData, Unavailable, UsageError
from planner.plan.run import Run as Kept
from tests.service.files import tables
from tests.service.server import Server, serving


def test_a_day_of_a_scheduler(server: Server, tiny: Path, tmp_path: Path) -> None:
    with Client(server.address, server.token) as client:
        dataset = client.upload(tiny, name="from python")
        assert dataset.rows["demand"] == 25
        job = client.solve(dataset, gap=0.01, seed=3)
        kinds = [event.kind for event in client.events(job)]
        assert (kinds[0], kinds[-1]) == ("queued", "done")
        done = client.wait(job)
        assert done.run_id
        run = client.run(done.run_id)
        assert run.cost == pytest.approx(90.55)
        assert run.kpis
        kept = Kept.read(server.folder / "runs" / run.run_id).plan
        assert client.table(run).equals(kept.orders)
        assert set(client.table(run, "inventory", location="NEAR")["location_id"]) == {"NEAR"}
        assert run.run_id in [one.run_id for one in client.runs()]
        assert client.check(run)["status"] == "confirmed"
        assert client.explain(run, order="O000001")["order"]["order_id"] == "O000001"
        book = client.export(run, tmp_path / "plan.xlsx")
        assert book.stat().st_size > 5000
        with pytest.raises(UsageError, match="exists already"):
            client.export(run, book)


def test_problems_are_the_exceptions_of_the_planner(server: Server, tiny: Path, tmp_path: Path) -> None:
    for name, content in tables(tiny).items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "inventory.csv").write_text("item_id,location_id,on_hand\nrice,NEAR,-4\n")
    with Client(server.address, server.token, patience=0) as client:
        with pytest.raises(InvalidData) as invalid:
            client.upload(tmp_path)
        [finding] = invalid.value.findings
        assert (finding.file, finding.row, finding.column) == ("inventory.csv", 2, "on_hand")
        with pytest.raises(UsageError, match="no data set"):
            client.solve("nothing")
        with pytest.raises(UsageError, match="no job"):
            list(client.events("nothing"))
    with Client(server.address, "wrong") as stranger, pytest.raises(UsageError, match="token is not known"):
        stranger.run()
    with Client("http://127.0.0.1:1", patience=0) as nowhere, pytest.raises(Unavailable):
        nowhere.run()


def test_waiting_goes_on_over_a_restart(tmp_path: Path, tiny: Path) -> None:
    with (
        serving(tmp_path / "s", "--no-auth", f"--allow={tiny}") as server,
        Client(server.address, patience=200) as client,
    ):
        job = client.solve(client.use_folder(str(tiny)), policy="reorder", key="tonight")
        with pytest.raises(TimeoutError, match="it goes on"):
            client.wait(job, timeout=0)
        server.kill()
        server.begin()
        assert client.wait(job).status == "done"
        assert client.solve(job_dataset(client), policy="reorder", key="tonight").id == job.id


def job_dataset(client: Client) -> str:
    return str(client._get("/v1/datasets")["items"][0]["id"])

"""The API by real HTTP: data sets, jobs, runs, and what they answer."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from tests.service.files import tables, zipped
from tests.service.server import Server, ended, until

ZIP = {"Content-Type": "application/zip"}
TABLE_FORMATS = ("csv", "parquet", "json")


def planner(folder: Path, *argv: str) -> dict[str, Any]:
    """The JSON document of a call of the command line."""
    said = subprocess.run(
        [sys.executable, "-m", "planner", *argv, "--json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    document: dict[str, Any] = json.loads(said.stdout)
    return document


def test_tables_come_as_a_zip_as_files_or_as_a_folder_and_are_the_same(
    client: httpx.Client, dataset: str, tiny: Path
) -> None:
    first = client.get(f"/v1/datasets/{dataset}").json()
    files = [("files", (name, content)) for name, content in tables(tiny).items() if not name.endswith(".md")]
    parquet = io.BytesIO()
    pd.read_csv(tiny / "items.csv").to_parquet(parquet)
    mixed = [file for file in files if file[1][0] != "items.csv"]
    mixed.append(("files", ("items.parquet", parquet.getvalue())))
    by_file = client.post("/v1/datasets", files=mixed, params={"name": "by file"})
    by_folder = client.post("/v1/datasets", json={"folder": str(tiny)})
    for told in (by_file, by_folder):
        assert told.status_code == 201, told.text
        assert told.headers["location"] == f"/v1/datasets/{told.json()['id']}"
        assert told.json()["input_hash"] == first["input_hash"]
    assert by_file.json()["name"] == "by file"
    assert by_folder.json()["folder"] == str(tiny)
    assert (first["actor"], first["uploaded"], first["rows"]["demand"]) == ("planner", True, 25)


def test_tables_that_are_not_valid_are_told_as_on_the_command_line(
    client: httpx.Client, tiny: Path, tmp_path: Path
) -> None:
    files = tables(tiny)
    files["inventory.csv"] = files["inventory.csv"].replace(b"\n", b"\nnonsense,NEAR,-4\n", 1)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    told = client.post("/v1/datasets", content=zipped(files), headers=ZIP)
    said = planner(tmp_path, "validate", str(tmp_path))
    assert told.status_code == 422
    assert told.headers["content-type"] == "application/problem+json"
    problem = told.json()
    assert (problem["kind"], problem["exit_code"]) == (said["status"], said["exit_code"]) == ("invalid", 3)
    assert problem["findings"] == said["findings"]
    assert {("inventory.csv", 2, "on_hand", "-4")} <= {
        (one["file"], one["row"], one["column"], one["value"]) for one in problem["findings"]
    }
    assert str(problem["detail"]).splitlines() == str(said["message"]).splitlines()


def test_a_solve_is_accepted_followed_and_read(
    client: httpx.Client, job: dict[str, Any], dataset: str
) -> None:
    assert job["status"] == "done"
    assert (job["verb"], job["dataset"], job["attempts"], job["error"]) == ("solve", dataset, 0, None)
    assert job["run_id"] == job["id"] == job["result"]["run_id"]
    assert job["result"]["cost"] == pytest.approx(90.55)
    assert job["progress"]["gap"] == 0
    run = client.get(f"/v1/runs/{job['run_id']}").json()
    assert run == client.get(f"/v1/runs/{run['alias']}").json()
    assert (run["cost"], run["status"], run["kpis"]) == (
        job["result"]["cost"],
        "completed",
        job["result"]["kpis"],
    )
    assert client.get(f"/v1/runs/{run['alias']}/certificate").json()["cost"] == run["cost"]
    assert "cost 90.55" in client.get(f"/v1/runs/{run['alias']}/log").text
    assert run["run_id"] in [one["run_id"] for one in client.get("/v1/runs").json()["items"]]


def test_the_command_line_shows_the_same_run(
    server: Server, client: httpx.Client, job: dict[str, Any]
) -> None:
    said = planner(server.folder, "runs", "show", job["run_id"])
    told = client.get(f"/v1/runs/{job['run_id']}").json()
    assert {name: said[name] for name in told if name != "folder"} == {
        name: value for name, value in told.items() if name != "folder"
    }


def test_the_same_question_is_answered_once(client: httpx.Client, job: dict[str, Any], dataset: str) -> None:
    again = client.post("/v1/solve", json={"dataset": dataset, "gap": 0.001}).json()
    assert again["id"] != job["id"]
    done = ended(client, again["id"])
    assert (done["run_id"], done["result"]["reused"]) == (job["run_id"], True)


def test_the_same_key_is_the_same_submission(client: httpx.Client, dataset: str) -> None:
    body, key = {"dataset": dataset, "policy": "reorder"}, {"Idempotency-Key": "once"}
    first = client.post("/v1/solve", json=body, headers=key)
    second = client.post("/v1/solve", json=body, headers=key)
    other = client.post("/v1/solve", json={**body, "policy": "sequential"}, headers=key)
    assert [first.status_code, second.status_code, other.status_code] == [202, 200, 422]
    assert first.json()["id"] == second.json()["id"]
    assert other.json()["kind"] == "key used before"


def test_an_upload_with_a_key_is_kept_once(client: httpx.Client, server: Server, tiny: Path) -> None:
    key, body = {**ZIP, "Idempotency-Key": "tables"}, zipped(tables(tiny))
    first = client.post("/v1/datasets", content=body, headers=key)
    second = client.post("/v1/datasets", content=body, headers=key)
    assert [first.status_code, second.status_code] == [201, 200]
    assert first.json() == second.json()
    other = client.post("/v1/datasets", content=zipped({"items.csv": "x"}), headers=key)
    assert other.status_code == 422
    kept = {folder.name for folder in (server.folder / "service" / "datasets").iterdir()}
    listed = {one["id"] for one in client.get("/v1/datasets", params={"limit": 200}).json()["items"]}
    assert kept <= listed


def test_a_job_that_can_not_be_done_says_why_with_findings(client: httpx.Client, tiny: Path) -> None:
    folder = tiny.parent / "changing"
    folder.mkdir()
    for name, content in tables(tiny).items():
        (folder / name).write_bytes(content)
    dataset = client.post("/v1/datasets", json={"folder": str(folder)}).json()["id"]
    (folder / "inventory.csv").write_text("item_id,location_id,on_hand\nrice,NEAR,-4\n")
    job = ended(client, client.post("/v1/solve", json={"dataset": dataset}).json()["id"])
    assert (job["status"], job["run_id"], job["result"]) == ("failed", None, None)
    assert (job["error"]["kind"], job["error"]["status"], job["error"]["exit_code"]) == ("invalid", 422, 3)
    [finding] = job["error"]["findings"]
    assert (finding["file"], finding["row"], finding["column"]) == ("inventory.csv", 2, "on_hand")
    again = client.post(f"/v1/datasets/{dataset}/validate")
    assert again.status_code == 422
    assert again.json()["findings"] == job["error"]["findings"]


def events(text: str) -> list[tuple[int, str, dict[str, Any]]]:
    """The events of a stream."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
    return found


def test_events_are_streamed_and_go_on_where_they_were_left(
    client: httpx.Client, job: dict[str, Any]
) -> None:
    told = client.get(f"/v1/jobs/{job['id']}/events")
    assert told.headers["content-type"].startswith("text/event-stream")
    found = events(told.text)
    kinds = [kind for _, kind, _ in found]
    assert kinds[:2] == ["queued", "running"]
    assert kinds[-1] == "done"
    assert "progress" in kinds
    assert [number for number, _, _ in found] == sorted({number for number, _, _ in found})
    later = client.get(f"/v1/jobs/{job['id']}/events", headers={"Last-Event-ID": str(found[1][0])})
    assert events(later.text) == found[2:]
    assert client.get(f"/v1/jobs/{job['id']}/events", params={"after": found[-1][0]}).text == ""


def test_a_stream_shows_what_happens_while_it_happens(client: httpx.Client, dataset: str) -> None:
    job = client.post("/v1/solve", json={"dataset": dataset, "gap": 0.002, "seed": 7}).json()["id"]
    seen = []
    with client.stream("GET", f"/v1/jobs/{job}/events") as stream:
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
                seen.append((kind, client.get(f"/v1/jobs/{job}").json()["status"]))
    assert ("running", "running") in seen
    assert seen[-1] == ("done", "done")


@pytest.mark.parametrize("form", TABLE_FORMATS)
@pytest.mark.parametrize("table", ["orders", "loads", "inventory"])
def test_tables_are_read_in_every_format(
    client: httpx.Client, server: Server, job: dict[str, Any], table: str, form: str
) -> None:
    told = client.get(f"/v1/runs/{job['run_id']}/tables/{table}", params={"format": form, "limit": 5000})
    assert told.status_code == 200
    if form == "csv":
        found = pd.read_csv(io.StringIO(told.text))
    elif form == "parquet":
        found = pd.read_parquet(io.BytesIO(told.content))
    else:
        found = pd.DataFrame(told.json()["items"])
        assert told.json()["total"] == len(found)
    from planner.plan.run import Run

    kept = getattr(Run.read(server.folder / "runs" / job["run_id"]).plan, table)
    assert list(found.columns) == list(kept.columns)
    numbers = kept.select_dtypes("number").columns
    pd.testing.assert_frame_equal(found[numbers].astype(float), kept[numbers].astype(float))


def test_tables_are_filtered_and_read_in_parts(client: httpx.Client, job: dict[str, Any]) -> None:
    path = f"/v1/runs/{job['run_id']}/tables/orders"
    everything = client.get(path).json()["items"]

    def read(**asked: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = client.get(path, params=asked).json()["items"]
        return items

    assert read(item="rice", destination="NEAR") == [
        one for one in everything if one["item_id"] == "rice" and one["destination"] == "NEAR"
    ]
    assert read(mode="van", day="2026-03-05") == [
        one
        for one in everything
        if one["mode"] == "van" and "2026-03-05" in (one["dispatch_date"], one["arrival_date"])
    ]
    assert read(location="MILL")
    assert read(item="none") == []
    first = client.get(path, params={"limit": 3}).json()
    rest = client.get(path, params={"limit": 5000, "start": first["next"]}).json()
    assert first["items"] + rest["items"] == everything
    assert rest["next"] is None


def test_what_has_not_changed_is_not_sent_again(client: httpx.Client, job: dict[str, Any]) -> None:
    for path in (
        f"/v1/runs/{job['run_id']}/tables/orders",
        f"/v1/jobs/{job['id']}",
        f"/v1/runs/{job['run_id']}",
    ):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(path, headers={"If-None-Match": '"other"'}).content == first.content


def test_the_workbook_the_report_the_check_and_the_explanation_are_those_of_the_command_line(
    client: httpx.Client, server: Server, job: dict[str, Any]
) -> None:
    run = job["run_id"]
    book = client.get(f"/v1/runs/{run}/export")
    assert "Order proposal" in pd.ExcelFile(io.BytesIO(book.content), engine="calamine").sheet_names
    assert "<h1>Plan for" in client.get(f"/v1/runs/{run}/report").text
    checked = client.get(f"/v1/runs/{run}/check").json()
    assert checked["status"] == "confirmed"
    told = client.get(f"/v1/runs/{run}/explain", params={"order": "O000001"}).json()
    said = planner(server.folder, "explain", run, "--order", "O000001")
    assert {name: said[name] for name in told} == told
    missing = client.get(f"/v1/runs/{run}/explain", params={"order": "nope"})
    assert (missing.status_code, missing.json()["exit_code"]) == (422, 2)


def test_runs_are_compared(client: httpx.Client, dataset: str, job: dict[str, Any]) -> None:
    other = ended(
        client, client.post("/v1/solve", json={"dataset": dataset, "policy": "sequential"}).json()["id"]
    )
    runs = [job["run_id"], other["run_id"]]
    told = client.get("/v1/compare", params={"run": runs, "require": "cost.total<=-1%"}).json()
    assert told["status"] == "failed"  # the baseline isn't cheaper
    assert told["requirements"]
    assert client.get("/v1/compare", params={"run": runs[:1]}).status_code == 422


def test_lists_come_in_pages(client: httpx.Client, dataset: str, job: dict[str, Any]) -> None:
    for path in ("/v1/jobs", "/v1/datasets", "/v1/runs"):
        key = "run_id" if path == "/v1/runs" else "id"
        whole = [one[key] for one in client.get(path, params={"limit": 200}).json()["items"]]
        assert whole == sorted(whole, reverse=True)
        found, before = list[str](), None
        while True:
            page = client.get(path, params={"limit": 2} | ({"before": before} if before else {})).json()
            found += [one[key] for one in page["items"]]
            before = page["next"]
            if before is None:
                break
        assert found == whole
    assert {one["status"] for one in client.get("/v1/jobs", params={"status": "done"}).json()["items"]} == {
        "done"
    }


def test_a_data_set_is_removed_unless_a_job_needs_it(
    client: httpx.Client, server: Server, tiny: Path
) -> None:
    made = client.post("/v1/datasets", content=zipped(tables(tiny)), headers=ZIP).json()["id"]
    assert client.delete(f"/v1/datasets/{made}").status_code == 204
    assert client.get(f"/v1/datasets/{made}").status_code == 404
    assert not (server.folder / "service" / "datasets" / made).exists()
    assert client.post("/v1/solve", json={"dataset": made}).status_code == 404


def test_operators_see_health_metrics_and_a_log_with_ids(
    server: Server, client: httpx.Client, job: dict[str, Any]
) -> None:
    with server.as_(None) as anybody:
        assert anybody.get("/health").json() == anybody.get("/ready").json() == {"status": "ok"}
        assert anybody.get("/metrics").status_code == 401
    measured = client.get("/metrics").text
    assert 'planner_jobs{status="done"}' in measured
    assert 'route="/v1/jobs/{job}"' in measured
    answer = client.get("/v1/jobs")
    [line] = until(
        lambda: [one for one in server.log if one.get("request_id") == answer.headers["x-request-id"]]
    )
    assert (line["event"], line["path"], line["status"], line["actor"]) == (
        "request",
        "/v1/jobs",
        200,
        "planner",
    )
    ends = [one for one in server.log if one.get("job_id") == job["id"] and one["event"] == "job ends"]
    assert [one["run_id"] for one in ends] == [job["run_id"]]

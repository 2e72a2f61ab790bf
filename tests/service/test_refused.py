"""What the service refuses: strangers, those without the role, archives that are traps, and too much of anything."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from planner.service.tables import written
from planner.service.uploads import Refused, allowed_folder, unpack
from tests.service.files import link, lying, zipped
from tests.service.server import Server, ended, serving, until

ZIP = {"Content-Type": "application/zip"}
OPEN = {("GET", "/health"), ("GET", "/ready"), ("GET", "/openapi.json")}
BODIES: dict[str, dict[str, Any]] = {
    **{verb: {"dataset": "nothing"} for verb in ("solve", "scenarios", "simulate")},
    "replan": {"run": "nothing"},
    "approve": {"role": "finance"},
    "reject": {"role": "finance", "note": "why"},
    "override": {"order": "O1", "quantity": 0, "reason": "why"},
}


@pytest.fixture(scope="module")
def strangers(server: Server) -> dict[str, str]:
    """Tokens by role."""
    return server.tokens("viewer", "retail", "distribution", "admin")


def routes(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for path, methods in document["paths"].items():
        for method in methods:
            yield method.upper(), path


def request(client: httpx.Client, method: str, path: str) -> httpx.Response:
    """A request to a route of the OpenAPI document, for things that aren't there."""
    for name in ("dataset", "job", "run"):
        path = path.replace(f"{{{name}}}", "nothing")
    body = BODIES.get(path.rsplit("/", 1)[-1], {"folder": "/none"})
    return client.request(method, path.replace("{table}", "orders"), json=body if method == "POST" else None)


@pytest.mark.parametrize("token", [None, "nonsense", "jp_000000000000_x", "Bearer"])
def test_nobody_comes_in_without_a_valid_token(
    server: Server, client: httpx.Client, token: str | None
) -> None:
    document = client.get("/openapi.json").json()
    with server.as_(token) as stranger:
        for method, path in routes(document):
            if (method, path) not in OPEN:
                told = request(stranger, method, path)
                assert told.status_code == 401, (method, path)
                assert told.headers["www-authenticate"] == "Bearer"
                assert told.json()["kind"] == "unknown"


def test_a_revoked_token_is_refused_at_once(server: Server) -> None:
    import subprocess
    import sys

    token = server.new_token("viewer")
    with server.as_(token) as visitor:
        assert visitor.get("/v1/jobs").status_code == 200
        argv = [sys.executable, "-m", "planner", "tokens", "revoke", token.split("_")[1]]
        subprocess.run(argv, cwd=server.folder, check=True, capture_output=True)
        assert visitor.get("/v1/jobs").status_code == 401


@pytest.mark.parametrize("role", ["viewer", "retail", "distribution"])
def test_who_may_only_read_can_change_nothing(
    server: Server, client: httpx.Client, strangers: dict[str, str], role: str
) -> None:
    document = client.get("/openapi.json").json()
    with server.as_(strangers[role]) as reader:
        for method, path in routes(document):
            told = request(reader, method, path)
            owns = path.endswith("/override") and role != "viewer"
            if method == "GET" or path.endswith("/validate") or owns:
                assert told.status_code not in (401, 403), (method, path)
            else:
                needed = "finance" if path.endswith(("/approve", "/reject")) else "planner"
                assert told.status_code == 403, (method, path)
                assert f"needs the role {needed}" in told.json()["detail"]


def test_an_admin_may_what_a_planner_may(server: Server, strangers: dict[str, str]) -> None:
    with server.as_(strangers["admin"]) as admin:
        assert admin.post("/v1/solve", json={"dataset": "nothing"}).status_code == 404


def test_a_role_can_not_be_had_by_asking_for_it(server: Server, strangers: dict[str, str]) -> None:
    with server.as_(strangers["viewer"]) as reader:
        for headers in ({"X-Role": "admin"}, {"X-Forwarded-User": "admin"}, {"Cookie": "planner_role=admin"}):
            assert (
                reader.post(
                    "/v1/solve", json={"dataset": "x", "roles": ["admin"]}, headers=headers
                ).status_code
                == 403
            )


def test_a_page_of_another_site_can_not_use_a_cookie(server: Server, client: httpx.Client) -> None:
    cookie = {"Cookie": f"planner_token={server.token}"}
    host = server.address.removeprefix("http://")
    with server.as_(None) as browser:
        assert browser.get("/v1/jobs", headers=cookie).status_code == 200
        for origin in ("https://evil.example", "null", f"http://{host}.evil.example"):
            told = browser.post("/v1/jobs/nothing/cancel", headers={**cookie, "Origin": origin})
            assert told.status_code == 403, origin
        assert (
            browser.post("/v1/jobs/nothing/cancel", headers={**cookie, "Origin": server.address}).status_code
            == 404
        )


# --- archives


TRAPS = {
    "traversal": (zipped({"../items.csv": "x"}), 422),
    "deep traversal": (zipped({"a/../../items.csv": "x"}), 422),
    "absolute": (zipped({"/etc/items.csv": "x"}), 422),
    "drive": (zipped({"C:\\items.csv": "x"}), 422),
    "folder in a folder": (zipped({"a/b/items.csv": "x"}), 422),
    "link": (link("items.csv", "/etc/passwd"), 422),
    "twice": (zipped({"items.csv": "x", "ITEMS.csv": "y"}), 422),
    "hidden": (zipped({".items.csv": "x"}), 422),
    "program": (zipped({"items.exe": "x"}), 422),
    "script": (zipped({"items.csv.py": "x"}), 422),
    "zero byte": (zipped({"items.csv\0.py": "x"}), 422),
    "long name": (zipped({"i" * 300 + ".csv": "x"}), 422),
    "empty": (zipped({}), 422),
    "no archive": (b"no archive", 422),
    "cut off": (zipped({"items.csv": "x" * 5000}, zipfile.ZIP_STORED)[:2000], 422),
    "many files": (zipped({f"t{number}.csv": "x" for number in range(100)}), 422),
    "bomb": (zipped({"items.csv": b"0" * 40_000_000}), 413),
    "lying bomb": (lying("items.csv", b"0" * 5_000_000, 10), 422),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_an_archive_that_is_a_trap_leaves_nothing_behind(
    client: httpx.Client, server: Server, trap: str
) -> None:
    body, status = TRAPS[trap]
    before = sorted(path for path in server.folder.rglob("*") if "service/datasets" in str(path))
    told = client.post("/v1/datasets", content=body, headers=ZIP)
    assert told.status_code == status, told.text
    assert told.json()["exit_code"] in (2, 3)
    assert sorted(path for path in server.folder.rglob("*") if "service/datasets" in str(path)) == before
    assert client.get("/health").status_code == 200


def test_files_are_refused_by_the_same_rules(client: httpx.Client, server: Server) -> None:
    for name in ("../items.csv", "/etc/items.csv", "..\\items.csv", "items.exe", ".items.csv", "a/items.csv"):
        told = client.post("/v1/datasets", files=[("files", (name, b"x"))])
        assert told.status_code == 422, name
    twice = client.post(
        "/v1/datasets", files=[("files", ("items.csv", b"x")), ("files", ("Items.csv", b"x"))]
    )
    assert twice.status_code == 422
    assert not (server.folder / "items.csv").exists()
    assert not (server.folder / "service" / "items.csv").exists()


def test_an_archive_may_not_unpack_to_more_than_the_operator_allows(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped({"items.csv": bytes(range(256)) * 8000}, zipfile.ZIP_STORED))
    with pytest.raises(Refused, match="unpacks to 2 MB; at most 1 MB") as refused:
        unpack(archive, tmp_path, 1)
    assert refused.value.too_large
    unpack(archive, tmp_path, 3)
    assert (tmp_path / "items.csv").stat().st_size == 2_048_000


@pytest.mark.parametrize("folder", ["/etc", "/", "..", "tiny", "/srv/../etc", "\0", "~", "file:///etc"])
def test_other_folders_of_the_server_are_closed(client: httpx.Client, folder: str) -> None:
    told = client.post("/v1/datasets", json={"folder": folder})
    assert (told.status_code, told.json()["kind"]) == (403, "not allowed")


def test_a_link_does_not_lead_out_of_an_allowed_folder(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
    (inside / "link").symlink_to(outside)
    assert allowed_folder(str(inside), (inside,)) == inside
    assert allowed_folder(str(inside / "link"), (inside,)) is None
    assert allowed_folder(str(inside / ".." / "outside"), (inside,)) is None
    assert allowed_folder(f"{inside}side", (inside,)) is None
    assert allowed_folder(str(inside), ()) is None


# --- too much


def test_a_body_that_is_too_large_is_refused_whatever_it_says_of_itself(client: httpx.Client) -> None:
    large = b"x" * 3_000_000
    told = client.post("/v1/datasets", content=large, headers=ZIP)
    assert (told.status_code, told.json()["kind"]) == (413, "too large")

    def parts() -> Iterator[bytes]:
        for _ in range(30):
            yield large[:100_000]

    for path, headers in (("/v1/datasets", ZIP), ("/v1/solve", {"Content-Type": "application/json"})):
        told = client.post(path, content=parts(), headers=headers)  # in chunks, without a length
        assert told.status_code == 413, path


@pytest.mark.parametrize(
    "option",
    [
        '"gap": 1e999',
        '"gap": NaN',
        '"gap": -0.1',
        '"gap": "0.1; drop"',
        '"time_limit": 1e300',
        '"time_limit": 601',
        '"time_limit": 0',
        '"threads": 1' + 40 * "0",
        '"threads": 1.5',
        '"threads": true',
        '"seed": -1',
        '"seed": 9223372036854775808',
        '"profile": "' + 200 * "x" + '"',
        '"warm": "../../etc/passwd"',
        '"warm": "/etc"',
        '"buckets": "7d;rm"',
        '"engine": "other"',
        '"executor": "tcp://evil:1"',
        '"write_model": "/tmp/x.mps"',
        '"errors": "/tmp/x.csv"',
        '"source": "/etc"',
        '"run_id": "x"',
    ],
)
def test_options_that_no_solve_can_have_are_refused(client: httpx.Client, dataset: str, option: str) -> None:
    body = f'{{"dataset": "{dataset}", {option}}}'
    told = client.post("/v1/solve", content=body, headers={"Content-Type": "application/json"})
    assert told.status_code == 422, told.text
    assert told.json()["exit_code"] == 2


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '{"dataset": 1}', "[" * 100_000])
def test_bodies_that_are_no_request_are_refused(client: httpx.Client, body: str) -> None:
    told = client.post("/v1/solve", content=body, headers={"Content-Type": "application/json"})
    assert told.status_code in (400, 422)
    assert (
        client.post("/v1/datasets", content=body, headers={"Content-Type": "application/json"}).status_code
        == 422
    )


@pytest.mark.parametrize(
    "name", ["..", "../../etc/passwd", "%2e%2e%2fetc", "a b", "x" * 100, "run.json%00", "~"]
)
def test_a_run_is_found_by_name_only(client: httpx.Client, name: str) -> None:
    for path in ("runs/{}", "runs/{}/tables/orders", "runs/{}/log", "jobs/{}", "datasets/{}"):
        assert client.get(f"/v1/{path.format(name)}").status_code in (404, 422)


def test_texts_that_a_spreadsheet_would_run_are_shielded() -> None:
    names = ["=1+1", "+1", "-1", "@x", "\tx", "rice"]
    text = written(pd.DataFrame({"item_id": names, "quantity": [-1.5] * 6}), "csv").decode()
    assert text.splitlines()[1:] == [f"'{name},-1.5" for name in names[:5]] + ["rice,-1.5"]


def test_a_full_queue_answers_429_and_goes_on(tmp_path: Path, tiny: Path) -> None:
    with (
        serving(tmp_path / "s", "--no-auth", "--max-queue=2", f"--allow={tiny}") as server,
        server.client as client,
    ):
        dataset = client.post("/v1/datasets", json={"folder": str(tiny)}).json()["id"]
        accepted, refused = list[str](), list[httpx.Response]()
        for seed in range(12):
            told = client.post("/v1/solve", json={"dataset": dataset, "seed": seed, "policy": "reorder"})
            if told.status_code == 202:
                accepted.append(told.json()["id"])
            else:
                refused.append(told)
        assert 2 <= len(accepted) < 12
        assert {told.status_code for told in refused} == {429}
        assert all(int(told.headers["retry-after"]) > 0 for told in refused)
        assert refused[0].json()["exit_code"] == 75
        in_use = client.delete(f"/v1/datasets/{dataset}")
        assert (in_use.status_code, in_use.json()["kind"]) == (409, "in use")
        assert client.post(f"/v1/jobs/{accepted[-1]}/cancel").json()["status"] == "cancelled"
        assert {ended(client, job)["status"] for job in accepted[:-1]} == {"done"}


def test_without_tokens_other_names_and_other_sites_are_refused(tmp_path: Path) -> None:
    with serving(tmp_path / "s", "--no-auth") as server, server.client as client:
        assert client.get("/v1/jobs").status_code == 200
        assert client.get("/v1/jobs", headers={"Host": "evil.example"}).status_code == 400
        evil = {"Origin": "https://evil.example"}
        assert client.post("/v1/jobs/x/cancel", headers=evil).status_code == 403
        said = until(lambda: (server.folder / "log.jsonl").read_text())
        assert "Everybody on this machine is let in" in said
        second = Server(server.folder, ("--no-auth",))
        with pytest.raises(AssertionError, match="another `planner serve` uses this store"):
            second.begin()
        assert second.ended() == 2

"""Tables that are brought on a page, what is wrong with them, and what is begun from there: forms as a browser sends them."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from planner.response.approval.published import open_registry
from planner.verbs.solve import Request, solve
from tests.response.watch.selling import selling, tell, without_stock
from tests.service.files import tables, zipped
from tests.service.server import PATIENCE, Server, ended

HTML = {"Accept": "text/html"}


@pytest.fixture
def page(server: Server) -> Iterator[httpx.Client]:
    """A planner's browser."""
    cookies = {"planner_token": str(server.token)}
    with httpx.Client(base_url=server.address, headers=HTML, cookies=cookies, timeout=PATIENCE) as found:
        yield found


def sent(page: httpx.Client, files: dict[str, bytes], name: str = "") -> httpx.Response:
    return page.post("/datasets", data={"name": name}, files=[("files", one) for one in files.items()])


def cells(text: str, caption: str) -> list[list[str]]:
    """The rows of a table."""
    table = text[text.index(f"<caption>{caption}</caption>") :].split("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], re.DOTALL)
    return [[unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]


def folder_of(server: Server) -> list[Path]:
    return list((server.folder / "service" / "datasets").iterdir())


def test_a_zip_and_single_files_are_taken(page: httpx.Client, tiny: Path) -> None:
    files = tables(tiny)
    zip_ = sent(page, {"stores north.zip": zipped(files)})
    assert zip_.status_code == 303, zip_.text
    shown = page.get(zip_.headers["location"]).text
    assert "<h1>stores north</h1>" in shown
    assert ["demand", "25"] in cells(shown, "Tables")
    assert "What would be if" not in shown  # it has no scenarios
    single = sent(page, files, "  by   hand ")
    assert "<h1>by hand</h1>" in page.get(single.headers["location"]).text


def test_what_is_wrong_is_shown_by_row_and_column_and_nothing_is_kept(
    page: httpx.Client, server: Server, tiny: Path
) -> None:
    files = tables(tiny)
    files["inventory.csv"] = files["inventory.csv"].replace(b"rice,NEAR,10", b"rice,NEAR,-4")
    before = folder_of(server)
    told = sent(page, files)
    assert told.status_code == 422
    [found] = cells(told.text, "What was found in the tables")
    assert found[:4] == ["inventory.csv", "4", "on_hand", "-4"]
    assert found[4] == "it can't be negative"
    assert folder_of(server) == before


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("../items.csv", b"x", 422),
        ("evil.exe", b"x", 422),
        ("bomb.zip", zipped({"items.csv": b"0" * 5_000_000}), 413),
        ("big.csv", b"x" * 3_000_000, 413),
    ],
)
def test_what_the_api_refuses_is_refused(
    page: httpx.Client, server: Server, name: str, content: bytes, status: int
) -> None:
    before = folder_of(server)
    told = sent(page, {name: content})
    assert told.status_code == status, told.text
    assert "<h1>" in told.text
    assert folder_of(server) == before


def test_who_may_only_read_brings_and_begins_nothing(server: Server, dataset: str) -> None:
    cookies = {"planner_token": server.tokens("viewer")["viewer"]}
    with httpx.Client(base_url=server.address, headers=HTML, cookies=cookies, timeout=PATIENCE) as page:
        before = folder_of(server)
        assert sent(page, {"items.csv": b"x"}).status_code == 403
        assert page.post("/sample").status_code == 403
        assert folder_of(server) == before
        for path in ("/scenarios", "/replan"):
            body = {"dataset": dataset, "only": "fuel_up", "run": "latest"}
            assert page.post(path, data=body).status_code == 403
        shown = page.get(f"/datasets/{dataset}").text
        assert "<button>Solve" not in shown
        assert "Load the sample" not in page.get("/").text


def test_scenarios_that_can_not_be_read_are_named(page: httpx.Client, tiny: Path) -> None:
    files = tables(tiny) | {"scenarios.toml": b'[fuel_up]\nwhat = "?"\n'}
    shown = page.get(sent(page, files).headers["location"]).text
    assert "can&#39;t be read" in shown or "can't be read" in shown
    [found] = cells(shown, "What was found in the tables")
    assert found[0] == "scenarios.toml"
    assert "Solve the scenarios" not in shown


def test_what_is_not_chosen_or_not_json_is_said(page: httpx.Client, dataset: str) -> None:
    told = page.post("/scenarios", data={"dataset": dataset})
    assert (told.status_code, "Choose a scenario" in told.text) == (422, True)
    told = page.post("/replan", data={"dataset": dataset, "run": "latest", "events": "{"})
    assert (told.status_code, "not JSON" in told.text) == (422, True)
    told = page.get("/compare", params={"run": "latest"})
    assert told.status_code in (404, 422)


def test_an_exception_is_answered_where_it_is_seen(
    page: httpx.Client, client: httpx.Client, server: Server, tiny: Path
) -> None:
    """The last week sold twice as much of A as the plan knows, or its shelf is empty: a button answers that by an event."""
    folder = tiny.parent / "selling"
    folder.mkdir()
    tell(folder, selling())
    run = solve(Request(folder), open_registry(server.folder / "runs")).run.record.run_id
    tell(folder, selling(A=2.0))
    today = client.post("/v1/datasets", json={"folder": str(folder)}).json()["id"]
    body = answer_of(page, today, run)
    [event] = json.loads(body["events"])
    assert (event["type"], event["item_id"], body["run"]) == ("demand_shift", "A", run)
    assert float(event["factor"]) > 1.1
    job = ended(client, page.post("/replan", data=body).headers["location"].rsplit("/", 1)[1])
    assert job["result"]["status"] == "proposed", job
    assert job["result"]["saved"] > 0
    tell(folder, without_stock())  # no shift: what nobody has told is planned again as the tables are
    empty = client.post("/v1/datasets", json={"folder": str(folder)}).json()["id"]
    [event] = json.loads(answer_of(page, empty, run)["events"])
    assert (event["type"], event["item_id"], float(event["factor"])) == ("demand_shift", "A", 1.0)


def answer_of(page: httpx.Client, dataset: str, run: str) -> dict[str, str]:
    """What the one button beside an exception sends."""
    shown = page.get("/exceptions", params={"dataset": dataset, "run": run}).text
    [form] = [one for one in re.findall(r"<form.*?</form>", shown) if "Plan again for this" in one]
    return {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="(.*?)"', form)}

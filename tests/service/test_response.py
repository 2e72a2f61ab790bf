"""Events, exceptions, signatures and overrides by real HTTP: a plan and its two owners, each with a token."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from planner.client import Client
from planner.errors import NotNow, UsageError
from tests.service.server import Server, ended, serving

SHIFT = {
    "event_id": "E1",
    "at": "2026-03-02T06:00:00",
    "type": "demand_shift",
    "item_id": "rice",
    "location_id": "FAR",
    "factor": 2,
}
AS_CSV = ",".join(SHIFT) + "\n" + ",".join(map(str, SHIFT.values())) + "\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, tiny: Path) -> Iterator[Server]:
    """A server of its own, so that its ledger is that of these tests."""
    with serving(tmp_path_factory.mktemp("shop"), f"--allow={tiny.parent}") as server:
        yield server


@pytest.fixture(scope="module")
def clients(shop: Server) -> Iterator[dict[str, httpx.Client]]:
    """A client for each role, and its token's name is that of the role."""
    tokens = shop.tokens("planner", "viewer", "retail", "distribution", "admin")
    found = {role: shop.as_(token) for role, token in tokens.items()}
    shop.token = tokens["planner"]
    yield found
    for client in found.values():
        client.close()


@pytest.fixture(scope="module")
def planner(clients: dict[str, httpx.Client]) -> httpx.Client:
    return clients["planner"]


@pytest.fixture(scope="module")
def tables(planner: httpx.Client, tiny: Path) -> str:
    return str(planner.post("/v1/datasets", json={"folder": str(tiny)}).json()["id"])


@pytest.fixture(scope="module")
def base(planner: httpx.Client, tables: str) -> str:
    """The optimal plan."""
    accepted = planner.post("/v1/solve", json={"dataset": tables, "gap": 0.001}).json()
    return str(ended(planner, accepted["id"])["run_id"])


@pytest.fixture(scope="module")
def replanned(planner: httpx.Client, base: str, tables: str) -> dict[str, Any]:
    """The job that has answered an event."""
    body = {"run": base, "dataset": tables, "events": [SHIFT], "max_changes": 5}
    accepted = planner.post("/v1/replan", json=body)
    assert accepted.status_code == 202, accepted.text
    return ended(planner, accepted.json()["id"])


def replan(client: httpx.Client, **body: Any) -> dict[str, Any]:
    accepted = client.post("/v1/replan", json=body)
    assert accepted.status_code == 202, accepted.text
    return ended(client, accepted.json()["id"])


def test_an_event_becomes_a_run(planner: httpx.Client, base: str, replanned: dict[str, Any]) -> None:
    """As on the command line: ten more rice on the van that drives anyway saves 9.90."""
    assert replanned["status"] == "done", replanned
    result = replanned["result"]
    assert (result["status"], result["base"], result["reused"]) == ("proposed", base, False)
    assert replanned["run_id"] == replanned["id"] == result["run_id"]
    assert result["saved"] == pytest.approx(9.90)
    assert [(one["action"], one["event_ids"]) for one in result["actions"]] == [("increase", "E1")]
    assert replanned["options"] == {
        "run": base, "max_changes": 5, "change_cost": 0, "time_limit": 4, "seed": 0, "certify": False,
    }  # fmt: skip
    assert planner.get(f"/v1/runs/{result['run_id']}/check").json()["status"] == "confirmed"
    [entry] = planner.get(f"/v1/runs/{result['run_id']}/ledger").json()["items"]
    assert (entry["kind"], entry["actor"], entry["facts"]["base"]) == ("proposed", "planner", base)
    assert [one["event_id"] for one in entry["facts"]["events"]] == ["E1"]


def test_a_replay_makes_nothing(planner: httpx.Client, replanned: dict[str, Any]) -> None:
    made = replanned["run_id"]
    before = [one["run_id"] for one in planner.get("/v1/runs").json()["items"]]
    replay = replan(planner, run=made, events=[SHIFT])  # the tables of the run
    assert (replay["status"], replay["run_id"], replay["error"]) == ("done", made, None)
    assert (replay["result"]["status"], replay["result"]["exit_code"]) == ("nothing to do", 99)
    assert "has them already: E1" in replay["result"]["message"]
    assert [one["run_id"] for one in planner.get("/v1/runs").json()["items"]] == before


def test_events_that_are_not_valid_are_named_by_row_and_column(planner: httpx.Client, base: str) -> None:
    job = replan(planner, run=base, events=[SHIFT, {**SHIFT, "event_id": "E2", "location_id": "NOWHERE"}])
    assert (job["status"], job["error"]["status"], job["error"]["exit_code"]) == ("failed", 422, 3)
    places = [(one["file"], one["row"], one["column"], one["value"]) for one in job["error"]["findings"]]
    assert places == [("events.json", 2, "location_id", "NOWHERE")]


@pytest.mark.parametrize(
    "body",
    [
        {"events": [1]},
        {"events": [{"event_id": [1]}]},
        {"events": {"event_id": "E1"}},
        {"events": [{}] * 10_001},
        {"max_changes": -1},
        {"max_changes": 1.5},
        {"change_cost": -1},
        {"time_limit": 1e9},
        {"run": "../../etc"},
        {"source": "/etc"},
        {"run_id": "x"},
        {"actor": "somebody"},
    ],
)
def test_what_no_replan_can_have_is_refused(planner: httpx.Client, base: str, body: dict[str, Any]) -> None:
    told = planner.post("/v1/replan", json={"run": base, **body})
    assert (told.status_code, told.json()["exit_code"]) == (422, 2)


def test_what_is_not_there_can_not_be_planned_again(planner: httpx.Client, base: str) -> None:
    assert planner.post("/v1/replan", json={"run": "nothing"}).status_code == 404
    assert planner.post("/v1/replan", json={"run": base, "dataset": "nothing"}).status_code == 404


def test_exceptions_are_found_with_their_remedy(
    shop: Server, clients: dict[str, httpx.Client], tables: str, base: str, troubled: Path
) -> None:
    planner = clients["planner"]
    today = planner.post("/v1/datasets", json={"folder": str(troubled)}).json()["id"]
    with client_of(shop, clients, "viewer") as viewer:
        content = viewer.exceptions(today, base, rows=5)
    assert (content.status, content.run_id, content.currency) == ("found", base, "EUR")
    [one] = content.exceptions
    assert (one["type"], one["items"], one["owners"]) == ("low_service", ["rice"], ["retail", "distribution"])
    assert one["stake"] == pytest.approx(95)  # of 170 wanted, a margin of 1 each
    assert 75 < one["recoverable"] < 90
    assert (one["deadline"], one["response_hours"]) == ("2026-03-02", 48)
    assert {(action["item"], action["origin"]) for action in one["actions"]} == {("rice", "DC")}
    for asked in ({}, {"dataset": tables, "rows": 0}, {"dataset": "a b"}):
        assert planner.get("/v1/exceptions", params=asked).status_code == 422
    assert planner.get("/v1/exceptions", params={"dataset": "nothing"}).status_code == 404
    assert planner.get("/v1/exceptions", params={"dataset": tables, "run": "nothing"}).status_code == 404


def test_a_role_is_needed_to_sign_for_it(clients: dict[str, httpx.Client], base: str) -> None:
    for verb in ("approve", "reject"):
        for who, role in (
            ("viewer", "retail"),
            ("planner", "retail"),
            ("planner", "distribution"),
            ("retail", "distribution"),
            ("distribution", "retail"),
            ("retail", "admin"),
            ("retail", "viewer"),
        ):
            told = clients[who].post(f"/v1/runs/{base}/{verb}", json={"role": role, "note": "mine"})
            assert (told.status_code, told.json()["kind"]) == (403, "not allowed"), (who, role)
            assert f"needs the role {role}; the token" in told.json()["detail"]
    other = clients["retail"].post(f"/v1/runs/{base}/approve", json={"role": "retail", "by": "Bob"})
    assert other.status_code == 422  # who it is says the token
    none = clients["admin"].post(f"/v1/runs/{base}/approve", json={"role": "finance"})
    assert (none.status_code, none.json()["exit_code"]) == (422, 2)
    assert clients["retail"].get(f"/v1/runs/{base}/ledger").json()["items"] == []


@pytest.fixture(scope="module")
def signed(clients: dict[str, httpx.Client], replanned: dict[str, Any]) -> list[httpx.Response]:
    """The answers to the signatures that publish the new run."""
    path = f"/v1/runs/{replanned['run_id']}/approve"
    asked = [("retail", "fine"), ("retail", "again"), ("distribution", "")]
    return [clients[role].post(path, json={"role": role, "note": note}) for role, note in asked]


def test_two_owners_publish_and_then_nothing_else_can_be_decided(
    clients: dict[str, httpx.Client], base: str, replanned: dict[str, Any], signed: list[httpx.Response]
) -> None:
    run, retail = replanned["run_id"], clients["retail"]
    assert [one.status_code for one in signed] == [200, 200, 200]
    first, again, last = (one.json() for one in signed)
    assert (first["status"], first["by"], first["missing"]) == ("approved", "retail", ["distribution"])
    assert (again["status"], again["run_id"]) == ("nothing to do", run)
    assert (last["status"], last["run_id"], last["checked"]) == ("published", run, True)
    refused = retail.post(f"/v1/runs/{run}/reject", json={"role": "retail", "note": "too late"})
    assert (refused.status_code, refused.json()["kind"]) == (409, "not now")
    overtaken = retail.post(f"/v1/runs/{base}/approve", json={"role": "retail"})
    assert (overtaken.status_code, overtaken.json()["kind"]) == (409, "not now")
    assert "superseded" in overtaken.json()["detail"]
    lines = retail.get(f"/v1/runs/{run}/ledger").json()["items"]
    assert [(one["kind"], one["actor"]) for one in lines] == [
        ("published", "distribution"),
        ("approved", "distribution"),
        ("approved", "retail"),
        ("proposed", "planner"),
    ]


def test_response_times_are_read_from_the_ledger(
    shop: Server, clients: dict[str, httpx.Client], replanned: dict[str, Any], signed: list[httpx.Response]
) -> None:
    assert signed[-1].json()["status"] == "published"
    told = clients["viewer"].get("/v1/response").json()
    [event] = [one for one in told["events"] if one["event_id"] == "E1"]
    assert (event["outcome"], event["run_id"]) == ("published", replanned["run_id"])
    assert event["hours"]["published"] >= event["hours"]["proposed"] > 0
    assert [(one["type"], one["published"]) for one in told["groups"]] == [("demand_shift", 1)]
    page = clients["viewer"].get("/response", headers={"Cookie": f"planner_token={shop.token}"}).text
    assert "1 event, 0 overdue." in page
    assert all(f">{text}<" in page for text in ("E1", "demand_shift", "published", replanned["run_id"]))


def test_only_owners_and_planners_override(
    clients: dict[str, httpx.Client], replanned: dict[str, Any]
) -> None:
    path = f"/v1/runs/{replanned['run_id']}/override"
    body = {"order": "nope", "quantity": 10, "reason": "school holidays"}
    viewer = clients["viewer"].post(path, json=body)
    assert (viewer.status_code, viewer.json()["kind"]) == (403, "not allowed")
    assert "planner or retail or distribution" in viewer.json()["detail"]
    unknown = clients["distribution"].post(path, json=body)
    assert (unknown.status_code, unknown.json()["exit_code"]) == (422, 2)
    too_much = clients["planner"].post(
        path, json={**body, "order": rice(clients, replanned), "quantity": 1e5}
    )
    assert (too_much.status_code, too_much.json()["kind"]) == (409, "refuted")
    for more in ({"by": "Bob"}, {"quantity": -1}, {"reason": ""}, {"date": "tomorrow"}, {"source": "/etc"}):
        assert clients["retail"].post(path, json={**body, **more}).status_code == 422, more


def rice(clients: dict[str, httpx.Client], job: dict[str, Any]) -> str:
    """An order of rice that the plan brings to FAR."""
    asked = {"destination": "FAR", "item": "rice"}
    found = clients["viewer"].get(f"/v1/runs/{job['run_id']}/tables/orders", params=asked).json()
    return str(found["items"][0]["order_id"])


def test_owners_decide_in_python(
    shop: Server, clients: dict[str, httpx.Client], base: str, replanned: dict[str, Any]
) -> None:
    """The same with types, and with the exceptions of the planner where it can't be."""
    run, order = replanned["run_id"], rice(clients, replanned)
    with client_of(shop, clients, "retail") as retail:
        made = retail.override(run, order, "school holidays", quantity=0)
        assert (made.status, made.base) == ("proposed", run)
        assert made.cost == pytest.approx(replanned["result"]["cost"] + made.price)
        again = retail.override(run, order, "school holidays", quantity=0)
        assert again.status == "nothing to do"
        assert made.run_id in again.message
        assert retail.reject(made.run_id, "retail", "not needed").status == "rejected"
        with pytest.raises(NotNow, match="was rejected by retail"):
            retail.approve(made.run_id, "retail")
        with pytest.raises(UsageError, match="needs the role distribution"):
            retail.approve(base, "distribution")
        assert [(one.kind, one.actor) for one in retail.ledger(made.run_id)] == [
            ("rejected", "retail"),
            ("overridden", "retail"),
        ]
        assert list(retail.ledger())[-1].number == 1
        assert [one["event_id"] for one in retail.response().events] == ["E1"]


def client_of(shop: Server, clients: dict[str, httpx.Client], role: str) -> Client:
    return Client(shop.address, clients[role].headers["Authorization"].removeprefix("Bearer "))


def test_a_file_of_events_is_answered_from_python_once(
    shop: Server, base: str, replanned: dict[str, Any], tmp_path: Path
) -> None:
    events = tmp_path / "events.csv"
    events.write_text(AS_CSV)
    with Client(shop.address, shop.token) as planner:
        job = planner.replan(base, events, key="morning", max_changes=5)
        done = planner.wait(job)
        assert done.result
        assert (done.run_id, done.result["reused"]) == (replanned["run_id"], True)
        assert planner.replan(base, events, key="morning", max_changes=5).id == job.id


def test_the_ledger_comes_in_pages(clients: dict[str, httpx.Client], signed: list[httpx.Response]) -> None:
    viewer = clients["viewer"]
    whole = [one["number"] for one in viewer.get("/v1/ledger", params={"limit": 200}).json()["items"]]
    assert whole == list(range(len(whole), 0, -1))
    assert len(whole) > len(signed)
    found, before = list[int](), None
    while True:
        page = viewer.get("/v1/ledger", params={"limit": 2} | ({"before": before} if before else {})).json()
        found += [one["number"] for one in page["items"]]
        before = page["next"]
        if before is None:
            break
    assert found == whole

"""Webhooks: signed, tried again, over a loss of power, with one id however often they are sent."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from planner.client import NotAuthentic, verify
from planner.client.webhooks import signature
from planner.errors import UsageError
from planner.service.store.database import Database
from planner.service.store.hooks import PAUSES, Hooks
from planner.service.store.jobs import Jobs
from planner.service.store.tables import Delivery, Job
from planner.service.webhooks import attempt_of, send
from tests.service.postgres import Postgres
from tests.service.receiver import receiving
from tests.service.server import Server, planner, serving, until

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # with the next ones an example of the makers of the specification
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
BODY = b'{"test": 2432232314}'


@pytest.fixture
def hooks(database: Database) -> Hooks:
    return Hooks(database)


def end_a_job(database: Database, status: Any = "done", id: str = "j.1") -> None:  # noqa: A002
    jobs = Jobs(database)
    task = {"verb": "solve", "runs": "runs", "options": {}, "names": []}
    jobs.accept(Job(id=id, verb="solve", actor="ann", request=task, request_hash="a"), 10)
    jobs.begin(id)
    jobs.finish(id, status, result={"run_id": "r"})


def attempt(hooks: Hooks, database: Database) -> Delivery:
    """Make the attempt that is next, and look at what is kept of it."""
    [(delivery, _)] = hooks.deliveries(10)
    send(attempt_of(delivery), hooks)
    return hooks.deliveries(10)[0][0]


def test_the_example_of_the_specification_is_signed_and_verified() -> None:
    assert verify(SECRET, HEADERS, BODY, at=1614265330) == {"test": 2432232314}
    several = {"Webhook-Signature": "v1,AAAA v2,x " + HEADERS["webhook-signature"]}
    others = {name: HEADERS[name] for name in ("webhook-id", "webhook-timestamp")}
    assert verify(SECRET, others | several, BODY.decode(), at=1614265330 + 299)


@pytest.mark.parametrize(
    ("changed", "body", "at"),
    [
        ({}, BODY + b" ", 1614265330),
        ({}, BODY, 1614265330 + 301),
        ({}, BODY, 1614265330 - 301),
        ({"webhook-id": "msg_other"}, BODY, 1614265330),
        ({"webhook-timestamp": "1614265331"}, BODY, 1614265330),
        ({"webhook-timestamp": "²"}, BODY, 1614265330),
        ({"webhook-signature": ""}, BODY, 1614265330),
        ({"webhook-signature": "v1,ü"}, BODY, 1614265330),
    ],
)
def test_what_was_changed_or_is_old_is_not_authentic(changed: dict[str, str], body: bytes, at: int) -> None:
    with pytest.raises(NotAuthentic):
        verify(SECRET, HEADERS | changed, body, at=at)


def test_another_secret_signs_otherwise() -> None:
    assert signature("whsec_AAAA", "a", 1, b"") != signature("whsec_AAAB", "a", 1, b"")
    with pytest.raises(ValueError, match="base64"):
        signature("whsec_?", "a", 1, b"")


@pytest.mark.parametrize(
    ("url", "events"),
    [
        ("ftp://a/b", ["done"]),
        ("file:///etc/passwd", ["done"]),
        ("/hook", ["done"]),
        ("http://", ["done"]),
        ("http://a:99999/", ["done"]),
        ("http://a b/", ["done"]),
        ("http://user:secret@a/", ["done"]),
        ("http://a/", ["dones"]),
        ("http://a/", []),
    ],
)
def test_addresses_and_events_that_can_not_be_are_refused(hooks: Hooks, url: str, events: list[str]) -> None:
    with pytest.raises(UsageError):
        hooks.add(url, events)
    assert hooks.list() == []


def test_what_is_told_is_kept_with_the_end_of_the_job(hooks: Hooks, database: Database) -> None:
    wanted, _ = hooks.add("http://127.0.0.1:1/a", ["failed"]), hooks.add("http://127.0.0.1:1/b", ["done"])
    end_a_job(database, "failed")
    [(delivery, hook)] = hooks.deliveries(10)
    assert (hook.id, delivery.event, delivery.status) == (wanted.id, "job.failed", "waiting")
    assert "." not in delivery.id
    hooks.remove(wanted.id)
    assert hooks.due() == []
    with pytest.raises(UsageError, match="there is no webhook"):
        hooks.remove(wanted.id)


def test_a_job_that_was_cancelled_while_it_waited_is_told_too(hooks: Hooks, database: Database) -> None:
    hooks.add("http://127.0.0.1:1/a", ["cancelled"])
    jobs = Jobs(database)
    jobs.accept(Job(id="1", verb="solve", actor="ann", request={}, request_hash="a"), 10)
    for _ in range(2):
        jobs.ask_to_stop("1")
    assert [delivery.event for delivery, _ in hooks.deliveries(10)] == ["job.cancelled"]


def test_attempts_follow_each_other_after_growing_pauses_and_end(hooks: Hooks, database: Database) -> None:
    hooks.add("http://127.0.0.1:1/nobody")
    end_a_job(database)
    waits = []
    for number in range(len(PAUSES)):
        delivery = attempt(hooks, database)
        assert (delivery.status, delivery.attempts, delivery.code) == ("waiting", number + 1, None)
        assert "ConnectError" in str(delivery.error)
        assert delivery.due
        assert delivery.last
        waits.append((delivery.due - delivery.last) / timedelta(seconds=1))
    assert waits == pytest.approx(PAUSES, abs=0.5)
    assert sorted(PAUSES) == list(PAUSES)
    delivery = attempt(hooks, database)
    assert (delivery.status, delivery.due) == ("failed", None)
    assert attempt(hooks, database).attempts == len(PAUSES) + 1  # no more


def test_an_attempt_that_was_made_is_not_made_again(hooks: Hooks, database: Database) -> None:
    with receiving() as receiver:
        hooks.add(receiver.address)
        end_a_job(database)
        [(first, _)] = hooks.deliveries(1)
        for _ in range(2):
            send(attempt_of(first), hooks)
        assert len(receiver.got) == 1
        assert attempt(hooks, database).status == "delivered"


def test_redirects_are_not_followed(hooks: Hooks, database: Database) -> None:
    with receiving(302, 307) as receiver:
        hooks.add(receiver.address)
        end_a_job(database)
        assert attempt(hooks, database).error == "answered 302"
        assert attempt(hooks, database).error == "answered 307"
        assert len(receiver.got) == 2


def test_a_receiver_that_is_gone_gets_nothing_more(hooks: Hooks, database: Database) -> None:
    with receiving(410) as receiver:
        hooks.add(receiver.address)
        end_a_job(database)
        end_a_job(database, id="j.2")
        send(attempt_of(hooks.due()[0]), hooks)
        end_a_job(database, id="j.3")
        assert hooks.due() == []
        assert {delivery.status for delivery, _ in hooks.deliveries(10)} == {"failed"}
        assert len(hooks.deliveries(10)) == 2
        assert hooks.list()[0].disabled
        assert len(receiver.got) == 1


def test_killed_when_the_job_has_ended_it_sends_at_the_next_start(tmp_path: Path, tiny: Path) -> None:
    url = f"sqlite:///{tmp_path / 's' / 'service' / 'store.sqlite'}"
    with serving(tmp_path / "s", "--no-auth", f"--allow={tiny}") as server:
        tell_over_a_kill(server, url, tiny, 500, 503)
        [listed] = planner(server, "webhooks", "list")["webhooks"]
        [sent] = planner(server, "webhooks", "deliveries")["deliveries"]
        assert (listed["events"], listed["state"]) == (["done"], "active")
        assert (sent["webhook"], sent["status"], sent["code"]) == (listed["id"], "delivered", 204)
        assert "whsec_" not in json.dumps([listed, sent]) + (server.folder / "log.jsonl").read_text()
        assert planner(server, "webhooks", "remove", listed["id"])["id"] == listed["id"]
        assert planner(server, "webhooks", "remove", listed["id"])["exit_code"] == 2


def test_the_same_holds_with_postgresql(tmp_path: Path, tiny: Path, postgres: Postgres) -> None:
    url = postgres.new_database()
    with serving(tmp_path / "s", "--no-auth", f"--allow={tiny}", f"--database={url}") as server:
        tell_over_a_kill(server, url, tiny, 500)


def tell_over_a_kill(server: Server, url: str, tiny: Path, *failures: int) -> None:
    """Kill the server in the moment in which a job has ended; its message comes, after the failures, and always with one id."""
    database = Database(url)
    hooks = Hooks(database)
    with receiving(*failures) as receiver, receiving() as other, server.client as client:
        secret = planner(server, "webhooks", "add", receiver.address, "--events", "done")["secret"]
        removed = hooks.add(other.address)
        hooks.remove(removed.id)
        dataset = client.post("/v1/datasets", json={"folder": str(tiny)}).json()["id"]
        job = client.post("/v1/solve", json={"dataset": dataset, "policy": "reorder"}).json()["id"]
        until(lambda: hooks.deliveries(1))
        server.kill()
        [(delivery, _)] = hooks.deliveries(10)
        assert delivery.status == "waiting"
        server.begin()
        until(lambda: hooks.deliveries(1)[0][0].status == "delivered")
        [name] = set(receiver.ids)
        assert name == delivery.id
        assert hooks.deliveries(1)[0][0].attempts == len(failures) + 1
        # one more if it was killed while one was on its way
        assert len(failures) < len(receiver.got) <= len(failures) + 2
        with server.client as again:
            shown = again.get(f"/v1/jobs/{job}").json()
        for headers, body in receiver.got:
            told = verify(secret, headers, body)
            assert (told["type"], told["data"]) == ("job.done", shown)
            with pytest.raises(NotAuthentic):
                verify(removed.secret, headers, body)
        assert len({body for _, body in receiver.got}) == 1
        assert other.got == []
    database.close()

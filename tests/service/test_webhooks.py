"""Webhooks: signed, tried again, over a loss of power, with one id however often they are sent."""

from datetime import timedelta
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
from tests.service.receiver import receiving

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


def test_a_message_comes_after_two_failures(hooks: Hooks, database: Database) -> None:
    with receiving(500, 503) as receiver:
        secret = hooks.add(receiver.address, ["done"]).secret
        end_a_job(database)
        seen = [attempt(hooks, database) for _ in range(3)]
        assert [(one.status, one.code, one.error) for one in seen] == [
            ("waiting", 500, "answered 500"),
            ("waiting", 503, "answered 503"),
            ("delivered", 204, None),
        ]
        assert receiver.ids == [seen[0].id] * 3
        for headers, body in receiver.got:
            told = verify(secret, headers, body)
            assert (told["type"], told["data"]["id"], told["data"]["run_id"]) == ("job.done", "j.1", "r")
        assert len({body for _, body in receiver.got}) == 1

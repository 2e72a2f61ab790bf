"""Sends what is to be told of jobs that have ended: signed, one attempt at a time."""

import time

import httpx
import structlog

from planner.client.webhooks import signature
from planner.plan.files import to_json
from planner.service.api.jobs import shown
from planner.service.store.hooks import Hooks
from planner.service.store.tables import Delivery, Job

log = structlog.get_logger("planner.webhooks")
AT_ONCE = 4  # receivers that may be slow at the same time
TIMEOUT = 15.0  # seconds that a receiver has to connect, and to answer


def attempt_of(delivery: Delivery) -> str:
    """The name of the next attempt, under which it is made once."""
    return f"{delivery.id}/{delivery.attempts}"


def send(attempt: str, hooks: Hooks) -> None:
    """Make the attempt and note what came of it. After a crash it may be made again, with the same id."""
    delivery_id, _, number = attempt.rpartition("/")
    found = hooks.waiting(delivery_id, int(number))
    if found is None:
        return
    delivery, hook, job = found
    code, error = None, None
    try:
        code = _post(hook.url, hook.secret, delivery, _message(delivery, job))
    except Exception as fault:  # whatever it was, it is one attempt, and the next one comes later
        error = f"{type(fault).__name__}: {fault}"[:500]
    if code is not None and not 200 <= code < 300:
        error = f"answered {code}"
    noted = hooks.attempted(delivery_id, code, error)
    told = {"webhook_id": delivery_id, "job_id": job.id, "attempt": int(number) + 1}
    if error is None:
        log.info("webhook delivered", **told)
    elif noted is not None:
        due = noted.due.isoformat() if noted.due else None
        log.warning("webhook not delivered", **told, error=error, status=noted.status, next=due)


def _message(delivery: Delivery, job: Job) -> bytes:
    """The same at every attempt: a job that has ended doesn't change."""
    assert job.finished
    ended = job.finished.isoformat()
    return to_json({"type": delivery.event, "timestamp": ended, "data": shown(job)}).encode()


def _post(url: str, secret: str, delivery: Delivery, body: bytes) -> int:
    """The status that the receiver has answered; redirects are not followed, what it says is not read."""
    stamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "joint-planner",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signature(secret, delivery.id, stamp, body),
    }
    with httpx.stream("POST", url, content=body, headers=headers, timeout=TIMEOUT) as answer:
        return answer.status_code

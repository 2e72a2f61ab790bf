"""Webhooks: who is told when jobs have ended, what is to be sent, and what came of it."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, get_args
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from planner.errors import UsageError
from planner.service.store.database import Database
from planner.service.store.tables import Delivery, Hook, Job, now
from planner.tables.findings import nearest

End = Literal["done", "failed", "cancelled"]
ENDS: tuple[End, ...] = get_args(End)
GONE = 410  # the receiver wants nothing more
PAUSES = (
    1,
    5,
    30,
    300,
    1800,
    7200,
    18000,
    36000,
    50400,
    86400,
)  # seconds after each attempt: three days in all
_SECRET_BYTES = 32
_AT_A_LOOK = 100


class Hooks:
    """The webhooks in a store, and their deliveries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, url: str, events: Sequence[str] = ENDS) -> Hook:
        """A new address, with a secret of its own. Raises UsageError for an address or an event that can't be."""
        _require_address(url)
        for event in events:
            if event not in ENDS:
                hint = nearest(event, ENDS) or f"Known are {', '.join(ENDS)}."
                raise UsageError(f"there is no event {event!r}. {hint}")
        if not events:
            raise UsageError(f"a webhook needs events: {', '.join(ENDS)}")
        hook = Hook(
            id=secrets.token_hex(6),
            url=url,
            secret="whsec_" + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode(),
            events=[event for event in ENDS if event in events],
        )
        with self._database.session() as session:
            session.add(hook)
        return hook

    def list(self) -> list[Hook]:
        """Every webhook, the newest first."""
        with self._database.reading() as session:
            return list(session.scalars(select(Hook).order_by(Hook.created.desc(), Hook.id)))

    def remove(self, hook_id: str) -> Hook:
        """Forget a webhook, and what was still to be sent to it; raises UsageError if there is none of that id."""
        with self._database.session() as session:
            hook = session.get(Hook, hook_id)
            if hook is None:
                raise UsageError(
                    f"there is no webhook {hook_id!r}. `planner webhooks list` shows those that are there."
                )
            session.delete(hook)
        return hook

    def deliveries(self, limit: int) -> Sequence[tuple[Delivery, Hook]]:
        """The newest deliveries, with where they go."""
        query = select(Delivery, Hook).join(Hook, Delivery.hook_id == Hook.id)
        with self._database.reading() as session:
            rows = session.execute(query.order_by(Delivery.created.desc(), Delivery.id).limit(limit))
            return [(row[0], row[1]) for row in rows]

    def due(self) -> Sequence[Delivery]:
        """What is to be sent now, the longest overdue first."""
        query = select(Delivery).where(Delivery.status == "waiting", Delivery.due <= now())
        with self._database.reading() as session:
            return list(session.scalars(query.order_by(Delivery.due).limit(_AT_A_LOOK)))

    def waiting(self, delivery_id: str, attempt: int) -> tuple[Delivery, Hook, Job] | None:
        """What is to be sent, where to, and of which job; None if that attempt was made, or nothing is to be sent any more."""
        with self._database.reading() as session:
            delivery = session.get(Delivery, delivery_id)
            if delivery is None or delivery.status != "waiting" or delivery.attempts != attempt:
                return None
            return delivery, session.get_one(Hook, delivery.hook_id), session.get_one(Job, delivery.job_id)

    def attempted(self, delivery_id: str, code: int | None, error: str | None) -> Delivery | None:
        """Note what came of an attempt; None if the webhook was removed meanwhile."""
        with self._database.session() as session:
            delivery = session.get(Delivery, delivery_id, with_for_update=True)
            if delivery is None:
                return None
            delivery.attempts += 1
            delivery.last, delivery.due, delivery.code, delivery.error = now(), None, code, error
            if error is None:
                delivery.status = "delivered"
            elif code == GONE or delivery.attempts > len(PAUSES):
                delivery.status = "failed"
            else:
                delivery.due = now() + timedelta(seconds=PAUSES[delivery.attempts - 1])
            if code == GONE:
                _disable(session, delivery.hook_id)
            return delivery


def announce(session: Session, job: Job) -> None:
    """Keep, with the end of the job, what is to be sent of it."""
    for hook in session.scalars(select(Hook).where(Hook.disabled.is_(None))):
        if job.status in hook.events:
            # no dots: they separate the parts of what is signed
            name = f"msg_{job.id.replace('.', '-')}_{hook.id}"
            session.add(Delivery(id=name, hook_id=hook.id, job_id=job.id, event=f"job.{job.status}"))


def _disable(session: Session, hook_id: str) -> None:
    session.execute(update(Hook).where(Hook.id == hook_id).values(disabled=now()))
    given_up = {"status": "failed", "due": None, "error": f"not sent: the receiver is gone ({GONE})"}
    session.execute(
        update(Delivery).where(Delivery.hook_id == hook_id, Delivery.status == "waiting").values(given_up)
    )


def _require_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        wrong = parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
    except ValueError:
        wrong = True
    if wrong or len(url) > 2000 or any(letter.isspace() or not letter.isprintable() for letter in url):
        raise UsageError(f"{url!r} is no address such as https://planning.example.com/hooks")
    if parts.username is not None:
        raise UsageError("put no password into the address: messages are signed, and addresses are listed.")

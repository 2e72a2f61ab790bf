"""A queue that forgets nothing: what the service needs of one, and DBOS as one."""

from collections.abc import Callable
from itertools import count
from typing import Protocol

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from planner.service.store.database import address

NAME = "planner"
LOOK = 0.2  # seconds between two looks for what waits
UNFINISHED = ("ENQUEUED", "DELAYED", "PENDING")


class Queue(Protocol):
    """Durable: what was submitted is worked on, also after a crash, so many at once, in order.

    The work is a function of an id; it may be begun again after a crash, so it has to be safe to repeat.
    """

    def start(self) -> None:
        """Begin to work, first on what was not finished when the server ended."""

    def submit(self, entry_id: str) -> None:
        """Once this returns it is worked on; submitted twice, it is worked on once."""


def connect(url: str) -> None:
    """Prepare DBOS, in SQLite or PostgreSQL. Only ids are kept in it, as JSON (its default would be pickle)."""
    config: DBOSConfig = {
        "name": NAME,
        "system_database_url": address(url),
        "application_version": "1",  # what another version has begun would stay where it is
        "executor_id": "server",  # one server per store: whoever starts takes over what was left
        "serializer": DBOSPortableJSONSerializer(),
        "scheduler_polling_interval_sec": 1.0,  # until a schedule that is new begins
        "log_level": "WARNING",
        "enable_otlp": False,
    }
    DBOS(config=config)


def launch() -> None:
    """Begin, also with what was not finished. All queues have to be there by now, and start after this."""
    DBOS.launch()


class DBOSQueue:
    """A queue of DBOS for entries of one kind."""

    def __init__(self, kind: str, work: Callable[[str], None], at_once: int) -> None:
        self.name, self._at_once = f"{kind}s", at_once

        @DBOS.workflow(name=kind, max_recovery_attempts=None)
        def entry(entry_id: str) -> None:
            work(entry_id)

        self._entry = entry

    def start(self) -> None:
        """Begin to work."""
        DBOS.register_queue(
            self.name,
            worker_concurrency=self._at_once,
            polling_interval_sec=LOOK,
            on_conflict="always_update",
        )

    def submit(self, entry_id: str) -> None:
        """Keep the entry in the queue, unless it is there.

        One that has ended though its work has not (something happened to the store) is followed by another one.
        """
        for number in count():
            name = f"{entry_id}.{number}"
            status = DBOS.get_workflow_status(name)
            if status is None:
                with SetWorkflowID(name):
                    DBOS.enqueue_workflow(self.name, self._entry, entry_id)
            if status is None or status.status in UNFINISHED:
                return

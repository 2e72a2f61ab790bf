"""A queue that forgets no job: what the service needs of one, and DBOS as one."""

from collections.abc import Callable
from itertools import count
from typing import Protocol

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from planner.service.store.database import address

NAME = "planner"
QUEUE = "jobs"
LOOK = 0.2  # seconds between two looks for what waits
UNFINISHED = ("ENQUEUED", "DELAYED", "PENDING")


class Queue(Protocol):
    """Durable: what was submitted is worked on, also after a crash, by `workers` at once, in order.

    The work is a function of the job's id; it may be begun again after a crash, so it has to be safe to repeat.
    """

    def start(self) -> None:
        """Begin to work, first on what was not finished when the server ended."""

    def submit(self, job_id: str) -> None:
        """Once this returns the job is worked on; submitted twice, it is worked on once."""


class DBOSQueue:
    """The queue of DBOS, in SQLite or PostgreSQL. Only ids are kept in it, as JSON (its default would be pickle)."""

    def __init__(self, url: str, work: Callable[[str], None], workers: int) -> None:
        config: DBOSConfig = {
            "name": NAME,
            "system_database_url": address(url),
            "application_version": "1",  # another version's jobs would stay where they are
            "executor_id": "server",  # one server per store: whoever starts takes over what was left
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
            "enable_otlp": False,
        }
        DBOS(config=config)
        self._workers = workers

        @DBOS.workflow(name="job", max_recovery_attempts=None)
        def job(job_id: str) -> None:
            work(job_id)

        self._job = job

    def start(self) -> None:
        """Begin to work."""
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self._workers,
            polling_interval_sec=LOOK,
            on_conflict="always_update",
        )

    def submit(self, job_id: str) -> None:
        """Keep the job in the queue, unless it is there.

        An entry that has ended though its job has not (something happened to the store) is followed by another one.
        """
        for entry in count():
            name = f"{job_id}.{entry}"
            status = DBOS.get_workflow_status(name)
            if status is None:
                with SetWorkflowID(name):
                    DBOS.enqueue_workflow(QUEUE, self._job, job_id)
            if status is None or status.status in UNFINISHED:
                return

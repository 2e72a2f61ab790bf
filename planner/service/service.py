"""The parts of a running service, put together once."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from planner.service.jobs.process import Ended, run
from planner.service.jobs.queue import DBOSQueue, Queue, connect, launch
from planner.service.jobs.task import Task
from planner.service.jobs.work import work
from planner.service.runs import Runs
from planner.service.settings import Settings
from planner.service.store.database import Database
from planner.service.store.datasets import DataSets
from planner.service.store.hooks import Hooks
from planner.service.store.jobs import Jobs
from planner.service.store.schedules import Schedules
from planner.service.store.tokens import Tokens

PATIENCE = 5.0  # seconds that an answer waits for others that are being computed


class Busy(Exception):  # noqa: N818
    """As many answers are being computed as the operator allows."""


@dataclass(frozen=True)
class Service:
    """Store, queue and runs of one server."""

    settings: Settings
    database: Database
    tokens: Tokens
    jobs: Jobs
    datasets: DataSets
    hooks: Hooks
    schedules: Schedules
    runs: Runs
    queue: Queue
    stopping: threading.Event
    _answering: threading.BoundedSemaphore = field(repr=False)

    @classmethod
    def open(cls, settings: Settings) -> "Service":
        """Open the store, made or brought to this version if need be, and claim it.

        Raises UsageError if another server has it, Unavailable if it can't be opened.
        """
        settings.uploads.mkdir(parents=True, exist_ok=True)
        database = open_store(settings)
        database.claim()
        connect(settings.queue_url)
        jobs = Jobs(database)
        return cls(
            settings=settings,
            database=database,
            tokens=Tokens(database),
            jobs=jobs,
            datasets=DataSets(database),
            hooks=Hooks(database),
            schedules=Schedules(database),
            runs=Runs(settings.runs),
            queue=DBOSQueue("job", partial(work, jobs=jobs, settings=settings), settings.workers),
            stopping=threading.Event(),
            _answering=threading.BoundedSemaphore(settings.limits.at_once),
        )

    def start(self) -> None:
        """Begin to work, also on what was accepted and not finished before."""
        self._tidy()
        self.schedules.allow(self.settings.allowed)
        launch()
        self.queue.start()
        for job_id in self.jobs.unfinished():
            self.queue.submit(job_id)

    def task(self, verb: str, **what: Any) -> Task:
        """A task for the runs and with the limits of this service."""
        return Task(verb, str(self.settings.runs.resolve()), rows=self.settings.limits.rows, **what)

    def answer(self, task: Task) -> Ended:
        """Do a short task now; raises Busy if others are being done and don't end soon."""
        limits = self.settings.limits
        with self._place():
            return run(task, seconds=limits.answer_seconds, memory_mb=limits.memory_mb, grace=1.0)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._answering.acquire(timeout=PATIENCE):
            raise Busy
        try:
            yield
        finally:
            self._answering.release()

    def _tidy(self) -> None:
        """Remove uploads that were not finished when the server ended."""
        for folder in self.settings.uploads.iterdir():
            if self.datasets.find(folder.name) is None:
                shutil.rmtree(folder, ignore_errors=True)


def open_store(settings: Settings) -> Database:
    """The store alone, at this version."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    database.migrate()
    return database

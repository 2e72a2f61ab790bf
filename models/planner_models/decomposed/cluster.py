"""Blocks on the workers of a Dask scheduler: the same tasks with the same results, computed elsewhere.

The scheduler and the workers import this module by name: what it needs at load is light, and their planner must be that of here. A
block is sent once, as a task of its own: if the worker that holds it is lost, the scheduler makes it again. What a task needs
besides goes with the task, as bytes that only a worker opens.
"""

import hashlib
import logging
import pickle
import platform
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner_models.decomposed.block import Block
    from planner_models.decomposed.place import PlacePlan, Task

PATIENCE = 10.0  # seconds until somebody must have answered
POLL = 0.5  # seconds between looks whether time is over, and who is there
GRACE = 30.0  # seconds, after time is over, from one result to the next
FETCH = 20.0  # seconds for the way of a result
RETRIES = 2  # of a task that fails, elsewhere if there is another worker
LOGGERS = ("distributed", "distributed.client")  # they print tracebacks of losses that are dealt with here
LARGE = {
    "distributed.admin.large-graph-warning-threshold": "1 TB"
}  # what is large is sent once, there is no better way
PACKAGES = ("distributed", "highspy", "numba", "numpy", "scipy")


class Unanswered(Exception):  # noqa: N818
    """No scheduler, or no worker, answers."""


class Uncertified(Exception):  # noqa: N818
    """The certificates for an encrypted connection are missing or can't be read."""


class Different(Exception):  # noqa: N818
    """Somebody's planner or packages are not those of here: results could differ, too."""


@lru_cache(maxsize=1)
def fingerprint() -> dict[str, str]:
    """What results depend on besides the task: Python, packages, and the planner's own code."""
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    root = Path(__file__).parents[1]
    code = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        code.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found | {"planner_models": code.hexdigest()[:12]}


class Cluster:
    """A scheduler and its workers, which have said that they are the same as here."""

    def __init__(self, address: str) -> None:
        """Raises Unanswered, Different, or Uncertified if the address begins with tls:// and there are no certificates."""
        from distributed import Client

        if address.startswith("tls://"):
            _require_certificates()
        self._levels = {logger: logger.level for logger in map(logging.getLogger, LOGGERS)}
        for logger in self._levels:
            logger.setLevel(logging.CRITICAL)
        self.sent = 0  # tasks that were given away
        self.here = 0  # of these: computed here in the end
        self._blocks: dict[int, tuple[Block, Any]] = {}
        try:
            self.client = Client(address, timeout=PATIENCE, set_as_default=False)
        except OSError as fault:
            self._speak()
            raise Unanswered(f"No scheduler answers at {address} within {PATIENCE:g} s ({fault})") from None
        try:
            self._meet(address)
        except BaseException:
            self.close()
            raise

    def _meet(self, address: str) -> None:
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise Unanswered(
                f"The scheduler at {address} answers, but no worker has come within {PATIENCE:g} s"
            ) from None
        self.workers = len(self.client.nthreads())
        said = {
            f"worker {name}": found for name, found in self.client.run(fingerprint, on_error="return").items()
        }
        try:
            said["scheduler"] = self.client.run_on_scheduler(fingerprint)
        except Exception as fault:
            said["scheduler"] = fault
        unlike = [
            f"{who}: {_difference(found)}" for who, found in sorted(said.items()) if found != fingerprint()
        ]
        if unlike:
            raise Different("\n".join(unlike))

    @property
    def addresses(self) -> list[str]:
        """Where the scheduler and its workers listen, in their own words."""
        return [str(self.client.scheduler_info()["address"]), *self.client.nthreads()]

    def account(self) -> dict[str, int]:
        """How many workers there were at the beginning, what they were given, and what was computed here after all."""
        return {"workers": self.workers, "tasks": self.sent, "tasks_done_here": self.here}

    def close(self) -> None:
        """Leave the cluster; what it holds for this solve is forgotten there."""
        self._blocks.clear()
        self.client.close()
        self._speak()

    def _speak(self) -> None:
        """Let Dask's loggers say again what they said before."""
        for logger, level in self._levels.items():
            logger.setLevel(level)

    def work(
        self,
        tasks: "Sequence[Task]",
        over: Callable[[], bool],
        *,
        until: float,
        spare: "Callable[[Sequence[Task], Callable[[], bool]], Iterable[PlacePlan]]",
    ) -> "Iterator[PlacePlan]":
        """The results of the tasks, in order. Nothing is waited for in vain: what the cluster doesn't do, `spare` does here.

        A task is given the seconds that are left `until` then (by the monotonic clock), and ends after them even if it can't hear
        that it is `over`.
        """
        sent = _Sent(self, tasks, over, until)
        try:
            for number, task in enumerate(tasks):
                found = sent.result(number)
                if sent.lost:
                    self.here += len(tasks) - number
                    yield from spare(tasks[number:], over)
                    return
                if found is None:
                    self.here += 1
                    [found] = spare([task], over)
                yield found
        finally:
            sent.end()

    def submit(self, task: "Task", seconds: float, bell: str) -> Any:
        """A future of the task."""
        import dask

        self.sent += 1
        block = task.outer.block
        rest = {field.name: getattr(task, field.name) for field in fields(task) if field.name != "outer"}
        outer = {field.name: getattr(task.outer, field.name) for field in fields(task.outer)}
        del outer["block"]
        parcel = pickle.dumps((outer, rest))
        with dask.config.set(LARGE):
            return self.client.submit(
                work_on,
                self._block(block),
                parcel,
                seconds,
                bell,
                fingerprint(),
                pure=False,
                retries=RETRIES,
            )

    def _block(self, block: "Block") -> Any:
        """A future of the block, which is sent when it is first asked for."""
        if id(block) not in self._blocks:
            bare = pickle.dumps(replace(block))  # without what was derived from it here
            self._blocks[id(block)] = block, self.client.submit(pickle.loads, bare, pure=False)
        return self._blocks[id(block)][1]


class _Sent:
    """Tasks that are under way. Who drops a future lets the scheduler forget its task."""

    def __init__(
        self, cluster: Cluster, tasks: "Sequence[Task]", over: Callable[[], bool], until: float
    ) -> None:
        self.client, self.over = cluster.client, over
        self.bell = f"planner-{uuid.uuid4().hex}"  # the name of an event: once it is set, time is over for these tasks
        self.rung = self.lost = False  # lost: nobody is waited for any more
        self.heard = self.seen = time.monotonic()  # the last result, and the last worker
        self.left = len(tasks)
        self.futures: list[Any] = []
        try:
            for task in tasks:
                self.futures.append(cluster.submit(task, max(0.0, until - time.monotonic()), self.bell))
        except Exception:  # the scheduler has gone: no task can be left there
            self.lost = True

    def result(self, number: int) -> "PlacePlan | None":
        """What a task gave; None if it is to be computed here."""
        if self.lost:
            return None
        future, self.futures[number] = self.futures[number], None
        done = threading.Event()
        future.add_done_callback(lambda _: done.set())
        while not future.done():
            if self.over():
                self._ring()
            if self._deserted():
                return None
            done.wait(POLL)
        try:
            found: PlacePlan = future.result(timeout=FETCH)
        except Exception:  # it has killed its workers, or has failed: if it is at fault itself, it will fail here, with its reason
            return None
        self.heard, self.left = time.monotonic(), self.left - 1
        return found

    def end(self) -> None:
        """Forget what was not fetched; a task that is still being worked on hears that it is over."""
        self.futures.clear()
        if self.left:
            self._ask("event_set", name=self.bell)
        elif self.rung:
            self._ask("event_clear", name=self.bell)

    def _ring(self) -> None:
        """Tell all tasks that time is over."""
        if not self.rung:
            self.rung, self.heard = True, time.monotonic()
            self._ask("event_set", name=self.bell)

    def _deserted(self) -> bool:
        """Whether nobody is there to wait for, now or any more."""
        someone, now = self._ask("ncores"), time.monotonic()
        if someone:
            self.seen = now
        self.lost = self.lost or now > self.seen + PATIENCE or (self.rung and now > self.heard + GRACE)
        return self.lost or not someone

    def _ask(self, operation: str, **given: Any) -> Any:
        """What the scheduler answers; None if it has gone."""
        try:
            if self.client.status == "running":
                return self.client.sync(
                    getattr(self.client.scheduler, operation), callback_timeout=PATIENCE, **given
                )
        except Exception:
            pass  # a scheduler that can't be asked has gone, whatever the reason
        self.lost = True
        return None


def _require_certificates() -> None:
    """A client that begins without them is hard to end."""
    from distributed import Security

    try:
        context = Security().get_connection_args("client").get("ssl_context")
    except (OSError, ValueError) as fault:
        raise Uncertified(str(fault)) from None
    if context is None:
        raise Uncertified("none are configured")


def work_on(block: "Block", parcel: bytes, seconds: float, bell: str, made_by: dict[str, str]) -> "PlacePlan":
    """What a worker does. A worker that came later is asked here who it is."""
    if made_by != fingerprint():
        raise Different(_difference(fingerprint(), made_by))
    from planner_models.decomposed.block import Outer
    from planner_models.decomposed.place import Task, plan_place

    outer, rest = pickle.loads(parcel)
    return plan_place(Task(Outer(block, **outer), **rest), _Over(seconds, bell))


class _Over:
    """Whether a task on a worker is to end: its time has passed, or the bell was rung."""

    def __init__(self, seconds: float, bell: str) -> None:
        self.until, self.bell = time.monotonic() + seconds, bell
        self.next, self.rung = 0.0, False

    def __call__(self) -> bool:
        now = time.monotonic()
        if not self.rung and now >= self.next:
            self.next = now + POLL
            self.rung = self._heard()
        return self.rung or now >= self.until

    def _heard(self) -> bool:
        from distributed import Event

        try:
            return bool(Event(self.bell).is_set())
        except (
            Exception
        ):  # a question that is lost must not cut a plan short; the seconds that are left end it
            return False


def _difference(found: Any, wanted: dict[str, str] | None = None) -> str:
    """How somebody differs from here."""
    if not isinstance(found, dict):
        return f"its planner is missing, or of another version ({' '.join(str(found).split())})"
    wanted = wanted or fingerprint()
    return ", ".join(
        f"{name} {found.get(name, 'missing')} instead of {here}"
        for name, here in wanted.items()
        if found.get(name) != here
    )

"""Pieces of work in processes of their own, which a first Ctrl-C asks to finish early and a second one ends."""

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

from planner.errors import Unavailable

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

LOOK = 0.2  # seconds between two looks whether to stop

Piece = TypeVar("Piece")
Result = TypeVar("Result")
Stop = Callable[[], bool]


def in_parallel(
    work: Callable[[Piece, Stop], Result], pieces: Sequence[Piece], workers: int, stop: Stop
) -> Iterator[Result]:
    """The results as they come. `work` is a function of a module; it gets a piece and what to ask whether to stop.

    After a stop, pieces that had not begun are left out. Raises what a piece raised, and Unavailable if a worker died; the
    others are asked to stop then.
    """
    # a fork would copy the threads of numerical libraries in whatever state they are
    context = get_context("spawn")
    stopped = context.Event()
    with ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(stopped,)) as pool:
        waiting: set[Future[Result | None]] = {pool.submit(_work, work, piece) for piece in pieces}
        try:
            while waiting:
                done, waiting = wait(waiting, LOOK, FIRST_COMPLETED)
                if stop() and not stopped.is_set():
                    stopped.set()
                    waiting = {future for future in waiting if not future.cancel()}
                results = [_result(future, stop) for future in done]
                yield from (result for result in results if result is not None)
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _result(future: "Future[Result | None]", stop: Stop) -> Result | None:
    try:
        return future.result()
    except BrokenProcessPool:
        if stop():
            return None
        raise Unavailable(
            "A worker has ended without a word, maybe because there was not enough memory. What is finished is kept; "
            "try again with fewer --workers."
        ) from None


_stopped: "Event | None" = None  # in a worker: set when the caller wants to stop
_signals = 0  # in a worker: how often Ctrl-C was pressed, of which a terminal tells every process


def _begin(stopped: "Event") -> None:
    global _stopped
    _stopped = stopped
    signal.signal(signal.SIGINT, _remember)


def _remember(_number: int, _frame: object) -> None:
    global _signals
    _signals += 1
    if _signals > 1:
        raise KeyboardInterrupt


def _stop() -> bool:
    return _signals > 0 or (_stopped is not None and _stopped.is_set())


def _work(work: Callable[[Piece, Stop], Result], piece: Piece) -> Result | None:
    """In a worker: the result, or None if it was stopped before there was one."""
    if _stop():
        return None
    try:
        return work(piece, _stop)
    except KeyboardInterrupt:
        return None

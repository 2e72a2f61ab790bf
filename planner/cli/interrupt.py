"""Ctrl-C and SIGTERM ask for the best plan so far; a second one ends at once."""

import signal
from types import FrameType, TracebackType

from planner.cli.session import narrate

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Inside its `with`, a signal is remembered instead of ending the process; call it to ask for one."""

    def __init__(self) -> None:
        self._came = False

    def __call__(self) -> bool:
        return self._came

    def __enter__(self) -> "Interruption":
        self._before = {number: signal.signal(number, self._remember) for number in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _remember(self, _number: int, _frame: FrameType | None) -> None:
        if self._came:
            raise KeyboardInterrupt
        self._came = True
        narrate("\nInterrupted: keeping the best plan so far. Once more ends at once.")

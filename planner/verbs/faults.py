"""What is said when a verb fails, through every door alike: exit code, kind, and lines for the reader."""

import errno
from dataclasses import asdict, dataclass
from typing import Any

from planner.errors import InvalidData, NoFeasiblePlan, NotNow, PlannerError

FAULT, USAGE, TEMPORARY, INTERRUPTED = 1, 2, 75, 130
KINDS = {
    USAGE: "usage",
    3: "invalid",
    4: "infeasible",
    5: "refuted",
    6: "no plan in time",
    TEMPORARY: "temporary",
    99: "nothing to do",
}
_PASSING = {
    errno.EAGAIN,
    errno.EBUSY,
    errno.EDQUOT,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.ENOSPC,
    errno.ETIMEDOUT,
}


@dataclass(frozen=True)
class Fault:
    """A failure in words. `lines` are for the screen; `document` is what programs get."""

    exit_code: int
    kind: str
    lines: tuple[str, ...]
    details: dict[str, Any]

    def document(self, run_id: str = "") -> dict[str, Any]:
        """The failure in JSON's types: every finding with file, row, column, value and rule; every conflict with its limit."""
        about = {"run_id": run_id} if run_id else {}
        return {
            "status": self.kind,
            "exit_code": self.exit_code,
            "message": "\n".join(self.lines),
            **about,
            **self.details,
        }


def describe(fault: BaseException) -> Fault:
    """The failure that an exception stands for."""
    if isinstance(fault, InvalidData):
        lines = (*str(fault).splitlines(), f"{len(fault.findings)} finding(s); nothing was written.")
        return _fault(fault.exit_code, lines, {"findings": [asdict(finding) for finding in fault.findings]})
    if isinstance(fault, NoFeasiblePlan):
        lines = ("No plan meets all limits:", *(f"  {line}" for line in str(fault).splitlines()))
        return _fault(
            fault.exit_code, lines, {"conflicts": [asdict(conflict) for conflict in fault.conflicts]}
        )
    if isinstance(fault, NotNow):
        return Fault(fault.exit_code, "not now", tuple(str(fault).splitlines()), {})
    if isinstance(fault, PlannerError):
        return _fault(fault.exit_code, tuple(str(fault).splitlines()))
    if isinstance(fault, KeyboardInterrupt):
        return Fault(INTERRUPTED, "interrupted", ("Interrupted.",), {})
    if isinstance(fault, MemoryError):
        return _fault(TEMPORARY, ("There is not enough memory now. Try again when other work has ended.",))
    if isinstance(fault, OSError) and fault.errno in _PASSING:
        return _fault(TEMPORARY, (f"{_os_words(fault)}. This may pass: try again later.",))
    if isinstance(fault, OSError) and fault.filename:
        return _fault(USAGE, (f"{_os_words(fault)}.",))
    advice = (
        "This is a fault of the planner, not of your data; run again with --debug and report what it prints."
    )
    return _fault(FAULT, (f"{type(fault).__name__}: {' '.join(str(fault).split())}. {advice}",))


def _fault(code: int, lines: tuple[str, ...], details: dict[str, Any] | None = None) -> Fault:
    return Fault(code, KINDS.get(code, "fault"), lines, details or {})


def _os_words(fault: OSError) -> str:
    where = f"{fault.filename}: " if fault.filename else ""
    return f"{where}{(fault.strerror or type(fault).__name__).lower()}"

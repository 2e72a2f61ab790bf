"""What is said when a verb fails, and its exit code: in a sentence or two; a traceback only with --debug."""

import errno
import os
import sys
import traceback
from typing import Any

import typer

from planner.cli.session import Session, narrate
from planner.errors import InvalidData, NoFeasiblePlan, PlannerError

FAULT, USAGE, TEMPORARY, INTERRUPTED = 1, 2, 75, 130
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


def report(fault: BaseException, session: Session) -> int:
    """Say what went wrong on stderr, and on stdout as JSON where that was asked for; return the exit code."""
    if isinstance(fault, SystemExit):
        return fault.code if isinstance(fault.code, int) else FAULT
    if isinstance(fault, BrokenPipeError):  # the reader has gone, as in `planner runs list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    code, kind, lines = _describe(fault)
    if session.debug:
        narrate("".join(traceback.format_exception(fault)).rstrip())
    for line in lines:
        narrate(line)
    if session.json:
        session.print_json(_document(fault, session, code, kind, lines))
    return code


def _describe(fault: BaseException) -> tuple[int, str, list[str]]:
    """Exit code, kind and lines for the reader."""
    if isinstance(fault, InvalidData):
        return fault.exit_code, "invalid", _invalid(fault)
    if isinstance(fault, NoFeasiblePlan):
        return (
            fault.exit_code,
            "infeasible",
            ["No plan meets all limits:", *(f"  {line}" for line in str(fault).splitlines())],
        )
    if isinstance(fault, PlannerError):
        return fault.exit_code, _kind(fault), str(fault).splitlines()
    if isinstance(fault, typer.TyperException):
        context = getattr(fault, "ctx", None)
        command = context.command_path if context else "planner"
        return USAGE, "usage", [f"{fault.format_message()} See `{command} --help`."]
    if isinstance(fault, (KeyboardInterrupt, typer.Abort)):
        return INTERRUPTED, "interrupted", ["Interrupted."]
    if isinstance(fault, MemoryError):
        return (
            TEMPORARY,
            "temporary",
            ["There is not enough memory now. Try again when other work has ended."],
        )
    if isinstance(fault, OSError) and fault.errno in _PASSING:
        return TEMPORARY, "temporary", [f"{_os_words(fault)}. This may pass: try again later."]
    if isinstance(fault, OSError) and fault.filename:
        return USAGE, "usage", [f"{_os_words(fault)}."]
    advice = (
        "This is a fault of the planner, not of your data; run again with --debug and report what it prints."
    )
    return FAULT, "fault", [f"{type(fault).__name__}: {' '.join(str(fault).split())}. {advice}"]


def _kind(fault: PlannerError) -> str:
    kinds = {2: "usage", 5: "refuted", 6: "no plan in time", 75: "temporary", 99: "nothing to do"}
    return kinds.get(fault.exit_code, "fault")


def _os_words(fault: OSError) -> str:
    where = f"{fault.filename}: " if fault.filename else ""
    return f"{where}{(fault.strerror or type(fault).__name__).lower()}"


def _invalid(fault: InvalidData) -> list[str]:
    lines = str(fault).splitlines()
    return [*lines, f"{len(fault.findings)} finding(s); nothing was written."]


def _document(
    fault: BaseException, session: Session, code: int, kind: str, lines: list[str]
) -> dict[str, Any]:
    document: dict[str, Any] = {"status": kind, "exit_code": code, "message": "\n".join(lines)}
    if session.run_id:
        document["run_id"] = session.run_id
    if isinstance(fault, InvalidData):
        document["findings"] = [_fields(finding) for finding in fault.findings]
    if isinstance(fault, NoFeasiblePlan):
        document["conflicts"] = [_fields(conflict) for conflict in fault.conflicts]
    return document


def _fields(record: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(record)

"""How the command line says what went wrong: in a sentence or two; a traceback only with --debug."""

import os
import sys
import traceback

import typer

from planner.cli.session import Session, narrate
from planner.verbs.faults import FAULT, INTERRUPTED, USAGE, Fault, describe

__all__ = ["INTERRUPTED", "report"]


def report(fault: BaseException, session: Session) -> int:
    """Say what went wrong on stderr, and on stdout as JSON where that was asked for; return the exit code."""
    if isinstance(fault, SystemExit):
        return fault.code if isinstance(fault.code, int) else FAULT
    if isinstance(fault, BrokenPipeError):  # the reader has gone, as in `planner runs list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    described = _describe(fault)
    if session.debug:
        narrate("".join(traceback.format_exception(fault)).rstrip())
    for line in described.lines:
        narrate(line)
    if session.json:
        session.print_json(described.document(session.run_id))
    return described.exit_code


def _describe(fault: BaseException) -> Fault:
    if isinstance(fault, typer.TyperException):
        context = getattr(fault, "ctx", None)
        command = context.command_path if context else "planner"
        said = fault.format_message().removesuffix(".")
        return Fault(USAGE, "usage", (f"{said}. See `{command} --help`.",), {})
    return describe(KeyboardInterrupt() if isinstance(fault, typer.Abort) else fault)

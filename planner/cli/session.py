"""One call of the command line: what it was asked for, and its two ways to speak.

stdout carries the result, stderr the narration. With `--json` stdout carries exactly one line, written
last.
"""

import os
import sys
from dataclasses import dataclass
from typing import Any

import typer

SCHEMA_VERSION = 1


@dataclass
class Session:
    """What the options that every verb has were set to, and the run that is being worked on."""

    verb: str = ""
    json: bool = False
    debug: bool = False
    run_id: str = ""
    interrupted: bool = False

    def result(self, document: dict[str, Any], lines: list[str]) -> None:
        """Print the result: the document with `--json`, else the lines."""
        if self.json:
            self.print_json(document)
        else:
            for line in lines:
                print(line)

    def print_json(self, document: dict[str, Any]) -> None:
        """Print the one line of JSON."""
        from planner.plan.files import to_json

        print(to_json({"schema_version": SCHEMA_VERSION, "verb": self.verb, **document}))


def session_of(context: typer.Context) -> Session:
    """The session of this call."""
    session = context.find_root().obj
    assert isinstance(session, Session)
    return session


def narrate(line: str) -> None:
    """Say something that isn't the result."""
    print(line, file=sys.stderr)


def bold(text: str) -> str:
    """Bold on a terminal that may show it."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty()
    return text if plain else f"\x1b[1m{text}\x1b[0m"

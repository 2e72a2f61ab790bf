"""A line of the ledger: what was decided, and the hash of the line before."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from planner.plan.files import to_json

Kind = Literal["detected", "proposed", "approved", "rejected", "published", "overridden", "superseded"]
KINDS: tuple[Kind, ...] = get_args(Kind)
BEGINNING = ""  # stands before the first line


@dataclass(frozen=True)
class Entry:
    """One decision. `at` is UTC; `facts` are JSON's types; `hash` covers everything else, that of the line before included."""

    number: int  # the line, from 1
    at: str
    kind: Kind
    actor: str
    run_id: str
    facts: dict[str, Any] = field(hash=False)
    previous: str
    hash: str

    @property
    def line(self) -> str:
        """The entry as it stands in the file."""
        return to_json(vars(self))

    @property
    def true_hash(self) -> str:
        """What `hash` must be."""
        return _hash({name: value for name, value in vars(self).items() if name != "hash"})


def next_entry(
    last: Entry | None, at: str, kind: Kind, actor: str, run_id: str, facts: dict[str, Any]
) -> Entry:
    """The entry that follows `last`; None = there is none yet."""
    content = {
        "number": last.number + 1 if last else 1,
        "at": at,
        "kind": kind,
        "actor": actor,
        "run_id": run_id,
        "facts": json.loads(to_json(facts)),  # as they will be read
        "previous": last.hash if last else BEGINNING,
    }
    return Entry(**content, hash=_hash(content))


def parse(line: str) -> Entry:
    """The entry in a line; raises ValueError if it isn't one."""
    content = json.loads(line)
    if not isinstance(content, dict) or content.keys() != Entry.__dataclass_fields__.keys():
        raise ValueError("it is not an entry")
    if content["kind"] not in KINDS or not isinstance(content["facts"], dict):
        raise ValueError("it is not an entry")
    return Entry(**content)


def _hash(content: dict[str, Any]) -> str:
    return hashlib.sha256(to_json(content).encode()).hexdigest()

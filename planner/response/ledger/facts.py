"""What `detected` and `proposed` say about events."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from planner.response.ledger.entry import Entry


@dataclass(frozen=True)
class EventFact:
    """An event as the ledger knows it: `events=[EventFact(…), …]` of a `detected` or `proposed` entry.

    `proposed` names all events that are in the run, those of its base too, and has `base`; `detected` has `source`, the tables
    (as in `run.json`). `at` is when it became known (UTC),
    `categories` are those of the items that it touches, `target_hours` is the response target that the policies
    gave it then; None = the default of its categories.
    """

    event_id: str
    type: str
    at: str
    categories: tuple[str, ...] = ()
    target_hours: float | None = None

    @classmethod
    def read(cls, content: dict[str, Any]) -> "EventFact":
        """From the facts of an entry."""
        return cls(**{**content, "categories": tuple(content.get("categories", ()))})


def events_of(entry: Entry) -> Iterator[EventFact]:
    """The events that an entry names."""
    yield from map(EventFact.read, entry.facts.get("events", ()))

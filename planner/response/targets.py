"""How soon an event is to be answered by a published plan where no policy says it."""

from planner.response.ledger import EventFact

DEFAULT_HOURS = {
    "fashion": 24.0,
    "electronics": 24.0,
    "seasonal": 24.0,
    "grocery": 48.0,
    "consumables": 48.0,
    "durables": 168.0,
}
OTHER_HOURS = 48.0


def default_hours(category: str) -> float:
    """The target of a category for which no policy gives one [h]."""
    return DEFAULT_HOURS.get(category.strip().lower(), OTHER_HOURS)


def target_of(event: EventFact) -> float:
    """The target of an event [h]: as noted, else the shortest of its categories."""
    if event.target_hours is not None:
        return event.target_hours
    return min(map(default_hours, event.categories), default=OTHER_HOURS)

"""Days of the horizon as dates."""

from datetime import date, timedelta

from planner.sample.retail.parameters import START


def date_of(day: int) -> str:
    """The date of a day of the horizon (0 = the first, -1 = the day before), in ISO 8601."""
    return (date.fromisoformat(START) + timedelta(days=day)).isoformat()

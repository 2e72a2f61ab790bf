"""A profile of the settings, with what was asked for instead."""

from datetime import date

import pytest

from planner.errors import UsageError
from planner.plan.effort import Effort, effort
from planner.tables.settings import Profile, Settings

SETTINGS = Settings(
    start_date=date(2026, 3, 2),
    horizon_days=14,
    profiles={"default": Profile(), "quick": Profile(gap=0.05, time_limit=10.0, threads=1, seed=7)},
)


def test_the_profile_decides_what_is_not_asked_for() -> None:
    assert effort(SETTINGS, "quick", gap=0.0, seed=0) == Effort(
        "quick", gap=0.0, time_limit=10.0, threads=1, seed=0
    )


def test_an_unknown_profile_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(UsageError, match=r"no profile 'qiuck'\. Maybe quick is meant"):
        effort(SETTINGS, "qiuck")


def test_periods_come_from_the_settings_unless_others_are_asked_for() -> None:
    settings = SETTINGS.model_copy(update={"buckets": "7d,1w"})
    assert effort(SETTINGS).buckets == ""
    assert effort(settings).buckets == "7d,1w"
    assert effort(settings, buckets="14d").buckets == "14d"


@pytest.mark.parametrize("buckets", ["", "7x", "0d", "7d,3w", "7d"])
def test_periods_that_can_not_be_are_refused(buckets: str) -> None:
    with pytest.raises(UsageError, match=r"^--buckets: .*(Write|leave it out|Shorten|Add what is missing)"):
        effort(SETTINGS, buckets=buckets)

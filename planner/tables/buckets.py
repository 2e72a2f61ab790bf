"""Periods of uneven length, written as people say them: `7d,3w` is seven days, then three weeks; `2x4w` twice four weeks."""

import re

UNITS = {"d": 1, "w": 7}  # days
ADVICE = "Write numbers of days and weeks in the order of time, such as 7d,3w, or 2x4w for two periods of four weeks."


class BadBuckets(ValueError):  # noqa: N818
    """Buckets that can't be read, or that don't divide the horizon; the message has advice."""


def read_buckets(text: str) -> tuple[int, ...]:
    """The lengths of the periods [days]. Raises BadBuckets."""
    if not text.strip():
        raise BadBuckets(f"buckets are empty. {ADVICE}")
    lengths: list[int] = []
    for part in text.split(","):
        found = re.fullmatch(r"(?:(\d{1,6})x)?(\d{1,6})([dw])", part.strip().lower())
        if not found:
            raise BadBuckets(f"{part.strip()!r} is not a number of days (d) or weeks (w). {ADVICE}")
        number, unit = int(found[2]), UNITS[found[3]]
        periods_of_it = [unit] * number if found[1] is None else [number * unit] * int(found[1])
        if not periods_of_it or not number:
            raise BadBuckets(f"{part.strip()!r} is no period at all; leave it out, or give its number.")
        lengths += periods_of_it
    return tuple(lengths)


def periods(buckets: str, horizon_days: int) -> tuple[int, ...]:
    """The lengths of the periods of a horizon [days]; days where `buckets` is "". Raises BadBuckets."""
    if not buckets:
        return (1,) * horizon_days
    lengths = read_buckets(buckets)
    total = sum(lengths)
    if total > horizon_days:
        raise BadBuckets(
            f"{buckets} is {total:,} days, but the horizon has {horizon_days:,}. "
            f"Shorten it, or raise horizon_days in planner.toml (and give the demand of these days)."
        )
    if total < horizon_days:
        rest = horizon_days - total
        weeks, days = divmod(rest, 7)
        more = ",".join([f"{weeks}w"] * (weeks > 0) + [f"{days}d"] * (days > 0))
        raise BadBuckets(
            f"{buckets} is {total:,} days, but the horizon has {horizon_days:,}. "
            f"Add what is missing: {buckets},{more}; or lower horizon_days in planner.toml."
        )
    return lengths

"""How hard to try: a profile of `planner.toml`, with what was asked for instead."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from planner.errors import UsageError
from planner.tables.buckets import BadBuckets, periods, read_buckets
from planner.tables.findings import nearest

if TYPE_CHECKING:
    from planner.tables.settings import Settings

Engine = Literal["auto", "exact", "decomposed"]
Policy = Literal["joint", "sequential", "reorder"]


@dataclass(frozen=True)
class Effort:
    """Stop at the proven `gap` or after `time_limit` seconds; `threads` are cores, `seed` is for chance. `auto`
    chooses the engine by size. `executor` is the scheduler whose workers plan the blocks; "" = this machine."""

    profile: str
    gap: float
    time_limit: float
    threads: int
    seed: int
    engine: Engine = "auto"
    warm: str = ""  # the run whose prices are begun with
    executor: str = ""
    buckets: str = ""  # periods such as 7d,3w; "" = days
    policy: Policy = "joint"  # the others are baselines


def effort(
    settings: "Settings",
    profile: str = "default",
    *,
    gap: float | None = None,
    time_limit: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    engine: Engine = "auto",
    warm: str = "",
    executor: str | None = None,
    buckets: str | None = None,
    policy: Policy = "joint",
) -> Effort:
    """The profile's effort (and the settings' `buckets`) where None, else what is given.

    Raises UsageError if there is no such profile, or if the buckets don't divide the horizon.
    """
    if profile not in settings.profiles:
        known = ", ".join(settings.profiles)
        hint = nearest(profile, settings.profiles) or f"Known are {known}."
        raise UsageError(f"planner.toml has no profile {profile!r}. {hint}")
    chosen = settings.profiles[profile]
    wanted = (settings.buckets or "") if buckets is None else _checked(buckets, settings)
    base = Effort(
        profile,
        chosen.gap,
        chosen.time_limit,
        chosen.threads,
        chosen.seed,
        engine,
        warm,
        executor or "",
        wanted,
        policy,
    )
    asked = {"gap": gap, "time_limit": time_limit, "threads": threads, "seed": seed}
    return replace(base, **{name: value for name, value in asked.items() if value is not None})  # type: ignore[arg-type]


def _checked(buckets: str, settings: "Settings") -> str:
    try:
        read_buckets(buckets)  # empty ones are refused here: days are 14d and the like
        periods(buckets, settings.horizon_days)
    except BadBuckets as fault:
        raise UsageError(f"--buckets: {fault}") from None
    return buckets

"""How hard to try: a profile of `planner.toml`, with what was asked for instead."""

from dataclasses import dataclass, replace
from typing import Literal

from planner.errors import UsageError
from planner.tables.findings import nearest
from planner.tables.settings import Settings

Engine = Literal["auto", "exact", "decomposed"]


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


def effort(
    settings: Settings,
    profile: str = "default",
    *,
    gap: float | None = None,
    time_limit: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    engine: Engine = "auto",
    warm: str = "",
    executor: str | None = None,
) -> Effort:
    """The profile's effort, where None, else what is given; raises UsageError if there is no such profile."""
    if profile not in settings.profiles:
        known = ", ".join(settings.profiles)
        hint = nearest(profile, settings.profiles) or f"Known are {known}."
        raise UsageError(f"planner.toml has no profile {profile!r}. {hint}")
    chosen = settings.profiles[profile]
    base = Effort(
        profile, chosen.gap, chosen.time_limit, chosen.threads, chosen.seed, engine, warm, executor or ""
    )
    asked = {"gap": gap, "time_limit": time_limit, "threads": threads, "seed": seed}
    return replace(base, **{name: value for name, value in asked.items() if value is not None})  # type: ignore[arg-type]

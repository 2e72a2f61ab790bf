"""What a plan claims: cost, bound, gap, how they were found, and with which versions."""

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.plan.effort import Effort

VERSIONED = ("joint-planner", "pyomo", "highspy", "numpy", "scipy", "pandas")


def certificate_of(
    how: "Effort",
    input_hash: str,
    *,
    cost: float,
    bound: float,
    engine: str,
    method: str,
    seconds: dict[str, float],
    model: dict[str, int],
    **more: Any,
) -> dict[str, Any]:
    """The content of certificate.json; `more` are entries that not every plan has."""
    from planner_models.incumbent import gap_of

    gap = gap_of(cost, bound)
    return {
        "schema_version": 1,
        "cost": cost,
        "bound": bound,
        "gap": gap,
        "policy": how.policy,
        "engine": engine,
        "method": method,
        "optimal": how.policy == "joint" and gap <= how.gap,
        "input_hash": input_hash,
        "seed": how.seed,
        "options": {
            "profile": how.profile,
            "gap": how.gap,
            "time_limit": how.time_limit,
            "threads": how.threads,
            "engine": how.engine,
            "buckets": how.buckets,
            "policy": how.policy,
        },
        "versions": {"python": platform.python_version()} | {name: version(name) for name in VERSIONED},
        "seconds": seconds,
        "model": model,
        **more,
    }

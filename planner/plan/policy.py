"""Which options go with which policy."""

from planner.errors import UsageError
from planner.plan.effort import Policy

BASELINES = {
    "sequential": "retail first (freight ignored), then distribution, then the warehouses, each step for itself",
    "reorder": "order-up-to levels of every item and location, then the cheapest loads that arrive in time",
}


def require_joint(policy: Policy, **options: object) -> None:
    """Raise UsageError if a baseline is asked for together with an option that only the joint plan has.

    `options` are those of the solve by name; `None`, "" and `auto` mean that one is not given.
    """
    given = [
        name
        for name, value in options.items()
        if value is not None and not (isinstance(value, str) and value in ("", "auto"))
    ]
    if policy != "joint" and given:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise UsageError(
            f"--policy {policy} has no use for {flags}: a baseline follows its rules in seconds, without engine, bound or model. "
            f"Leave it out (see also its environment variable), or ask for --policy joint."
        )

"""The one life cycle of a run.

created ── validated ── (scheduled) ── solving ── completed    the gap asked for is proven, or a baseline or override followed
    └── invalid                           ├────── incomplete   a plan, but above that gap
                                          ├────── failed       no plan: infeasible, refuted, too late, a fault
any state that is not final ── cancelled  └────── cancelled    stopped before there was a plan
"""

from typing import Literal, get_args

Status = Literal[
    "created",
    "validated",
    "invalid",
    "scheduled",
    "solving",
    "completed",
    "incomplete",
    "failed",
    "cancelled",
]
STATUSES: tuple[Status, ...] = get_args(Status)

NEXT: dict[Status, frozenset[Status]] = {
    "created": frozenset({"validated", "invalid", "failed", "cancelled"}),
    "validated": frozenset({"scheduled", "solving", "failed", "cancelled"}),
    "scheduled": frozenset({"solving", "failed", "cancelled"}),
    "solving": frozenset({"completed", "incomplete", "failed", "cancelled"}),
    "invalid": frozenset(),
    "completed": frozenset(),
    "incomplete": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
}
FINAL = frozenset(status for status, following in NEXT.items() if not following)
WITH_PLAN = frozenset({"completed", "incomplete"})


def require_step(now: Status, then: Status) -> None:
    """Raise ValueError unless a run may go from `now` to `then`."""
    if then not in NEXT[now]:
        allowed = ", ".join(sorted(NEXT[now])) or "nothing, it is final"
        raise ValueError(f"a run that is {now} can't become {then}; possible: {allowed}")

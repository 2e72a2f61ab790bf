"""Problem documents → the exceptions that the planner itself raises."""

from typing import Any

from planner.errors import (
    Conflict,
    InvalidData,
    NoFeasiblePlan,
    NoPlanInTime,
    NotNow,
    PlannerError,
    PlanRefuted,
    Unavailable,
    UsageError,
)
from planner.tables.findings import Finding

KINDS: tuple[type[PlannerError], ...] = (UsageError, PlanRefuted, NoPlanInTime, Unavailable)
PASSING = (429, 502, 503)


def failure(problem: dict[str, Any]) -> PlannerError:
    """The exception of a problem document."""
    detail = str(problem.get("detail", problem.get("title", "")))
    if problem.get("findings"):
        return InvalidData([Finding(**finding) for finding in problem["findings"]])
    if problem.get("conflicts"):
        return NoFeasiblePlan([Conflict(**conflict) for conflict in problem["conflicts"]])
    if problem.get("kind") == "not now":
        return NotNow(detail)
    if problem.get("status") in PASSING:
        return Unavailable(detail)
    for kind in KINDS:
        if problem.get("exit_code") == kind.exit_code:
            return kind(detail)
    status = problem.get("status", 500)
    return UsageError(detail) if 400 <= status < 500 else PlannerError(detail)

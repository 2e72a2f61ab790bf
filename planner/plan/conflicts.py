"""Why there is no plan, as an error."""

from typing import TYPE_CHECKING

from planner.errors import Conflict, NoFeasiblePlan

if TYPE_CHECKING:
    from planner_models.problem import Problem


def no_plan(problem: "Problem") -> NoFeasiblePlan:
    """The limits of the problem that contradict each other."""
    from planner_models.diagnose import diagnose

    return NoFeasiblePlan(
        [
            Conflict(
                found.limit, found.location, found.item, found.day, found.amount, found.unit, found.message
            )
            for found in diagnose(problem)
        ]
    )

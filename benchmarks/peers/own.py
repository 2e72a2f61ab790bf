"""The project's own engines, reached as its application reaches them."""

from collections.abc import Callable

from benchmarks.peers.known import Known
from planner_models.incumbent import Effort, Report, Solution
from planner_models.problem import Problem


def exact(problem: Problem, known: Known) -> str:
    """The joint model with lines added where solutions ask for them, near the relaxation where it is large."""
    from planner_models.exact import solve

    return _run(problem, known, solve)


def decomposed(problem: Problem, known: Known) -> str:
    """Places plan under internal prices."""
    from planner_models.engines import solve

    return _run(problem, known, lambda *given, **options: solve(*given, engine="decomposed", **options))


def _run(problem: Problem, known: Known, solve: Callable[..., Solution]) -> str:
    task = known.task
    effort = Effort(gap=task.gap, time_limit=task.seconds, threads=task.threads, seed=task.seed)

    def listen(report: Report) -> None:
        known.hear(report.cost, report.bound)

    found = solve(problem, effort, report=listen)
    told = found.cost
    if found.lots is not None:
        known.cost, known.bound = float("inf"), found.bound
        known.offer(found.lots)  # what counts is the cost of the orders that it gives, by the definitions
        if abs(known.cost - told) > 1e-6 * max(1.0, told):
            return f"says {told:,.2f} of a plan that costs {known.cost:,.2f}"
    return ""

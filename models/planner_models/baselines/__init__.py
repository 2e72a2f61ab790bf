"""What joint planning is compared with: policies that plan part by part (models/README.md, section 9)."""

from typing import Literal

from planner_models.baselines.links import chain_of
from planner_models.baselines.nearest import Unmended, kept
from planner_models.baselines.reorder import order_and_load
from planner_models.baselines.sequential import step_by_step
from planner_models.problem import Ints, Problem

__all__ = ["Baseline", "Unmended", "plan"]
Baseline = Literal["sequential", "reorder"]


def plan(problem: Problem, policy: Baseline, *, review_days: int | None = None, factor: float = 1.0) -> Ints:
    """Whole lots (`K × T`) by a baseline, deterministic and within all limits.

    `review_days` (of the problem, unless given) and `factor`, which scales the safety stock, are for `reorder`.

    Raises Infeasible if there is no plan at all, Unmended if none was found that keeps all limits.
    """
    chain = chain_of(problem)
    if policy == "sequential":
        return kept(problem, step_by_step(chain))
    return kept(problem, order_and_load(chain, review_days or problem.review_days, factor))

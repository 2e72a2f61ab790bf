"""What joint planning is compared with: policies that plan part by part (models/README.md, section 9)."""

from typing import Literal

from planner_models.baselines.links import Chain, chain_of
from planner_models.baselines.nearest import Unmended, kept
from planner_models.baselines.reorder import reorder
from planner_models.baselines.schedule import scheduled
from planner_models.baselines.sequential import sequential
from planner_models.baselines.waves import carried_out
from planner_models.problem import Ints, Problem
from planner_models.projection import Projection

__all__ = ["Baseline", "Unmended", "asked_for", "by_chain", "chain_of", "plan"]
Baseline = Literal["sequential", "reorder"]


def plan(problem: Problem, policy: Baseline, *, review_days: int | None = None, factor: float = 1.0) -> Ints:
    """Whole lots (`K × T`) by a baseline, deterministic and within all limits.

    `review_days` (of the problem, unless given) and `factor`, which scales the safety stock, are for `reorder`.

    Raises Infeasible if there is no plan at all, Unmended if none was found that keeps all limits.
    """
    return kept(problem, asked_for(problem, policy, review_days=review_days, factor=factor))


def asked_for(
    problem: Problem, policy: Baseline, *, review_days: int | None = None, factor: float = 1.0
) -> Ints:
    """The same as `plan`, as the policy asks for it: limits may be exceeded.

    Sources are the main ones, or the cheapest ones where a plan with these costs less.
    """
    usual, cheapest = chain_of(problem), chain_of(problem, cheapest=True)
    chains = [usual] if (usual.source == cheapest.source).all() else [usual, cheapest]
    found = [Projection(problem, by_chain(chain, policy, review_days, factor)) for chain in chains]
    return min(found, key=lambda plan: (sum(plan.excess.values()), plan.cost)).lots


def by_chain(chain: Chain, policy: Baseline, review_days: int | None = None, factor: float = 1.0) -> Ints:
    """What a policy asks for with these sources."""
    if policy == "sequential":
        return carried_out(chain, sequential())
    return carried_out(scheduled(chain), reorder(review_days or chain.problem.review_days, factor))

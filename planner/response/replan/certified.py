"""The certificate of a plan that answers events."""

from typing import Any

import numpy as np

from planner.plan.plan import Plan
from planner.response.replan.proposal import Proposal
from planner.response.replan.proven import METHOD
from planner.tables.dataset import DataSet
from planner_models.incumbent import Effort, gap_of

UNPROVEN = "the whole plan: nothing is proven, see neighbourhood (`planner replan --certify` proves a bound)"
BY_PRICES = (
    "bound of the whole: the prices of the base, at the tables after the events, computed by the check"
)
BY_ENGINE = "bound of the whole: the {engine} engine, begun with this plan"
SECONDS = 60.0  # for a bound by an engine


def uncertified(proposal: Proposal, base: Plan, data: DataSet) -> Plan:
    """Proven for the neighbourhood only; the prices of the base are kept for the next time."""
    return _plan(proposal, base, data, 0.0, UNPROVEN, {})


def certified(proposal: Proposal, base: Plan, data: DataSet) -> Plan:
    """A bound for the whole plan, too: by the prices of the base, which may be any, or by an engine where it has none."""
    cost = proposal.cost
    if base.prices is not None:
        from planner.audit.bound import recompute

        bound = recompute(data, base.prices, base.branches, proposal.response.situation.buckets).total
        if np.isfinite(bound) and bound > 0:
            proof = {"proof": "prices"}
            return _plan(proposal, base, data, min(bound, cost), BY_PRICES, proof)
    from planner_models.engines import chosen, solve

    problem = proposal.response.situation.problem
    engine = chosen(problem, "auto")
    solution = solve(problem, Effort(0.0, SECONDS, 1, 0), start=proposal.response.lots)
    prices, proof = base.prices, {}
    branches, bound = base.branches, min(solution.bound, cost)
    if solution.proof is not None:
        from planner.audit.bound import recompute
        from planner.plan.proof import proof_files

        situation = proposal.response.situation
        prices, branches = proof_files(problem, solution.proof, situation.index.start)
        bound = min(bound, recompute(data, prices, branches, situation.buckets).total)
        proof = {"proof": "prices"} if bound > 0 else {}
    made = _plan(proposal, base, data, max(0.0, bound), BY_ENGINE.format(engine=engine), proof)
    return Plan(made.orders, made.loads, made.inventory, made.kpis, made.certificate, prices, branches)


def _plan(
    proposal: Proposal, base: Plan, data: DataSet, bound: float, whole: str, proof: dict[str, str]
) -> Plan:
    before, cost = base.certificate, proposal.cost
    gap = gap_of(cost, bound)
    certificate: dict[str, Any] = {
        **{name: value for name, value in before.items() if name not in ("proof", "executor", "base")},
        "policy": "joint",  # also on top of a baseline: what is planned again is planned jointly
        "options": {
            **before.get("options", {}),
            "policy": "joint",
            "buckets": proposal.response.situation.buckets,
        },
        "cost": cost,
        "bound": bound,
        "gap": gap,
        "engine": "neighbourhood",
        "method": f"{METHOD}; {whole}",
        "optimal": bool(proof) and gap <= float(before.get("options", {}).get("gap", 0.0)),
        "input_hash": data.content_hash,
        "seed": proposal.limits.seed,
        "seconds": proposal.seconds,
        "model": {"rows": 0, "columns": 0, "whole": 0, "rounds": len(proposal.response.rings)},
        "neighbourhood": proposal.neighbourhood,
        **proof,
    }
    return proposal.plan(certificate, base)

"""A new plan that answers events, judged by the evaluator, with what has to be done and what is proven."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from planner.audit import Evaluation, evaluate
from planner.errors import Conflict, NoFeasiblePlan, PlanRefuted
from planner.plan.build import free_lines, orders_of
from planner.plan.placed import place
from planner.plan.plan import Plan
from planner.response.events import Scope, scope
from planner.response.replan.actions import Cell, Told, table
from planner.response.replan.proven import neighbourhood
from planner.response.replan.reasons import told
from planner.response.replan.respond import UNLIMITED, Limits, Response, respond
from planner.response.replan.situation import Situation
from planner_models.problem import Ints

AGREEMENT = 1e-6  # relative; by how much the evaluator's cost may differ from the engines'


@dataclass(frozen=True)
class Proposal:
    """Orders that answer events, and all that follows from them.

    `events` are the new ones, `touched` is what they are about, `seconds` are those of each phase.
    """

    response: Response
    limits: Limits
    events: pd.DataFrame
    orders: pd.DataFrame
    evaluation: Evaluation
    touched: Scope
    neighbourhood: dict[str, Any]  # what is proven about it
    seconds: dict[str, float]

    @cached_property
    def actions(self) -> pd.DataFrame:
        """What has to be done, with its reason and its money: the rows of actions.csv."""
        reasons = told(self.response, self.events, self.evaluation, self.touched)
        return actions_table(self.response, self.orders, reasons)

    @property
    def cost(self) -> float:
        """What the plan costs by the evaluator [money]."""
        return self.evaluation.total

    def plan(self, certificate: dict[str, Any], proof: "Plan | None" = None) -> Plan:
        """The plan for a run; `proof` is a plan whose prices and branches it keeps."""
        judged = self.evaluation
        return Plan(
            self.orders,
            judged.loads,
            judged.inventory,
            judged.kpis,
            certificate,
            prices=None if proof is None else proof.prices,
            branches=None if proof is None else proof.branches,
        )


def propose(
    now: Situation,
    events: pd.DataFrame,
    limits: Limits = UNLIMITED,
    earlier: Sequence[pd.DataFrame] = (),
    prices: pd.DataFrame | None = None,
) -> Proposal:
    """Answer events (rows of the table `events`) that have led to the situation.

    `earlier` are the orders of plans before the published one, to which it may be best to go back; `prices` are those of the
    published plan, which make the bound of the neighbourhood better.
    Raises NoFeasiblePlan with the limits that can't be kept, or how many order lines have to change at least as far as is known;
    PlanRefuted if the evaluator doesn't confirm the plan.
    """
    began = time.monotonic()
    before = now.before or now
    touched = scope(before.data, before.placed.orders, events)
    scoped = time.monotonic()
    before_that = [place(now.problem, now.index, orders).lots for orders in earlier]
    response = respond(now, now.points(touched.pairs), limits, earlier=before_that)
    require_possible(response, limits)
    planned = time.monotonic()
    orders = orders_of(now.data, now.index, response.plan, now.placed)
    known = before.evaluation if before is not now else None
    with ThreadPoolExecutor(1) as judge:  # both are long sums over arrays, which can run side by side
        judged_soon = judge.submit(evaluate, now.data, orders, now.buckets, known)
        about = neighbourhood(response, prices)
        evaluation = judged_soon.result()
    _require_confirmed(response, evaluation)
    judged = time.monotonic()
    seconds = {
        "scope": scoped - began,
        "planning": planned - scoped,
        "judging": judged - planned,
    }
    return Proposal(response, limits, events, orders, evaluation, touched, about, seconds)


def require_possible(response: Response, limits: Limits) -> None:
    """Raise NoFeasiblePlan unless the response keeps all limits, the number of changes included."""
    most = limits.max_changes
    if most is not None and (response.changes > most or not response.feasible) and response.candidates:
        needed = response.fewest
        least = max(response.situation.forced, needed if needed is not None else 0)
        why = (
            f"{response.situation.forced} of them are no longer possible" if response.situation.forced else ""
        )
        message = (
            f"At most {most} order lines may change (--max-changes), and {least} have to"
            + (f": {why}" if why else ", as far as was found")
            + f". Allow {least}."
        )
        raise NoFeasiblePlan([Conflict("max_changes", "", "", None, float(least - most), "lines", message)])
    if response.feasible:
        return
    raise NoFeasiblePlan(
        [
            Conflict(
                name, "", "", None, amount, "",
                f"{name} can't be kept within what the events touch: it is exceeded by {amount:,.6g} in all. "
                "Maybe a whole new plan can: `planner solve`.",
            )
            for name, amount in response.plan.excess.items()
        ]
    )  # fmt: skip


def _require_confirmed(response: Response, evaluation: Evaluation) -> None:
    wrong = abs(evaluation.total - response.cost_after) > AGREEMENT * max(1.0, abs(evaluation.total))
    if evaluation.feasible and not wrong:
        return
    lines = ["The check refutes the new plan; please report this."]
    if wrong:
        lines.append(f"  cost: claimed {response.cost_after!r}, recomputed {evaluation.total!r}")
    raise PlanRefuted("\n".join([*lines, *(f"  {text}" for text in evaluation.violations["message"][:20])]))


def actions_table(response: Response, orders: pd.DataFrame, reasons: Sequence[Told]) -> pd.DataFrame:
    """The actions with the names of orders: those of the published plan for lines that were there, else those of the new plan."""
    situation = response.situation
    placed, cells = situation.placed, {cell for one in reasons for cell in one.action.cells}
    now = free_lines(response.plan)
    given = len(situation.problem.given.order_id)
    after = _names(now.shipment, now.period, orders["order_id"].iloc[given:], cells)
    free = np.flatnonzero(placed.shipment >= 0)[::-1]
    before = _names(placed.shipment[free], placed.period[free], placed.orders["order_id"].iloc[free], cells)
    return table(reasons, placed, response.lots, after | before)


def _names(k: Ints, t: Ints, names: "pd.Series[str]", cells: set[Cell]) -> dict[Cell, str]:
    """The names of the lines that are among the cells."""
    wanted = np.isin(k, [cell[0] for cell in cells])
    found = zip(k[wanted].tolist(), t[wanted].tolist(), names[wanted], strict=True)
    return {(shipment, period): name for shipment, period, name in found if (shipment, period) in cells}

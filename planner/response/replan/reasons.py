"""Why each action is taken, and what it is worth."""

import numpy as np
import pandas as pd

from planner.audit import Evaluation, evaluate
from planner.plan.build import orders_of
from planner.response.events import Scope
from planner.response.replan.actions import Action, Told, actions_of
from planner.response.replan.respond import Response
from planner_models.budget import Worths
from planner_models.problem import Flags
from planner_models.projection import Projection

EVALUATED = 20  # actions, and order lines of the plan times that: as many as the evaluator is asked about
LINES = 5_000


def told(response: Response, events: pd.DataFrame, evaluation: Evaluation, touched: Scope) -> list[Told]:
    """The actions of a response to events that have `touched` so much, each with its reason and its money.

    `evaluation` is that of the new plan.
    """
    situation = response.situation
    actions = actions_of(situation.problem, situation.published, response.lots)
    behind = _Behind(response, events, touched)
    money = _money(response, actions, evaluation)
    return [Told(one, *behind.of(one), *worth) for one, worth in zip(actions, money, strict=True)]


class _Behind:
    """Which events touch which stock points."""

    def __init__(self, response: Response, events: pd.DataFrame, touched: Scope) -> None:
        situation = response.situation
        self.problem, self.possible = situation.problem, situation.possible
        self.sentences = touched.sentences
        ship, points = self.problem.shipments, len(self.problem.stock.item)
        self.touched: dict[str, Flags] = {}  # by event, stock points
        self.serves: dict[str, Flags] = {}  # and those that serve them
        for name in events["event_id"]:
            self.touched[name], self.serves[name] = np.zeros(points, bool), np.zeros(points, bool)
            self.touched[name][situation.points(touched.each[name])] = True
            source = ship.source[self.touched[name][ship.target]]
            self.serves[name][source[source >= 0]] = True

    def of(self, action: Action) -> tuple[str, tuple[str, ...]]:
        """The reason in words, and the ids of the events."""
        k, t = action.cells[0]
        ship = self.problem.shipments
        target, source = int(ship.target[k]), int(ship.source[k])
        events = tuple(name for name, points in self.touched.items() if points[target])
        because = "; ".join(self.sentences[name].rstrip(".").split(": it touches")[0] for name in events)
        if action.was is not None and not self.possible[k, t]:
            return f"no longer possible: {because or 'the tables have changed'}", events
        if events:
            return because, events
        if served := tuple(name for name, points in self.serves.items() if points[target]):
            return f"supplies what is touched by {', '.join(served)}", served
        if above := tuple(name for name, points in self.touched.items() if source >= 0 and points[source]):
            return f"is supplied by what is touched by {', '.join(above)}", above
        return "shares vehicles, stock or capacity with what is touched", tuple(self.sentences)


def _money(
    response: Response, actions: list[Action], evaluation: Evaluation
) -> list[tuple[float | None, str]]:
    """Per action what the plan would cost more without it, and how that was found."""
    situation = response.situation
    if not actions:
        return []
    if len(actions) <= EVALUATED and len(evaluation.projection.lines) <= LINES:
        return [_evaluated(response, one, evaluation) for one in actions]
    worths = Worths(response.plan, situation.published)
    found: list[tuple[float | None, str]] = []
    for one in actions:
        if not situation.possible[one.cells[0]]:
            found.append((None, "needed"))
            continue
        money = worths.without(one.cells)
        found.append((None, "needed") if money is None else (money, "projected"))
    return found


def _evaluated(response: Response, action: Action, evaluation: Evaluation) -> tuple[float | None, str]:
    situation = response.situation
    lots = response.lots.copy()
    for cell in action.cells:
        lots[cell] = situation.published[cell]
    other = Projection(situation.problem, np.where(situation.possible, lots, 0), response.plan)
    if other.excess or not all(situation.possible[cell] for cell in action.cells):
        return None, "needed"
    orders = orders_of(situation.data, situation.index, other)
    judged = evaluate(situation.data, orders, situation.buckets, evaluation)
    return (judged.total - evaluation.total, "evaluated") if judged.feasible else (None, "needed")

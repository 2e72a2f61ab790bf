"""Why each action is taken, and what it is worth."""

from collections import defaultdict

import numpy as np
import pandas as pd

from planner.audit import Evaluation, evaluate
from planner.plan.build import orders_of
from planner.response.events import Scope
from planner.response.replan.actions import Action, Told, actions_of
from planner.response.replan.respond import Response
from planner_models.budget import Worths
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
        self.by_point: dict[int, list[str]] = defaultdict(list)
        for name in events["event_id"]:
            for point in situation.points(touched.each[name]).tolist():
                self.by_point[point].append(name)

        ship = self.problem.shipments
        self.by_source: dict[int, list[str]] = defaultdict(list)  # of those that are served from there
        touched_points = np.zeros(len(self.problem.stock.item), bool)
        touched_points[list(self.by_point)] = True
        pairs = np.unique(np.stack([ship.source, ship.target])[:, touched_points[ship.target]], axis=1)
        for point, target in pairs.T.tolist():
            self.by_source[point] += self.by_point[target]

    def of(self, action: Action) -> tuple[str, tuple[str, ...]]:
        """The reason in words, and the ids of the events."""
        k, t = action.cells[0]
        ship = self.problem.shipments
        events = tuple(self.by_point[int(ship.target[k])])
        because = "; ".join(self.sentences[name].rstrip(".").split(": it touches")[0] for name in events)
        if action.was is not None and not self.possible[k, t]:
            return f"no longer possible: {because or 'the tables have changed'}", events
        if events:
            return because, events
        source = self.by_point[int(ship.source[k])] if ship.source[k] >= 0 else []
        served = self.by_source[int(ship.target[k])]
        near = tuple(dict.fromkeys(served or source))
        words = (
            "supplies what is touched by" if served else "is supplied by what is touched by" if source else ""
        )
        if near:
            return f"{words} {', '.join(near)}", near
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

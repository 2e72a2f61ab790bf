"""What an alternative costs: many are ranked on one item's arrays, those that are shown are judged by the evaluator."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from planner.audit import Evaluation, evaluate
from planner.compile import compile_problem
from planner.compile.index import index_of
from planner.errors import UsageError
from planner.plan.placed import Change, Placed, place
from planner.tables.dataset import DataSet
from planner.value.explain.alternatives import Candidates
from planner_models.neighbourhood import narrowed
from planner_models.projection import Projection

TRIES = 5  # of a kind, where the evaluator knows of a limit that the ranking doesn't
UNDEFINED = "available_stock"  # where more leaves than there is, sales and cost mean nothing


@dataclass(frozen=True)
class Base:
    """The plan of a run and what it costs; everything is compared with it."""

    data: DataSet
    buckets: str
    placed: Placed
    evaluation: Evaluation

    @cached_property
    def projection(self) -> Projection:
        """The same plan on the arrays."""
        return Projection(self.placed.problem, self.placed.lots)

    @classmethod
    def of(cls, data: DataSet, orders: pd.DataFrame, buckets: str) -> "Base":
        """Raises UsageError where the tables have no way for an order."""
        placed = place(compile_problem(data, buckets), index_of(data), orders)
        if placed.unplaced.any():
            name = orders["order_id"].iloc[int(np.argmax(placed.unplaced))]
            raise UsageError(
                f"order {name} of the run is not possible with these tables. Maybe they have changed since it was solved."
            )
        return cls(data, buckets, placed, evaluate(data, orders, buckets))


@dataclass(frozen=True)
class Judged:
    """A changed plan by the evaluator; all else is as in the run."""

    base: Base
    candidates: Candidates
    change: Change
    evaluation: Evaluation

    @property
    def possible(self) -> bool:
        """Whether the change breaks no limit that the run keeps."""
        return self.broken.empty

    @cached_property
    def broken(self) -> pd.DataFrame:
        """Violations that the run doesn't have."""
        found, before = self.evaluation.violations, self.base.evaluation.violations
        if before.empty:
            return found
        return found[~found["message"].isin(set(before["message"]))]

    @property
    def priced(self) -> bool:
        """Whether the changed plan has a cost: not where more leaves than there is."""
        return UNDEFINED not in set(self.broken["limit"])

    @property
    def difference(self) -> float:
        """total(changed) − total(run) [money]."""
        return self.evaluation.total - self.base.evaluation.total

    @cached_property
    def causes(self) -> dict[str, float]:
        """The difference per cause, where there is one [money]."""
        before, after = self.base.evaluation.costs, self.evaluation.costs
        differences = {name: after[name] - before[name] for name in after}
        return {name: money for name, money in differences.items() if abs(money) > 1e-9}

    @property
    def period(self) -> int:
        """The period in which the goods leave instead; −1 for a change of the quantity."""
        return self.change[-1][1] if self.candidates.shipment >= 0 else -1


def judge(base: Base, candidates: Candidates, change: Change) -> Judged:
    """Evaluate one change."""
    orders = base.placed.with_change(change)
    return Judged(base, candidates, change, evaluate(base.data, orders, base.buckets, base.evaluation))


def best_of_each(base: Base, item: int, kinds: Iterable[Candidates]) -> list[Judged]:
    """The cheapest possible change of each kind, or the one that is nearest to it if none is possible; each change once."""
    ship = base.placed.problem.shipments
    own = narrowed(base.projection, np.repeat(ship.item[:, None] == item, ship.open.shape[1], axis=1))
    row = {int(k): number for number, k in enumerate(own.shipments)}

    def rank(change: Change) -> tuple[bool, float]:
        changed = own.lots.copy()
        for k, t, more in change:
            changed[row[k], t] += more
        projection = Projection(own.problem, changed)
        return bool(projection.excess), projection.cost

    found: dict[Change, Judged] = {}
    ranks: dict[Change, tuple[bool, float]] = {}
    for candidates in kinds:
        for change in candidates.changes:
            ranks.setdefault(change, rank(change))
        ordered = sorted(candidates.changes, key=ranks.__getitem__)
        tried = []
        for change in ordered[:TRIES]:
            tried.append(found.get(change) or judge(base, candidates, change))
            if tried[-1].possible or ranks[change][0]:
                break
        best = next((one for one in tried if one.possible), tried[0])
        found.setdefault(best.change, best)
    return list(found.values())

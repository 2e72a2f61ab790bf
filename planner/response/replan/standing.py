"""The published plan beside the tables of today: what of it can stay, held in memory for one event after the other."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from planner.audit import Evaluation, evaluate
from planner.compile import compile_problem
from planner.compile.index import Index, index_of
from planner.errors import UsageError
from planner.plan.placed import Placed, place
from planner.tables.dataset import DataSet
from planner_models.problem import Flags, Ints, Problem
from planner_models.projection import Projection


@dataclass(frozen=True)
class Standing:
    """A plan that stands, and the tables against which it stands.

    `orders` are those of the plan (columns of orders.csv) that leave from the first day on; earlier ones are past. `before` is
    the same plan at the tables before they changed, if they have.
    """

    data: DataSet
    buckets: str
    problem: Problem
    index: Index
    placed: Placed
    before: "Standing | None" = None

    @classmethod
    def of(
        cls, data: DataSet, orders: pd.DataFrame, buckets: str = "", before: "Standing | None" = None
    ) -> "Standing":
        """Place the plan in the tables.

        Raises UsageError where an order of the plan leaves within the frozen days and the tables don't know it: nothing new
        may be planned there, and what is decided there is in `open_orders`.
        """
        problem, index = compile_problem(data, buckets), index_of(data)
        start = pd.Timestamp(data.settings.start_date)
        current = orders[orders["dispatch_date"] >= start]
        placed = place(problem, index, current.reset_index(drop=True))
        standing = cls(data, buckets, problem, index, placed, before)
        standing._require_known_where_frozen()
        return standing

    def with_tables(self, data: DataSet) -> "Standing":
        """The same plan at other tables."""
        if data is self.data:
            return self
        return Standing.of(data, self.placed.orders, self.buckets, self)

    @property
    def published(self) -> Ints:
        """Lots of the plan (`K × T`), those included that are no longer possible."""
        return self.placed.lots

    @cached_property
    def possible(self) -> Flags:
        """Where lots of the plan may stay."""
        return self.problem.shipments.open | (self.placed.lots == 0)

    @cached_property
    def plan(self) -> Projection:
        """What of the plan is still possible, and what it leads to."""
        known = self.before.plan if self.before is not None else None
        return Projection(self.problem, np.where(self.possible, self.published, 0), known)

    @cached_property
    def forced(self) -> int:
        """Order lines that can't stay, whatever is done."""
        return int((~self.possible).sum()) + int(self.placed.unplaced.sum())

    @cached_property
    def evaluation(self) -> Evaluation:
        """The whole plan as it was published, judged by these tables."""
        return evaluate(self.data, self.placed.orders, self.buckets, self.before and self.before.evaluation)

    def without_memory(self) -> "Standing":
        """The same without the tables before: what a long-lived process keeps."""
        return replace(self, before=None)

    def _require_known_where_frozen(self) -> None:
        """What leaves within frozen days stays as it is, so the tables must have it as given."""
        frozen = self.data.settings.frozen_days
        orders, given = self.placed.orders, self.placed.shipment < 0
        day = self.index.day(orders["dispatch_date"])
        t = self.placed.period
        closed = ~given & ~self.problem.shipments.open[self.placed.shipment, t]
        lost = np.flatnonzero(closed & (day < frozen))
        if len(lost):
            raise UsageError(
                f"order {orders['order_id'].iloc[lost[0]]} leaves within the {frozen} frozen days, and open_orders doesn't have it. "
                f"Put the {len(lost)} orders of the published plan that leave by then there (`planner export`)."
            )

"""The published plan beside the tables of today: what of it can stay, held in memory for one event after the other."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from planner.audit import Evaluation, evaluate
from planner.compile import compile_problem
from planner.compile.index import Index, index_of
from planner.compile.network import Network, network_of
from planner.compile.patch import patched
from planner.errors import UsageError
from planner.plan.placed import Placed, place
from planner.tables.dataset import DataSet
from planner_models.problem import Flags, Ints, Problem
from planner_models.projection import Projection


@dataclass(frozen=True)
class Situation:
    """A plan that stands, and the tables against which it stands.

    `orders` are those of the plan (columns of orders.csv) that leave from the first day on; earlier ones are past. `before` is
    the same plan at the tables before they changed, if they have.
    """

    data: DataSet
    buckets: str
    problem: Problem
    index: Index
    placed: Placed
    before: "Situation | None" = None

    @classmethod
    def of(
        cls, data: DataSet, orders: pd.DataFrame, buckets: str = "", before: "Situation | None" = None
    ) -> "Situation":
        """Place the plan in the tables.

        Raises UsageError where an order of the plan leaves within the frozen days and the tables don't know it: nothing new
        may be planned there, and what is decided there is in `open_orders`.
        """
        problem, index = compile_problem(data, buckets), index_of(data)
        start = pd.Timestamp(data.settings.start_date)
        current = orders[orders["dispatch_date"] >= start]
        placed = place(problem, index, current.reset_index(drop=True))
        situation = cls(data, buckets, problem, index, placed, before)
        situation._require_known_where_frozen()
        return situation

    def with_tables(self, data: DataSet) -> "Situation":
        """The same plan at other tables."""
        if data is self.data:
            return self
        problem = patched(self.problem, self.network, self.data, data, self.buckets)
        if problem is None:
            return Situation.of(data, self.placed.orders, self.buckets, self)
        placed = replace(self.placed, problem=problem)
        if set(problem.given.order_id) != set(self.problem.given.order_id):
            placed = place(problem, self.index, self.placed.orders)
        return Situation(data, self.buckets, problem, self.index, placed, self)

    @property
    def published(self) -> Ints:
        """Lots of the plan (`K × T`), those included that are no longer possible."""
        return self.placed.lots

    @cached_property
    def possible(self) -> Flags:
        """Where lots of the plan may stay."""
        return np.asarray(self.problem.shipments.open | (self.placed.lots == 0))

    @cached_property
    def plan(self) -> Projection:
        """What of the plan is still possible, and what it leads to."""
        known = self.before.plan if self.before is not None else None
        return Projection(self.problem, np.where(self.possible, self.published, 0), known)

    @cached_property
    def network(self) -> Network:
        """Lanes and sources of the tables."""
        return network_of(self.data, self.index)

    def cases_between(self, lots: Ints) -> float:
        """Cases by which lots (`K × T`) differ from the published plan."""
        k, t = np.nonzero(lots != self.published)
        cases = np.abs(lots[k, t] - self.published[k, t]) * self.problem.shipments.lot_cases[k]
        return float(cases.sum())

    @property
    def lost(self) -> int:
        """Order lines for which there is no way any more."""
        return int(self.placed.unplaced.sum())

    @property
    def lost_cases(self) -> float:
        """Cases of these."""
        return float(self.placed.orders["cases"].to_numpy(float)[self.placed.unplaced].sum())

    @property
    def forced(self) -> int:
        """Order lines that can't stay, whatever is done."""
        return int((~self.possible).sum()) + self.lost

    @property
    def points_of_forced(self) -> Ints:
        """Stock points that these were to reach."""
        ship = self.problem.shipments
        orders = self.placed.orders[self.placed.unplaced]
        pairs = orders[["item_id", "destination"]].set_axis(["item_id", "location_id"], axis=1)
        return np.union1d(ship.target[(~self.possible).any(axis=1)], self.points(pairs))

    def points(self, pairs: pd.DataFrame) -> Ints:
        """Stock points of items at locations (item_id, location_id), as far as there are any."""
        stock = self.problem.stock
        known = pd.MultiIndex.from_arrays([stock.item, stock.location])
        wanted = [self.index.item(pairs["item_id"]), self.index.location(pairs["location_id"])]
        found = known.get_indexer(pd.MultiIndex.from_arrays(wanted))
        return np.unique(found[found >= 0]).astype(np.int64)

    @property
    def some_point(self) -> Ints:
        """One of the stock points, or none if there are none."""
        return np.arange(len(self.problem.stock.item))[:1]

    @cached_property
    def concerned(self) -> bool:
        """Whether what has changed in the tables can be a reason to change the plan.

        It is none if the plan keeps all limits and costs what it did before, and nothing has become cheaper or more possible.
        """
        before = self.before
        if before is None or self.forced or self.plan.excess:
            return True
        now, then = self.problem, before.problem
        if abs(self.plan.cost - before.plan.cost) > 1e-9 * max(1.0, before.plan.cost):
            return True
        released = set(then.given.order_id) - set(now.given.order_id)
        return bool(released) or not same_shape(now, then) or relieved(now, then)

    @cached_property
    def evaluation(self) -> Evaluation:
        """The whole plan as it was published, judged by these tables."""
        known = None if self.before is None else self.before.evaluation
        return evaluate(self.data, self.placed.orders, self.buckets, known)

    def _require_known_where_frozen(self) -> None:
        """What leaves within frozen days stays as it is, so the tables must have it as given."""
        frozen = self.data.settings.frozen_days
        orders, given = self.placed.orders, self.placed.shipment < 0
        day = self.index.day(orders["dispatch_date"])
        t = self.placed.period
        closed = ~given & ~self.problem.shipments.open[self.placed.shipment, t]
        lost = np.flatnonzero(closed & (day < frozen))
        if len(lost):
            name = orders["order_id"].iloc[lost[0]]
            raise UsageError(
                f"order {name} leaves within the {frozen} frozen days, and open_orders doesn't have it. "
                f"Put the {len(lost)} orders of the published plan that leave by then there (`planner export`)."
            )


def same_shape(now: Problem, then: Problem) -> bool:
    """Whether stock points and shipments are the same."""
    pairs = (
        (now.stock.item, then.stock.item),
        (now.stock.location, then.stock.location),
        (now.shipments.item, then.shipments.item),
        (now.shipments.lane, then.shipments.lane),
    )
    return all(np.array_equal(one, other) for one, other in pairs)


def relieved(now: Problem, then: Problem) -> bool:
    """Whether anything is cheaper, or more is possible: then a plan that stays possible may be changed for a better one."""
    limits, before = now.capacities, then.capacities
    more = (
        (now.shipments.open, then.shipments.open),
        (limits.limit, before.limit),
        (limits.limit + limits.overtime_limit, before.limit + before.overtime_limit),
        (now.loads.max_vehicles, then.loads.max_vehicles),
        (now.supply.limit, then.supply.limit),
        (now.stock.max_stock, then.stock.max_stock),
        (now.stock.shelf, then.stock.shelf),
    )
    less = (
        (now.lanes.cost_per_kg, then.lanes.cost_per_kg),
        (now.lanes.cost_per_m3, then.lanes.cost_per_m3),
        (now.lanes.min_charge, then.lanes.min_charge),
        (now.lanes.stop_cost, then.lanes.stop_cost),
        (now.loads.cost_per_vehicle, then.loads.cost_per_vehicle),
        (limits.overtime_cost, before.overtime_cost),
        (now.lanes.arrival, then.lanes.arrival),
        (now.shipments.purchase, then.shipments.purchase),
        (now.shipments.min_units, then.shipments.min_units),
    )
    freer = any(bool((one > other).any()) for one, other in more)
    cheaper = any(bool((one < other).any()) for one, other in less)
    return freer or cheaper or now.lanes.breaks != then.lanes.breaks

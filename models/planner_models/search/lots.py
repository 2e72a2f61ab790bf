"""From shares of lots to whole lots: what is nearest to whole is fixed, the relaxation plans the rest anew, and so on."""

import numpy as np

from planner_models.problem import Flags, Floats, Ints
from planner_models.search.part import Part
from planner_models.search.whole import Whole

STEP = 0.2  # share of the lots in question that is fixed at once
CLEAR = 0.1  # of a lot: fixed in any case
WHOLE = 1e-6  # of a lot
MOST_RELEASES = 5


class LotDive:
    """The shipments to the place of a part. The loads are fixed already."""

    def __init__(self, whole: Whole, part: Part) -> None:
        self.whole, self.part = whole, part
        ship = whole.columns.ship
        inside = part.inside(ship)
        k, t = np.nonzero((inside >= 0) & part.own[inside])
        self.columns: Ints = inside[k, t]
        problem = whole.problem
        lot = problem.shipments.lot_cases * problem.items.case_size[problem.shipments.item]
        self.least: Floats = np.ceil(problem.shipments.min_units[k] / lot[k] - 1e-9)
        self.line_cost: Floats = whole.line_cost[ship[k, t]]
        self.base: Floats = part.cost[self.columns] - self.line_cost / np.maximum(
            problem.shipments.max_lots[k], 1.0
        )
        ordered = part.inside(whole.columns.ordered)
        self.ordering: Flags = (ordered >= 0) & part.own[ordered]
        self.ordered: Ints = ordered[self.ordering]

    def run(self) -> bool:
        """Make the shipments of the part whole, as many as go together; False if the part has no solution."""
        if not np.isfinite(self.part.solve()):
            return False
        self._order()
        x = self.part.values()[self.columns]
        self._charge_lines(x)
        free, releases = np.ones(len(x), bool), 0
        while np.isfinite(self.part.solve()):
            x = self.part.values()[self.columns]
            apart = np.abs(x - np.round(x))
            broken = (apart > WHOLE) | ((x > WHOLE) & (x < self.least - WHOLE))
            waiting = np.flatnonzero(free & broken)
            if not len(waiting):
                return True
            order = waiting[np.argsort(apart[waiting], kind="stable")]
            first = max(int(STEP * len(order)), 4)
            chosen = np.r_[order[:first], order[first:][apart[order[first:]] < CLEAR]]
            chosen = np.r_[chosen, np.flatnonzero(free & ~broken & (x > 0.5))]
            fixed = self._fix(chosen, x[chosen])
            free[chosen[: max(1, fixed)]] = False  # what can't be whole stays as it is
            if not fixed and releases < MOST_RELEASES:
                free |= self._release(chosen[0], x)
                releases += 1
        return False

    def _release(self, lot: int, x: Floats) -> Flags:
        """Make room for a lot that does not fit by letting all others change by one; which of them may change now."""
        low, high = self.part.lower[self.columns], self.part.upper[self.columns]
        lower, upper = np.maximum(np.floor(x) - 1.0, low), np.minimum(np.ceil(x) + 1.0, high)
        less, more = self._less(x, self.least), np.maximum(np.ceil(x), self.least)
        for whole in (less[lot], more[lot]):
            lower[lot] = upper[lot] = whole
            self.part.bound(self.columns, lower, upper)
            if np.isfinite(self.part.solve()):
                return np.asarray(np.arange(len(x)) != lot)
        lower[lot], upper[lot] = low[lot], high[lot]
        self.part.bound(self.columns, lower, upper)
        return np.ones(len(x), bool)

    def _fix(self, chosen: Ints, x: Floats) -> int:
        """Fix the first of these lots, as many as go together; how many."""
        count = len(chosen)
        while count:
            columns, least = self.columns[chosen[:count]], self.least[chosen[:count]]
            nearest, less = self._nearest(x[:count], least), self._less(x[:count], least)
            choices = [nearest, np.maximum(np.ceil(x[:1]), least), less] if count == 1 else [nearest]
            if any(self._fits(columns, lots) for lots in choices):
                return count
            self.part.bound(columns, np.minimum(less, nearest), nearest)  # what was rounded up may go down
            if np.isfinite(self.part.solve()):
                reached = self.part.values()[columns]
                if self._fits(
                    columns, np.where(reached > nearest - WHOLE, nearest, np.minimum(less, nearest))
                ):
                    return count
            self.part.bound(columns, self.part.lower[columns], self.part.upper[columns])
            count //= 2
        return 0

    def _fits(self, columns: Ints, lots: Floats) -> bool:
        self.part.fix(columns, lots)
        return bool(np.isfinite(self.part.solve()))

    def _less(self, x: Floats, least: Floats) -> Floats:
        """The next smaller number of whole lots that a line may have."""
        less = np.floor(x + WHOLE)
        return np.asarray(np.where(less < least, 0.0, less))

    def _nearest(self, x: Floats, least: Floats) -> Floats:
        """The nearest number of whole lots that a line may have."""
        lots = np.round(x)
        small = (lots > 0) & (lots < least) | (x > WHOLE) & (x < least - WHOLE)
        return np.asarray(np.where(small, np.where(x >= 0.5 * least, least, 0.0), lots))

    def _charge_lines(self, x: Floats) -> None:
        """Charge an order line to the lots that it will have (slope scaling, Kim & Pardalos 1999)."""
        cost = self.base + self.line_cost / np.maximum(x, 1.0)
        self.part.highs.changeColsCost(len(cost), self.columns.astype(np.int32), cost)

    def _order(self) -> None:
        """Order from suppliers with an order minimum where the relaxation reaches half of it."""
        most = self._shares()
        for flags in (most >= 0.5, most > WHOLE, np.zeros(len(most), bool)):
            if self._fits(self.ordered, flags.astype(float)):
                return
        self.part.bound(self.ordered, self.part.lower[self.ordered], self.part.upper[self.ordered])
        self.part.solve()

    def _shares(self) -> Floats:
        """How much of the order minimum the relaxation reaches, for every column of `ordered`."""
        problem, x = self.whole.problem, self.part.values()
        ship, minimums, lanes = problem.shipments, problem.minimums, problem.lanes
        inside = self.part.inside(self.whole.columns.ship)
        lots = np.where(inside >= 0, x[inside], 0.0)
        units = lots * (ship.lot_cases * problem.items.case_size[ship.item])[:, None]
        ends = (lanes.origin[ship.lane] == minimums.supplier[:, None]) & (
            lanes.destination[ship.lane] == minimums.destination[:, None]
        )
        share = np.full(minimums.given_kg.shape, np.inf)
        for least, given, unit in (
            (minimums.min_value, minimums.given_value, ship.value),
            (minimums.min_kg, minimums.given_kg, problem.items.weight[ship.item]),
        ):
            reached = given + (ends * unit) @ units
            share = np.minimum(share, reached / np.maximum(least, 1e-9)[:, None])
        return np.asarray(share[self.ordering])

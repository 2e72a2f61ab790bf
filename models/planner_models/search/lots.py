"""From shares of lots to whole lots: what is nearest to whole is fixed, the relaxation plans the rest anew, and so on."""

import numpy as np

from planner_models.problem import Floats, Ints
from planner_models.search.part import Part
from planner_models.search.whole import Whole

STEP = 0.2  # share of the lots in question that is fixed at once
CLEAR = 0.1  # of a lot: fixed in any case
WHOLE = 1e-6


class LotDive:
    """The shipments of a part, of which those in `keep` may change. The loads are fixed already."""

    def __init__(self, whole: Whole, part: Part) -> None:
        self.part = part
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
        self.ordered: Ints = self._own(whole.columns.ordered)

    def _own(self, columns: Ints) -> Ints:
        inside = self.part.inside(columns)
        return np.asarray(inside[(inside >= 0) & self.part.own[inside]])

    def run(self) -> bool:
        """Make all shipments of the part whole; False if that can't be done."""
        if not np.isfinite(self.part.solve()) or not self._order():
            return False
        x = self.part.values()[self.columns]
        self._charge_lines(x)
        free = np.ones(len(x), bool)
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
            if not fixed:
                return False
            free[chosen[:fixed]] = False
        return False

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

    def _order(self) -> bool:
        """Order from suppliers with an order minimum on the days on which the relaxation does."""
        if not len(self.ordered):
            return True
        x = self.part.values()[self.ordered]
        self.part.fix(self.ordered, (x > WHOLE).astype(float))
        if np.isfinite(self.part.solve()):
            return True
        self.part.fix(self.ordered, np.zeros(len(x)))
        return bool(np.isfinite(self.part.solve()))

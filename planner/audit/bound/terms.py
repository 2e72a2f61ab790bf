"""What a stock point alone plans with: its stock, its customers, its limits, and the price of what leaves."""

from dataclasses import dataclass

import numpy as np

from planner.audit.bound.convex import Flags, Floats
from planner.audit.bound.curves import Windows
from planner.audit.curve import CERTAIN
from planner.audit.numbering import Days


@dataclass(frozen=True)
class Terms:
    """What stock points plan with; arrays are `N`, or `N × T` by day. Quantities in units, rates in money per unit."""

    on_hand: Floats
    given: Floats  # × T, arrivals less dispatches of given orders
    given_later: Floats  # given orders that arrive after the horizon
    mean: Floats  # × T
    earlier: Floats  # × T, mean demand of the window's days before
    sd: Floats  # × T, of the window
    leaving: Floats  # × T, reward; −infinite = nothing can leave
    lost: Floats
    holding: Floats  # × T, of stock that is there at the end of the period
    storage: Floats  # × T
    unit_cost: Floats
    shelf: Floats  # × T [units], infinite = does not expire
    least: Floats  # × T [units], 0 = none
    most: Floats  # × T [units], infinite = none
    missing: Floats  # after the horizon
    end_mean: Floats
    end_variance: Floats
    penalty: Floats  # per unit beyond a limit; at any value the bound is valid

    def rows(self, rows: Flags | Days | slice) -> "Terms":
        """Some of the points."""
        return Terms(**{name: part[rows] for name, part in vars(self).items()})

    def window(self, day: int) -> Windows:
        """The demand of the window that ends with the day."""
        return Windows.of(self.earlier[:, day], self.mean[:, day], self.sd[:, day])

    @property
    def certain_end(self) -> Flags:
        """Whether the demand after the horizon is certain."""
        return np.asarray(np.sqrt(self.end_variance) <= CERTAIN * self.end_mean)

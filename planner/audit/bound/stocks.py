"""At which stocks a day's cost is looked at: where its sales curve bends, and what lasts until a later day's curve bends."""

from dataclasses import dataclass

import numpy as np

from planner.audit.bound.convex import Flags, Floats
from planner.audit.bound.curves import DEVIATES, Windows, quantiles
from planner.audit.bound.terms import Terms
from planner.audit.curve import window_stock

LEVELS = (8, 11)  # which of the day's own stocks are carried to the days before: about 85 and 96 % of demand
END_LEVELS = (5, 8, 11, 14)  # the same for the demand after the horizon
BESIDE = 1e-7  # how far to the sides of a kink


@dataclass(frozen=True)
class Stocks:
    """Stocks [units] that points want at the beginning of days; the deviates of `LEVELS` and `END_LEVELS` apart."""

    wanted: Floats  # N × T × levels, available stock
    end: Floats  # N × levels, position after the horizon, without given orders
    idle: Floats  # N × T, available stock if nobody orders and demand is as expected
    far: Floats  # N × T, more than anybody wants

    @classmethod
    def of(cls, terms: Terms) -> "Stocks":
        """Prepare the stocks of all days."""
        points, days = terms.mean.shape
        wanted = np.zeros((points, days, len(LEVELS)))
        for day in range(days):
            window = terms.window(day)
            wanted[:, day] = window.sales(window.quantiles(DEVIATES[list(LEVELS)]))[0].T
        certain = terms.certain_end
        scale = np.where(certain, 1.0, terms.end_variance / np.where(certain, 1.0, terms.end_mean))
        end = quantiles(terms.end_mean, scale, DEVIATES[list(END_LEVELS)]).T
        end = np.where(certain[:, None], terms.end_mean[:, None], end) - terms.given_later[:, None]
        opening = np.concatenate([np.zeros((points, 1)), np.cumsum(terms.mean, axis=1)[:, :-1]], axis=1)
        idle = terms.on_hand[:, None] + np.cumsum(terms.given, axis=1) - opening
        rest = terms.mean.sum(axis=1, keepdims=True) - opening
        most = terms.on_hand + np.maximum(terms.given, 0.0).sum(axis=1) + terms.least.max(axis=1, initial=0.0)
        far = 2.0 * (rest + (most + terms.end_mean + end.max(axis=1, initial=0.0))[:, None]) + 1.0
        return cls(wanted, end, np.maximum(0.0, idle), far)

    def rows(self, rows: Flags | slice) -> "Stocks":
        """Those of some of the points."""
        return Stocks(**{name: part[rows] for name, part in vars(self).items()})

    def samples(self, terms: Terms, day: int) -> tuple[Floats, Floats, Floats]:
        """Available stock, stock after the day and slope of the sales curve (`K × N`), ascending from 0."""
        window = terms.window(day)
        y = np.concatenate(
            [window.quantiles(), *self._lasting(terms, day, window), *_kinks(terms, day, window)]
        )
        y = np.sort(np.maximum(y, 0.0), axis=0)
        available, left, steep = window.sales(y)
        zero = np.zeros((1, len(terms.on_hand)))
        available = np.maximum.accumulate(available, axis=0)
        return (
            np.concatenate([zero, available]),
            np.concatenate([zero, np.maximum.accumulate(left, axis=0)]),
            np.concatenate([zero + 1.0, steep]),
        )

    def _lasting(self, terms: Terms, day: int, window: Windows) -> list[Floats]:
        """Stocks at the beginning of the window that leave what later days want."""
        days = terms.mean.shape[1]
        used = np.zeros(len(terms.on_hand))
        found = [self.idle[:, day], np.maximum(self.far[:, day], window.saturated)]
        for later in range(day + 1, days):
            used = used + terms.mean[:, later - 1] - terms.given[:, later]
            found += [used + self.wanted[:, later, level] for level in range(len(LEVELS))]
        used = used + terms.mean[:, days - 1]
        found += [used + self.end[:, level] for level in range(len(END_LEVELS))]
        return [np.array(found) + window.earlier]


def _kinks(terms: Terms, day: int, window: Windows) -> list[Floats]:
    """Stocks at both sides of where the cost of what is left bends."""
    found = []
    for at, bends in (
        (terms.least[:, day], terms.least[:, day] > 0.0),
        (terms.most[:, day], np.isfinite(terms.most[:, day])),
        (terms.shelf[:, day], np.isfinite(terms.shelf[:, day])),
    ):
        rows = bends & (at > 0.0)
        if rows.any():
            y = np.zeros(len(at))
            y[rows] = window.scale[rows] * window_stock(
                at[rows] / window.scale[rows], window.whole[rows] / window.scale[rows]
            )
            found.append(np.array([y * (1.0 - BESIDE), y * (1.0 + BESIDE)]))
    return found

"""One stock point alone at given prices: the least it can cost, many points at once.

From the last day to the first, with the stock s at the beginning of a day, the price P of a unit that arrives and the reward λ for
one that leaves,

    V_t(s) = min over q, o ≥ 0 { P·q − λ·o + F_t(s + given + q − o) }
    F_t(a) = min over sales ≤ S_t(a) { lost·(μ − sales) + W_t(a − sales) }
    W_t(x) = storage·x + limits(x) + min over waste w { unit_cost·w + holding·(x − w) + V_{t+1}(x − w) }

All of it is convex, because customers may be turned away and stock thrown away at its cost, which only lowers the value. Every
minimum is an operation of `convex`; the only other approximation is that a sales curve of uncertain demand is touched by lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.audit.bound.convex import (
    Convex,
    Flags,
    Floats,
    bent,
    bought,
    capped,
    constant,
    cut,
    inserted,
    joined,
    moved,
    raised,
    tangents,
    tidied,
    tilted,
)
from planner.audit.bound.curves import DEVIATES, quantiles, surplus
from planner.audit.bound.stocks import Stocks
from planner.audit.bound.terms import Terms

MANY = 64  # pieces: more are tidied up


def point_costs(terms: Terms, arriving: Sequence[Floats]) -> list[Floats]:
    """V at the beginning, at several prices of what arrives; −infinite where they let a point gain without end.

    Each of `arriving` is `n × T+1` for the first n points, by day of arrival, the last after the horizon; infinite = none.
    """
    days = terms.mean.shape[1]
    parts = [terms.rows(slice(len(prices))) for prices in arriving]
    after, stocks = _after(terms), Stocks.of(terms)
    found = []
    for part, prices in zip(parts, arriving, strict=True):
        f = after.columns(slice(len(prices)))
        found.append(moved(bought(f, prices[:, days]), part.given_later, np.zeros(len(prices))))
    for day in range(days - 1, -1, -1):
        sales = _Sales.of(terms, day, stocks)
        for number, (part, prices) in enumerate(zip(parts, arriving, strict=True)):
            f = _served(_kept(found[number], part, day), part, day, sales)
            f = _traded(f, part, day, prices[:, day])
            found[number] = tidied(f) if len(f.slope) > MANY else f
    return [np.asarray(f.at(part.on_hand[None, :])[0][0]) for f, part in zip(found, parts, strict=True)]


@dataclass(frozen=True)
class _Sales:
    """Points of the sales curves of a day (`K × points of uncertain demand`)."""

    random: Flags  # N
    available: Floats
    left: Floats
    steep: Floats

    @classmethod
    def of(cls, terms: Terms, day: int, stocks: Stocks) -> "_Sales":
        random = terms.window(day).random
        if not random.any():
            nothing = np.zeros((1, 0))
            return cls(random, nothing, nothing, nothing)
        part = slice(None) if random.all() else random
        return cls(random, *stocks.rows(part).samples(terms.rows(part), day))

    def first(self, count: int) -> "_Sales":
        """Those of the first points."""
        random = self.random[:count]
        known = int(random.sum())
        return _Sales(random, self.available[:, :known], self.left[:, :known], self.steep[:, :known])


def _after(terms: Terms) -> Convex:
    """The shortage after the horizon."""
    mean, missing, certain = terms.end_mean, terms.missing, terms.certain_end
    whole = constant(missing * mean)
    exact = inserted(whole, -missing, mean)
    if certain.all():
        return exact
    scale = np.where(certain, 1.0, terms.end_variance / np.where(certain, 1.0, mean))
    x = np.concatenate([np.zeros((1, len(mean))), quantiles(mean, scale, DEVIATES)])
    x = np.concatenate([x, x[-1:] + mean + 50.0 * scale])
    served, above = surplus(x, mean, scale)
    short = np.maximum(0.0, mean - x + above)
    touched = tangents(x, missing * short, missing * (served - 1.0))
    return joined(exact.columns(certain), touched.columns(~certain), certain)


def _kept(f: Convex, terms: Terms, day: int) -> Convex:
    """W: the cost of the stock after the day's sales."""
    f = tilted(f, terms.holding[:, day])
    if np.isfinite(terms.shelf[:, day]).any():
        f = cut(f, terms.shelf[:, day], terms.unit_cost)
    f = tilted(f, terms.storage[:, day])
    zero = np.zeros(len(f.value))
    if (terms.least[:, day] > 0.0).any():
        f = bent(f, terms.least[:, day], terms.penalty, zero)
    if np.isfinite(terms.most[:, day]).any():
        f = bent(f, terms.most[:, day], zero, terms.penalty)
    return f


def _served(f: Convex, terms: Terms, day: int, sales: _Sales) -> Convex:
    """F: what customers take and what they don't get."""
    lost, mean = terms.lost, terms.mean[:, day]
    sales = sales.first(len(mean))
    random = sales.random
    if not random.any():
        return raised(inserted(f, -lost, mean), lost * mean)
    if random.all():
        return _touched(f, lost, mean, sales)
    touched = _touched(f.columns(random), lost[random], mean[random], sales)
    sure = f.columns(~random)
    exact = raised(inserted(sure, -lost[~random], mean[~random]), (lost * mean)[~random])
    return joined(touched, exact, random)


def _touched(f: Convex, lost: Floats, mean: Floats, sales: _Sales) -> Convex:
    """F for uncertain demand, by lines that touch it."""
    available, left, steep = sales.available, sales.left, sales.steep
    from_here = f.reaches(-lost)  # with less in stock, customers are rather turned away
    kept = np.where(left >= from_here, left, np.minimum(available, from_here))
    value, slope = f.at(kept)
    sold = available - kept
    rise = np.where(
        left >= from_here, (1.0 - steep) * slope - lost * steep, np.where(available < from_here, slope, -lost)
    )
    return tangents(available, lost * np.maximum(0.0, mean - sold) + value, rise)


def _traded(f: Convex, terms: Terms, day: int, price: Floats) -> Convex:
    """V: what arrives and leaves."""
    f = bought(capped(f, -terms.leaving[:, day]), price)
    return moved(f, terms.given[:, day], np.where(np.isfinite(price), price, 10.0 * terms.penalty))

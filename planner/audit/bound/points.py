"""One stock point alone at given prices: the least it can cost, many points at once.

From the last day to the first, with the stock s at the beginning of a day, the price P of a unit that arrives and the reward λ for
one that leaves,

    V_t(s) = min over q, o ≥ 0 { P·q − λ·o + F_t(s + given + q − o) }
    F_t(a) = min over sales ≤ S_t(a) { lost·(μ − sales) + W_t(a − sales) }
    W_t(x) = storage·x + limits(x) + min over waste w { unit_cost·w + holding·(x − w) − reference(x − w) + V_{t+1}(x − w) }

All of it is convex, because customers may be turned away and stock thrown away at its cost, which only lowers the value, as does
bridging the dent where rounding windows pay for being away from a reference. Every minimum is an operation of `convex`; the only
other approximation is that a sales curve of uncertain demand is touched by lines.
"""

import numpy as np

from planner.audit.bound.convex import (
    Convex,
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
from planner.audit.bound.dents import dented
from planner.audit.bound.stocks import Stocks
from planner.audit.bound.terms import Terms

MANY = 64  # pieces: more are tidied up


def point_costs(terms: Terms) -> Floats:
    """`N`: V at the beginning; −infinite where the prices let a point gain without end."""
    days = terms.mean.shape[1]
    f = _after(terms)
    f = moved(bought(f, terms.arriving[:, days]), terms.given_later, np.zeros(len(f.value)))
    stocks = Stocks.of(terms)
    for day in range(days - 1, -1, -1):
        f = _traded(_served(_kept(f, terms, day), terms, day, stocks), terms, day)
        if len(f.slope) > MANY:
            f = tidied(f)
    return np.asarray(f.at(terms.on_hand[None, :])[0][0])


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
    f = tilted(f, terms.holding)
    early, late = terms.early[:, day], terms.late[:, day]
    if (early > 0.0).any() or (late > 0.0).any():
        f = dented(f, terms.closing[:, day], late, early)
    if np.isfinite(terms.shelf[:, day]).any():
        f = cut(f, terms.shelf[:, day], terms.unit_cost)
    f = tilted(f, terms.storage[:, day])
    zero = np.zeros(len(f.value))
    if (terms.least[:, day] > 0.0).any():
        f = bent(f, terms.least[:, day], terms.penalty, zero)
    if np.isfinite(terms.most[:, day]).any():
        f = bent(f, terms.most[:, day], zero, terms.penalty)
    return f


def _served(f: Convex, terms: Terms, day: int, stocks: Stocks) -> Convex:
    """F: what customers take and what they don't get."""
    lost, mean = terms.lost[:, day], terms.mean[:, day]
    random = terms.window(day).random
    if not random.any():
        return raised(inserted(f, -lost, mean), lost * mean)
    if random.all():
        return _touched(f, terms, day, stocks)
    touched = _touched(f.columns(random), terms.rows(random), day, stocks.rows(random))
    sure = f.columns(~random)
    exact = raised(inserted(sure, -lost[~random], mean[~random]), (lost * mean)[~random])
    return joined(touched, exact, random)


def _touched(f: Convex, terms: Terms, day: int, stocks: Stocks) -> Convex:
    """F for uncertain demand, by lines that touch it."""
    available, left, steep = stocks.samples(terms, day)
    lost, mean = terms.lost[:, day], terms.mean[:, day]
    from_here = f.reaches(-lost)  # with less in stock, customers are rather turned away
    kept = np.where(left >= from_here, left, np.minimum(available, from_here))
    value, slope = f.at(kept)
    sold = available - kept
    rise = np.where(
        left >= from_here, (1.0 - steep) * slope - lost * steep, np.where(available < from_here, slope, -lost)
    )
    return tangents(available, lost * np.maximum(0.0, mean - sold) + value, rise)


def _traded(f: Convex, terms: Terms, day: int) -> Convex:
    """V: what arrives and leaves."""
    reward, price = terms.leaving[:, day], terms.arriving[:, day]
    f = bought(capped(f, -reward), price)
    return moved(f, terms.given[:, day], np.where(np.isfinite(price), price, 10.0 * terms.penalty))

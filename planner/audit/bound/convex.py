"""Convex functions of a stock, piecewise linear, one per column, and what minimising over a decision does to them.

A function of x ≥ 0 is its value at 0 and its slopes, ascending, with the stock from which each holds (the first from 0). A decision
that costs a rate per unit is an infimal convolution: it changes slopes and never needs a search (Rockafellar 1970, section 16).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Convex:
    """`N` functions with `J` pieces each: money over units. Pieces that a function doesn't need begin at infinity."""

    value: Floats  # N, at 0
    slope: Floats  # J × N, ascending
    start: Floats  # J × N, ascending; 0 in the first row

    def at(self, x: Floats) -> tuple[Floats, Floats]:
        """Values and slopes (to the right) at `K × N` stocks ≥ 0."""
        value = self.value + self.slope[0] * x
        slope = np.broadcast_to(self.slope[0], x.shape).copy()
        for before, after, start in zip(self.slope[:-1], self.slope[1:], self.start[1:], strict=True):
            beyond = x - start
            np.maximum(beyond, 0.0, out=beyond)
            beyond *= after - before
            value += beyond
            np.copyto(slope, after, where=x >= start)
        return value, slope

    def reaches(self, slope: Floats) -> Floats:
        """The stock from which the slope is at least `slope` (N); infinite if it never is."""
        count = (self.slope < slope).sum(axis=0)
        starts = np.concatenate([self.start, np.full((1, len(count)), np.inf)])
        return np.asarray(np.take_along_axis(starts, count[None, :], 0)[0])

    def columns(self, rows: Flags | slice) -> "Convex":
        """Some of the functions."""
        return Convex(self.value[rows], self.slope[:, rows], self.start[:, rows])


def constant(value: Floats) -> Convex:
    """Functions that don't depend on the stock."""
    return Convex(value, np.zeros((1, len(value))), np.zeros((1, len(value))))


def tangents(x: Floats, value: Floats, slope: Floats) -> Convex:
    """The highest of the lines that touch convex functions at ascending stocks (`K × N`, the first 0)."""
    slope = np.maximum.accumulate(slope, axis=0)
    first, value = value[0], np.where(np.isneginf(value), 0.0, value)
    turn = slope[1:] - slope[:-1]
    gap = value[:-1] - value[1:] + slope[1:] * x[1:] - slope[:-1] * x[:-1]
    meet = np.divide(gap, turn, out=x[:-1].copy(), where=turn > 0)
    start = np.concatenate([np.zeros((1, x.shape[1])), np.clip(meet, x[:-1], x[1:])])
    return Convex(first, slope, start)


def tilted(f: Convex, rate: Floats) -> Convex:
    """f(x) + rate·x."""
    return Convex(f.value, f.slope + rate, f.start)


def raised(f: Convex, amount: Floats) -> Convex:
    """f(x) + amount."""
    return Convex(f.value + amount, f.slope, f.start)


def bent(f: Convex, at: Floats, below: Floats, above: Floats) -> Convex:
    """f(x) + below·(at − x)⁺ + above·(x − at)⁺ with rates ≥ 0 and at ≥ 0; where `at` is infinite, f."""
    known = np.isfinite(at)
    at, below = np.where(known, at, np.inf), np.where(known, below, 0.0)
    g = split(f, at)
    slope = np.where(g.start >= at, g.slope + above, g.slope - below)
    first = np.where(known & (at > 0.0), below * np.where(known, at, 0.0), 0.0)
    return Convex(f.value + first, slope, g.start)


def cut(f: Convex, at: Floats, rate: Floats) -> Convex:
    """What is above `at` has to go, and what is below may go, at `rate` per unit; where `at` is infinite, f."""
    g = split(f, at)
    slope = np.where(g.start >= at, rate, np.minimum(g.slope, rate))
    return Convex(f.value, np.where(np.isfinite(at), slope, g.slope), g.start)


def split(f: Convex, at: Floats) -> Convex:
    """The same functions with pieces that begin at `at`."""
    place = (f.start <= at).sum(axis=0)
    row = np.arange(len(f.start) + 1)[:, None]
    before = np.minimum(row, len(f.start) - 1)
    before, after = np.broadcast_to(before, (len(row), len(at))), np.maximum(row - 1, 0)
    after = np.broadcast_to(after, before.shape)
    slope = np.where(
        row < place, np.take_along_axis(f.slope, before, 0), np.take_along_axis(f.slope, after, 0)
    )
    start = np.where(
        row < place, np.take_along_axis(f.start, before, 0), np.take_along_axis(f.start, after, 0)
    )
    return Convex(f.value, slope, np.where(row == place, at, start))


def inserted(f: Convex, slope: Floats, length: Floats) -> Convex:
    """min over 0 ≤ q ≤ length of f(x − q) + slope·q: a piece more, and what is steeper comes later."""
    place = (f.slope < slope).sum(axis=0)
    row = np.arange(len(f.slope) + 1)[:, None]
    starts = np.concatenate([f.start, np.full((1, f.start.shape[1]), np.inf)])
    slopes = np.concatenate([f.slope, f.slope[-1:]])
    late_start = np.concatenate([starts[:1], starts[:-1] + length])
    late_slope = np.concatenate([slopes[:1], slopes[:-1]])
    return Convex(
        f.value,
        np.where(row < place, slopes, np.where(row == place, slope, late_slope)),
        np.where(row <= place, starts, late_start),
    )


def capped(f: Convex, slope: Floats) -> Convex:
    """min over q ≥ 0 of f(x − q) + slope·q; where `slope` is infinite, f."""
    return Convex(f.value, np.minimum(f.slope, slope), f.start)


def bought(f: Convex, price: Floats) -> Convex:
    """min over q ≥ 0 of f(x + q) + price·q; −∞ where more always pays; where `price` is infinite, f."""
    ends = np.concatenate([f.start[1:], np.full((1, f.start.shape[1]), np.inf)])
    gain = np.where(np.isfinite(price), np.minimum(f.slope + price, 0.0), 0.0)
    with np.errstate(invalid="ignore"):
        saved = np.where(gain < 0.0, gain * np.nan_to_num(ends - f.start, nan=np.inf, posinf=np.inf), 0.0)
    return Convex(f.value + saved.sum(axis=0), np.maximum(f.slope, -price), f.start)


def moved(f: Convex, by: Floats, short: Floats) -> Convex:
    """f(x + by); where that is below 0, each unit that is missing costs `short` (not less than −the first slope)."""
    ahead = np.maximum(by, 0.0)
    missing = np.maximum(-by, 0.0)
    value, _ = f.at(ahead[None, :])
    g = Convex(value[0], f.slope, np.maximum(f.start - ahead, 0.0))
    if not (missing > 0.0).any():
        return g
    left = np.minimum(-short, f.slope[0])
    return Convex(
        g.value - left * missing,
        np.concatenate([left[None, :], g.slope]),
        np.concatenate([np.zeros((1, len(by))), g.start + missing]),
    )


def tidied(f: Convex) -> Convex:
    """The same functions without pieces that say nothing."""
    ends = np.concatenate([f.start[1:], np.full((1, f.start.shape[1]), np.inf)])
    used = f.start < ends
    used[1:] &= f.slope[1:] > np.maximum.accumulate(np.where(used, f.slope, -np.inf), axis=0)[:-1]
    used &= np.isfinite(f.start)
    count = used.sum(axis=0)
    order = np.argsort(~used, axis=0, kind="stable")[: max(1, int(count.max(initial=1)))]
    row = np.arange(len(order))[:, None]
    slope, start = np.take_along_axis(f.slope, order, 0), np.take_along_axis(f.start, order, 0)
    last = np.take_along_axis(slope, np.maximum(count - 1, 0)[None, :], 0)
    slope = np.where(row < count, slope, last)
    start = np.where(row < count, start, np.inf)
    start[0] = 0.0
    return Convex(f.value, slope, start)


def joined(first: Convex, second: Convex, rows: Flags) -> Convex:
    """Functions of which `first` are those where `rows` is true, and `second` the others."""
    pieces = max(len(first.slope), len(second.slope))
    value = np.empty(len(rows))
    slope, start = np.empty((pieces, len(rows))), np.full((pieces, len(rows)), np.inf)
    for f, columns in ((first, rows), (second, ~rows)):
        value[columns] = f.value
        slope[: len(f.slope), columns] = f.slope
        slope[len(f.slope) :, columns] = f.slope[-1]
        start[: len(f.start), columns] = f.start
    return Convex(value, slope, start)

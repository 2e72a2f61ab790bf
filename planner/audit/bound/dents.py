"""Functions that are convex but for a dent, from below by convex ones."""

import numpy as np

from planner.audit.bound.convex import Convex, Floats, split

BISECTIONS = 60


def dented(f: Convex, at: Floats, below: Floats, above: Floats) -> Convex:
    """The largest convex functions that are not above f(x) − below·(at − x)⁺ − above·(x − at)⁺, with rates ≥ 0 and finite at ≥ 0.

    The dent at `at` is bridged by a line that touches both sides, where their conjugates agree.
    """
    g = split(f, at)
    left, right = g.start <= at, (g.start >= at) & np.isfinite(g.start)
    slope = np.where(g.start >= at, g.slope - above, g.slope + below)
    with np.errstate(invalid="ignore"):
        length = np.where(np.isfinite(g.start[1:]), g.start[1:] - g.start[:-1], 0.0)
    start = np.where(np.isfinite(g.start), g.start, 0.0)
    height = np.concatenate([np.zeros((1, len(at))), np.cumsum(slope[:-1] * length, axis=0)])
    column = np.arange(len(at))
    last = slope[np.isfinite(g.start).sum(axis=0) - 1, column]
    low, high = slope.min(axis=0), slope.max(axis=0)
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        gain = middle * start - height
        flat = np.where(right, gain, -np.inf).max(axis=0) <= np.where(left, gain, -np.inf).max(axis=0)
        flat &= middle <= last
        low, high = np.where(flat, middle, low), np.where(flat, high, middle)
    rate = np.minimum(low, last)
    gain = rate * start - height
    first = np.where(left, gain, -np.inf).argmax(axis=0)
    second = np.where(right, gain, -np.inf).argmax(axis=0)
    row = np.arange(len(start))[:, None]
    run = start[second, column] - start[first, column]
    rise = height[second, column] - height[first, column]
    bridge = np.divide(rise, run, out=rate.copy(), where=run > 0)
    endless = bridge > last  # the right side falls for good: nothing of it is touched
    bridge = np.minimum(bridge, last)
    slope = np.where(
        row < first, np.minimum(slope, bridge), np.where((row < second) | endless, bridge, slope)
    )
    return Convex(f.value - below * at, slope, g.start)

"""The sales curve between a chord and two tangents: a table that brackets it, without inverting it."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc

from planner_models.curve import SalesCurve
from planner_models.problem import Floats, Ints

NODES = 96


@dataclass(frozen=True)
class Envelope:
    """Nodes of the curves (`N × T × NODES`): available stock, sales, slope."""

    available: Floats
    sales: Floats
    slope: Floats

    @classmethod
    def of(cls, curve: SalesCurve, top: Floats) -> "Envelope":
        """Nodes up to the available stock `top` (`N`)."""
        scale = np.where(curve.scale > 0, curve.scale, 1.0)[..., None]
        before, mean = curve.before[..., None], curve.mean[..., None]
        last = top[:, None, None] + before
        spread = np.sqrt(scale * (before + mean)) + scale
        # half of the nodes where the curve bends, half over the whole range
        bend = np.linspace(-4.0, 6.0, NODES // 2) * spread + before + mean
        wide = np.linspace(0.0, 1.0, NODES - NODES // 2) * last
        y = np.sort(np.clip(np.concatenate([bend, wide], axis=-1), 0.0, last), axis=-1)
        reached = np.where(before > 0, gammainc(np.maximum(before, 1e-300) / scale, y / scale), 1.0)
        full = gammainc((before + mean) / scale, y / scale)
        available = np.where(
            before > 0, y * reached - before * gammainc(before / scale + 1.0, y / scale), y
        )
        closing = y * full - (before + mean) * gammainc((before + mean) / scale + 1.0, y / scale)
        available = np.maximum.accumulate(np.maximum(available, 0.0), axis=-1)
        sales = np.clip(available - closing, 0.0, np.minimum(available, mean))
        slope = np.clip(1.0 - np.where(reached > 1e-300, full / np.maximum(reached, 1e-300), 0.0), 0.0, 1.0)
        certain = (curve.scale <= 0)[..., None]
        knots = np.broadcast_to(wide, available.shape[:-1] + wide.shape[-1:])
        steps = np.sort(
            np.concatenate([knots, np.repeat(mean, NODES - knots.shape[-1], axis=-1)], axis=-1), axis=-1
        )
        available = np.where(certain, steps, available)
        sales = np.where(certain, np.minimum(steps, mean), sales)
        slope = np.where(certain, (steps < mean).astype(float), slope)
        return cls(available, sales, slope)

    def closing(self, day: int, begin: Floats, end: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Closing stock at the ends of cells of available stock (`n × cells`): below by one tangent per cell, above by chords.

        Returns the tangent at begin and end, then the chord at begin and end. Closing stock is convex in available stock.
        """
        a, kept = self.available[:, day], self.available[:, day] - self.sales[:, day]
        slope = 1.0 - self.slope[:, day]
        node = _nearest(a, 0.5 * (begin + end))
        at = np.take_along_axis
        foot, height, rise = at(a, node, 1), at(kept, node, 1), at(slope, node, 1)
        low_begin, low_end = height + rise * (begin - foot), height + rise * (end - foot)
        return low_begin, low_end, _chord(a, kept, begin), _chord(a, kept, end)


def _nearest(nodes: Floats, where: Floats) -> Ints:
    """The node next to every place (`n × places`); nodes are ascending."""
    middle = 0.5 * (nodes[:, 1:] + nodes[:, :-1])
    return np.stack([np.searchsorted(row, places) for row, places in zip(middle, where, strict=True)])


def _chord(nodes: Floats, values: Floats, where: Floats) -> Floats:
    """Linear interpolation per row; above the last node with slope 1."""
    rows = [np.interp(places, row, value) for places, row, value in zip(where, nodes, values, strict=True)]
    return np.stack(rows) + np.maximum(0.0, where - nodes[:, -1:])

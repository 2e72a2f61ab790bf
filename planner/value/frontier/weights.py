"""Which service weight to plan with next, from what the plans so far have reached. Nothing is solved here."""

from collections.abc import Mapping
from itertools import pairwise
from math import sqrt

from planner.errors import UsageError

STEP = 4.0  # times the weight, while an end of the range is looked for
MOST = STEP**6  # times the weight of the data: beyond it, and below its inverse, nobody looks
NEAREST = 1.2  # weights closer than this are not told apart
SAME = 1e-4  # fill rates closer than this are not told apart
TRIES = 2  # times as many plans as points, at most


def read_range(text: str) -> tuple[float, float]:
    """`0.90..0.995` → the lowest and the highest fill rate. Raises UsageError, with advice."""
    low, dots, high = text.partition("..")
    try:
        ends = float(low), float(high)
    except ValueError:
        raise UsageError(
            f"--service {text} is not a range of fill rates; write 0.90..0.995."
            + ("" if dots else " Two dots stand between the ends.")
        ) from None
    if 0 < ends[0] < ends[1] <= 1:
        return ends
    if 1 < ends[0] < ends[1] <= 100:
        raise UsageError(
            f"--service {text}: fill rates are parts of one. Maybe {ends[0] / 100:g}..{ends[1] / 100:g} is meant."
        )
    raise UsageError(
        f"--service {text}: the first fill rate must be above 0 and below the second, that at most 1."
    )


def next_weight(
    reached: Mapping[float, float], low: float, high: float, points: int, own: float = 1.0
) -> float | None:
    """The weight to plan with next; None when there is nothing more to try.

    `reached` are fill rates by weight, `own` is the weight of the data. First the ends of the range are looked for, by steps;
    then the widest gap between fill rates is halved (in the logarithm of the weight) until `points` lie in the range.
    """
    if not reached:
        return own
    weights = sorted(reached)
    fills = [reached[weight] for weight in weights]
    if fills[-1] < high and weights[-1] < own * MOST and not _flat(fills[::-1]):
        return _short(weights[-1] * STEP)
    if fills[0] > low and weights[0] > own / MOST and not _flat(fills):
        return _short(weights[0] / STEP)
    inside = {round(fill / SAME) for fill in fills if low - SAME <= fill <= high + SAME}
    if len(inside) >= points or len(weights) >= TRIES * points:
        return None
    gaps = [
        (abs(_within(reached[b], low, high) - _within(reached[a], low, high)), sqrt(a * b))
        for a, b in pairwise(weights)
        if b / a > NEAREST
    ]
    width, middle = max(gaps, default=(0.0, 0.0))
    return _short(middle) if width > SAME else None


def _flat(outward: list[float]) -> bool:
    """The last two steps outward have changed nothing; the outermost fill rate comes first."""
    return len(outward) > 2 and abs(outward[0] - outward[2]) <= SAME


def _within(fill: float, low: float, high: float) -> float:
    return min(max(fill, low), high)


def _short(weight: float) -> float:
    """A number that one can write down."""
    return float(f"{weight:.5g}")

"""Shifts of demand: series, items and categories whose sales are away from their forecast by more than luck.

The last day, three days and the whole window are each held against the forecast, in both directions. The variance of their sum is
ratio · mean, as for independent days, + φ · mean²: what forecasts of a week have been off before, all days together. φ is measured
per category on the weeks before. What is still improbable then is taken as often as it was in these weeks (`calibrated`). So a
promotion or a holiday like those that come every month is no alarm.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from planner.demand.dates import Codes, Flags
from planner.demand.history import Floats
from planner.response.exceptions.outlook import Tracked
from planner.response.exceptions.tails import calibrated, discoveries, tails

Level = Literal["series", "item", "category"]
SHORT_WINDOWS = (1, 3)  # days, beside the whole window
USUAL_SHIFT = 0.5  # log-standard deviation of real shifts: what is measured is drawn towards no shift by it
REST_TOO = 0.05  # a group shifts as a whole only if the rest of it is this unlikely without its own outliers


@dataclass(frozen=True)
class Shift:
    """`series` are numbers in `Tracked`; `level` says what they have in common. `factor` is what demand is of its forecast,
    as far as one can tell; `units` were sold in `days` days where `expected` were forecast. `probability`: of such a
    distance by luck, corrected for the windows and directions that were tried."""

    level: Level
    series: Codes
    days: int
    units: float
    expected: float
    factor: float
    probability: float


class Tests(NamedTuple):
    """Of every group: the probability by luck, and window, units, expected and variance where it is the lowest."""

    probability: Floats
    days: Codes
    units: Floats
    expected: Floats
    variance: Floats


def shifts(t: Tracked, rate: float) -> list[Shift]:
    """All shifts, the least likely first; no series is in two of them.

    The expected share of false ones is at most a third of `rate` among the series, among the items and among the categories, so
    that even where nothing shifts an alarm has a probability of at most `rate`.
    """
    labels: dict[Level, Codes] = {
        "series": np.arange(len(t.item)),
        "item": t.item,
        "category": np.unique(t.category * (t.location.max(initial=0) + 1) + t.location, return_inverse=True)[
            1
        ],
    }
    tests = {level: _tested(t, label) for level, label in labels.items()}
    flagged = {level: discoveries(one.probability, rate / len(tests)) for level, one in tests.items()}
    shifted = (
        list(_groups(t, labels, tests, flagged)) if flagged["item"].any() or flagged["category"].any() else []
    )
    taken = np.zeros(len(t.item), bool)
    result = []
    alone = [
        _shift(t, "series", np.array([row]), tests["series"], int(row))
        for row in np.flatnonzero(flagged["series"])
    ]
    for one in sorted(shifted, key=lambda shift: shift.probability) + alone:
        left = one.series[~taken[one.series]]
        if len(left):
            taken[left] = True
            result.append(Shift(**(vars(one) | {"series": left})))
    return sorted(result, key=lambda shift: shift.probability)


def _groups(
    t: Tracked, labels: dict[Level, Codes], tests: dict[Level, Tests], flagged: dict[Level, Flags]
) -> Iterator[Shift]:
    """Groups that shift as a whole: most of them are shifts of their own, or without these the rest shifts still."""
    alone, series = flagged["series"], tests["series"]
    rises = series.units > series.expected
    for level in ("item", "category"):
        label = labels[level]
        groups = len(flagged[level])
        up = tests[level].units > tests[level].expected
        rest = _tested(t, label, ~alone)
        still = ((rest.units > rest.expected) == up) & (rest.probability < REST_TOO)
        along = alone & (rises == up[label])
        weight = t.mean.sum(axis=0)
        most = np.ones(groups, bool)
        for amount in (weight, (weight > 0).astype(np.float64)):
            most &= np.bincount(label, amount * along, groups) >= 0.5 * np.bincount(label, amount, groups)
        for group in np.flatnonzero(flagged[level] & (still | most)):
            members = np.flatnonzero((label == group) & ~(alone & ~along) & (weight > 0))
            yield _shift(t, level, members, tests[level], int(group))


def _shift(t: Tracked, level: Level, series: Codes, tests: Tests, row: int) -> Shift:
    days = int(tests.days[row])
    units, mean = (float(values[-days:, series].sum()) for values in (t.units, t.mean))
    usual = (USUAL_SHIFT * mean) ** 2
    weight = usual / (usual + float(tests.variance[row]))
    factor = 1.0 + weight * (units / mean - 1.0)
    return Shift(level, series, days, units, mean, factor, float(tests.probability[row]))


def _tested(t: Tracked, label: Codes, counts: Flags | None = None) -> Tests:
    """Every group of series with the same label, through all windows; of the series that count."""
    counts = np.ones(len(t.item), bool) if counts is None else counts
    groups = int(label.max(initial=-1)) + 1
    category = np.zeros(groups, np.intp)
    category[label] = t.category
    whole = np.ones(groups, bool)
    np.logical_and.at(whole, label, t.whole)
    windows = sorted({*(days for days in SHORT_WINDOWS if days < len(t.units)), len(t.units)})
    spread = [_spread(t, label, groups, category, counts, days)[category] for days in windows]

    def tested(sold: Floats, expected: Floats) -> Tests:
        best = Tests(
            np.full(groups, np.inf), np.zeros(groups, np.intp), *(np.zeros(groups) for _ in range(3))
        )
        for days, phi in zip(windows, spread, strict=True):
            units, mean, variance = _sums(t, label, groups, counts, sold[-days:], expected[-days:])
            variance = variance + phi * mean**2
            ratio = np.divide(variance, mean, out=np.ones(groups), where=mean > 0)
            likely = 2 * len(windows) * np.minimum(*tails(units, mean, ratio, whole))
            likely = np.where(mean > 0, np.minimum(1.0, likely), 1.0)
            better = likely < best.probability
            new = (likely, np.full(groups, days), units, mean, variance)
            best = Tests(*(np.where(better, one, old) for one, old in zip(new, best, strict=True)))
        return best

    now = tested(t.counted, t.mean)
    earlier = [tested(sold, expected).probability for sold, expected in zip(*t.before, strict=True)]
    return now._replace(probability=calibrated(now.probability, np.concatenate(earlier or [np.zeros(0)])))


def _sums(
    t: Tracked, label: Codes, groups: int, counts: Flags, units: Floats, mean: Floats
) -> tuple[Floats, Floats, Floats]:
    """Units, expected units and the variance of independent days, added up over days and groups."""
    sold, expected = (np.where(counts, values.sum(axis=0), 0.0) for values in (units, mean))
    return (
        np.asarray(np.bincount(label, sold, groups), float),
        np.asarray(np.bincount(label, expected, groups), float),
        np.asarray(np.bincount(label, expected * t.ratio, groups), float),
    )


def _spread(t: Tracked, label: Codes, groups: int, category: Codes, counts: Flags, days: int) -> Floats:
    """φ per category: (squared errors − variance of independent days) ÷ squared forecasts, over the windows before."""
    above, below = np.zeros(int(category.max(initial=0)) + 1), np.zeros(int(category.max(initial=0)) + 1)
    for sold, expected in zip(*t.before, strict=True):
        units, mean, variance = _sums(t, label, groups, counts, sold[-days:], expected[-days:])
        above += np.bincount(category, (units - mean) ** 2 - variance, len(above))
        below += np.bincount(category, mean**2, len(below))
    return np.maximum(0.0, np.divide(above, below, out=np.zeros_like(above), where=below > 0))

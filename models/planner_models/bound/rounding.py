"""Rounding cuts: vehicles are whole, so what a place needs takes whole vehicles.

For a set of stock points S of a place and a window of arrival days `a … e`, each point needs (`needs.py`)

    Q_n(a..e) + B_n ≥ W_n ,    B_n ≥ 0 linear in the model

Added up by weight, what arrives on vehicles of size K is at most K·vehicles, so `Σ K·vehicles + rest ≥ W`, and mixed-integer
rounding (Nemhauser & Wolsey 1990) with divisor d gives

    Σ F(K)·vehicles + rest / (d·f) ≥ ⌈W/d⌉ ,   f = W/d − ⌊W/d⌋ ,   F(K) = ⌊K/d⌋ + min(1, (K/d − ⌊K/d⌋)/f)

A part load in a band of its tariff counts as a vehicle that carries as much as the band. Where that is less, weight itself is
counted instead of vehicles.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner_models.bound.needs import Needs
from planner_models.joint.columns import Columns
from planner_models.joint.declare import bands_of
from planner_models.matrix import Rows
from planner_models.problem import Floats, Ints, Problem

LEAST_FRACTION, MOST_FRACTION = 0.02, 0.999  # of a vehicle: outside, rounding says nothing
LEAST_VIOLATION = 0.01  # relative to the right side


@dataclass(frozen=True)
class Carrier:
    """Something that carries weight to a place: its weight columns, and its whole column with what one of it carries."""

    kg: tuple[int, ...]
    whole: int  # -1 = none
    size: float


@dataclass(frozen=True)
class Carriers:
    """Carriers by arrival day (`T` = later) for one set of destinations."""

    problem: Problem
    destinations: frozenset[int]
    by_day: dict[int, tuple[Carrier, ...]]


def carriers_of(problem: Problem, columns: Columns, largest: list[float]) -> list[Carriers]:
    """Carriers of every set of destinations that some load serves, and of every destination alone."""
    lanes = problem.lanes
    sets = {frozenset(lanes.destination[lanes.load == g].tolist()) for g in range(len(problem.loads.route))}
    sets |= {frozenset([d]) for d in lanes.destination.tolist()}
    return [
        Carriers(problem, chosen, _by_day(problem, columns, largest, chosen))
        for chosen in sorted(sets, key=sorted)
    ]


def _by_day(
    problem: Problem, columns: Columns, largest: list[float], destinations: frozenset[int]
) -> dict[int, tuple[Carrier, ...]]:
    lanes, loads, days = problem.lanes, problem.loads, problem.days
    found: dict[int, list[Carrier]] = defaultdict(list)
    shared: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for m in np.flatnonzero(np.isin(lanes.destination, list(destinations))).tolist():
        for t in np.flatnonzero(columns.lane_kg[m] >= 0).tolist():
            day = min(int(lanes.arrival[m, t]), days)
            bands = bands_of(problem, m, t)
            if bands:
                for b, (start, end, _) in enumerate(bands):
                    inside, used = columns.bands[m, t, b]
                    found[day].append(Carrier((inside,), used, min(end, max(largest[m], start))))
            else:
                shared[int(lanes.load[m]), t, day].append(m)
    for (g, t, day), members in shared.items():
        limited = np.isfinite(loads.vehicle_kg[g, t])
        size = float(loads.vehicle_kg[g, t]) if limited else sum(largest[m] for m in members)
        kg = tuple(int(columns.lane_kg[m, t]) for m in members)
        found[day].append(Carrier(kg, int(columns.vehicles[g, t]), size))
    return {day: tuple(entries) for day, entries in found.items()}


def rounding_cuts(carriers: list[Carriers], needs: Needs, x: Floats, over: Callable[[], bool]) -> Rows:
    """The cuts that a solution violates."""
    columns: list[list[int]] = []
    values: list[list[float]] = []
    lower: list[float] = []
    for each in carriers:
        if over():
            break
        points = np.flatnonzero(np.isin(needs.problem.stock.location, list(each.destinations)))
        for first in range(needs.problem.days):
            _cuts_from(each, needs, points, first, x, (columns, values, lower))
    return Rows.of(columns, values, lower, [np.inf] * len(lower))


Found = tuple[list[list[int]], list[list[float]], list[float]]


def _cuts_from(each: Carriers, needs: Needs, points: Ints, first: int, x: Floats, found: Found) -> None:
    """Cuts whose window begins on day `first`."""
    arriving: list[Carrier] = []
    weight = needs.weight[points]
    required, covered = needs.window(first, points)
    for last in range(first, needs.problem.days + 1):
        arriving += each.by_day.get(last, ())
        gain = (required[:, last - first] - covered[:, last - first]) * weight
        chosen = np.flatnonzero(np.nan_to_num(gain, nan=-1.0) > 1e-6)
        if not arriving or not len(chosen):
            continue
        total = float((required[chosen, last - first] * weight[chosen]).sum())
        rest = float((covered[chosen, last - first] * weight[chosen]).sum())
        for divisor in {carrier.size for carrier in arriving if carrier.size < total} | {total}:
            cut = _cut(arriving, total, rest, divisor, x)
            if cut is not None:
                scale, right, entries = cut
                constant = needs.enter(entries, points[chosen], first, last, scale)
                found[0].append(list(entries))
                found[1].append(list(entries.values()))
                found[2].append(right - constant)


def _cut(
    arriving: list[Carrier], total: float, rest: float, divisor: float, x: Floats
) -> tuple[float, float, dict[int, float]] | None:
    """Scale of the rest, right side and coefficients of the cut with this divisor, if the solution violates it."""
    ratio = total / divisor
    fraction = 1.0 if divisor == total else ratio - np.floor(ratio)
    if not LEAST_FRACTION < fraction <= 1.0 or (divisor != total and fraction > MOST_FRACTION):
        return None
    right = 1.0 if divisor == total else float(np.floor(ratio)) + 1.0
    scale = 1.0 / (divisor * fraction)
    left = rest * scale
    entries: dict[int, float] = {}
    for carrier in arriving:
        by_weight = sum(x[j] for j in carrier.kg) * scale
        parts = carrier.size / divisor
        whole = min(right, np.floor(parts) + min(1.0, (parts - np.floor(parts)) / fraction))
        by_number = x[carrier.whole] * whole if carrier.whole >= 0 else np.inf
        if by_weight <= by_number:
            left += by_weight
            entries.update({j: entries.get(j, 0.0) + scale for j in carrier.kg})
        else:
            left += by_number
            entries[carrier.whole] = entries.get(carrier.whole, 0.0) + whole
        if right - left <= LEAST_VIOLATION * right:
            return None
    return scale, right, entries

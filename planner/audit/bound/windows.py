"""Rounding windows: whole vehicles for what has to arrive at a place within some days, whatever plan one compares with.

With reference stocks s̄ and dispatches ō, what arrives in days a … e, and by what the plan is early or late, what it loses and what
it dispatches less, come to at least W together. Vehicles are whole, so the mixed-integer rounding inequality of this (Nemhauser &
Wolsey 1990), with a divisor D and f₀ = frac(W/D), holds for every plan:

    Σ_j (D·f₀·⌊K_j/D⌋ + min(D·f₀, K_j − D·⌊K_j/D⌋))·n_j + loads without such a limit + slacks ≥ D·f₀·⌈W/D⌉

A multiplier π ≥ 0 of it adds π·(right − left) to the cost, which no plan has above 0. So the right side is gained, and all of the
left side is cheaper: vehicles, loads, and being early, late or short. What is paid back for dispatching less than the reference is
concave in what is dispatched; its convex lower bound is all of it, whatever is dispatched.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.audit.bound.convex import Flags, Floats
from planner.audit.bound.frames import days, finite, places, refuse, with_columns
from planner.audit.bound.scene import Scene
from planner.audit.bound.tariffs import Tariffs

ROUNDING, REFERENCE = "rounding.parquet", "reference.parquet"
MEASURES = ("kg", "m3")
LEAST_PART = 1e-9  # of a divisor: a smaller rest proves nothing


@dataclass(frozen=True)
class Reference:
    """What plans are compared with, `N × T` [units]: closing stock and free departures, 0 where nothing is said."""

    closing: Floats
    dispatched: Floats


@dataclass(frozen=True)
class Slacks:
    """Money paid back per unit by which a plan differs from the reference, `N × T`, and what is gained whatever the plan."""

    early: Floats
    late: Floats
    lost: Floats
    constant: float


@dataclass(frozen=True)
class _Window:
    """One inequality, before it has a multiplier."""

    location: int
    first: int
    last: int
    size: Floats  # of a unit of each pair of the location [kg or m³]
    coefficient: Floats  # G × T, per vehicle
    loads: Flags  # M × T, loads that count as they are
    measure: str
    right: float


def read_reference(frame: pd.DataFrame | None, scene: Scene, leaves: Flags) -> Reference:
    """Reference stocks; what can't leave (`leaves`, `N × T`) has no reference."""
    closing, dispatched = np.zeros(leaves.shape), np.zeros(leaves.shape)
    if frame is not None and len(frame):
        numbers = ("date", "closing", "dispatched")
        frame = with_columns(frame, REFERENCE, ("item_id", "location_id"), numbers)
        item = places(frame, REFERENCE, "item_id", scene.network.items.names)
        place = places(frame, REFERENCE, "location_id", scene.network.locations)
        day = days(frame, REFERENCE, "date", scene.network.horizon)
        pairs = scene.given.needs.pairs
        wanted = place * pairs.items + item
        pair = np.minimum(np.searchsorted(pairs.keys, wanted), len(pairs) - 1)
        known = pairs.keys[pair] == wanted if len(pairs) else np.zeros(len(item), bool)
        for target, name in ((closing, "closing"), (dispatched, "dispatched")):
            values = np.maximum(0.0, finite(frame, REFERENCE, name))
            target[pair[known], day[known]] = values[known]
    return Reference(closing, np.where(leaves, dispatched, 0.0))


def relieved(
    frame: pd.DataFrame | None, scene: Scene, reference: Reference, tariffs: Tariffs
) -> tuple[Tariffs, Slacks]:
    """Loads and slacks as cheap as the multipliers of the windows make them."""
    shape = scene.given.needs.mean.shape
    early, late, lost = (np.zeros(shape) for _ in range(3))
    if frame is None or not len(frame):
        return tariffs, Slacks(early, late, lost, 0.0)
    windows, multiplier = _read(frame, scene, reference, tariffs)
    multiplier = _payable(windows, multiplier, tariffs)
    vehicle = tariffs.vehicle.copy()
    rates = {"kg": tariffs.per_kg.copy(), "m3": tariffs.per_m3.copy()}
    constant = 0.0
    for window, times in zip(windows, multiplier, strict=True):
        constant += times * window.right
        vehicle -= times * window.coefficient
        rates[window.measure] -= times * window.loads
        pairs = scene.pairs_at(window.location)
        if window.first > 0:
            early[pairs, window.first - 1] += times * window.size
        late[pairs, window.last] += times * window.size
        lost[pairs, window.first : window.last + 1] += times * window.size[:, None]
        dispatched = reference.dispatched[pairs, window.first : window.last + 1].sum(axis=1)
        constant -= times * float(window.size @ dispatched)
    cheaper = replace(tariffs, vehicle=vehicle, per_kg=rates["kg"], per_m3=rates["m3"])
    return cheaper, Slacks(early, late, lost, constant)


def _read(
    frame: pd.DataFrame, scene: Scene, reference: Reference, tariffs: Tariffs
) -> tuple[list[_Window], list[float]]:
    """The windows that say something, and their multipliers."""
    others = ("first", "last", "divisor", "multiplier")
    frame = with_columns(frame, ROUNDING, ("location_id", "measure"), others)
    network = scene.network
    place = places(frame, ROUNDING, "location_id", network.locations)
    first, last = (days(frame, ROUNDING, name, network.horizon) for name in ("first", "last"))
    measure = places(frame, ROUNDING, "measure", pd.Index(MEASURES))
    divisor, times = (finite(frame, ROUNDING, name) for name in ("divisor", "multiplier"))
    refuse(first > last, frame, ROUNDING, "first", "is after the last day")
    refuse(divisor <= 0, frame, ROUNDING, "divisor", "is not above 0")
    refuse(times < 0, frame, ROUNDING, "multiplier", "is below 0")
    refuse(~network.holds_stock[place], frame, ROUNDING, "location_id", "has no stock")
    windows, multiplier = [], []
    for row in np.flatnonzero(times > 0):
        name = MEASURES[measure[row]]
        window = _window(
            scene, reference, tariffs, int(place[row]), int(first[row]), int(last[row]), name, divisor[row]
        )
        if window:
            windows.append(window)
            multiplier.append(float(times[row]))
    return windows, multiplier


def _window(
    scene: Scene,
    reference: Reference,
    tariffs: Tariffs,
    location: int,
    first: int,
    last: int,
    measure: str,
    divisor: float,
) -> _Window | None:
    """One window; None if it says nothing."""
    p, lanes, pairs = scene.given, scene.network.lanes, scene.pairs_at(location)
    items, during = p.network.items, slice(first, last + 1)
    weighs = measure == "kg"
    size = (items.weight if weighs else items.volume)[p.needs.pairs.item[pairs]]
    room, given = (tariffs.room_kg, tariffs.given_kg) if weighs else (tariffs.room_m3, tariffs.given_m3)
    opening = reference.closing[pairs, first - 1] if first > 0 else p.on_hand[pairs]
    units = reference.closing[pairs, last] - opening
    for values, sign in (
        (p.needs.mean, 1.0),
        (reference.dispatched, 1.0),
        (p.moved.dispatched, 1.0),
        (p.moved.arrivals, -1.0),
    ):
        units = units + sign * values[pairs, during].sum(axis=1)
    loads = (lanes.destination == location)[:, None] & (lanes.arrival >= first) & (lanes.arrival <= last)
    needed = float(size @ units + given[loads].sum())
    part = needed / divisor - np.floor(needed / divisor)
    if needed <= 0.0 or part < LEAST_PART:
        return None
    rest = divisor * part
    limited = np.isfinite(room)
    whole = np.floor(np.where(limited, room, 0.0) / divisor)
    most = rest * whole + np.minimum(rest, np.where(limited, room, 0.0) - divisor * whole)
    coefficient = np.where(limited & (tariffs.by_group(loads.astype(float)) > 0), most, 0.0)
    free = loads & ~limited[tariffs.group]
    return _Window(
        location, first, last, size, coefficient, free, measure, rest * float(np.ceil(needed / divisor))
    )


def _payable(windows: list[_Window], multiplier: list[float], tariffs: Tariffs) -> list[float]:
    """Multipliers at which no vehicle of which there are any number costs less than nothing."""
    total = np.zeros(tariffs.vehicle.shape)
    for window, times in zip(windows, multiplier, strict=True):
        total += times * window.coefficient
    dear = tariffs.used & np.isinf(tariffs.most) & (total > tariffs.vehicle)
    share = np.where(dear, np.maximum(0.0, tariffs.vehicle) / np.where(dear, total, 1.0), 1.0)
    return [
        times * float(share[window.coefficient > 0].min(initial=1.0))
        for window, times in zip(windows, multiplier, strict=True)
    ]

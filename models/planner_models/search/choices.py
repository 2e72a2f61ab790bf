"""What is decided before lots: for every load and day how many vehicles drive, or in which band of its tariff a part load lies."""

from dataclasses import dataclass

import numpy as np

from planner_models.joint.columns import Columns
from planner_models.joint.declare import bands_of
from planner_models.problem import Floats, Ints, Problem

MOST_STATES = 8  # vehicles on one day beyond those that given orders need
OPEN = -1  # not decided yet


@dataclass(frozen=True)
class Choice:
    """One load on one day. State 0 is the least, each state fixes the `columns` to its row of `states`."""

    load: int
    day: int
    columns: Ints
    states: Floats  # S × columns
    destinations: frozenset[int]
    kg: Ints  # weight columns of the bands; empty for vehicles
    starts: Floats  # from which weight each band holds
    full: float  # the weight from which the minimum charge is no more than the rate [kg]
    stop: bool = False  # a stop on the way of vehicles

    @property
    def banded(self) -> bool:
        """Whether the states after the first are bands of a tariff."""
        return len(self.kg) > 0

    def level(self, x: Floats) -> float:
        """The state that a solution is in, with its fraction."""
        if self.banded:
            weight = float(x[self.kg].sum())
            return 0.0 if weight <= 1e-6 else min(0.999, max(0.001, weight / self.full))
        return float(x[self.columns[0]] - self.states[0, 0])

    def reached(self, x: Floats, level: float) -> int:
        """The whole state for a solution at this level."""
        if self.banded:
            return max(1, int(np.searchsorted(self.starts, float(x[self.kg].sum()), "right")))
        return min(int(np.floor(level + 1e-6)) + 1, len(self.states) - 1)

    @property
    def usual(self) -> int:
        """The first state to try where nothing is dispatched yet."""
        return max(1, len(self.states) - 3) if self.banded else 1


def choices_of(problem: Problem, columns: Columns) -> list[Choice]:
    """All choices of a problem, and the stops of its routes."""
    lanes, loads = problem.lanes, problem.loads
    members = [np.flatnonzero(lanes.load == g).tolist() for g in range(len(loads.route))]
    found: list[Choice] = []
    for g, t in np.argwhere(columns.vehicles >= 0).tolist():
        ends = frozenset(lanes.destination[members[g]].tolist())
        number = int(columns.vehicles[g, t])
        if np.isfinite(loads.vehicle_kg[g, t]) or np.isfinite(loads.vehicle_m3[g, t]):
            found.append(_vehicles(problem, g, t, number, ends))
            stops = [int(columns.used[m, t]) for m in members[g] if columns.used[m, t] >= 0]
            found += [_flag(g, t, [column], ends, stop=True) for column in stops]
            continue
        for m in members[g]:
            used = int(columns.used[m, t])
            whole = ([used] if used >= 0 else []) + ([number] if len(members[g]) == 1 else [])
            if (m, t, 0) in columns.bands:
                found.append(_bands(problem, columns, m, t, whole, ends))
            elif whole:
                found.append(_flag(g, t, whole, ends, stop=False))
    return found


def _vehicles(problem: Problem, g: int, t: int, column: int, ends: frozenset[int]) -> Choice:
    lanes, loads = problem.lanes, problem.loads
    mine = lanes.load == g
    kg, m3 = float(lanes.given_kg[mine, t].sum()), float(lanes.given_m3[mine, t].sum())
    least = np.ceil(max(kg / loads.vehicle_kg[g, t], m3 / loads.vehicle_m3[g, t]) - 1e-9)
    most = min(float(loads.max_vehicles[g, t]), least + MOST_STATES)
    states = np.arange(least, max(most, least) + 0.5)[:, None]
    nothing = np.zeros(0)
    return Choice(g, t, np.array([column]), states, ends, nothing.astype(np.int64), nothing, 0.0)


def _flag(g: int, t: int, columns: list[int], ends: frozenset[int], *, stop: bool) -> Choice:
    states = np.vstack([np.zeros(len(columns)), np.ones(len(columns))])
    nothing = np.zeros(0)
    return Choice(g, t, np.array(columns), states, ends, nothing.astype(np.int64), nothing, 0.0, stop)


def _bands(
    problem: Problem, columns: Columns, m: int, t: int, whole: list[int], ends: frozenset[int]
) -> Choice:
    bands = bands_of(problem, m, t)
    pairs = [columns.bands[m, t, b] for b in range(len(bands))]
    inside = [used for _, used in pairs]
    states = np.zeros((len(bands) + 1, len(inside) + len(whole)))
    states[1:, : len(inside)] = np.eye(len(bands))
    states[1:, len(inside) :] = 1.0
    dearest = max(rate for _, _, rate in bands)
    return Choice(
        int(problem.lanes.load[m]),
        t,
        np.array(inside + whole),
        states,
        ends,
        np.array([kg for kg, _ in pairs]),
        np.array([start for start, _, _ in bands]),
        max(float(problem.lanes.min_charge[m, t]) / max(dearest, 1e-9), 1e-6),
    )

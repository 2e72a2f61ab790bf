"""Does the solver answer right? Known answers, and presolve on against presolve off against enumeration.

HiGHS 1.14.0 called wrong plans optimal (its issues 3043 and 3073, both repaired since). A feasibility check
can't see that, and the certificate rests on it.
"""

import itertools
import random
from dataclasses import dataclass

import highspy
import numpy as np
import pytest

INF = highspy.kHighsInf


@dataclass(frozen=True)
class Programme:
    """min c·x, lower ≤ A·x ≤ upper, low ≤ x ≤ high; `whole` variables are integers."""

    cost: list[float]
    low: list[float]
    high: list[float]
    whole: list[bool]
    matrix: list[list[float]]
    lower: list[float]
    upper: list[float]

    def solve(self, presolve: str) -> tuple[bool, float]:
        """Whether there is a solution, and what it costs."""
        solver = highspy.Highs()
        solver.silent()
        solver.setOptionValue("presolve", presolve)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("mip_rel_gap", 0.0)
        for cost, low, high, whole in zip(self.cost, self.low, self.high, self.whole, strict=True):
            kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
            solver.addVariable(low, high, cost, type=kind)
        for row, lower, upper in zip(self.matrix, self.lower, self.upper, strict=True):
            used = [j for j, value in enumerate(row) if value]
            solver.addRow(lower, upper, len(used), np.array(used, np.int32), np.array([row[j] for j in used]))
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return False, 0.0
        assert status == highspy.HighsModelStatus.kOptimal, status
        return True, solver.getInfo().objective_function_value

    def enumerate(self) -> tuple[bool, float]:
        """The best of all points, for programmes in which every variable is whole."""
        ranges = [range(int(low), int(high) + 1) for low, high in zip(self.low, self.high, strict=True)]
        points = np.array(list(itertools.product(*ranges)), float)
        use = points @ np.array(self.matrix).T
        ok = ((use >= np.array(self.lower) - 1e-9) & (use <= np.array(self.upper) + 1e-9)).all(axis=1)
        return bool(ok.any()), float((points[ok] @ np.array(self.cost)).min()) if ok.any() else 0.0


# min 2x + 3z with x + z ≥ 4.5: x costs less for each unit, so x = 4.5, z = 0.
ONE_ROW = Programme([2, 3], [0, 0], [10, 10], [False, True], [[1, 1]], [4.5], [INF])
# min 100·gap + 0.01·t with gap + x = 3, t ≥ |x|, 0.45 ≤ x ≤ 3 whole: x = 3 closes the gap, t = 3 costs 0.03.
DISTANCE = Programme(
    [100, 0.01, 0],
    [0, -INF, 0],
    [INF, INF, INF],
    [False, False, True],
    [[1, 0, 1], [0, -1, 1], [0, -1, -1], [0, 0, 1], [0, 0, -1]],
    [3, -INF, -INF, -INF, -INF],
    [3, 0, 0, 3, -0.45],
)


@pytest.mark.parametrize("presolve", ["on", "off"])
@pytest.mark.parametrize(("programme", "optimum"), [(ONE_ROW, 9.0), (DISTANCE, 0.03)], ids=["3043", "3073"])
def test_known_answers(programme: Programme, optimum: float, presolve: str) -> None:
    assert programme.solve(presolve) == (True, pytest.approx(optimum, abs=1e-9))


def whole_programme(seed: int) -> Programme:
    chance = random.Random(seed)
    count, rows = chance.randint(2, 5), chance.randint(1, 5)
    high = [float(chance.randint(1, 6 if count < 5 else 4)) for _ in range(count)]
    cost = [float(chance.choice([-3, -1, 0, 1, 2, 5, 7.5])) for _ in range(count)]
    matrix, lower, upper = [], [], []
    for _ in range(rows):
        row = [float(chance.choice([-4, -1, 0, 0, 1, 2, 3, 7])) for _ in range(count)]
        inside = sum(value * chance.randint(0, int(top)) for value, top in zip(row, high, strict=True))
        slack = chance.choice([0, 0.5, 2, 6])
        side = chance.random()
        matrix.append(row if any(row) else [1.0] * count)
        lower.append(inside - slack if side < 0.6 else -INF)
        upper.append(inside + slack if side > 0.4 else INF)
    return Programme(cost, [0.0] * count, high, [True] * count, matrix, lower, upper)


def mixed_programme(seed: int) -> Programme:
    """A fixed charge each for some flows that share a capacity, with big numbers and small ones."""
    chance = random.Random(seed)
    count = chance.randint(2, 5)
    size = [chance.choice([3.0, 7.5, 40.0]) for _ in range(count)]
    wanted = round(sum(size) * chance.uniform(0.1, 1.6), 2)
    cost = [chance.choice([0.01, 1.0, 4.0]) for _ in range(count)]
    cost += [chance.choice([2.0, 15.0, 300.0]) for _ in range(count)]
    rows = [[0.0] * 2 * count for _ in range(count)]
    for j in range(count):
        rows[j][j], rows[j][count + j] = 1.0, -size[j]
    cover = [1.0] * count + [0.0] * count
    bounds = [wanted] * count + [2.0] * count
    whole = [False] * count + [True] * count
    return Programme(
        cost,
        [0.0] * 2 * count,
        bounds,
        whole,
        [*rows, cover],
        [-INF] * count + [wanted],
        [0.0] * count + [INF],
    )


def best_fixed_charge(programme: Programme) -> tuple[bool, float]:
    """For given vehicles the flows fill them from the cheapest on."""
    count = len(programme.cost) // 2
    size = [-programme.matrix[j][count + j] for j in range(count)]
    order = sorted(range(count), key=lambda j: programme.cost[j])
    found = []
    for vehicles in itertools.product(range(3), repeat=count):
        rest, cost = (
            programme.lower[-1],
            sum(v * c for v, c in zip(vehicles, programme.cost[count:], strict=True)),
        )
        for j in order:
            flow = min(rest, vehicles[j] * size[j])
            rest, cost = rest - flow, cost + flow * programme.cost[j]
        if rest <= 1e-9:
            found.append(cost)
    return bool(found), min(found, default=0.0)


@pytest.mark.parametrize("block", range(8))
def test_presolve_on_and_off_find_the_optimum_of_enumeration(block: int) -> None:
    for seed in range(75 * block, 75 * block + 75):
        if seed % 4:
            programme = whole_programme(seed)
            exact = programme.enumerate()
        else:
            programme = mixed_programme(seed)
            exact = best_fixed_charge(programme)
        for presolve in ("on", "off"):
            possible, cost = programme.solve(presolve)
            assert possible == exact[0], (seed, presolve)
            assert cost == pytest.approx(exact[1], abs=1e-6, rel=1e-6), (seed, presolve)


def test_the_differential_has_enough_programmes_with_a_solution() -> None:
    whole = [whole_programme(seed).enumerate()[0] for seed in range(600) if seed % 4]
    assert 100 < sum(whole) < len(whole)

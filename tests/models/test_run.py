"""A solve that ends in doubt is repeated with scaling, once, and only where there was none."""

from dataclasses import dataclass, field

import pytest
from highspy import HighsModelStatus, HighsStatus

from planner_models.matrix import SolverFault, run

WITH, WITHOUT = 2, 0  # the option simplex_scale_strategy
UNKNOWN, INFEASIBLE, BEST = (
    HighsModelStatus.kUnknown,
    HighsModelStatus.kInfeasible,
    HighsModelStatus.kOptimal,
)


@dataclass
class Solver:
    """Ends with these statuses, one after the other, and notes with which scaling it ran and whether from nothing."""

    ends: list[HighsModelStatus]
    scaling: int = WITHOUT
    fresh: bool = True
    runs: list[tuple[int, bool]] = field(default_factory=list)
    answer: HighsStatus = HighsStatus.kOk

    def run(self) -> HighsStatus:
        self.runs.append((self.scaling, self.fresh))
        self.fresh = False
        return self.answer

    def getModelStatus(self) -> HighsModelStatus:  # noqa: N802
        return self.ends[len(self.runs) - 1]

    def getOptionValue(self, _: str) -> tuple[HighsStatus, int]:  # noqa: N802
        return HighsStatus.kOk, self.scaling

    def setOptionValue(self, name: str, value: int) -> None:  # noqa: N802
        assert name == "simplex_scale_strategy"
        self.scaling = value

    def clearSolver(self) -> None:  # noqa: N802
        self.fresh = True


TWICE = [(WITHOUT, True), (WITH, True)]


@pytest.mark.parametrize(
    ("ends", "scaling", "sure", "runs"),
    [
        ([UNKNOWN, BEST], WITHOUT, False, TWICE),
        ([UNKNOWN, UNKNOWN], WITHOUT, True, TWICE),
        ([INFEASIBLE, BEST], WITHOUT, True, TWICE),
        ([INFEASIBLE], WITHOUT, False, TWICE[:1]),
        ([BEST], WITHOUT, True, TWICE[:1]),
        ([UNKNOWN], WITH, True, [(WITH, True)]),
    ],
)
def test_a_doubtful_end_is_looked_at_again_with_scaling(
    ends: list[HighsModelStatus], scaling: int, sure: bool, runs: list[tuple[int, bool]]
) -> None:
    solver = Solver(ends, scaling)
    run(solver, sure=sure)  # type: ignore[arg-type]
    assert solver.runs == runs
    assert solver.scaling == scaling
    assert solver.getModelStatus() == ends[-1]


def test_a_refusal_is_a_fault() -> None:
    with pytest.raises(SolverFault):
        run(Solver([BEST], answer=HighsStatus.kError))  # type: ignore[arg-type]

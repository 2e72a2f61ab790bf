"""What a solve does with its gap and its time."""

from collections.abc import Callable

import pytest

import planner_models.exact as engine
from planner.compile import compile_problem
from planner_models.incumbent import Effort, Report
from planner_models.problem import Problem
from tests.engine.instances import random_data


def odd(seed: int) -> Problem:
    return compile_problem(random_data(seed, stores=3 + seed % 4, items=8, days=7))


def relaxed(problem: Problem, gap: float) -> float:
    """The bound of the relaxation with its lines, when the gap asked for is this."""
    reports: list[Report] = []

    def later() -> bool:
        return bool(reports) and reports[-1].phase not in ("building", "bounding")

    engine.solve(problem, Effort(gap, time_limit=20.0), report=reports.append, stop=later)
    return max(report.bound for report in reports if report.phase == "bounding")


@pytest.mark.parametrize("seed", [8, 11, 15])
def test_who_asks_for_less_gets_no_coarser_relaxation(seed: int) -> None:
    """A plan is searched near it, and a search that begins from fewer lines may miss even the larger gap."""
    problem = odd(seed)
    assert relaxed(problem, 0.3) == pytest.approx(relaxed(problem, 0.01), rel=1e-9)


@pytest.mark.parametrize(("times", "goes_on"), [(10.0, True), (1e6, False)])
def test_branch_and_bound_follows_a_search_where_many_relaxations_fit_into_the_time(
    times: float, goes_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The relaxation takes milliseconds here, so five seconds are plenty, unless a million times as long has to be left."""
    called: list[bool] = []
    branch: Callable[..., tuple[int, set[int], bool]] = lambda *_: called.append(True) or (0, set(), False)  # noqa: E731
    monkeypatch.setattr(engine, "LARGE", 0)
    monkeypatch.setattr(engine, "WORTH_BRANCHING", times)
    monkeypatch.setattr(engine, "_search", lambda *_: True)
    monkeypatch.setattr(engine, "_branch", branch)
    engine.solve(odd(8), Effort(gap=0.0, time_limit=5.0))
    assert bool(called) == goes_on

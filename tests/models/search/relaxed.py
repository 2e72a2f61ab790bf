"""The relaxation of a problem, solved, and the search on top of it."""

from dataclasses import dataclass, field

import highspy
import numpy as np

from planner_models.joint.columns import Columns, value
from planner_models.joint.formulation import build
from planner_models.joint.touching import Curves
from planner_models.matrix import Matrix, add_rows, run, to_highs, to_matrix
from planner_models.problem import Ints, Problem
from planner_models.projection import Projection
from planner_models.search import Search
from planner_models.search.whole import Answer, Whole

LONG = 1e3  # seconds; no search of a test takes that long


@dataclass
class Relaxed:
    """A problem whose relaxation is solved; `plans` are those that a search offered."""

    problem: Problem
    matrix: Matrix
    columns: Columns
    curves: Curves
    highs: highspy.Highs
    plans: list[Projection] = field(default_factory=list)

    @classmethod
    def of(cls, problem: Problem) -> "Relaxed":
        """Solve, with lines of the curves until none is missing."""
        curves = Curves.of(problem)
        model = build(problem, curves.first_sales_lines(), curves.first_terminal_lines())
        matrix = to_matrix(model)
        columns = Columns.of(problem, model, matrix)
        relaxed = cls(problem, matrix, columns, curves, to_highs(matrix, relaxed=True))
        for _ in range(40):
            run(relaxed.highs)
            x = np.array(relaxed.highs.getSolution().col_value)
            missing = columns.rows(
                curves.missing_sales_lines(columns.available(x), value(x, columns.sales), 1e-4),
                curves.missing_terminal_lines(columns.position(x), value(x, columns.short), 1e-4),
            )
            if not missing.count:
                break
            add_rows(relaxed.highs, missing)
        return relaxed

    @property
    def solvable(self) -> bool:
        return self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal

    @property
    def bound(self) -> float:
        return float(self.highs.getInfo().objective_function_value)

    def whole(self) -> Whole:
        return Whole(self.problem, self.matrix, self.columns, self.curves, self.highs)

    def answer(self) -> Answer:
        solution = self.highs.getSolution()
        return Answer(self.bound, np.array(solution.col_value), np.array(solution.row_dual))

    def search(self, *, seed: int = 0, seconds: float = LONG) -> Projection | None:
        """The best plan that a search offers."""
        self.plans.clear()

        def offer(lots: Ints) -> bool:
            plan = Projection(self.problem, lots)
            if not plan.excess:
                self.plans.append(plan)
            return not plan.excess

        arguments = (self.problem, self.matrix, self.columns, self.curves, self.highs)
        found = Search(*arguments, offer=offer, left=lambda: seconds, seed=seed).run()
        assert found == bool(self.plans)
        return min(self.plans, key=lambda plan: plan.cost, default=None)


def idle(problem: Problem) -> Projection:
    """The plan that ships nothing."""
    return Projection(problem, np.zeros(problem.shipments.open.shape, np.int64))

"""CP-SAT on the compact model, which it gets in whole numbers."""

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.peers.integers import Integers, NotTaken
from benchmarks.peers.known import Known
from benchmarks.peers.record import gap_of, percent
from benchmarks.peers.whole import in_whole_numbers
from planner_models.problem import Flags, Problem


class Watch(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
    """Prices every better solution, and stops where the gap is reached."""

    def __init__(self, known: Known, there: Flags, variables: list[cp_model.IntVar]) -> None:
        super().__init__()
        self.known, self.there, self.variables = known, there, variables

    def on_solution_callback(self) -> None:
        lots = np.zeros(self.there.shape, np.int64)
        lots[self.there] = [self.value(variable) for variable in self.variables]
        self.known.offer(lots)
        if self.known.enough():
            self.stop_search()


def solve(problem: Problem, known: Known) -> str:
    """Search until the gap or the time that was asked for; what there is to say about it."""
    task = known.task
    whole, ship = in_whole_numbers(problem, task.lines)
    model, variables = stated(whole)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = task.threads
    solver.parameters.random_seed = task.seed

    def proven(bound: float) -> None:
        known.prove(bound / whole.money + whole.offset - whole.loss)
        if known.enough():
            solver.stop_search()

    solver.best_bound_callback = proven
    there = ship >= 0
    watch = Watch(known, there, [variables[j] for j in ship[there].tolist()])
    solver.parameters.max_time_in_seconds = known.left()
    status = solver.solve(model, watch)
    if status == cp_model.MODEL_INVALID:
        raise NotTaken(model.validate())
    if status == cp_model.INFEASIBLE:
        raise NotTaken("it finds the model infeasible")
    proven(solver.best_objective_bound)
    if status == cp_model.UNKNOWN:
        return "no solution of its own model"
    own = [
        value / whole.money + whole.offset for value in (solver.objective_value, solver.best_objective_bound)
    ]
    return f"gap of its own model {percent(gap_of(*own))}"


def stated(whole: Integers) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """The programme in CP-SAT's own form."""
    model = cp_model.CpModel()
    bounds = zip(whole.lower.tolist(), whole.upper.tolist(), strict=True)
    variables = [model.new_int_var(low, high, "") for low, high in bounds]
    columns, values, starts = whole.columns.tolist(), whole.values.tolist(), whole.starts.tolist()
    limits = zip(whole.row_lower.tolist(), whole.row_upper.tolist(), strict=True)
    for row, (low, high) in enumerate(limits):
        part = slice(starts[row], starts[row + 1])
        terms = [variables[j] for j in columns[part]]
        model.add_linear_constraint(cp_model.LinearExpr.weighted_sum(terms, values[part]), low, high)
    model.minimize(cp_model.LinearExpr.weighted_sum(variables, whole.cost.tolist()))
    return model, variables

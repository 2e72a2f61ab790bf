"""The exact engine: the joint model, solved by HiGHS, with lines added until model and truth agree."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import highspy
import numpy as np
from pyomo.common.gc_manager import PauseGC

from planner_models.bound import strengthened_bound
from planner_models.incumbent import Effort, Incumbent, Infeasible, Report, Solution, gap_of
from planner_models.joint.columns import Columns, value
from planner_models.joint.formulation import build
from planner_models.joint.touching import Curves, guards
from planner_models.joint.withheld import Withheld
from planner_models.matrix import UNSOLVABLE, Matrix, add_rows, run, scale, to_highs, to_matrix, use_threads
from planner_models.problem import Floats, Ints, Problem
from planner_models.projection import Projection
from planner_models.search import Search

MOST_LINE_ROUNDS = 12
LEAST_GAIN = 0.005  # of the gap asked for: lines that bring less are left to what follows
COARSEST = (
    0.01  # gap for which lines are made where a larger one is asked for: a search needs them as close as that
)
MOST_ROUNDS = 30
DEFAULT = Effort()
LARGE = 5_000  # whole decisions from which a plan is searched near the relaxation before branch and bound
RESERVE = 1.0  # seconds that a search leaves for what follows it
WORTH_BRANCHING = (
    10.0  # × the time of the relaxation must be left for branch and bound on a large problem with a plan
)


def solve(
    problem: Problem,
    effort: Effort = DEFAULT,
    *,
    report: Callable[[Report], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    write_model: Path | None = None,
    start: Ints | None = None,
) -> Solution:
    """The best plan found, and a bound for every plan; `start` are the lots of a plan to begin with (`K × T`), if it is feasible.

    Raises Infeasible if the model has no plan at all, EngineFault if bound and cost contradict each other.
    """
    search = Incumbent(problem, effort, report, stop)
    if start is not None:
        search.offer(start)
    withheld: set[int] = set()
    rounds, ended, size = 0, False, (0, 0, 0)
    while not ended:
        # a model has millions of objects, and the collector would walk over them again and again
        with PauseGC():
            outcome = _solve_model(search, withheld, write_model, first=rounds == 0)
        rounds += outcome.rounds
        size = outcome.size
        ended = not (outcome.withheld - withheld) or search.over() or search.enough()
        withheld |= outcome.withheld
        optimal = outcome.closed
    return search.solution(size, rounds, ended=optimal)


@dataclass(frozen=True)
class _Outcome:
    rounds: int
    size: tuple[int, int, int]
    withheld: set[int]  # stock points at which the model keeps stock back from customers
    closed: bool


def _solve_model(search: Incumbent, withheld: set[int], write_model: Path | None, *, first: bool) -> _Outcome:
    problem = search.problem
    curves = Curves.of(problem)
    large = first and int(problem.shipments.open.sum()) > LARGE
    use_threads(1 if large else search.effort.threads)  # a search solves places side by side instead
    model = build(problem, guards=guards(problem, sorted(withheld)))
    matrix = to_matrix(model)
    columns = Columns.of(problem, model, matrix)
    highs = to_highs(matrix, relaxed=True, seed=search.effort.seed)
    add_rows(highs, columns.rows(curves.first_sales_lines(), curves.first_terminal_lines()))
    _listen(search, highs)
    size = (highs.getNumRow(), len(matrix.cost), int(matrix.integer.sum()))
    search.enter("bounding")
    found = (
        _touch(search, highs, columns, curves) and large and _search(search, highs, matrix, columns, curves)
    )
    search.enter("improving")
    rounds, kept_back, closed = 0, set[int](), search.enough()
    if not found or search.left() > WORTH_BRANCHING * search.seconds["bounding"]:
        rounds, kept_back, closed = _branch(search, highs, matrix, columns, curves, withheld)
    if write_model is not None:
        _write(highs, matrix, write_model)
    return _Outcome(rounds, size, kept_back, closed)


def _search(
    search: Incumbent, highs: highspy.Highs, matrix: Matrix, columns: Columns, curves: Curves
) -> bool:
    """Find a plan near the solved relaxation, and beside it a better bound; whether there is one."""
    search.enter("searching")

    def left() -> float:
        return -1.0 if search.stop() else search.left() - RESERVE

    def bound() -> None:
        strengthened_bound(search.problem, matrix, columns, curves, highs, tell=search.prove, left=left)

    return Search(
        search.problem,
        matrix,
        columns,
        curves,
        highs,
        offer=search.offer,
        left=left,
        seconds=search.seconds["bounding"],
        threads=search.effort.threads,
        seed=search.effort.seed,
    ).run(bound)


def _touch(search: Incumbent, highs: highspy.Highs, columns: Columns, curves: Curves) -> bool:
    """Solve the relaxation and add the lines that it asks for, until they bring nothing more; false if time ran out."""
    for _ in range(MOST_LINE_ROUNDS):
        highs.setOptionValue("time_limit", highs.getRunTime() + max(0.1, search.left()))
        run(highs, sure=True)
        status = highs.getModelStatus()
        if status in UNSOLVABLE:
            raise Infeasible
        if status != highspy.HighsModelStatus.kOptimal:
            return False
        gain = highs.getInfo().objective_function_value - search.bound
        search.prove(highs.getInfo().objective_function_value)
        if gain < LEAST_GAIN * min(search.effort.gap, COARSEST) * search.bound:
            break
        if not _add_lines(search, highs, columns, curves, np.array(highs.getSolution().col_value)):
            break
        if search.over():
            return False
    return True


def _add_lines(search: Incumbent, highs: highspy.Highs, columns: Columns, curves: Curves, x: Floats) -> int:
    """Add lines where a solution is better than the truth; how many."""
    tolerance = _line_tolerance(search, int(curves.uncertain.sum()))
    sales = curves.missing_sales_lines(columns.available(x), value(x, columns.sales), tolerance)
    ends = curves.missing_terminal_lines(columns.position(x), value(x, columns.short), tolerance)
    add_rows(highs, columns.rows(sales, ends))
    return len(sales) + len(ends)


def _line_tolerance(search: Incumbent, curves: int) -> float:
    """Money per curve that may be wrong: all together a small part of the gap that is asked for."""
    return max(1e-7, 0.02 * min(search.effort.gap, COARSEST) * max(search.bound, 1.0) / max(curves, 1))


def _branch(
    search: Incumbent,
    highs: highspy.Highs,
    matrix: Matrix,
    columns: Columns,
    curves: Curves,
    guarded: set[int],
) -> tuple[int, set[int], bool]:
    """Solve with whole lots and vehicles, again with more lines while they are missing."""
    whole = np.flatnonzero(matrix.integer).astype(np.int32)
    highs.changeColsIntegrality(len(whole), whole, np.full(len(whole), highspy.HighsVarType.kInteger))
    highs.setOptionValue("mip_rel_gap", 0.5 * search.effort.gap)
    highs.setOptionValue("mip_feasibility_tolerance", 1e-7)
    scale(highs, wanted=True)
    forbidden = Withheld(highs, columns, curves)
    for number in range(1, MOST_ROUNDS + 1):
        if search.enough() or search.over():
            return number - 1, set(), search.enough()
        _start(search, highs, columns)
        highs.setOptionValue("time_limit", highs.getRunTime() + max(0.1, search.left()))
        run(highs)
        status, info = highs.getModelStatus(), highs.getInfo()
        if status in UNSOLVABLE:
            raise Infeasible
        search.prove(info.mip_dual_bound)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return number, set(), False
        x = np.array(highs.getSolution().col_value)
        feasible = search.offer(columns.lots(x))
        if status != highspy.HighsModelStatus.kOptimal:
            return number, set(), False
        if _add_lines(search, highs, columns, curves, x):
            continue
        kept_back = _kept_back(search, columns, x)
        if kept_back and not guarded:
            return number, kept_back, False
        if _proven(search, columns, x):
            return number, set(), feasible
        if not forbidden.forbid(x):
            return number, set(), False
    return MOST_ROUNDS, set(), False


def _kept_back(search: Incumbent, columns: Columns, x: Floats) -> set[int]:
    """Stock points that sell less in the model than by the definitions, if that makes a difference."""
    if _proven(search, columns, x):
        return set()
    true, _ = Curves.of(search.problem).sales.evaluate(columns.available(x))
    return set(np.flatnonzero(((true - value(x, columns.sales)) > 1e-5).any(axis=1)).tolist())


def _proven(search: Incumbent, columns: Columns, x: Floats) -> bool:
    """Whether a solution of the model is feasible and costs what the model says, so that no plan is better."""
    projection = Projection(search.problem, columns.lots(x))
    return not projection.excess and gap_of(projection.cost, search.bound) <= search.effort.gap


def _start(search: Incumbent, highs: highspy.Highs, columns: Columns) -> None:
    """Hand the best plan to the solver."""
    if search.lots is None:
        return
    there = columns.ship >= 0
    start = columns.ship[there].astype(np.int32)
    highs.setSolution(len(start), start, search.lots[there].astype(float))


def _listen(search: Incumbent, highs: highspy.Highs) -> None:
    """Stop on request, in whatever the solver does."""

    def interrupt(event: highspy.highs.HighsCallbackEvent) -> None:
        if search.stop():
            event.interrupt()

    highs.cbMipInterrupt.subscribe(interrupt)
    highs.cbSimplexInterrupt.subscribe(interrupt)


def _write(highs: highspy.Highs, matrix: Matrix, path: Path) -> None:
    """Write the programme as the solver has it, with the names of the model."""
    for number, variable in enumerate(matrix.variables):
        highs.passColName(number, variable.name.replace(" ", ""))
    for number, name in enumerate(matrix.row_names):
        highs.passRowName(number, f"{name}_{number}".replace(" ", ""))
    for number in range(len(matrix.row_names), highs.getNumRow()):
        highs.passRowName(number, f"line_{number}")
    part = path.with_name(f".{path.name}.part{path.suffix}")
    highs.writeModel(str(part))
    part.replace(path)

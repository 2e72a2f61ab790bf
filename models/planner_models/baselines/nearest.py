"""The plan nearest to what a policy asks for that keeps all limits: the last resort where these are tight.

The joint model with another objective: the units by which orders differ, valued at what they are worth; money breaks ties.
"""

import highspy
import numpy as np

from planner_models.incumbent import Infeasible
from planner_models.joint.columns import Columns, value
from planner_models.joint.formulation import build
from planner_models.joint.touching import Curves
from planner_models.joint.withheld import Withheld
from planner_models.matrix import UNSOLVABLE, Rows, add_rows, run, to_highs, to_matrix
from planner_models.problem import Floats, Ints, Problem
from planner_models.projection import Projection
from planner_models.search.mend import mend

MENDABLE = 20_000  # shipments and days up to which single lots are tried
ROUNDS = 30
NODES = 2_000  # of branch and bound per round: a limit on work, so that the same question has the same answer
MONEY = 1e-4  # weight of money against the value of orders that differ


class Unmended(Exception):  # noqa: N818
    """No plan that keeps all limits was found near what the policy asks for; there may be one."""

    def __init__(self, excess: dict[str, float]) -> None:
        super().__init__(", ".join(f"{name} by {amount:,.6g}" for name, amount in excess.items()))


def kept(problem: Problem, lots: Ints) -> Ints:
    """The lots (`K × T`) themselves if they keep all limits, else those of a plan near them that does.

    Raises Infeasible if there is no plan at all, Unmended if none was found.
    """
    plan = Projection(problem, lots)
    if not plan.excess:
        return lots
    if problem.shipments.open.size <= MENDABLE and (mended := mend(problem, lots)) is not None:
        return mended
    return nearest(problem, lots)


def nearest(problem: Problem, lots: Ints) -> Ints:
    """The plan with the least difference; raises as `kept`."""
    curves = Curves.of(problem)
    model = build(problem, curves.first_sales_lines(), curves.first_terminal_lines())
    matrix = to_matrix(model)
    columns = Columns.of(problem, model, matrix)
    highs = to_highs(matrix)
    highs.setOptionValue("mip_feasibility_tolerance", 1e-7)
    highs.setOptionValue("mip_max_nodes", NODES)
    highs.changeColsCost(len(matrix.cost), np.arange(len(matrix.cost), dtype=np.int32), MONEY * matrix.cost)
    _differ(highs, columns, problem, np.where(columns.ship >= 0, lots, 0), matrix.cost)
    forbidden, found = Withheld(highs, columns, curves), lots
    for _ in range(ROUNDS):
        run(highs)
        if highs.getModelStatus() in UNSOLVABLE:
            raise Infeasible
        if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            break
        x = np.array(highs.getSolution().col_value)
        found = columns.lots(x)
        if not Projection(problem, found).excess:
            return found
        lines = curves.missing_sales_lines(columns.available(x), value(x, columns.sales), np.inf)
        add_rows(highs, columns.rows(lines, []))
        if not forbidden.forbid(x) and not lines:
            break
    if (mended := mend(problem, found)) is not None:
        return mended
    raise Unmended(Projection(problem, found).excess)


def _differ(highs: highspy.Highs, columns: Columns, problem: Problem, wish: Ints, money: Floats) -> None:
    """Charge every lot by which a shipment differs from the wish."""
    ship, items = problem.shipments, problem.items
    lot = ship.lot_cases * items.case_size[ship.item]
    worth = lot * np.maximum(items.unit_cost[ship.item], 0.01)
    k, t = np.nonzero(columns.ship >= 0)
    j = columns.ship[k, t]
    none = wish[k, t] == 0
    highs.changeColsCost(int(none.sum()), j[none].astype(np.int32), worth[k[none]] + MONEY * money[j[none]])
    for row in np.flatnonzero(~none).tolist():
        column, amount = int(j[row]), float(wish[k[row], t[row]])
        first = int(highs.getNumCol())
        for _ in range(2):  # less and more than the wish
            highs.addCol(float(worth[k[row]]), 0.0, highspy.kHighsInf, 0, np.zeros(0, np.int32), np.zeros(0))
        ends = [[column, first, first + 1]]
        add_rows(highs, Rows.of(ends, [[1.0, 1.0, -1.0]], [amount], [amount]))

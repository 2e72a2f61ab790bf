"""Why there is no plan: which limits conflict, where, and by how much.

The model is made elastic: every limit that a planner can move may be exceeded at a price, and the least total excess is found
(Chinneck 2008, "Feasibility and Infeasibility in Optimization"). What is then exceeded is the conflict.
"""

from dataclasses import dataclass

import highspy
import numpy as np

from planner_models.joint.columns import Columns
from planner_models.joint.formulation import build
from planner_models.joint.touching import Curves
from planner_models.matrix import Matrix, run, to_highs, to_matrix
from planner_models.problem import RESOURCES, Problem

UNITS = {
    "outbound_units": "units",
    "outbound_kg": "kg",
    "outbound_vehicles": "vehicles",
    "inbound_kg": "kg",
    "inbound_vehicles": "vehicles",
    "storage_m3": "m³",
    "handling_hours": "hours",
}
SECONDS = 30.0


@dataclass(frozen=True)
class Excess:
    """One limit that has to give: `amount` in `unit`; `day` counts from the first day of the horizon."""

    limit: str
    location: str
    item: str
    day: int | None
    amount: float
    unit: str
    message: str


@dataclass(frozen=True)
class _Elastic:
    """A row or a bound that may give, and how its excess is described."""

    column: int  # -1 = a row
    row: int
    sign: int  # +1: the slack is added to the left side, -1: taken off
    scale: float  # what a unit of slack costs: its share of the limit
    described: Excess


def diagnose(problem: Problem) -> list[Excess]:
    """The least excess over all limits that would make a plan possible, largest share of its limit first."""
    curves = Curves.of(problem)
    model = build(problem, curves.first_sales_lines(), curves.first_terminal_lines())
    matrix = to_matrix(model)
    columns = Columns.of(problem, model, matrix)
    elastic = [*_rows(problem, matrix), *_bounds(problem, columns)]
    found: list[Excess] = []
    highs = to_highs(matrix)
    highs.changeColsCost(
        len(matrix.cost), np.arange(len(matrix.cost), dtype=np.int32), np.zeros(len(matrix.cost))
    )
    first = len(matrix.cost)
    for number, limit in enumerate(elastic):
        highs.addCol(1.0 / limit.scale, 0.0, np.inf, 0, np.zeros(0, np.int32), np.zeros(0))
        if limit.column < 0:
            highs.changeCoeff(limit.row, first + number, float(limit.sign))
            continue
        j = limit.column
        low, high = matrix.lower[j], matrix.upper[j]
        ends = np.array([j, first + number], np.int32)
        if limit.sign > 0:
            highs.changeColBounds(j, 0.0, high)
            highs.addRow(low, np.inf, 2, ends, np.array([1.0, 1.0]))
        else:
            highs.changeColBounds(j, low, np.inf)
            highs.addRow(-np.inf, high, 2, ends, np.array([1.0, -1.0]))
    highs.setOptionValue("time_limit", SECONDS)
    run(highs)
    x = np.array(highs.getSolution().col_value)
    if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return found
    for number, limit in enumerate(elastic):
        amount = float(x[first + number])
        if amount > 1e-6 * max(1.0, limit.scale):
            found.append(_with_amount(limit.described, amount))
    return sorted(
        found, key=lambda excess: (excess.day is None, excess.day or 0, excess.location, excess.item)
    )


def _with_amount(excess: Excess, amount: float) -> Excess:
    message = excess.message.format(amount=f"{amount:,.6g}")
    return Excess(excess.limit, excess.location, excess.item, excess.day, amount, excess.unit, message)


def _bounds(problem: Problem, columns: Columns) -> list[_Elastic]:
    """Demand that must be met, fleets, and shelf life are bounds of columns."""
    stock, lanes, found = problem.stock, problem.lanes, []
    items, places = problem.items.names, problem.locations.names
    for n, t in np.argwhere(stock.must_meet[:, None] & (columns.sales >= 0)).tolist():
        item, place = items[stock.item[n]], places[stock.location[n]]
        text = f"{place}, day {t + 1}, {item}: {{amount}} units of demand that must be met can't be met"
        described = Excess("lost_sales_allowed", place, item, t, 0.0, "units", text)
        found.append(_Elastic(int(columns.sales[n, t]), -1, 1, max(1.0, stock.mean[n, t]), described))
    first: dict[int, int] = {}
    for m, g in enumerate(lanes.load.tolist()):
        first.setdefault(g, m)
    for g, t in np.argwhere(np.isfinite(problem.loads.max_vehicles) & (columns.vehicles >= 0)).tolist():
        m = first[g]
        lane = f"{places[lanes.origin[m]]} → {places[lanes.destination[m]]} by {lanes.mode[m]}"
        text = f"{lane}, day {t + 1}: {{amount}} vehicles more than max_vehicles_per_day would be needed"
        described = Excess("max_vehicles_per_day", places[lanes.origin[m]], "", t, 0.0, "vehicles", text)
        found.append(_Elastic(int(columns.vehicles[g, t]), -1, -1, 1.0, described))
    return found


def _rows(problem: Problem, matrix: Matrix) -> list[_Elastic]:
    """Limits that are rows of the model, by the name of their family."""
    found = []
    for row, name in enumerate(matrix.row_names):
        family, _, rest = name.partition("[")
        key = [int(part) for part in rest.rstrip("]").split(",")] if rest and family in _DESCRIBED else []
        if key:
            excess, sign, scale = _DESCRIBED[family](problem, key)
            found.append(_Elastic(-1, row, sign, max(1.0, scale), excess))
    return found


def _stock(
    problem: Problem, key: list[int], limit: str, text: str, sign: int, scale: float
) -> tuple[Excess, int, float]:
    n, t = key
    stock = problem.stock
    item, place = problem.items.names[stock.item[n]], problem.locations.names[stock.location[n]]
    return Excess(limit, place, item, t, 0.0, "units", f"{place}, day {t + 1}, {item}: {text}"), sign, scale


def _balance(problem: Problem, key: list[int]) -> tuple[Excess, int, float]:
    text = "given orders need {amount} units more than there are"
    return _stock(problem, key, "available_stock", text, 1, 1e-3)


def _minimum(problem: Problem, key: list[int]) -> tuple[Excess, int, float]:
    text = "stock would be {amount} units below min_stock"
    return _stock(problem, key, "min_stock", text, 1, float(problem.stock.min_stock[key[0]]))


def _maximum(problem: Problem, key: list[int]) -> tuple[Excess, int, float]:
    text = "stock would be {amount} units above max_stock or max_days_of_cover"
    return _stock(problem, key, "max_stock", text, -1, float(problem.stock.max_stock[key[0], key[1]]))


def _capacity(problem: Problem, key: list[int]) -> tuple[Excess, int, float]:
    r, place_number, t = key
    resource, place = RESOURCES[r], problem.locations.names[place_number]
    room = (
        problem.capacities.limit[r, place_number, t] + problem.capacities.overtime_limit[r, place_number, t]
    )
    text = (
        f"{place}, day {t + 1}: {{amount}} {UNITS[resource]} more than the limit of {room:,.6g} for {resource}, "
        "overtime included"
    )
    return Excess(resource, place, "", t, 0.0, UNITS[resource], text), -1, float(room)


def _supplier(problem: Problem, key: list[int]) -> tuple[Excess, int, float]:
    n, t = key
    item = problem.items.names[problem.supply.item[n]]
    place, limit = problem.locations.names[problem.supply.location[n]], float(problem.supply.limit[n])
    text = f"{place}, day {t + 1}, {item}: {{amount}} units more than max_per_day of {limit:,.6g}"
    return Excess("max_per_day", place, item, t, 0.0, "units", text), -1, limit


def _order_value(problem: Problem, key: list[int]) -> tuple[Excess, int, float]:
    return _order_minimum(problem, key, "min_value", "money", float(problem.minimums.min_value[key[0]]))


def _order_weight(problem: Problem, key: list[int]) -> tuple[Excess, int, float]:
    return _order_minimum(problem, key, "min_kg", "kg", float(problem.minimums.min_kg[key[0]]))


def _order_minimum(
    problem: Problem, key: list[int], limit: str, unit: str, least: float
) -> tuple[Excess, int, float]:
    p, t = key
    places = problem.locations.names
    pair = f"{places[problem.minimums.supplier[p]]} → {places[problem.minimums.destination[p]]}"
    text = f"{pair}, day {t + 1}: an order would be {{amount}} {unit} below the {limit} of {least:,.6g}"
    return Excess(limit, places[problem.minimums.destination[p]], "", t, 0.0, unit, text), 1, least


_DESCRIBED = {
    "stock_balance": _balance,
    "minimum_stock": _minimum,
    "maximum_stock": _maximum,
    "capacity": _capacity,
    "supplier_limit": _supplier,
    "order_minimum_value": _order_value,
    "order_minimum_weight": _order_weight,
}

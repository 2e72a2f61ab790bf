"""Why there is no plan: which limits conflict, where, and by how much.

The model is made elastic: every limit that a planner can move may be exceeded at a price, its share of the limit, and the least
total is sought (Chinneck 2008, "Feasibility and Infeasibility in Optimization"). What the orders that it finds exceed is the
conflict. It is not read off the model, which may keep stock from customers, but projected by the definitions; where the two
differ, the model learns and is asked again.

Where that takes too long, parts of lots and vehicles are allowed: what limits are exceeded by then is the least that they are.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import highspy
import numpy as np

from planner_models.exact import LARGE
from planner_models.joint.columns import Columns, value
from planner_models.joint.formulation import build
from planner_models.joint.touching import Curves
from planner_models.joint.withheld import Withheld
from planner_models.matrix import Matrix, add_rows, run, to_highs, to_matrix
from planner_models.problem import RESOURCES, Floats, Ints, Problem
from planner_models.projection import Projection

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
MOST_ROUNDS = 30
AIM = (
    1e-3  # share of a limit: what all sales together are worth, so that nothing is withheld without a reason
)
CLOSE = 0.01  # shares of limits: what a solution may be above the least
SEEN = 1e-5  # share of a limit, or units: less is the solver's tolerance
GOODS = 1e-3  # units: goods that do not exist are the last thing to give

# Limits that are rows of the model: their kind, and +1 where the slack is added to the left side, -1 where it is taken off.
ROWS = {
    "stock_balance": ("available", 1),
    "minimum_stock": ("min_stock", 1),
    "maximum_stock": ("max_stock", -1),
    "capacity": ("capacity", -1),
    "supplier_limit": ("max_per_day", -1),
    "order_minimum_value": ("min_value", 1),
    "order_minimum_weight": ("min_kg", 1),
}
AT_STOCK = {
    "available": ("available_stock", "orders need {amount} units more than there are"),
    "demand_met": ("lost_sales_allowed", "{amount} units of demand that must be met can't be met"),
    "min_stock": ("min_stock", "stock would be {amount} units below min_stock"),
    "max_stock": ("max_stock", "stock would be {amount} units above max_stock or max_days_of_cover"),
}


@dataclass(frozen=True)
class Excess:
    """One limit that has to give: `amount` in `unit`; `day` counts from the first day of the horizon (a period by its first)."""

    limit: str
    location: str
    item: str
    day: int | None
    amount: float
    unit: str
    message: str


def diagnose(problem: Problem) -> list[Excess]:
    """What the orders exceed that exceed the limits least, as far as the time goes; by day and place.

    Never empty where there is no plan: the first orders looked at are none at all.
    """
    if int(problem.shipments.open.sum()) > LARGE and (found := _in_parts(problem)):
        return _sorted(found)
    least = Projection(problem, np.zeros(problem.shipments.open.shape, np.int64))
    for attempt in _attempts(problem):
        least = min(least, Projection(problem, attempt.lots), key=_shares)
        if _shares(least) <= attempt.bound + CLOSE:
            break
    found = [
        _described(problem, kind, key, float(least.exceeded[kind][key]))
        for kind in _sizes(problem)
        for key in map(tuple, np.argwhere(least.exceeded[kind] > 0).tolist())
    ]
    return _sorted(found)


def _sorted(found: list[Excess]) -> list[Excess]:
    return sorted(found, key=lambda excess: (excess.day or 0, excess.location, excess.item))


def _in_parts(problem: Problem) -> list[Excess]:
    """What the relaxation exceeds; nothing if only whole lots and vehicles are in the way, or if it takes too long."""
    model = build(problem, Curves.of(problem).first_sales_lines())
    matrix = to_matrix(model)
    highs, slacks = _elastic(problem, matrix, Columns.of(problem, model, matrix), relaxed=True)
    highs.setOptionValue("time_limit", SECONDS)
    run(highs)
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return []
    x, sizes = highs.getSolution().col_value, _sizes(problem)
    return [
        _described(problem, kind, key, np.ceil(x[j] - SEEN) if kind == "max_vehicles" else x[j])
        for j, (kind, key) in slacks.items()
        if x[j] > SEEN * max(1.0, float(sizes[kind][key]))
    ]


def _shares(plan: Projection) -> float:
    """What a plan exceeds, as shares of the limits."""
    return float(sum((plan.exceeded[kind] / size).sum() for kind, size in _sizes(plan.problem).items()))


def _sizes(problem: Problem) -> dict[str, Floats]:
    """Of what an excess is a share, for every kind of limit and in the shape of what is exceeded; 1 for a limit of 0."""
    stock, capacities, minimums = problem.stock, problem.capacities, problem.minimums
    sizes = {
        "available": np.full(stock.mean.shape, GOODS),
        "demand_met": stock.mean,
        "min_stock": np.broadcast_to(stock.min_stock[:, None], stock.mean.shape),
        "max_stock": stock.max_stock,
        "capacity": capacities.limit + capacities.overtime_limit,
        "max_vehicles": problem.loads.max_vehicles,
        "max_per_day": problem.supply.limit,
        "min_value": np.broadcast_to(minimums.min_value[:, None], minimums.given_value.shape),
        "min_kg": np.broadcast_to(minimums.min_kg[:, None], minimums.given_kg.shape),
    }
    return {kind: np.where(size > 0, size, 1.0) for kind, size in sizes.items()}


@dataclass(frozen=True)
class _Attempt:
    """Orders (`K × T`) that exceed little, and what all orders exceed at least [shares of limits]."""

    lots: Ints
    bound: float


def _attempts(problem: Problem) -> Iterator[_Attempt]:
    """Solutions of the elastic model, which learns from each what it may not do."""
    began = time.monotonic()
    unlimited = np.full(problem.stock.max_stock.shape, np.inf)  # a maximum may be exceeded here
    curves = Curves.of(problem)
    model = build(problem, curves.first_sales_lines())
    matrix = to_matrix(model)
    columns = Columns.of(problem, model, matrix)
    highs, _ = _elastic(problem, matrix, columns, relaxed=False)
    loose = Curves.of(problem.replace(stock=replace(problem.stock, max_stock=unlimited)))
    forbidden = Withheld(highs, columns, loose)
    for _ in range(MOST_ROUNDS):
        left = SECONDS - (time.monotonic() - began)
        if left <= 0:
            return
        highs.setOptionValue("time_limit", highs.getRunTime() + left)
        run(highs)
        if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return
        x = np.array(highs.getSolution().col_value)
        yield _Attempt(columns.lots(x), highs.getInfo().mip_dual_bound)
        # Sales above the curve pretend to less stock, which is of use only where stock is limited.
        lines = curves.missing_sales_lines(columns.available(x), value(x, columns.sales), np.inf)
        add_rows(highs, columns.rows(lines, []))
        if not forbidden.forbid(x) and not lines:
            return


Slacks = dict[int, tuple[str, tuple[int, ...]]]  # by column: the kind of limit, and which one


def _elastic(
    problem: Problem, matrix: Matrix, columns: Columns, *, relaxed: bool
) -> tuple[highspy.Highs, Slacks]:
    """The model with a slack in every limit, which costs its share of the limit. Sales earn, and waste costs, next to nothing."""
    highs = to_highs(matrix, relaxed=relaxed)
    highs.setOptionValue("mip_feasibility_tolerance", 1e-7)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", CLOSE / 2)
    cost = np.zeros(len(matrix.cost))
    worth = AIM / max(1.0, float(problem.stock.mean.sum()))
    cost[columns.sales[columns.sales >= 0]] = -worth
    cost[columns.waste[columns.waste >= 0]] = worth
    highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
    highs.changeObjectiveOffset(0.0)
    sizes, slacks = _sizes(problem), Slacks()

    def slack(kind: str, key: tuple[int, ...]) -> int:
        price = 1.0 / float(sizes[kind][key])
        highs.addCol(price, 0.0, np.inf, 0, np.zeros(0, np.int32), np.zeros(0))
        slacks[int(highs.getNumCol()) - 1] = kind, key
        return int(highs.getNumCol()) - 1

    for row, name in enumerate(matrix.row_names):
        family, _, rest = name.partition("[")
        if family in ROWS and rest:
            kind, sign = ROWS[family]
            key = tuple(int(part) for part in rest.rstrip("]").split(","))
            highs.changeCoeff(row, slack(kind, key), float(sign))
    # Demand that must be met and fleets are bounds of columns: they become rows.
    met = problem.stock.must_meet[:, None] & (columns.sales >= 0)
    fleets = np.isfinite(problem.loads.max_vehicles) & (columns.vehicles >= 0)
    for kind, column, where in (
        ("demand_met", columns.sales, met),
        ("max_vehicles", columns.vehicles, fleets),
    ):
        for key in map(tuple, np.argwhere(where).tolist()):
            j = int(column[key])
            low, high = matrix.lower[j], matrix.upper[j]
            ends = np.array([j, slack(kind, key)], np.int32)
            if kind == "demand_met":
                highs.changeColBounds(j, 0.0, high)
                highs.addRow(low, np.inf, 2, ends, np.array([1.0, 1.0]))
            else:
                highs.changeColBounds(j, low, np.inf)
                highs.addRow(-np.inf, high, 2, ends, np.array([1.0, -1.0]))
    return highs, slacks


def _when(problem: Problem, period: int) -> str:
    """`day 3`, or `days 8 to 14`."""
    last = int(problem.length[: period + 1].sum())
    first = last - int(problem.length[period]) + 1
    return f"day {last}" if first == last else f"days {first} to {last}"


def _described(problem: Problem, kind: str, key: tuple[int, ...], amount: float) -> Excess:
    """An excess in words; `key` is its place in what is exceeded, with the day at the end."""
    places, t = problem.locations.names, key[-1]
    when = _when(problem, t)
    limit, place, item, unit = kind, "", "", "units"
    if kind in AT_STOCK:
        n = key[0]
        limit, text = AT_STOCK[kind]
        place, item = places[problem.stock.location[n]], problem.items.names[problem.stock.item[n]]
        where = f"{place}, {when}, {item}"
    elif kind == "max_vehicles":
        lanes, m = problem.lanes, int(np.argmax(problem.lanes.load == key[0]))
        limit, place, unit = "max_vehicles_per_day", places[lanes.origin[m]], "vehicles"
        where = f"{place} → {places[lanes.destination[m]]} by {lanes.mode[m]}, {when}"
        text = "{amount} vehicles more than max_vehicles_per_day would be needed"
    elif kind == "capacity":
        limit, place = RESOURCES[key[0]], places[key[1]]
        unit = UNITS[limit]
        room = problem.capacities.limit[key] + problem.capacities.overtime_limit[key]
        where = f"{place}, {when}"
        text = f"{{amount}} {unit} more than the limit of {room:,.6g} for {limit}, overtime included"
    elif kind == "max_per_day":
        supply, n = problem.supply, key[0]
        place, item = places[supply.location[n]], problem.items.names[supply.item[n]]
        where = f"{place}, {when}, {item}"
        text = f"{{amount}} units more than max_per_day of {supply.limit[n, t]:,.6g}"
    else:
        minimums, p = problem.minimums, key[0]
        least = (minimums.min_value if kind == "min_value" else minimums.min_kg)[p]
        place, unit = places[minimums.destination[p]], "money" if kind == "min_value" else "kg"
        where = f"{places[minimums.supplier[p]]} → {place}, {when}"
        text = f"an order would be {{amount}} {unit} below the {kind} of {least:,.6g}"
    message = f"{where}: {text.format(amount=f'{amount:,.6g}')}"
    return Excess(limit, place, item, int(problem.length[:t].sum()), amount, unit, message)

"""A small network for tests of the mathematics: tables row by row, then problem, model, plan.

The world is that of the evaluator's tests: day 0 is Monday 2026-01-05, nothing costs anything unless a test
says so, demand is certain, the item A weighs 1 kg, takes 0.1 m³ and has no margin, and goods flow
S (supplier) → D (dc) → X (store).
"""

from collections.abc import Sequence
from typing import Any

import pytest

from planner import evaluate, solve
from planner.compile import compile_problem
from planner.plan.plan import Plan
from planner.tables.dataset import DataSet
from planner_models.joint.declare import Model
from planner_models.joint.formulation import Guard, SalesLine, TerminalLine, build
from planner_models.problem import Problem
from tests.audit.world import World as Tables
from tests.audit.world import day


class World(Tables):
    """Tables that can be compiled and solved."""

    def problem(self) -> Problem:
        return compile_problem(self.data())

    def solve(self, **options: Any) -> Plan:
        return solve_and_judge(self.data(), **options)

    def given(
        self, origin: str, destination: str, units: float, dispatch: int | None = 0, **values: Any
    ) -> "World":
        """An open order, firm unless `status` says otherwise; `arrival` is a day number."""
        arrival = values.pop("arrival", None)
        usual = {
            "order_id": f"G{len(self.tables.get('open_orders', [])) + 1}",
            "item_id": "A",
            "origin": origin,
            "destination": destination,
            "mode": "truck" if origin else "",
            "dispatch_date": None if dispatch is None else day(dispatch),
            "arrival_date": None if arrival is None else day(arrival),
            "quantity": units,
            "status": "firm",
        }
        return self.row("open_orders", **(usual | values))


def world(days: int = 3, **settings: Any) -> World:
    """No items, no places."""
    return World(days, **settings)


def direct(
    days: int = 3, item: dict[str, Any] | None = None, lane: dict[str, Any] | None = None, **settings: Any
) -> World:
    """S → X by truck, on the same day; `item` are columns of A, `lane` of the lane."""
    built = World(days, **settings).item(**(item or {})).place("S", "supplier").place("X", "store")
    return built.lane("S", "X", **({"lead_time_days": 0} | (lane or {})))


chain = World.chain


def solve_and_judge(data: DataSet, *, gap: float = 0.0, **options: Any) -> Plan:
    """The optimal plan; the evaluator, which shares no code with the engine, must agree with its claims."""
    plan = solve(data, **({"gap": gap, "threads": 1, "time_limit": 30.0} | options))
    judged = evaluate(data, plan.orders)
    assert judged.feasible, judged.violations["message"].tolist()
    assert judged.total == pytest.approx(plan.cost, abs=1e-6, rel=1e-9)
    assert flat(plan.kpis) == pytest.approx(flat(judged.kpis), abs=1e-6, rel=1e-9)
    assert plan.certificate["bound"] <= plan.cost + 1e-6
    # Lines touch the curves up to a small part of the gap; without uncertainty the proof is complete.
    assert plan.certificate["gap"] <= max(gap, 1e-5)
    return plan


def flat(figures: dict[str, Any], prefix: str = "") -> dict[str, float]:
    """Key figures with one name each, such as cost.freight.truck; -1 where a figure is not defined."""
    found: dict[str, float] = {}
    for name, value in figures.items():
        found |= (
            flat(value, f"{prefix}{name}.")
            if isinstance(value, dict)
            else {prefix + name: -1.0 if value is None else value}
        )
    return found


def causes(plan: Plan) -> dict[str, float]:
    """What the plan costs, without the causes that cost nothing."""
    return {
        name: round(money, 6) for name, money in flat(plan.kpis["cost"]).items() if money and name != "total"
    }


def shipped(plan: Plan) -> dict[tuple[str, str, str, str, int], float]:
    """Units of every order line by (item, origin, destination, mode, day number of the dispatch)."""
    rows = plan.orders
    found: dict[tuple[str, str, str, str, int], float] = {}
    for item, origin, destination, mode, date, units in zip(
        rows["item_id"],
        rows["origin"],
        rows["destination"],
        rows["mode"],
        rows["dispatch_date"],
        rows["quantity"],
        strict=True,
    ):
        key = item, origin, destination, mode, (date.date() - day(0)).days
        found[key] = found.get(key, 0.0) + float(units)
    return found


class Point:
    """A joint model at a point: every decision is 0 until it is set. No solver."""

    def __init__(
        self,
        problem: Problem,
        sales_lines: Sequence[SalesLine] = (),
        terminal_lines: Sequence[TerminalLine] = (),
        guards: Sequence[Guard] = (),
    ) -> None:
        import pyomo.environ as pyo

        self.problem = problem
        self.model: Model = build(problem, sales_lines, terminal_lines, guards)
        for variable in self.model.component_data_objects(pyo.Var):
            variable.set_value(0.0, skip_validation=True)

    def set(self, name: str, key: Any, value: float) -> "Point":
        self.model.component(name)[key].set_value(value, skip_validation=True)
        return self

    def violation(self, family: str, key: Any) -> float:
        """By how much the row is violated; negative = so much room on the nearer side, 0 = equality."""
        import pyomo.environ as pyo

        row = self.model.component(family)[key]
        body = float(pyo.value(row.body))
        sides = []
        if row.has_lb():
            sides.append(float(pyo.value(row.lower)) - body)
        if row.has_ub():
            sides.append(body - float(pyo.value(row.upper)))
        return max(sides)

    def keys(self, family: str) -> list[Any]:
        return list(self.model.component(family).keys())

    def cost(self, cause: str | None = None) -> float:
        """The objective, or one of its causes [money]."""
        import pyomo.environ as pyo

        from planner_models.joint import cost

        if cause is None:
            return float(pyo.value(self.model.total_cost))
        constant, terms = getattr(cost, cause)(self.model)
        return float(constant + sum(price * pyo.value(variable) for price, variable in terms))

    def point(self, item: str, location: str) -> int:
        """The number of a stock point."""
        stock, problem = self.problem.stock, self.problem
        where = [
            (problem.items.names[i], problem.locations.names[at])
            for i, at in zip(stock.item, stock.location, strict=True)
        ]
        return where.index((item, location))

    def lane(self, origin: str, destination: str, mode: str = "truck") -> int:
        """The number of a lane-mode."""
        lanes, names = self.problem.lanes, self.problem.locations.names
        where = [
            (names[o], names[d], m)
            for o, d, m in zip(lanes.origin, lanes.destination, lanes.mode, strict=True)
        ]
        return where.index((origin, destination, mode))

    def shipment(self, item: str, origin: str, destination: str, mode: str = "truck") -> int:
        """The number of a shipment."""
        ship, lane = self.problem.shipments, self.lane(origin, destination, mode)
        i = self.problem.items.names.index(item)
        return [*zip(ship.item.tolist(), ship.lane.tolist(), strict=True)].index((i, lane))

"""The joint model as a composition of families. `CONSTRAINTS` is its table of contents."""

from collections.abc import Sequence

import pyomo.core as pyo
from pyomo.common.gc_manager import PauseGC

from planner_models.joint.cost import total_cost
from planner_models.joint.declare import Model, declare_decisions, declare_sets
from planner_models.joint.inventory import maximum_stock, minimum_stock, stock_balance
from planner_models.joint.ordering import (
    capacity,
    minimum_quantity,
    order_line,
    order_minimum_used,
    order_minimum_value,
    order_minimum_weight,
    plan_change,
    supplier_limit,
)
from planner_models.joint.service import nothing_withheld, sales_curve, terminal_cover
from planner_models.joint.transport import (
    band_ceiling,
    band_floor,
    band_weight,
    given_loads,
    lane_in_use,
    load_volume,
    load_weight,
    minimum_charge,
    one_band,
    use_needs_vehicle,
    variable_freight,
    vehicle_volume,
    vehicle_weight,
)
from planner_models.problem import Problem

CONSTRAINTS = (
    stock_balance,
    minimum_stock,
    maximum_stock,
    sales_curve,
    terminal_cover,
    nothing_withheld,
    load_weight,
    load_volume,
    vehicle_weight,
    vehicle_volume,
    lane_in_use,
    use_needs_vehicle,
    minimum_charge,
    variable_freight,
    band_ceiling,
    band_floor,
    band_weight,
    one_band,
    given_loads,
    order_line,
    minimum_quantity,
    supplier_limit,
    order_minimum_used,
    order_minimum_value,
    order_minimum_weight,
    plan_change,
    capacity,
)

SalesLine = tuple[int, int, float, float]  # stock point, day, constant, slope
TerminalLine = tuple[int, float, float]  # stock point, constant, slope


Guard = tuple[int, int, float, float, float, float]  # stock point, day, knee, sales there, most, sales there


def build(
    problem: Problem,
    sales_lines: Sequence[SalesLine] = (),
    terminal_lines: Sequence[TerminalLine] = (),
    guards: Sequence[Guard] = (),
) -> Model:
    """The joint model of a problem, with the given lines of its two curves and guards against keeping stock back."""
    model = pyo.ConcreteModel()
    with PauseGC():  # nothing becomes garbage here, and looking for it takes two thirds of the time
        declare_sets(model, problem)
        model.SALES_LINES = list(sales_lines)
        model.TERMINAL_LINES = list(terminal_lines)
        model.GUARDS = list(guards)
        declare_decisions(model, problem)
        for family in CONSTRAINTS:
            model.add_component(family.__name__, family(model))
        model.total_cost = total_cost(model)
    return model

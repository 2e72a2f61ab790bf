"""One item's own problem, in which everything else of the plan is given: quick to project again and again."""

from dataclasses import replace

import numpy as np

from planner_models.problem import RESOURCES, Floats, Ints, OrderMinimums, Problem, taken
from planner_models.projection import Projection

VEHICLES = [number for number, name in enumerate(RESOURCES) if name.endswith("_vehicles")]
STORAGE = RESOURCES.index("storage_m3")


def alone(problem: Problem, lots: Ints, item: int) -> tuple[Problem, Ints]:
    """The problem of the item beside the lots (`K × T`) of all others, and the numbers of its shipments.

    Its costs differ from those of the whole by what doesn't depend on the item. That what others send must
    keep an order minimum is left out where the item is no longer sent.
    """
    stock, ship, lanes = problem.stock, problem.shipments, problem.lanes
    mine, points = np.flatnonzero(ship.item == item), np.flatnonzero(stock.item == item)
    rest = lots.copy()
    rest[mine] = 0
    others = Projection(problem, rest)
    number = np.full(len(stock.item) + 1, -1)  # the last one stands for suppliers
    number[points] = np.arange(len(points))
    shipments = taken(ship, mine)
    lane, day = np.nonzero(others.used)
    supply = problem.supply
    own = problem.replace(
        stock=taken(stock, points),
        shipments=replace(shipments, source=number[shipments.source], target=number[shipments.target]),
        lanes=replace(lanes, given_kg=others.loads.lane_kg, given_m3=others.loads.lane_m3),
        supply=taken(supply, np.flatnonzero(supply.item == item)),
        minimums=_minimums(problem, others.units),
        capacities=replace(problem.capacities, given_use=_use(others, points)),
        # where something travels: all that a projection asks of given orders
        given=replace(problem.given, lane=lane, day=day),
    )
    return own, mine


def _use(others: Projection, points: Ints) -> Floats:
    """What others use; without vehicles, which follow from all goods together, and without room for the item's own stock."""
    problem, use = others.problem, others.use.copy()
    use[VEHICLES] = problem.capacities.given_use[VEHICLES]
    stock = problem.stock
    own = others.stock.stock[points] * problem.items.volume[stock.item[points]][:, None]
    np.subtract.at(use[STORAGE], stock.location[points], own)
    return use


def _minimums(problem: Problem, units: Floats) -> OrderMinimums:
    """Order minimums to which the others contribute as given orders do."""
    minimums, ship, lanes = problem.minimums, problem.shipments, problem.lanes
    kg, value = minimums.given_kg.copy(), minimums.given_value.copy()
    for n in range(len(minimums.supplier)):
        rows = (lanes.origin[ship.lane] == minimums.supplier[n]) & (
            lanes.destination[ship.lane] == minimums.destination[n]
        )
        kg[n] += problem.items.weight[ship.item[rows]] @ units[rows]
        value[n] += ship.value[rows] @ units[rows]
    return replace(minimums, given_kg=kg, given_value=value)
